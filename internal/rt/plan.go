package rt

import (
	"slices"
	"sync"
	"unsafe"

	"github.com/weft-wasm/weft/internal/abi"
)

// Plan is a module with imports that have the types it asks for: all that its instances have in common. It may be used by many goroutines at once.
//
//	p, err := m.Plan(imports)
//	in := p.New(host)
//	err = in.Instantiate()
type Plan struct {
	module *Module

	// The imports, by index space.
	funcs   []*Func
	tables  []*Table
	mems    []*Memory
	globals []*Global
	tags    []*Tag

	owners   []*Instance     // those that own imports
	snapshot *initial        // how instances begin, if not as the module says
	stores   []*Store        // those that an instance joins
	template func() []uint64 // a context, with what is the same in those of all instances
}

// Plan checks the imports of a module, in its order. The error is a *LinkError, or ErrClosed if an import belongs to a dead instance.
func (m *Module) Plan(imports []Extern) (*Plan, error) {
	p := &Plan{module: m}
	for i := range m.Imports {
		im := &m.Imports[i]
		if o := ownerOf(imports[i]); o != nil && o.Dead() {
			return nil, ErrClosed
		}
		if have, want, ok := m.match(im, imports[i]); !ok {
			return nil, &LinkError{Import: im, Have: have, Want: want}
		}
		p.add(imports[i])
	}
	p.template = onceTemplate(p)
	return p, nil
}

func onceTemplate(p *Plan) func() []uint64 { return sync.OnceValue(p.newTemplate) }

func (p *Plan) add(x Extern) {
	switch x := x.(type) {
	case *Func:
		p.funcs = append(p.funcs, x)
	case *Table:
		x.Resolve()
		p.tables = append(p.tables, x)
	case *Global:
		p.globals = append(p.globals, x)
	case *Tag:
		p.tags = append(p.tags, x)
	case *Memory:
		p.mems = append(p.mems, x)
	}
	if o := ownerOf(x); o != nil && !slices.Contains(p.owners, o) {
		p.owners = append(p.owners, o)
	}
	if s := storeOf(x); s != nil && !slices.Contains(p.stores, s) {
		p.stores = append(p.stores, s)
	}
}

// initial is how instances begin.
func (p *Plan) initial() *initial {
	if p.snapshot != nil {
		return p.snapshot
	}
	return p.module.initial()
}

// storeOf returns the store that an import ties its importer to, or nil: functions of the host, memories and tags hold no references.
func storeOf(x Extern) *Store {
	switch x := x.(type) {
	case *Func:
		if x.Instance != nil {
			return x.Instance.store
		}
	case *Table:
		return x.store
	case *Global:
		return x.store
	}
	return nil
}

// ownerOf returns the instance that a function, a table or a global belongs to, or nil.
func ownerOf(x Extern) *Instance {
	switch x := x.(type) {
	case *Func:
		return x.Instance
	case *Table:
		return x.owner
	case *Global:
		return x.owner
	}
	return nil
}

// newTemplate fills a context with the imports, the types, and the globals whose values the module alone says.
func (p *Plan) newTemplate() []uint64 {
	m, l := p.module, p.module.Layout
	size := (l.SizeBytes + abi.ContextAlign - 1) &^ (abi.ContextAlign - 1)
	c := machineContext{make([]uint64, size/8)}
	c.set(abi.InstanceHelpers, m.Exec.(Coder).Helpers())
	for i, g := range p.globals {
		offset, _ := l.Global(uint32(i))
		c.set(offset, uintptr(unsafe.Pointer(g.Cell)))
	}
	for i, f := range p.funcs {
		c.set(l.ImportedFunc(uint32(i)), f.Address())
	}
	for i, t := range p.tags {
		c.set(l.Tag(uint32(i)), uintptr(unsafe.Pointer(t)))
	}
	for i, id := range m.IDs {
		c.setID(l.TypeID(uint32(i)), uint32(id))
	}
	for i, v := range p.initial().globals {
		offset, _ := l.Global(uint32(l.ImportedGlobals + i))
		*c.cell(offset) = v
	}
	return c.words
}

// Instantiate makes an instance with imports in the module's order. After an error of a segment it is closed, as Instance.Instantiate says; with
// the others there is none.
func (m *Module) Instantiate(imports []Extern) (*Instance, error) {
	p, err := m.Plan(imports)
	if err != nil {
		return nil, err
	}
	in := p.New(nil)
	return in, in.Instantiate()
}

// New makes an instance that is to be instantiated. Host is what the embedder keeps with it.
func (p *Plan) New(host any) *Instance {
	in := new(Instance)
	p.Init(in, host)
	return in
}

// Init does what New does for an instance that is part of something else, and zero.
func (p *Plan) Init(in *Instance, host any) {
	in.Module, in.Host, in.plan = p.module, host, p
	in.own.store.sweepAt = firstSweep
	in.store = &in.own.store
}
