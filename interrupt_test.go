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

var errStop = errors.New("the operator has had enough")

// interruptModule has functions that do not end, or in the host only.
const interruptModule = `(module
	(import "env" "wait" (func $wait))
	(import "env" "again" (func $again (param i32)))
	(memory 512)
	(func $leaf)
	(func (export "spin") (loop $l (br $l)))
	(func (export "calls") (loop $l (call $leaf) (br $l)))
	(func (export "fill") (loop $l (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x2000000)) (br $l)))
	(func (export "hosts") (loop $l (call $again (i32.const -1)) (br $l)))
	(func (export "wait") (call $wait))
	(func (export "nest") (param i32) (call $again (local.get 0)) (loop $l (br_if $l (i32.eqz (local.get 0)))))
	(func (export "two") (result i32) (i32.const 2)))`

// interrupted is a world for interruptModule. Whoever waits in the host says so by entered, and waits for goOn.
type interrupted struct {
	*world
	in            *weft.Instance
	entered, goOn chan bool
	inner         []error // of the nested calls, innermost first
}

func newInterrupted(t *testing.T) *interrupted {
	i := &interrupted{world: newWorld(t, weft.Limits{}), entered: make(chan bool), goOn: make(chan bool)}
	i.define("env", "wait", func() { i.entered <- true; <-i.goOn })
	i.define("env", "again", func(in *weft.Instance, n int32) {
		switch {
		case n > 0:
			_, err := i.try(bg, in, "nest", n-1)
			i.inner = append(i.inner, err)
		case n == 0:
			i.entered <- true
		}
	})
	i.in = i.instantiate(interruptModule)
	return i
}

// start calls a function on a goroutine of its own.
func (i *interrupted) start(name string, args ...any) (ended chan error) {
	ended = make(chan error, 1)
	go func() {
		_, err := i.try(bg, i.in, name, args...)
		ended <- err
	}()
	return ended
}

// stopped interrupts until a call ends, which may not have begun yet, and checks that the instance works then.
func (i *interrupted) stopped(ended chan error) {
	i.Helper()
	for {
		i.in.Interrupt(errStop)
		select {
		case err := <-ended:
			wantInterrupted(i, err, errStop)
			i.expect(i.call(i.in, "two"), int32(2))
			return
		case <-time.After(time.Millisecond):
		}
	}
}

// TestInterruptRunning interrupts guests in the middle of what they execute.
func TestInterruptRunning(t *testing.T) {
	i := newInterrupted(t)
	for _, name := range []string{"spin", "calls", "fill", "hosts"} {
		for range 3 {
			i.stopped(i.start(name))
		}
	}
}

// TestInterruptOnce interrupts a guest that is known to run a single time.
func TestInterruptOnce(t *testing.T) {
	i := newInterrupted(t)
	for range 5 {
		ended := i.start("nest", 0)
		<-i.entered
		i.in.Interrupt(nil)
		wantInterrupted(t, <-ended, weft.ErrInterrupted)
		i.expect(i.call(i.in, "two"), int32(2))
	}
}

// TestInterruptHost interrupts a guest in the host: it ends when that returns, and a call that has begun in between does not.
func TestInterruptHost(t *testing.T) {
	i := newInterrupted(t)
	ended := i.start("wait")
	<-i.entered
	i.in.Interrupt(errStop)
	i.expect(i.call(i.in, "two"), int32(2))
	i.goOn <- true
	wantInterrupted(t, <-ended, errStop)
	i.expect(i.call(i.in, "two"), int32(2))
}

// TestInterruptNested interrupts calls within calls: all of them end.
func TestInterruptNested(t *testing.T) {
	i := newInterrupted(t)
	const depth = 5
	ended := i.start("nest", depth)
	<-i.entered
	i.in.Interrupt(errStop)
	wantInterrupted(t, <-ended, errStop)
	if len(i.inner) != depth {
		t.Errorf("%d inner calls have ended, want %d", len(i.inner), depth)
	}
	for _, err := range i.inner {
		wantInterrupted(t, err, errStop)
	}
	i.expect(i.call(i.in, "two"), int32(2))
}

// TestInterruptIdle interrupts an instance between its calls, also those of a function that has a machine of its own: nothing comes of it.
func TestInterruptIdle(t *testing.T) {
	i := newInterrupted(t)
	two, err := weft.Lookup0[int32](i.in, "two")
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		i.in.Interrupt(errStop)
		i.expect(i.call(i.in, "two"), int32(2))
		if n, err := two(bg); n != 2 || err != nil {
			t.Fatal(n, err)
		}
	}
	if err := i.in.Close(); err != nil {
		t.Fatal(err)
	}
	i.in.Interrupt(errStop)
}

// every calls f over and over until it is stopped.
func every(d time.Duration, f func()) (stop func()) {
	ticker := time.NewTicker(d)
	done := make(chan bool)
	go func() {
		for {
			select {
			case <-ticker.C:
				f()
			case <-done:
				return
			}
		}
	}()
	return func() { ticker.Stop(); close(done) }
}

