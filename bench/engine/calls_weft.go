package engine

import (
	"cmp"
	"context"

	"github.com/weft-wasm/weft"
)

func weftCrossings(e *weft.Engine, guest []byte) ([]Crossing, error) {
	ctx := context.Background()
	module, err := e.Compile(ctx, guest)
	if err != nil {
		return nil, err
	}
	add := weft.FuncType{Params: []weft.ValueType{weft.I32, weft.I32}, Results: []weft.ValueType{weft.I32}}
	hosts := []struct {
		kind string
		add  any
	}{
		{HostTyped, weft.Host2(e, func(_ context.Context, _ *weft.Instance, a, b int32) (int32, error) { return a + b, nil })},
		{HostUntyped, weft.NewHostFunc(e, add, func(_ context.Context, _ *weft.Instance, stack []uint64) error {
			stack[0] = uint64(uint32(stack[0] + stack[1]))
			return nil
		})},
		{HostAny, func(a, b int32) int32 { return a + b }},
	}
	var crossings []Crossing
	for _, host := range hosts {
		linker := weft.NewLinker(e)
		if err := linker.Define("host", "add", host.add); err != nil {
			return nil, err
		}
		instance, err := linker.Instantiate(ctx, module)
		if err != nil {
			return nil, err
		}
		if host.kind == HostTyped {
			exports, err := weftExports(instance)
			if err != nil {
				return nil, err
			}
			crossings = append(crossings, exports...)
		}
		loop, err := weftLoop(instance, loopExport)
		if err != nil {
			return nil, err
		}
		empty, err := weftLoop(instance, emptyExport)
		if err != nil {
			return nil, err
		}
		crossings = append(crossings, Crossing{host.kind, loop, empty})
	}
	return crossings, nil
}

// weftLoop returns what runs one of the guest's loops.
func weftLoop(instance *weft.Instance, name string) (func(n int) error, error) {
	loop, err := weft.Lookup1[int32, int32](instance, name)
	return func(n int) error {
		sum, err := loop(context.Background(), int32(n))
		return cmp.Or(err, added(n, sum))
	}, err
}

func weftExports(instance *weft.Instance) ([]Crossing, error) {
	ctx := context.Background()
	typed, err := weft.Lookup2[int32, int32, int32](instance, addExport)
	if err != nil {
		return nil, err
	}
	untyped, err := instance.Func(addExport)
	if err != nil {
		return nil, err
	}
	typedLoop := func(ctx context.Context) func(n int) error {
		return func(n int) error {
			sum, err := int32(0), error(nil)
			for i := range n {
				if sum, err = typed(ctx, sum, int32(i+1)); err != nil {
					return err
				}
			}
			return added(n, sum)
		}
	}
	return []Crossing{
		{Kind: ExportTyped, Loop: typedLoop(ctx)},
		{Kind: ExportStop, Loop: func(n int) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			return typedLoop(ctx)(n)
		}},
		{Kind: ExportUntyped, Loop: func(n int) error {
			sum := int32(0)
			for i := range n {
				results, err := untyped.Call(ctx, sum, int32(i+1))
				if err != nil {
					return err
				}
				sum = results[0].(int32)
			}
			return added(n, sum)
		}},
		{Kind: ExportRaw, Loop: func(n int) error {
			stack := make([]uint64, 2)
			for i := range n {
				stack[1] = uint64(uint32(i + 1))
				if err := untyped.CallRaw(ctx, stack); err != nil {
					return err
				}
			}
			return added(n, int32(stack[0]))
		}},
	}, nil
}
