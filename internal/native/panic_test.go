package native_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/weft-wasm/weft"
)

// nested calls the host at each level: the host calls "down" again as long as the level is not 0.
const nested = `(module
	(import "env" "host" (func $host (param i32) (result i32)))
	(type $t (func (param i32) (result i32)))
	(table 1 funcref) (elem (i32.const 0) $host)
	(func $inner (param i32 f64 v128) (result i32)
		(call_indirect (type $t) (local.get 0) (i32.const 0)))
	(func (export "down") (type $t) (local $kept i32)
		(local.set $kept (i32.mul (local.get 0) (i32.const 100)))
		(i32.add (local.get $kept) (call $inner (local.get 0) (f64.const 1) (v128.const i64x2 2 3))))
	(func (export "one") (result i32) (i32.const 1)))`

// ends are the ways in which a host function may end its goroutine's calls, and what a recovered panic is to say.
var ends = []struct {
	name, want string
	end        func()
}{
	{"panic", "boom", func() { panic(errors.New("boom")) }},
	{"panic of nil", "panic called with nil argument", func() { panic(nil) }}, //nolint:govet // what this is about
	{"nil dereference", "nil pointer dereference", func() { *nowhere = 1 }},
	{"division by zero", "integer divide by zero", func() { *somewhere /= *zero }},
	{"index", "index out of range [1]", func() { *somewhere = make([]int, *zero)[*zero+1] }},
	{"runtime.Goexit", "", runtime.Goexit},
}

// The compiler does not know what these are.
var (
	nowhere   *int
	somewhere = new(int)
	zero      = new(int)
)

// TestPanics lets panics and runtime.Goexit pass through guests, called by hosts called by guests and so on. Functions that are deferred call
// guests on the way. The instance works afterwards.
func TestPanics(t *testing.T) {
	eachTier(t, func(s *stage) {
		var end func()
		s.define("host", func(ctx context.Context, in *weft.Instance, n int32) int32 {
			defer s.want(in, int32(1), "one")
			if n == 0 {
				end()
			}
			results, err := s.try(ctx, in, "down", n-1)
			s.Errorf("have %v, %v, want no return", results, err)
			return 0
		})
		in := s.instantiate(nested)
		for _, c := range ends {
			for _, depth := range []int{0, 1, 7} {
				end = c.end
				s.expectPanic(c.name, c.want, func() { _, _ = s.try(bg, in, "down", depth) })
				s.want(in, int32(1), "one")
			}
		}
	})
}

// TestPanicsOfTyped is the same for typed calls, of functions that have a stack of their own.
func TestPanicsOfTyped(t *testing.T) {
	eachTier(t, func(s *stage) {
		end := func() {}
		s.define("host", func(ctx context.Context, in *weft.Instance, n int32) int32 { end(); return n })
		in := s.instantiate(nested)
		down, err := weft.Lookup1[int32, int32](in, "down")
		if err != nil {
			s.Fatal(err)
		}
		for _, c := range ends {
			end = func() {}
			for range 40 {
				if n, err := down(bg, 2); n != 202 || err != nil {
					s.Fatalf("have %d, %v", n, err)
				}
			}
			end = c.end
			s.expectPanic(c.name, c.want, func() { _, _ = down(bg, 2) })
		}
	})
}

// TestTypedBehindPanic makes calls that need no host behind one in which the host panicked.
func TestTypedBehindPanic(t *testing.T) {
	eachTier(t, func(s *stage) {
		s.define("host", func(n int32) int32 {
			if n > 1 {
				panic(errors.New("boom"))
			}
			return n
		})
		in := s.instantiate(`(module
			(import "env" "host" (func $host (param i32) (result i32)))
			(func (export "f") (param i32) (result i32)
				(if (result i32) (local.get 0) (then (call $host (local.get 0))) (else (i32.const 5)))))`)
		f, err := weft.Lookup1[int32, int32](in, "f")
		if err != nil {
			s.Fatal(err)
		}
		for range 3 {
			for i := range 40 {
				want := []int32{5, 1}[i%2]
				if n, err := f(bg, int32(i%2)); n != want || err != nil {
					s.Fatalf("call %d: have %d, %v, want %d", i, n, err, want)
				}
			}
			s.expectPanic("panic", "boom", func() { _, _ = f(bg, 2) })
		}
	})
}

// expectPanic runs a function on a goroutine of its own, which is to end by a panic that says something, or by runtime.Goexit if want is "".
func (s *stage) expectPanic(name, want string, f func()) {
	s.Helper()
	type outcome struct {
		returned bool
		value    any
	}
	done := make(chan outcome)
	go func() {
		o := outcome{}
		defer func() { o.value = recover(); done <- o }()
		f()
		o.returned = true
	}()
	o := <-done
	err, _ := o.value.(error)
	switch {
	case o.returned:
		s.Errorf("%s: the call returned", name)
	case want == "" && o.value != nil, want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		s.Errorf("%s: recovered %v, want %q", name, o.value, want)
	}
}