// TestInterruptTyped interrupts calls of a function that has a machine of its own.
func TestInterruptTyped(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	in := w.instantiate(`(module (func (export "count") (param i64) (result i64) (local i64) (loop $l
		(br_if $l (i64.ne (local.tee 1 (i64.add (local.get 1) (i64.const 1))) (local.get 0))))
		(local.get 1)))`)
	count, err := weft.Lookup1[int64, int64](in, "count")
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		for range 40 {
			if n, err := count(bg, 3); n != 3 || err != nil {
				t.Fatal(n, err)
			}
		}
		stop := every(time.Millisecond, func() { in.Interrupt(errStop) })
		_, err = count(bg, 0)
		stop()
		wantInterrupted(t, err, errStop)
	}
}

// TestInterruptLinked interrupts a call that is in another instance than it has begun in.
func TestInterruptLinked(t *testing.T) {
	i := newInterrupted(t)
	if err := i.linker.DefineInstance("spinner", i.in); err != nil {
		t.Fatal(err)
	}
	outer := i.instantiate(`(module (import "spinner" "nest" (func $f (param i32))) (func (export "run") (call $f (i32.const 0))))`)
	for _, in := range []*weft.Instance{outer, i.in} {
		ended := make(chan error)
		go func() {
			_, err := i.try(bg, outer, "run")
			ended <- err
		}()
		<-i.entered
		in.Interrupt(errStop)
		wantInterrupted(t, <-ended, errStop)
	}
}

// TestInterruptWaiting interrupts a call that has returned from the host and waits for another goroutine's call in the same instance: both end.
func TestInterruptWaiting(t *testing.T) {
	i := newInterrupted(t)
	first := i.start("wait")
	<-i.entered
	second := i.start("nest", 0)
	<-i.entered
	i.goOn <- true
	time.Sleep(time.Millisecond)
	i.in.Interrupt(errStop)
	wantInterrupted(t, <-first, errStop)
	wantInterrupted(t, <-second, errStop)
	i.expect(i.call(i.in, "two"), int32(2))
}

// TestInterruptMerged interrupts a call that waits for the host, which then links its instance with another one: the interruption is not lost, and later
// calls of the store that both share do not get it.
func TestInterruptMerged(t *testing.T) {
	i := newInterrupted(t)
	ended := i.start("wait")
	<-i.entered
	i.in.Interrupt(errStop)
	other := i.instantiate(`(module (func (export "three") (result i32) (i32.const 3)))`)
	for range 10 { // so that the numbers of calls in that store are beyond those of the other one
		i.expect(i.call(other, "three"), int32(3))
	}
	for name, in := range map[string]*weft.Instance{"a": i.in, "b": other} {
		if err := i.linker.DefineInstance(name, in); err != nil {
			t.Fatal(err)
		}
	}
	i.instantiate(`(module (import "a" "two" (func (result i32))) (import "b" "three" (func (result i32))))`)
	i.expect(i.call(other, "three"), int32(3))
	i.goOn <- true
	wantInterrupted(t, <-ended, errStop)
	i.expect(i.call(i.in, "two"), int32(2))
}

// TestInterruptStorm makes short calls while another goroutine interrupts all the time. A call returns or is interrupted, and one that begins after the
// last interruption returns.
func TestInterruptStorm(t *testing.T) {
	i := newInterrupted(t)
	var stop atomic.Bool
	var storm sync.WaitGroup
	storm.Go(func() {
		for !stop.Load() {
			i.in.Interrupt(errStop)
			runtime.Gosched()
		}
	})
	two, err := weft.Lookup0[int32](i.in, "two")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(bg)
	defer cancel()
	for range 3000 {
		for _, ctx := range []context.Context{bg, ctx} {
			if n, err := two(ctx); err != nil {
				wantInterrupted(t, err, errStop)
			} else if n != 2 {
				t.Fatal(n)
			}
		}
	}
	stop.Store(true)
	storm.Wait()
	i.expect(i.call(i.in, "two"), int32(2))
}

// TestWatchKept cancels contexts that several calls in a row have had, when they are over, and those of calls that go on.
func TestWatchKept(t *testing.T) {
	i := newInterrupted(t)
	for range 20 {
		ctx, cancel := context.WithCancelCause(bg)
		for range 3 {
			if _, err := i.try(ctx, i.in, "two"); err != nil {
				t.Fatal(err)
			}
		}
		timer := time.AfterFunc(time.Millisecond, func() { cancel(errStop) })
		_, err := i.try(ctx, i.in, "spin")
		timer.Stop()
		wantInterrupted(t, err, errStop)
		_, err = i.try(ctx, i.in, "two")
		wantInterrupted(t, err, errStop)
		i.expect(i.call(i.in, "two"), int32(2))
	}
}
