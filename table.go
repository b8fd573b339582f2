package weft

import (
	"fmt"
	"math"

	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Table is a table of references (spec 4.2.7), of a guest or made by the host.
type Table struct {
	engine *Engine
	t      *rt.Table
}

// NewTable makes a table whose elements are all init: a *Func or an Extern, or nil for null.
func NewTable(e *Engine, t TableType, init any) (*Table, error) {
	most := uint64(math.MaxUint32)
	if t.Is64 {
		most = math.MaxUint64
	}
	if err := checkLimits("table", t.limits(), most); err != nil {
		return nil, err
	}
	if !t.Element.IsRef() {
		return nil, &TypeError{What: "element type of a table", Have: t.Element.String(), Want: "a reference type"}
	}
	p := place{e, rt.NewStore()}
	r, err := p.ref(t.Element.t, init)
	if err != nil {
		return nil, err
	}
	tab, err := rt.NewTable(p.store, wasm.TableType{Limits: t.limits(), Elem: t.Element.t}, r, rt.NewBudget(e.limits.TableElements))
	if err != nil {
		return nil, err
	}
	return &Table{e, tab}, nil
}

// ref converts a value to a reference of a type.
func (p place) ref(t wasm.ValType, v any) (rt.Ref, error) {
	var slot [1]uint64
	_, err := p.fromAny(slot[:], t, v)
	return rt.Ref(slot[0]), err
}

func (t *Table) place() place { return place{t.engine, t.t.Store()} }

// Type returns the table's type, with its present size as the minimum.
func (t *Table) Type() TableType { return tableType(t.t.Type()) }

// Size returns the number of elements.
func (t *Table) Size() uint64 { return uint64(len(t.t.Elems)) }

// Get returns an element: a *Func, which is nil for null, or an Extern. The error is a *RangeError.
func (t *Table) Get(index uint64) (any, error) {
	if index >= t.Size() {
		return nil, &RangeError{What: "table", Offset: index, Length: 1, Size: t.Size()}
	}
	v, _ := t.place().toAny([]uint64{uint64(t.t.Elems[index])}, t.t.Type().Elem)
	return v, nil
}

// Set stores an element: a *Func, an Extern, or nil for null. The error is a *RangeError or a *TypeError.
func (t *Table) Set(index uint64, v any) error {
	if index >= t.Size() {
		return &RangeError{What: "table", Offset: index, Length: 1, Size: t.Size()}
	}
	r, err := t.place().ref(t.t.Type().Elem, v)
	if err != nil {
		return err
	}
	t.t.Elems[index] = r
	return nil
}

// Grow adds elements that are all init, and returns the previous size. The error is a *LimitError or a *TypeError.
func (t *Table) Grow(delta uint64, init any) (previous uint64, err error) {
	r, err := t.place().ref(t.t.Type().Elem, init)
	if err != nil {
		return t.Size(), err
	}
	previous, err = t.t.TryGrow(delta, r)
	if err == nil || isLimit(err) {
		return previous, err
	}
	return previous, &LimitError{What: "table", Have: sum(previous, delta), Limit: t.t.Limit(), Unit: "elements"}
}

// String describes the table.
func (t *Table) String() string { return fmt.Sprintf("table of %d elements", t.Size()) }
