package weft_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/weft-wasm/weft"
)

// nestedModule calls the host under two functions, which may call it again.
const nestedModule = `(module
	(import "env" "host" (func $host (param i32)))
	(func $inner (param i32) (call $host (local.get 0)))
	(func $outer (export "outer") (param i32) (call $inner (local.get 0))))`

// names are those of the functions of frames.
func names(frames []weft.Frame) string {
	var all []string
	for _, f := range frames {
		all = append(all, f.Name)
	}
	return strings.Join(all, " ")
}

// TestBacktrace looks at the open calls from functions of the host, from deferred ones while they panic, and afterwards.
func TestBacktrace(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	var seen []string
	end := func() {}
	see := func(in *weft.Instance) {
		frames, err := in.Backtrace()
		if err != nil {
			t.Error(err)
		}
		seen = append(seen, names(frames))
	}
	w.define("env", "host", func(ctx context.Context, in *weft.Instance, n int32) error {
		see(in)
		defer see(in)
		if n == 0 {
			end()
			return nil
		}
		_, err := w.try(ctx, in, "outer", n-1)
		return err
	})
	in := w.instantiate(nestedModule)
	const one, two = "inner outer", "inner outer inner outer"
	// The typed calls that follow the first ones take another way.
	outer, err := weft.Lookup1[int32, weft.None](in, "outer")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		end = func() {}
		if _, err := outer(bg, 1); err != nil {
			t.Fatal(err)
		}
		if want := []string{one, two, two, one}; !slices.Equal(seen, want) {
			t.Fatalf("round %d: have %q, want %q", i, seen, want)
		}
		seen = nil
		end = func() { panic("boom") }
		func() {
			defer func() {
				if r := recover(); r != "boom" {
					t.Errorf("recovered %v", r)
				}
			}()
			_, _ = outer(bg, 1)
		}()
		if want := []string{one, two, two, one}; !slices.Equal(seen, want) {
			t.Fatalf("round %d, panic: have %q, want %q", i, seen, want)
		}
		if have := names(in.PanicBacktrace()); have != two {
			t.Errorf("round %d: the panic ended %q, want %q", i, have, two)
		}
		seen = nil
		if see(in); seen[0] != "" {
			t.Errorf("outside of calls: have %q", seen)
		}
		seen = nil
	}
}

// TestPanicBacktraceOfLatest has a panic recovered half-way: what the next one ends does not come behind it.
func TestPanicBacktraceOfLatest(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	w.define("env", "host", func(ctx context.Context, in *weft.Instance, n int32) {
		if n == 0 {
			panic("inner")
		}
		defer func() { _ = recover() }()
		_, _ = w.try(ctx, in, "outer", n-1)
	})
	in := w.instantiate(nestedModule)
	if frames := in.PanicBacktrace(); len(frames) != 0 {
		t.Errorf("without a panic: %v", frames)
	}
	for range 2 {
		if _, err := w.try(bg, in, "outer", 1); err != nil {
			t.Fatal(err)
		}
		if have, want := names(in.PanicBacktrace()), "inner outer"; have != want {
			t.Errorf("have %q, want %q", have, want)
		}
	}
}

// TestBacktraceBesideGuest asks for the calls while a guest executes.
func TestBacktraceBesideGuest(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	in := w.instantiate(`(module (global $on (export "on") (mut i32) (i32.const 0))
		(func (export "spin") (global.set $on (i32.const 1)) (loop (br 0))))`)
	ctx, stop := context.WithCancel(bg)
	done := make(chan error)
	go func() {
		_, err := w.try(ctx, in, "spin")
		done <- err
	}()
	for err := error(nil); !errors.Is(err, weft.ErrConcurrent); {
		select {
		case err := <-done:
			t.Fatal(fmt.Errorf("the guest has ended: %w", err))
		default:
			_, err = in.Backtrace()
		}
	}
	stop()
	<-done
}

// TestBacktraceOfTailCall has functions that have called the host in their place: they are not open any more.
func TestBacktraceOfTailCall(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	var seen []string
	w.define("env", "host", func(ctx context.Context, in *weft.Instance) error {
		frames, err := in.Backtrace()
		seen = append(seen, names(frames))
		return err
	})
	in := w.instantiate(`(module (import "env" "host" (func $host))
		(func $leaves (return_call $host))
		(func $stays (export "stays") (call $leaves) (call $host))
		(func $goes (export "goes") (return_call $host)))`)
	for _, name := range []string{"stays", "goes", "stays"} {
		if _, err := w.try(bg, in, name); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"stays", "stays", "", "stays", "stays"}; !slices.Equal(seen, want) {
		t.Errorf("have %q, want %q", seen, want)
	}
}
