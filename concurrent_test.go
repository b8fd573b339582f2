package weft_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/weft-wasm/weft"
)

// TestHostPanic lets panics and runtime.Goexit pass through guest frames. The instance stays usable.
func TestHostPanic(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	w.define("env", "boom", func(ctx context.Context, in *weft.Instance, how int32) {
		switch how {
		case 0:
			panic("boom")
		case 1:
			runtime.Goexit()
		case 2:
			_, _ = w.try(ctx, in, "run", 0)
		}
	})
	in := w.instantiate(`(module (import "env" "boom" (func $boom (param i32)))
		(func $run (export "run") (param i32) (call $boom (local.get 0)))
		(func (export "deep") (param i32) (call $run (local.get 0)))
		(func (export "one") (result i32) (i32.const 1)))`)
	for _, how := range []int{0, 1, 2} {
		for range 3 {
			done := make(chan any)
			go func() {
				defer func() { done <- recover() }()
				_, _ = w.try(bg, in, "deep", how)
				done <- "returned"
			}()
			want := any("boom")
			if how == 1 {
				want = nil
			}
			w.expect(<-done, want)
			w.expect(w.call(in, "one"), int32(1))
		}
	}
	if err := in.Close(); err != nil || in.Memory() != nil {
		t.Errorf("Close: %v", err)
	}
}

