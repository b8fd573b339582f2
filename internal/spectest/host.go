package spectest

import (
	"context"

	"github.com/weft-wasm/weft"
)

// defineHost gives a linker the module "spectest", which every script may import. Its functions do nothing: what scripts print
// is of no interest.
func defineHost(e *weft.Engine, l *weft.Linker) error {
	limits := weft.TableType{Element: weft.FuncRef, Min: 10, Max: 20, HasMax: true}
	table, err := weft.NewTable(e, limits, nil)
	if err != nil {
		return err
	}
	limits.Is64 = true
	table64, err := weft.NewTable(e, limits, nil)
	if err != nil {
		return err
	}
	memory, err := weft.NewMemory(e, weft.MemoryType{Min: 1, Max: 2, HasMax: true})
	if err != nil {
		return err
	}
	shared, err := weft.NewMemory(e, weft.MemoryType{Min: 1, Max: 2, HasMax: true, Shared: true})
	if err != nil {
		return err
	}
	exports := map[string]any{"table": table, "table64": table64, "memory": memory, "shared_memory": shared}
	for name, value := range hostGlobals {
		if exports[name], err = weft.NewGlobal(e, weft.GlobalType{Value: value.t}, value.v); err != nil {
			return err
		}
	}
	for name, params := range hostFuncs {
		exports[name] = weft.NewHostFunc(e, weft.FuncType{Params: params}, ignore)
	}
	for name, x := range exports {
		if err := l.Define("spectest", name, x); err != nil {
			return err
		}
	}
	return nil
}

var hostGlobals = map[string]struct {
	t weft.ValueType
	v any
}{
	"global_i32": {weft.I32, int32(666)},
	"global_i64": {weft.I64, int64(666)},
	"global_f32": {weft.F32, float32(666.6)},
	"global_f64": {weft.F64, float64(666.6)},
}

var hostFuncs = map[string][]weft.ValueType{
	"print":         nil,
	"print_i32":     {weft.I32},
	"print_i64":     {weft.I64},
	"print_f32":     {weft.F32},
	"print_f64":     {weft.F64},
	"print_i32_f32": {weft.I32, weft.F32},
	"print_f64_f64": {weft.F64, weft.F64},
}

func ignore(context.Context, *weft.Instance, []uint64) error { return nil }
