package weft

import (
	"sync"
	"sync/atomic"

	"github.com/weft-wasm/weft/internal/nearest"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Instance is a module that runs: it has memories, tables, globals and functions of its own, save those it imports.
type Instance struct {
	engine *Engine
	module *Module
	in     rt.Instance
	frozen bool                   // it began as a snapshot
	tenant *Tenant                // nil for none
	memory atomic.Pointer[Memory] // what Memory returns, once asked

	mu     sync.Mutex // guards states
	states map[any]*state
	closes []func() error
}

// Module returns the instance's module.
func (in *Instance) Module() *Module { return in.module }

// Export returns an export: a *Func, *Memory, *Table, *Global or *Tag. The error is an *ExportError or ErrClosed.
func (in *Instance) Export(name string) (any, error) {
	if in.in.Closed() {
		return nil, ErrClosed
	}
	for _, x := range in.in.Module.Exports {
		if x.Name == name {
			v := in.public(in.extern(x))
			if in.in.Closed() {
				return nil, ErrClosed
			}
			return v, nil
		}
	}
	return nil, in.unknown(name)
}

// extern returns what the executor has for an export.
func (in *Instance) extern(x wasm.Export) rt.Extern {
	switch x.Kind {
	case wasm.ExternTable:
		t := in.in.Tables[x.Index]
		t.Resolve()
		return t
	case wasm.ExternMem:
		return in.in.Mems[x.Index]
	case wasm.ExternGlobal:
		return in.in.Global(x.Index)
	case wasm.ExternTag:
		return in.in.Tags[x.Index]
	}
	return in.in.Func(x.Index)
}

func (in *Instance) public(x rt.Extern) any {
	switch x := x.(type) {
	case *rt.Table:
		return &Table{in.engine, x}
	case *rt.Memory:
		return &Memory{in.engine, x}
	case *rt.Global:
		return &Global{in.engine, x}
	case *rt.Tag:
		return &Tag{in.engine, x}
	}
	return wrapFunc(in.engine, x.(*rt.Func))
}

func (in *Instance) unknown(name string) error {
	var known []string
	for _, x := range in.in.Module.Exports {
		known = append(known, x.Name)
	}
	return &ExportError{Name: name, Hint: nearest.Of(name, known)}
}

// export returns an export of one type.
func export[T any](in *Instance, name, kind string) (v T, err error) {
	x, err := in.Export(name)
	if err != nil {
		return v, err
	}
	v, ok := x.(T)
	if !ok {
		for _, t := range in.module.Exports() {
			if t.Name == name {
				return v, &ExportError{Name: name, Have: "a " + t.Type.Kind(), Want: "a " + kind}
			}
		}
	}
	return v, nil
}

// Func returns an exported function.
func (in *Instance) Func(name string) (*Func, error) { return export[*Func](in, name, "func") }

// ExportedMemory returns an exported memory.
func (in *Instance) ExportedMemory(name string) (*Memory, error) {
	return export[*Memory](in, name, "memory")
}

// ExportedTable returns an exported table.
func (in *Instance) ExportedTable(name string) (*Table, error) {
	return export[*Table](in, name, "table")
}

// ExportedGlobal returns an exported global.
func (in *Instance) ExportedGlobal(name string) (*Global, error) {
	return export[*Global](in, name, "global")
}

// ExportedTag returns an exported tag.
func (in *Instance) ExportedTag(name string) (*Tag, error) { return export[*Tag](in, name, "tag") }

// Memory returns the memory exported as "memory"; if there is none, the first memory; nil if the instance has no memory or is closed.
func (in *Instance) Memory() *Memory {
	if in.in.Closed() {
		return nil
	}
	if m := in.memory.Load(); m != nil || len(in.in.Mems) == 0 {
		return m
	}
	index := uint32(0)
	for _, x := range in.in.Module.Exports {
		if x.Kind == wasm.ExternMem && x.Name == "memory" {
			index = x.Index
		}
	}
	m := &Memory{in.engine, in.in.Mems[index]}
	in.memory.Store(m)
	return m
}

// Close closes the instance and its host state. Its functions return ErrClosed from then on. The memory that it and the instances linked
// with it use is given back when all of them are closed and no call is running; slices of it must not be used after that.
func (in *Instance) Close() error {
	if !in.in.Close() {
		return nil
	}
	return in.closeStates()
}