// TestConcurrentCalls calls one instance from many goroutines: a call succeeds or returns ErrConcurrent.
func TestConcurrentCalls(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	in := w.instantiate(`(module (global $n (mut i64) (i64.const 0))
		(func (export "work") (param externref) (local i32)
			(loop $l
				(global.set $n (i64.add (global.get $n) (i64.const 1)))
				(br_if $l (i32.lt_u (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (i32.const 1000)))))
		(func (export "count") (result i64) (global.get $n)))`)
	var group sync.WaitGroup
	var good, bad atomic.Int64
	for range 8 {
		group.Go(func() {
			for range 500 {
				switch _, err := w.try(bg, in, "work", weft.Extern{Value: "some"}); {
				case err == nil:
					good.Add(1)
				case errors.Is(err, weft.ErrConcurrent):
					bad.Add(1)
				default:
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	w.expect(w.call(in, "count"), 1000*good.Load())
	t.Logf("%d calls, %d refused", good.Load(), bad.Load())
}

// TestConcurrentSpin calls an instance in which a guest spins on another goroutine.
func TestConcurrentSpin(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	started := make(chan bool, 1)
	w.define("env", "started", func() { started <- true })
	in := w.instantiate(`(module (import "env" "started" (func $started))
		(func (export "spin") (call $started) (loop $l (br $l)))
		(func (export "one") (result i32) (i32.const 1)))`)
	ctx, cancel := context.WithCancel(bg)
	done := make(chan error)
	go func() { _, err := w.try(ctx, in, "spin"); done <- err }()
	<-started
	for start := time.Now(); ; {
		_, err := w.try(bg, in, "one")
		if errors.Is(err, weft.ErrConcurrent) {
			expectError(t, err, "weft: the instance is executing on another goroutine")
			break
		}
		if time.Since(start) > 5*time.Second {
			t.Fatal("calls go on to succeed while a guest spins")
		}
	}
	// Linking to an instance that executes joins its store, which must wait for that.
	if err := w.linker.DefineInstance("spin", in); err != nil {
		t.Fatal(err)
	}
	if _, err := w.linker.Instantiate(bg, w.compile(`(module (import "spin" "one" (func (result i32))))`)); !errors.Is(err, weft.ErrConcurrent) {
		t.Errorf("Instantiate: have %v, want ErrConcurrent", err)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	cancel()
	wantInterrupted(t, <-done, context.Canceled)
}

// TestCallDuringHost calls an instance from a second goroutine while the first is in a host function. Both end as they should, in any order.
func TestCallDuringHost(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	in1, in2, out := make(chan bool), make(chan bool), make(chan bool)
	w.define("env", "wait", func(n int32) {
		if n == 1 {
			in1 <- true
		} else {
			in2 <- true
		}
		<-out
	})
	in := w.instantiate(`(module (import "env" "wait" (func $wait (param i32)))
		(global $n (mut i32) (i32.const 0))
		(func (export "run") (param i32) (result i32) (local v128)
			(call $wait (local.get 0))
			(global.set $n (i32.add (global.get $n) (local.get 0)))
			(local.get 0))
		(func (export "sum") (result i32) (global.get $n)))`)
	done := make(chan int32, 2)
	run := func(n int32) {
		results, err := w.try(bg, in, "run", n)
		if err != nil {
			t.Error(err)
			done <- -1
			return
		}
		done <- results[0].(int32)
	}
	go run(1)
	<-in1
	go run(10)
	<-in2
	out <- true
	out <- true
	w.expect(<-done+<-done, int32(11))
	w.expect(w.call(in, "sum"), int32(11))
}

// TestCloseDuringCall closes an instance while its code runs: the memory stays until the call has ended.
func TestCloseDuringCall(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	var in *weft.Instance
	w.define("env", "close", func(ctx context.Context, caller *weft.Instance) error {
		if err := caller.Close(); err != nil {
			return err
		}
		if _, err := w.linker.Instantiate(ctx, caller.Module()); err != nil {
			return err
		}
		f, err := caller.Func("run")
		if !errors.Is(err, weft.ErrClosed) {
			t.Errorf("have %v, %v, want ErrClosed", f, err)
		}
		return nil
	})
	in = w.instantiate(`(module (import "env" "close" (func $close)) (memory 1)
		(func (export "run") (result i32)
			(call $close)
			(i32.store (i32.const 8) (i32.const 6))
			(i32.load (i32.const 8))))`)
	mem := in.Memory()
	w.expect(w.call(in, "run"), int32(6))
	w.expect(mem.Size(), uint64(0))
}

// TestCloseLinked closes instances that are linked with others: what they lent goes on to work until all are closed.
func TestCloseLinked(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	lib := w.instantiate(`(module (memory (export "memory") 1) (data (i32.const 0) "\05")
		(func (export "get") (result i32) (i32.load8_u (i32.const 0))))`)
	if err := w.linker.DefineInstance("lib", lib); err != nil {
		t.Fatal(err)
	}
	const user = `(module (import "lib" "get" (func $get (result i32))) (export "again" (func $get))
		(func (export "run") (result i32) (i32.add (call $get) (i32.const 1))))`
	a, b := w.instantiate(user), w.instantiate(user)
	mem := lib.Memory()
	if err := lib.Close(); err != nil {
		t.Fatal(err)
	}
	w.expect(w.call(a, "run"), int32(6))
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	w.expect(w.call(b, "run"), int32(6))
	_, err := w.try(bg, b, "again")
	expectError(t, err, "weft: the instance is closed") // it is a function of lib
	w.expect(mem.Size(), uint64(1<<16))
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	w.expect(mem.Size(), uint64(0))
}

// TestParallelInstances runs instances of one module at the same time, the functions being lowered by whoever comes first.
func TestParallelInstances(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	w.define("env", "id", func(n int32) int32 { return n })
	m := w.compile(`(module (import "env" "id" (func $id (param i32) (result i32))) (memory 1)
		(func (export "sum") (param i32) (result i32)
			(loop $l
				(i32.store (i32.const 4) (i32.add (i32.load (i32.const 4)) (call $id (local.get 0))))
				(br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
			(i32.load (i32.const 4))))`)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			in, err := w.linker.Instantiate(bg, m)
			if err != nil {
				t.Error(err)
				return
			}
			defer in.Close()
			results, err := w.try(bg, in, "sum", 1000)
			if err != nil || results[0] != int32(500500) {
				t.Errorf("have %v, %v", results, err)
			}
		})
	}
	group.Wait()
}

// TestSharedMemory lets two instances that share nothing but a memory run in parallel, one of which grows it.
func TestSharedMemory(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	mem, err := weft.NewMemory(w.engine, weft.MemoryType{Min: 1, Max: 100, HasMax: true, Shared: true})
	if err != nil {
		t.Fatal(err)
	}
	w.define("env", "memory", mem)
	const module = `(module (import "env" "memory" (memory 1 100 shared))
		(func (export "grow") (loop $l (br_if $l (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))))
		(func (export "touch") (param i32) (loop $l
			(i32.store8 (local.get 0) (i32.const 7))
			(br_if $l (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 4096))) (i32.const 6553600)))))
		(func (export "size") (result i32) (memory.size)))`
	a, b := w.instantiate(module), w.instantiate(module)
	var group sync.WaitGroup
	group.Go(func() { w.call(a, "grow") })
	group.Go(func() {
		for w.call(b, "size") != int32(100) {
			runtime.Gosched()
		}
		w.call(b, "touch", 0)
	})
	group.Wait()
	if v, err := mem.ReadUint8(99 << 16); err != nil || v != 7 {
		t.Errorf("have %d, %v", v, err)
	}
	if err := mem.Close(); err != nil {
		t.Fatal(err)
	}
	w.expect(mem.Pages(), uint64(100))
	_, _ = a.Close(), b.Close()
	w.expect(mem.Pages(), uint64(0))
}
