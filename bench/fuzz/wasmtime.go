//go:build cgo

package fuzz

import (
	"errors"
	"fmt"
	"strings"

	"github.com/bytecodealliance/wasmtime-go/v44"

	"github.com/weft-wasm/weft/bench/engine"
)

type wasmtimeExecutor struct{ engine *wasmtime.Engine }

// openWasmtime makes wasmtime as deterministic as Weft always is.
func openWasmtime() (executor, error) {
	config := engine.WasmtimeConfig()
	config.SetWasmGC(true) // for recursive types, and initialisers that name globals of the module
	config.SetWasmRelaxedSIMDDeterministic(true)
	config.SetCraneliftNanCanonicalization(true)
	config.SetParallelCompilation(false)
	return wasmtimeExecutor{wasmtime.NewEngineWithConfig(config)}, nil
}

func (x wasmtimeExecutor) run(t *Trial) (o Outcome) {
	store := wasmtime.NewStore(x.engine)
	defer store.Close()
	linker := wasmtime.NewLinker(x.engine)
	defer linker.Close()
	i64 := wasmtime.NewValType(wasmtime.KindI64)
	mixType := wasmtime.NewFuncType([]*wasmtime.ValType{i64, i64}, []*wasmtime.ValType{i64})
	mix := func(_ *wasmtime.Caller, args []wasmtime.Val) ([]wasmtime.Val, *wasmtime.Trap) {
		h, err := Mix(args[0].I64(), args[1].I64())
		if err != nil {
			return nil, wasmtime.NewTrap(err.Error())
		}
		return []wasmtime.Val{wasmtime.ValI64(h)}, nil
	}
	if err := linker.FuncNew(mixModule, mixName, mixType, mix); err != nil {
		o.Refused = err.Error()
		return o
	}
	host, err := x.instance(linker, store, t.Host, &o)
	if err != nil {
		return o
	}
	if err := linker.DefineInstance(store, hostName, host); err != nil {
		o.Refused = err.Error()
		return o
	}
	in, err := x.instance(linker, store, t.Module, &o)
	if err != nil {
		return o
	}
	for i := range t.Probes + 1 {
		name := numbered(probeName, i)
		if i == t.Probes {
			name = dumpName
		}
		_, err := in.GetFunc(store, name).Call(store)
		o.Ends = append(o.Ends, wasmtimeEnd(err))
	}
	o.Log = append(o.Log, in.GetExport(store, logName).Memory().UnsafeData(store)[:t.LogBytes]...)
	for i := range t.Memories {
		o.Memories = append(o.Memories, memoryOf(in.GetExport(store, numbered(memName, i)).Memory().UnsafeData(store)))
	}
	return o
}

// instance makes an instance, or puts into the outcome why there is none.
func (x wasmtimeExecutor) instance(linker *wasmtime.Linker, store *wasmtime.Store, wasm []byte, o *Outcome) (*wasmtime.Instance, error) {
	module, err := wasmtime.NewModule(x.engine, wasm)
	if err != nil {
		o.Refused = err.Error()
		return nil, err
	}
	defer module.Close()
	in, err := linker.Instantiate(store, module)
	if err != nil {
		o.Instantiation = wasmtimeEnd(err)
	}
	return in, err
}

// wasmtimeTraps are the specification's phrases for wasmtime's codes, as far as wasmtime tells cases apart.
var wasmtimeTraps = map[wasmtime.TrapCode]string{
	wasmtime.StackOverflow:          endExhausted,
	wasmtime.MemoryOutOfBounds:      "out of bounds memory access",
	wasmtime.TableOutOfBounds:       "out of bounds table access",
	wasmtime.IndirectCallToNull:     "uninitialized element",
	wasmtime.BadSignature:           "indirect call type mismatch",
	wasmtime.IntegerOverflow:        "integer overflow",
	wasmtime.IntegerDivisionByZero:  "integer divide by zero",
	wasmtime.BadConversionToInteger: "invalid conversion to integer",
	wasmtime.UnreachableCodeReached: "unreachable",
	13:                              "null reference", // the Go package stops at 11
}

// wasmtimeEnd says how a call ended.
func wasmtimeEnd(err error) string {
	var trap *wasmtime.Trap
	switch {
	case err == nil:
		return ""
	case strings.Contains(err.Error(), errRefused.Error()):
		return endHost
	case errors.As(err, &trap) && trap.Code() != nil:
		if phrase := wasmtimeTraps[*trap.Code()]; phrase != "" {
			return phrase
		}
		return fmt.Sprintf("trap %d: %v", *trap.Code(), err)
	}
	return fmt.Sprintf("error: %v", err)
}
