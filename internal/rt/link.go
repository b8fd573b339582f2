package rt

import (
	"fmt"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Extern is something that can be imported: a *Func, *Table, *Memory, *Global or *Tag.
type Extern any

// LinkError says that an import does not have the type that the module asks for (spec 3.5.12, 4.7.2).
type LinkError struct {
	Import     *wasm.Import
	Have, Want string
}

func (e *LinkError) Error() string {
	return fmt.Sprintf("weft: import %q %q: incompatible import type: have %s, want %s", e.Import.Module, e.Import.Name, e.Have, e.Want)
}

// NewInstance makes an instance of the module that is to be instantiated.
func (m *Module) NewInstance(host any) *Instance {
	return &Instance{Module: m, Host: host, store: NewStore()}
}

// Instantiate gives the instance its imports, in the module's order, and all it has, up to but without the call of the start function (spec
// 4.7.2). After an error it is closed. When a segment traps, the error is a *TrapError, and what the segments before it wrote into imported
// memories and tables stays written: other instances may then call functions of this one.
func (in *Instance) Instantiate(imports []Extern) error {
	for i := range in.Module.Imports {
		if err := in.link(&in.Module.Imports[i], imports[i]); err != nil {
			in.abandon()
			return err
		}
	}
	if err := in.join(imports); err != nil {
		in.abandon()
		return err
	}
	err := in.build()
	if err != nil {
		in.Close()
	}
	return err
}

// build makes what the module defines, in the store the instance has joined.
func (in *Instance) build() error {
	var a Activation
	if err := a.Enter(in.store, nil); err != nil {
		return err
	}
	defer a.Leave()
	if err := in.define(); err != nil {
		return err
	}
	return in.initialise()
}

// abandon lets go of the imports of an instance that did not come to be.
func (in *Instance) abandon() {
	in.closed.Store(true)
	for _, mem := range in.Mems {
		mem.Release()
	}
}

func (in *Instance) link(im *wasm.Import, x Extern) error {
	if have, want, ok := in.Module.match(im, x); !ok {
		return &LinkError{Import: im, Have: have, Want: want}
	}
	switch x := x.(type) {
	case *Func:
		in.Funcs = append(in.Funcs, x)
	case *Table:
		in.Tables = append(in.Tables, x)
	case *Global:
		in.Globals = append(in.Globals, x)
	case *Tag:
		in.Tags = append(in.Tags, x)
	case *Memory:
		if !x.Retain() {
			return ErrClosed
		}
		in.Mems = append(in.Mems, x)
	}
	return nil
}

// join merges the instance's store with those of its imports, and puts it there.
func (in *Instance) join(imports []Extern) error {
	for _, x := range imports {
		if s := storeOf(x); s != nil {
			if err := in.store.merge(s); err != nil {
				return err
			}
		}
	}
	in.store.add(in)
	return nil
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

// match decides whether x may be imported as im, and describes both if not.
func (m *Module) match(im *wasm.Import, x Extern) (have, want string, ok bool) {
	switch im.Kind {
	case wasm.ExternFunc:
		sig := m.Sigs[im.Type]
		want = "func " + sig.String()
		if f, is := x.(*Func); is {
			return describe(f), want, m.Canon.IsSub(f.Type.ID, sig.ID)
		}
	case wasm.ExternTable:
		t := m.tableType(im.Table)
		want = "table " + tableString(t)
		if tab, is := x.(*Table); is {
			h := tab.Type()
			return describe(tab), want, h.Elem == t.Elem && matchLimits(h.Limits, t.Limits)
		}
	case wasm.ExternMem:
		want = "memory " + im.Mem.Limits.String()
		if mem, is := x.(*Memory); is {
			h := mem.Type()
			return describe(mem), want, h.Shared == im.Mem.Shared && matchLimits(h.Limits, im.Mem.Limits)
		}
	case wasm.ExternGlobal:
		t := m.globalType(im.Global)
		want = "global " + globalString(t)
		if g, is := x.(*Global); is {
			ok := g.typ == t || !t.Mutable && !g.typ.Mutable && m.Canon.MatchValue(g.typ.Type, t.Type)
			return describe(g), want, ok
		}
	case wasm.ExternTag:
		sig := m.Sigs[im.Type]
		want = "tag " + wasm.TypesString(sig.Params)
		if tag, is := x.(*Tag); is {
			return describe(tag), want, tag.Type.ID == sig.ID
		}
	}
	return describe(x), want, false
}

// matchLimits is limits matching (spec 3.3.14).
func matchLimits(have, want wasm.Limits) bool {
	if have.Is64 != want.Is64 || have.Min < want.Min {
		return false
	}
	return !want.HasMax || have.HasMax && have.Max <= want.Max
}

// describe returns the kind and type of x.
func describe(x Extern) string {
	switch x := x.(type) {
	case *Func:
		return "func " + x.Type.String()
	case *Table:
		return "table " + tableString(x.Type())
	case *Memory:
		return "memory " + x.Type().Limits.String()
	case *Global:
		return "global " + globalString(x.typ)
	case *Tag:
		return "tag " + wasm.TypesString(x.Type.Params)
	}
	return "nothing"
}

func tableString(t wasm.TableType) string { return t.Limits.String() + " " + t.Elem.String() }

func globalString(t wasm.GlobalType) string {
	if t.Mutable {
		return "(mut " + t.Type.String() + ")"
	}
	return t.Type.String()
}

// define allocates what the module defines.
func (in *Instance) define() error {
	m := in.Module
	coder, _ := m.Exec.(Coder)
	if coder != nil {
		in.context = newMachineContext(m.Layout)
	}
	in.defineFuncs(coder)
	memories := NewBudget(m.Limits.MemoryBytes)
	for i := range m.Mems {
		mem, err := NewMemory(m.Mems[i], memories)
		if err != nil {
			return err
		}
		in.Mems = append(in.Mems, mem)
	}
	for _, t := range m.Tags {
		in.Tags = append(in.Tags, &Tag{Type: m.Sigs[t]})
	}
	for i := range m.Globals {
		g := &m.Globals[i]
		lo, hi, err := in.eval(g.Init)
		if err != nil {
			return err
		}
		c := new(Cell)
		if coder != nil {
			offset, _ := m.Layout.Global(uint32(len(in.Globals)))
			c = in.context.cell(offset)
		}
		c.Lo, c.Hi = lo, hi
		in.Globals = append(in.Globals, newGlobal(in.store, m.globalType(g.Type), c))
	}
	tables := NewBudget(m.Limits.TableElements)
	for i := range m.Tables {
		t := &m.Tables[i]
		var init uint64
		if len(t.Init.Bytes) > 0 {
			var err error
			if init, _, err = in.eval(t.Init); err != nil {
				return err
			}
		}
		tab, err := NewTable(in.store, m.tableType(t.Type), Ref(init), tables)
		if err != nil {
			return err
		}
		in.Tables = append(in.Tables, tab)
	}
	if coder != nil {
		in.fillContext(coder)
	}
	return nil
}

func (in *Instance) defineFuncs(coder Coder) {
	m := in.Module
	imported := len(in.Funcs)
	in.Funcs = append(make([]*Func, 0, imported+len(m.Funcs)), in.Funcs...)
	funcs := make([]Func, len(m.Funcs))
	for i := range funcs {
		index := uint32(imported + i)
		t := m.funcSigs[index]
		funcs[i] = Func{id: t.ID, Type: t, Instance: in, Index: index}
		in.Funcs = append(in.Funcs, &funcs[i])
	}
	if coder != nil {
		coder.Bind(funcs, in.context.address())
	}
}

// initialise evaluates the segments and writes the active ones.
func (in *Instance) initialise() error {
	m := in.Module
	in.Elems = make([][]Ref, len(m.Elems))
	for i := range m.Elems {
		if err := in.evalElem(i); err != nil {
			return err
		}
	}
	for i := range m.Elems {
		e := &m.Elems[i]
		if e.Mode == wasm.ModeActive {
			at, _, err := in.eval(e.Offset)
			if err != nil {
				return err
			}
			if !in.Tables[e.Table].Init(in.Elems[i], at, 0, uint64(len(in.Elems[i]))) {
				return &TrapError{Code: abi.TrapTableOutOfBounds}
			}
		}
		if e.Mode != wasm.ModePassive {
			in.Elems[i] = nil
		}
	}
	in.Data = make([][]byte, len(m.Data))
	for i := range m.Data {
		d := &m.Data[i]
		if d.Mode == wasm.ModePassive {
			in.Data[i] = d.Bytes
			continue
		}
		at, _, err := in.eval(d.Offset)
		if err != nil {
			return err
		}
		if !MemoryCopy(in.Mems[d.Mem].Bytes(), d.Bytes, at, 0, uint64(len(d.Bytes))) {
			return &TrapError{Code: abi.TrapMemoryOutOfBounds}
		}
	}
	return nil
}

func (in *Instance) evalElem(i int) error {
	e := &in.Module.Elems[i]
	if e.Mode == wasm.ModeDeclarative {
		return nil
	}
	refs := make([]Ref, e.Len())
	for j, f := range e.Funcs {
		refs[j] = in.Funcs[f].Ref()
	}
	for j, x := range e.Exprs {
		lo, _, err := in.eval(x)
		if err != nil {
			return err
		}
		refs[j] = Ref(lo)
	}
	in.Elems[i] = refs
	return nil
}
