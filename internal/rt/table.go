package rt

import (
	"math"

	"github.com/weft-wasm/weft/internal/wasm"
)

// Table is a table of references (spec 4.2.7).
type Table struct {
	typ    wasm.TableType // its element type names TypeIDs
	limit  uint64
	budget *Budget
	Elems  []Ref
	store  *Store
	owner  *Instance // that defines it; nil if the host does
	dead   bool      // its owner is
	stubs  bool      // there may be stubs in it
}

// NewTable makes a table of the type's minimum size whose elements are all init, and are taken from the budget.
func NewTable(s *Store, t wasm.TableType, init Ref, budget *Budget) (*Table, error) {
	tab := new(Table)
	if err := tab.init(s, t, init, budget, nil); err != nil {
		return nil, err
	}
	s = s.lock()
	defer s.mu.Unlock()
	s.addRoots([]*Table{tab}, nil)
	return tab, nil
}

// init makes a table as NewTable does, which is not a root of its store yet. Elems are its elements if there are such already.
func (tab *Table) init(s *Store, t wasm.TableType, init Ref, budget *Budget, elems []Ref) error {
	limit := budget.total
	if t.HasMax {
		limit = min(limit, t.Max)
	}
	if !t.Is64 {
		limit = min(limit, math.MaxUint32)
	}
	if t.Min > limit {
		return &LimitError{What: "table", Have: t.Min, Limit: budget.total, Unit: "elements"}
	}
	left := budget.left()
	if ok, err := budget.take(t.Min); err != nil {
		return err
	} else if !ok {
		return &LimitError{What: "instance with tables", Have: budget.total - left + t.Min, Limit: budget.total, Unit: "elements"}
	}
	tab.typ, tab.limit, tab.budget, tab.store, tab.Elems = t, limit, budget, s, elems
	if elems == nil {
		tab.Elems = make([]Ref, t.Min)
	}
	if init != 0 {
		tab.fill(0, init)
	}
	return nil
}

// Type returns the table's type with its present size as the minimum.
func (t *Table) Type() wasm.TableType {
	typ := t.typ
	typ.Min = uint64(len(t.Elems))
	return typ
}

// Store returns the store the table lives in.
func (t *Table) Store() *Store { return t.store.root() }

// Limit returns the most elements that the table may have, by its type, the engine's limits and what the instance's other tables took.
func (t *Table) Limit() uint64 { return min(t.limit, uint64(len(t.Elems))+t.budget.left()) }

// Grow adds elements and returns the previous size (spec 4.6.9). It fails, and changes nothing, beyond the limit.
func (t *Table) Grow(delta uint64, init Ref) (previous uint64, ok bool) {
	previous, err := t.TryGrow(delta, init)
	return previous, err == nil
}

// TryGrow is Grow that returns the *LimitError of a quota, or another error.
func (t *Table) TryGrow(delta uint64, init Ref) (previous uint64, err error) {
	previous = uint64(len(t.Elems))
	if delta > t.limit-previous || t.dead {
		return previous, errNoRoom
	}
	if delta > 0 {
		if ok, err := t.budget.take(delta); err != nil {
			return previous, err
		} else if !ok {
			return previous, errNoRoom
		}
	}
	t.Elems = append(t.Elems, make([]Ref, delta)...)
	t.fill(previous, init)
	return previous, nil
}

func (t *Table) fill(from uint64, init Ref) {
	for i := range t.Elems[from:] {
		t.Elems[from+uint64(i)] = init
	}
}

// Fill is table.fill.
func (t *Table) Fill(at uint64, r Ref, n uint64) bool {
	if !inBounds(at, n, len(t.Elems)) {
		return false
	}
	for i := range t.Elems[at : at+n] {
		t.Elems[at+uint64(i)] = r
	}
	return true
}

// Copy is table.copy, from src into t.
func (t *Table) Copy(src *Table, to, from, n uint64) bool {
	if !inBounds(from, n, len(src.Elems)) || !inBounds(to, n, len(t.Elems)) {
		return false
	}
	copy(t.Elems[to:to+n], src.Elems[from:from+n])
	return true
}

// Init is table.init with the elements of a segment.
func (t *Table) Init(seg []Ref, to, from, n uint64) bool {
	if !inBounds(from, n, len(seg)) || !inBounds(to, n, len(t.Elems)) {
		return false
	}
	copy(t.Elems[to:to+n], seg[from:from+n])
	return true
}

// inBounds reports whether [at, at+n) lies within a length.
func inBounds(at, n uint64, length int) bool {
	return at <= uint64(length) && n <= uint64(length)-at
}
