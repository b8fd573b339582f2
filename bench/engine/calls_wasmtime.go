//go:build cgo

package engine

import (
	"github.com/bytecodealliance/wasmtime-go/v44"
)

func wasmtimeCrossings(guest []byte) ([]Crossing, error) {
	engine := wasmtime.NewEngine()
	module, err := wasmtime.NewModule(engine, guest)
	if err != nil {
		return nil, err
	}
	i32 := wasmtime.NewValType(wasmtime.KindI32)
	untyped := func(_ *wasmtime.Caller, args []wasmtime.Val) ([]wasmtime.Val, *wasmtime.Trap) {
		return []wasmtime.Val{wasmtime.ValI32(args[0].I32() + args[1].I32())}, nil
	}
	hosts := []struct {
		kind string
		add  func(*wasmtime.Store) *wasmtime.Func
	}{
		{HostTyped, func(s *wasmtime.Store) *wasmtime.Func {
			return wasmtime.WrapFunc(s, func(a, b int32) int32 { return a + b })
		}},
		{HostUntyped, func(s *wasmtime.Store) *wasmtime.Func {
			return wasmtime.NewFunc(s, wasmtime.NewFuncType([]*wasmtime.ValType{i32, i32}, []*wasmtime.ValType{i32}), untyped)
		}},
	}
	var crossings []Crossing
	for _, host := range hosts {
		store := wasmtime.NewStore(engine)
		instance, err := wasmtime.NewInstance(store, module, []wasmtime.AsExtern{host.add(store)})
		if err != nil {
			return nil, err
		}
		if host.kind == HostTyped {
			add := instance.GetFunc(store, addExport)
			crossings = append(crossings, Crossing{Kind: ExportUntyped, Loop: func(n int) error {
				sum := int32(0)
				for i := range n {
					result, err := add.Call(store, sum, int32(i+1))
					if err != nil {
						return err
					}
					sum = result.(int32)
				}
				return added(n, sum)
			}})
		}
		run := func(name string) func(n int) error {
			loop := instance.GetFunc(store, name)
			return func(n int) error {
				sum, err := loop.Call(store, int32(n))
				if err != nil {
					return err
				}
				return added(n, sum.(int32))
			}
		}
		crossings = append(crossings, Crossing{host.kind, run(loopExport), run(emptyExport)})
	}
	return crossings, nil
}
