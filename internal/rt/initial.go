package rt

import (
	"runtime"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// initial is how instances of a module begin, as far as the module alone says so. What depends on the instance is left to be done in order: a
// global that is set to another, a segment whose place an imported global gives, or one that traps.
//
// Segments that are done before their turn cannot be told from segments that are done in turn: they are in bounds, they write to tables and
// memories that nobody else has yet, and to each of these the ones before them are done before as well.
type initial struct {
	pages []uint64 // of the memories that the module defines
	sizes []uint64 // of its tables

	globals []Cell // of the globals that the module defines; zero where it depends
	depends []int  // the globals whose values depend on the instance

	frozen      bool           // this is a snapshot, so that nothing depends on expressions
	globalFuncs map[int]uint32 // in a snapshot, the globals that refer to functions, by their indices

	tables  []elements // of the tables that the module defines
	stubs   *stubs     // what these begin with, if not with the functions
	elems   []int      // the element segments that are left: active ones to be written, passive ones to be evaluated
	dropped [][]Ref    // the element segments if none is left

	memories []*contents // of the memories that the module defines and that have no slots
	pools    []*pool     // of those that have, else nil
	data     []int       // the active data segments that are left
	passive  [][]byte    // by data segment; nil for the active ones. Instances share it until they drop one
}

// elements are how a table begins: for each element that a segment writes, 1 + the index of the function it is, else 0. It is no longer than
// need be.
type elements []uint32

// initial returns how instances begin.
func (m *Module) initial() *initial {
	m.initialOnce.Do(func() {
		s := &m.initialState
		for i := range m.Mems {
			s.pages = append(s.pages, m.Mems[i].Limits.Min)
		}
		for i := range m.Tables {
			s.sizes = append(s.sizes, m.Tables[i].Type.Limits.Min)
		}
		s.globals = make([]Cell, len(m.Globals))
		for i := range m.Globals {
			var ok bool
			if s.globals[i], ok = constant(m.Globals[i].Init); !ok {
				s.depends = append(s.depends, i)
			}
		}
		m.initialElems(s)
		m.initialStubs(s)
		m.initialData(s)
	})
	return &m.initialState
}

func (m *Module) initialElems(s *initial) {
	s.tables, s.dropped = make([]elements, len(m.Tables)), make([][]Ref, len(m.Elems))
	var stopped []bool // by table, imported ones included: a segment is left, and so are all after it
	for i := range m.Elems {
		e := &m.Elems[i]
		if e.Mode == wasm.ModeDeclarative {
			continue
		}
		if e.Mode == wasm.ModeActive {
			if stopped == nil {
				stopped = m.tablesThatDepend()
			}
			own := int(e.Table) - m.ImportedTables
			if !stopped[e.Table] && s.addElem(m, own, e) {
				continue
			}
			stopped[e.Table] = true
		}
		s.elems = append(s.elems, i)
	}
}

// tablesThatDepend says of each table whether its first elements depend on the instance: it is imported, or filled with an expression.
func (m *Module) tablesThatDepend() []bool {
	out := make([]bool, m.ImportedTables+len(m.Tables))
	for i := range out {
		out[i] = i < m.ImportedTables
		if own := i - m.ImportedTables; own >= 0 {
			init, ok := constant(m.Tables[own].Init)
			out[i] = len(m.Tables[own].Init.Bytes) > 0 && !(ok && init.Lo == 0)
		}
	}
	return out
}

// addElem notes an active segment whose place and functions the module says and that is in bounds.
func (s *initial) addElem(m *Module, table int, e *wasm.Elem) bool {
	at, ok := constant(e.Offset)
	if !ok || e.IsExprs || !inBounds(at.Lo, uint64(len(e.Funcs)), int(min(m.Tables[table].Type.Limits.Min, m.Limits.TableElements))) {
		return false
	}
	t := &s.tables[table]
	if end := int(at.Lo) + len(e.Funcs); end > len(*t) && len(e.Funcs) > 0 {
		*t = append(*t, make(elements, end-len(*t))...)
	}
	for i, f := range e.Funcs {
		(*t)[int(at.Lo)+i] = f + 1
	}
	return true
}

func (m *Module) initialData(s *initial) {
	parts := make([][]part, len(m.Mems))
	stopped := make([]bool, len(m.Mems))
	for i := range m.Data {
		d := &m.Data[i]
		if d.Mode == wasm.ModePassive {
			if s.passive == nil {
				s.passive = make([][]byte, len(m.Data))
			}
			s.passive[i] = d.Bytes
			continue
		}
		own := int(d.Mem) - m.ImportedMems
		if own >= 0 && !stopped[own] {
			at, ok := constant(d.Offset)
			if ok && inBounds(at.Lo, uint64(len(d.Bytes)), m.initialBytes(s, own)) {
				if parts[own] == nil {
					parts[own] = make([]part, 0, len(m.Data))
				}
				parts[own] = append(parts[own], part{at.Lo, d.Bytes})
				continue
			}
			stopped[own] = true
		}
		s.data = append(s.data, i)
	}
	if s.passive == nil && len(m.Data) > 0 {
		s.passive = make([][]byte, len(m.Data))
	}
	m.initialMemories(s, parts)
	for _, p := range s.pools {
		if p != nil {
			runtime.AddCleanup(m, (*pool).close, p)
		}
	}
}

// initialMemories makes the contents of memories, in slots where there are such.
func (m *Module) initialMemories(s *initial, parts [][]part) {
	s.memories, s.pools = make([]*contents, len(m.Mems)), make([]*pool, len(m.Mems))
	for i := range s.memories {
		if m.hasSlots(s, i) {
			s.pools[i] = m.newPool(s, i, parts[i])
		} else {
			s.memories[i] = newContents(parts[i])
		}
	}
}

// initialBytes is how large a memory that the module defines is at first; one that cannot be so large cannot be made.
func (m *Module) initialBytes(s *initial, own int) int {
	return int(min(s.pages[own], m.Limits.MemoryBytes/PageSize) * PageSize)
}

// constant evaluates a constant expression that needs no instance.
func constant(e wasm.Expr) (v Cell, ok bool) {
	if len(e.Bytes) == 0 {
		return Cell{}, false
	}
	if v, ok := plain(e); ok {
		return v, true
	}
	lo, hi, err := evaluate(e, func(i *wasm.Instr) (Cell, bool) { return Cell{}, i.Op == op.RefNull })
	return Cell{lo, hi}, err == nil
}
