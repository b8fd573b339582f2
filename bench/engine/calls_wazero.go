package engine

import (
	"context"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

func wazeroCrossings(r wazero.Runtime, guest []byte) ([]Crossing, error) {
	ctx := context.Background()
	module, err := r.CompileModule(ctx, guest)
	if err != nil {
		return nil, err
	}
	i32 := []api.ValueType{api.ValueTypeI32}
	untyped := api.GoFunc(func(_ context.Context, stack []uint64) { stack[0] = uint64(uint32(stack[0] + stack[1])) })
	hosts := []struct {
		kind   string
		define func(wazero.HostFunctionBuilder) wazero.HostFunctionBuilder
	}{
		{HostTyped, func(b wazero.HostFunctionBuilder) wazero.HostFunctionBuilder {
			return b.WithFunc(func(_ context.Context, a, b int32) int32 { return a + b })
		}},
		{HostUntyped, func(b wazero.HostFunctionBuilder) wazero.HostFunctionBuilder {
			return b.WithGoFunction(untyped, append(i32, i32...), i32)
		}},
	}
	var crossings []Crossing
	for _, host := range hosts {
		hostModule, err := host.define(r.NewHostModuleBuilder("host").NewFunctionBuilder()).Export("add").Instantiate(ctx)
		if err != nil {
			return nil, err
		}
		instance, err := r.InstantiateModule(ctx, module, wazero.NewModuleConfig().WithName(""))
		if err != nil {
			return nil, err
		}
		if host.kind == HostTyped {
			crossings = append(crossings, wazeroExports(instance.ExportedFunction(addExport))...)
		}
		run := func(name string) func(n int) error {
			loop := instance.ExportedFunction(name)
			return func(n int) error {
				results, err := loop.Call(ctx, uint64(n))
				if err != nil {
					return err
				}
				return added(n, int32(results[0]))
			}
		}
		crossings = append(crossings, Crossing{host.kind, run(loopExport), run(emptyExport)})
		// What is linked stays; the name becomes free for the next function.
		if err := hostModule.Close(ctx); err != nil {
			return nil, err
		}
	}
	return crossings, nil
}

func wazeroExports(add api.Function) []Crossing {
	ctx := context.Background()
	return []Crossing{
		{Kind: ExportUntyped, Loop: func(n int) error {
			sum := uint64(0)
			for i := range n {
				results, err := add.Call(ctx, sum, uint64(uint32(i+1)))
				if err != nil {
					return err
				}
				sum = results[0]
			}
			return added(n, int32(sum))
		}},
		{Kind: ExportRaw, Loop: func(n int) error {
			stack := make([]uint64, 2)
			for i := range n {
				stack[1] = uint64(uint32(i + 1))
				if err := add.CallWithStack(ctx, stack); err != nil {
					return err
				}
			}
			return added(n, int32(stack[0]))
		}},
	}
}
