package weft

import (
	"context"
	"fmt"
	"sync"

	"github.com/weft-wasm/weft/internal/nearest"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Linker gives imports their values by name. Names belong to the linker alone. It may be used by many goroutines at once.
type Linker struct {
	engine *Engine
	mu     sync.RWMutex
	names  map[importName]rt.Extern
}

type importName struct{ module, name string }

// NewLinker makes an empty linker for modules of an engine.
func NewLinker(e *Engine) *Linker {
	return &Linker{engine: e, names: make(map[importName]rt.Extern)}
}

// Engine returns the linker's engine.
func (l *Linker) Engine() *Engine { return l.engine }

// Define gives an import name a value: a *Func, *Memory, *Table, *Global, *Tag, or a Go function, of which NewFunc makes a
// *Func. A later definition replaces an earlier one.
func (l *Linker) Define(module, name string, v any) error {
	x, e := externOf(v)
	if x == nil {
		f, err := NewFunc(l.engine, v)
		if err != nil {
			err.(*TypeError).What = fmt.Sprintf("define %q: %s", module+"."+name, err.(*TypeError).What)
			return err
		}
		f.f.Name = module + "." + name
		x, e = f.f, f.engine
	}
	if e != l.engine {
		return fmt.Errorf("weft: define %q: it belongs to another engine", module+"."+name)
	}
	if f, ok := x.(*rt.Func); ok && f.Instance == nil && f.Name == "" {
		f.Name = module + "." + name
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.names[importName{module, name}] = x
	return nil
}

// externOf returns what the executor knows of a first-class value, nil for anything else.
func externOf(v any) (rt.Extern, *Engine) {
	switch v := v.(type) {
	case *Func:
		return v.f, v.engine
	case *Memory:
		return v.m, v.engine
	case *Table:
		return v.t, v.engine
	case *Global:
		return v.g, v.engine
	case *Tag:
		return v.t, v.engine
	}
	return nil, nil
}

// DefineInstance defines all exports of an instance under a module name.
func (l *Linker) DefineInstance(module string, in *Instance) error {
	if in.in.Closed() {
		return ErrClosed
	}
	if in.engine != l.engine {
		return fmt.Errorf("weft: define instance %q: it belongs to another engine", module)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, x := range in.in.Module.Exports {
		v := in.extern(x)
		if in.in.Closed() {
			return ErrClosed
		}
		l.names[importName{module, x.Name}] = v
	}
	return nil
}

// DefineUnknownImportsAsTraps defines each function that the module imports and the linker does not know, as one that returns an error when it is
// called.
func (l *Linker) DefineUnknownImportsAsTraps(m *Module) error {
	for i := range m.m.Imports {
		im := &m.m.Imports[i]
		if im.Kind != wasm.ExternFunc || l.lookUp(im) != nil {
			continue
		}
		name := im.Module + "." + im.Name
		trap := func(context.Context, *rt.Instance, []uint64) error {
			return fmt.Errorf("weft: the import %q was called, but is not defined", name)
		}
		l.mu.Lock()
		l.names[importName{im.Module, im.Name}] = l.engine.bind(rt.NewHostFunc(m.m.Sigs[im.Type], name, trap))
		l.mu.Unlock()
	}
	return nil
}

func (l *Linker) lookUp(im *wasm.Import) rt.Extern {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.names[importName{im.Module, im.Name}]
}

// Instantiate makes an instance of the module, with the linker's values for its imports, and calls its start function (spec 4.7.2). Prepare
// is for making many.
//
// The error is a *LinkError for an import that is missing or of the wrong type, a *LimitError, or that of the start function. When a
// segment or the start function traps, what was written to imported memories and tables before stays written.
func (l *Linker) Instantiate(ctx context.Context, m *Module) (*Instance, error) {
	p, err := l.Prepare(m)
	if err != nil {
		return nil, err
	}
	return p.Instantiate(ctx)
}

// unknown is the error for an import that is not defined.
func (l *Linker) unknown(m *Module, im *wasm.Import) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	known := make([]string, 0, len(l.names))
	for n := range l.names {
		known = append(known, n.module+"."+n.name)
	}
	t := m.importType(im)
	return &LinkError{Module: im.Module, Name: im.Name, Want: t.Kind() + " " + t.String(), Hint: nearest.Of(im.Module+"."+im.Name, known)}
}