// TestRecovered recovers from a panic in a host function in the middle. The guests around it go on with all that they had.
func TestRecovered(t *testing.T) {
	eachTier(t, func(s *stage) {
		var end func()
		s.define("host", func(ctx context.Context, in *weft.Instance, n int32) (result int32, err error) {
			if n == 0 {
				end()
			}
			if n == 3 {
				defer func() {
					if recover() != nil {
						result, err = 7, nil
					}
				}()
			}
			results, err := s.try(ctx, in, "down", n-1)
			if err != nil {
				return 0, err
			}
			return results[0].(int32), nil
		})
		in := s.instantiate(nested)
		for _, c := range ends {
			if c.want != "" {
				end = c.end
				s.want(in, int32(600+500+400+300+7), "down", 6)
			}
		}
	})
}

// taken are a function that calls the host and one that spins.
const taken = `(module
	(import "env" "host" (func $host))
	(func (export "call") (param i32) (result i32) (call $host) (local.get 0))
	(func (export "spin") (loop $l (br $l)))
	(func (export "one") (result i32) (i32.const 1)))`

// spin has a guest spin on a goroutine of its own, and returns when it does. Stop ends it.
func (s *stage) spin(in *weft.Instance) (stop func()) {
	ctx, cancel := context.WithCancel(bg)
	ended := make(chan error)
	go func() {
		err := weft.ErrConcurrent
		for errors.Is(err, weft.ErrConcurrent) { // the calls below may be there first
			_, err = s.try(ctx, in, "spin")
		}
		ended <- err
	}()
	for err := error(nil); !errors.Is(err, weft.ErrConcurrent); _, err = s.try(bg, in, "one") {
		runtime.Gosched()
	}
	return func() {
		cancel()
		s.trap(<-ended, weft.TrapInterrupted)
	}
}

// TestPanicsWhileTaken has calls end by a panic in a function of the host, while a guest of the same store spins on another goroutine. They do not
// wait for that, and the instance works when it has ended.
func TestPanicsWhileTaken(t *testing.T) {
	eachTier(t, func(s *stage) {
		host := func() {}
		s.define("host", func() { host() })
		in := s.instantiate(taken)
		call, err := weft.Lookup1[int32, int32](in, "call")
		if err != nil {
			s.Fatal(err)
		}
		for _, c := range ends {
			for _, f := range []func(){
				func() { _, _ = call(bg, 5) },
				func() { _, _ = s.try(bg, in, "call", 5) },
			} {
				host = func() {}
				for range 40 { // so that the function has a stack of its own again
					if n, err := call(bg, 5); n != 5 || err != nil {
						s.Fatalf("have %d, %v", n, err)
					}
				}
				var stop func()
				host = func() { stop = s.spin(in); c.end() }
				s.expectPanic(c.name, c.want, f)
				stop()
				s.want(in, int32(1), "one")
			}
		}
	})
}

// TestPanicsBesideGuests dereferences nil on goroutines of no guest, while guests spin, trap and overflow their stacks on others.
func TestPanicsBesideGuests(t *testing.T) {
	eachTier(t, func(s *stage) {
		m := s.compile(`(module (memory 1)
			(func (export "spin") (loop $l (br $l)))
			(func (export "load") (drop (i32.load (i32.const 65536))))
			(func $deep (export "deep") (call $deep)))`)
		ctx, cancel := context.WithCancel(bg)
		var guests, hosts sync.WaitGroup
		for name, code := range map[string]weft.TrapCode{
			"spin": weft.TrapInterrupted, "load": weft.TrapMemoryOutOfBounds, "deep": weft.TrapStackExhausted,
		} {
			in, err := s.linker.Instantiate(bg, m)
			if err != nil {
				s.Fatal(err)
			}
			defer in.Close()
			guests.Go(func() {
				for ctx.Err() == nil {
					if _, err := s.try(ctx, in, name); ctx.Err() == nil {
						s.trap(err, code)
					}
				}
			})
		}
		for range 4 {
			hosts.Go(func() {
				for range 200 {
					if err := dereference(nil); err == nil || !strings.Contains(err.Error(), "nil pointer dereference") {
						s.Errorf("recovered %v", err)
					}
					runtime.Gosched()
				}
			})
		}
		hosts.Wait()
		cancel()
		guests.Wait()
	})
}

func dereference(p *int) (err runtime.Error) {
	defer func() { err, _ = recover().(runtime.Error) }()
	*p = 1
	return nil
}
