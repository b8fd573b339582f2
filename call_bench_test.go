package weft_test

import (
	"context"
	"testing"

	"github.com/weft-wasm/weft"
)

// crossings is a module whose calls do nothing but go from host to guest and back, or from guest to host and back.
const crossings = `(module
  (import "host" "add" (func $host (param i32 i32) (result i32)))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "loop") (param $n i32) (result i32) (local $sum i32)
    (loop $next
      (local.set $sum (call $host (local.get $sum) (i32.const 1)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))`

func crossingInstance(b *testing.B, host func(*weft.Engine) *weft.Func) *weft.Instance {
	b.Helper()
	w := newWorld(b, weft.Limits{})
	w.define("host", "add", host(w.engine))
	return w.instantiate(crossings)
}

func typedAdd(e *weft.Engine) *weft.Func {
	return weft.Host2(e, func(_ context.Context, _ *weft.Instance, x, y int32) (int32, error) { return x + y, nil })
}

func BenchmarkTypedCall(b *testing.B) {
	add, err := weft.Lookup2[int32, int32, int32](crossingInstance(b, typedAdd), "add")
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		if sum, err := add(ctx, 1, 2); sum != 3 || err != nil {
			b.Fatal(sum, err)
		}
	}
}

// BenchmarkCancellableCall makes calls that can be cancelled: with one context for all, and with one for each.
func BenchmarkCancellableCall(b *testing.B) {
	in := crossingInstance(b, typedAdd)
	f, err := in.Func("add")
	if err != nil {
		b.Fatal(err)
	}
	stack := make([]uint64, 2)
	call := func(ctx context.Context) {
		if err := f.CallRaw(ctx, stack); err != nil {
			b.Fatal(err)
		}
	}
	shared, cancel := context.WithCancel(context.Background())
	defer cancel()
	for _, c := range []struct {
		name string
		call func()
	}{
		{"never", func() { call(context.Background()) }},
		{"shared", func() { call(shared) }},
		{"own", func() {
			ctx, cancel := context.WithCancel(shared)
			call(ctx)
			cancel()
		}},
		{"own without a call", func() {
			_, cancel := context.WithCancel(shared)
			cancel()
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.call()
			}
		})
	}
}

func BenchmarkTypedHost(b *testing.B) { benchmarkHost(b, typedAdd) }

func BenchmarkRawHost(b *testing.B) {
	benchmarkHost(b, func(e *weft.Engine) *weft.Func {
		t := weft.FuncType{Params: []weft.ValueType{weft.I32, weft.I32}, Results: []weft.ValueType{weft.I32}}
		return weft.NewHostFunc(e, t, func(_ context.Context, _ *weft.Instance, slots []uint64) error {
			slots[0] = uint64(uint32(slots[0]) + uint32(slots[1]))
			return nil
		})
	})
}

func benchmarkHost(b *testing.B, host func(*weft.Engine) *weft.Func) {
	loop, err := weft.Lookup1[int32, int32](crossingInstance(b, host), "loop")
	if err != nil {
		b.Fatal(err)
	}
	for range 1000 { // so that the function counts as one that is called often
		if _, err := loop(context.Background(), 1); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	if sum, err := loop(context.Background(), int32(b.N)); sum != int32(b.N) || err != nil {
		b.Fatal(sum, err)
	}
}
