//go:build cgo

package engine

import (
	"github.com/bytecodealliance/wasmtime-go/v44"
)

// wasmtimeCycler has a store for each instance, which is how instances are given back. The Go API offers no pooling allocator.
type wasmtimeCycler struct {
	engine *wasmtime.Engine
	module *wasmtime.Module
	linker *wasmtime.Linker
}

func wasmtimeCycles(guest []byte) (Cycler, error) {
	e := wasmtime.NewEngine()
	module, err := wasmtime.NewModule(e, guest)
	if err != nil {
		return nil, err
	}
	linker := wasmtime.NewLinker(e)
	return wasmtimeCycler{e, module, linker}, linker.DefineUnknownImportsAsTraps(module)
}

func (c wasmtimeCycler) Make(export string) (Closer, error) {
	store := wasmtime.NewStore(c.engine)
	in, err := c.linker.Instantiate(store, c.module)
	if err == nil {
		_, err = in.GetFunc(store, export).Call(store)
	}
	return store, err
}
