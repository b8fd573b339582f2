package validate

import (
	"sort"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// localSet is the set of locals without a default value that have been set so far (spec 3.1.5). A local counts as set until the
// end of the block in which it was set. Functions without such locals, nearly all, leave it inactive.
type localSet struct {
	active bool
	bits   []uint64
	order  []uint32 // the members, in the order in which they were set
}

func (s *localSet) has(i uint32) bool { return s.bits[i/64]>>(i%64)&1 != 0 }

func (s *localSet) add(i uint32) {
	if !s.has(i) {
		s.bits[i/64] |= 1 << (i % 64)
		s.order = append(s.order, i)
	}
}

// cut removes all members but the first n.
func (s *localSet) cut(n int) {
	for _, i := range s.order[n:] {
		s.bits[i/64] &^= 1 << (i % 64)
	}
	s.order = s.order[:n]
}

// activate makes s the empty set of locals below n.
func (s *localSet) activate(n uint32) {
	s.cut(0)
	s.active = true
	if words := int(n+63) / 64; len(s.bits) < words {
		s.bits = make([]uint64, words)
	}
}

// declareLocals lays out the parameters and locals.
func (b *body) declareLocals(params []wasm.ValType, locals []wasm.Locals) {
	b.locals = append(b.locals, params...)
	total := uint32(len(params))
	defaultable := true
	for _, l := range locals {
		if err := b.v.valType(l.Type); err != nil {
			b.err = err.(*wasm.Error)
			b.err.Offset = b.in.Offset
			return
		}
		if total+l.Count > wasm.MaxLocals || l.Count > wasm.MaxLocals {
			b.fail(wasm.TooManyLocals, "more than %d", wasm.MaxLocals)
			return
		}
		total += l.Count
		for n := min(int(total), expandedLocals) - len(b.locals); n > 0; n-- {
			b.locals = append(b.locals, l.Type)
		}
		b.runs = append(b.runs, run{total, l.Type})
		defaultable = defaultable && l.Type.Defaultable()
	}
	b.numLocals = total
	if !defaultable {
		b.unset.activate(total)
		for i := range params {
			b.unset.add(uint32(i))
		}
	}
}

// localSlots returns the number of slots of the parameters and locals.
func (b *body) localSlots(params []wasm.ValType, locals []wasm.Locals) int {
	n := wasm.SlotsOf(params)
	for _, l := range locals {
		n += int(l.Count) * l.Type.Slots()
	}
	return n
}

// local returns the type of a local.
func (b *body) local(i uint32) wasm.ValType {
	if int64(i) < int64(len(b.locals)) {
		return b.locals[i]
	}
	if i >= b.numLocals {
		b.fail(wasm.UnknownLocal, "%d, the function has %d", i, b.numLocals)
		return wasm.Bottom
	}
	return b.runs[sort.Search(len(b.runs), func(n int) bool { return b.runs[n].end > i })].t
}

// localAccess validates local.get, local.set and local.tee (spec 3.4.5).
func (b *body) localAccess(o op.Op, i uint32) {
	t := b.local(i)
	if b.err != nil {
		return
	}
	if o == op.LocalGet {
		if b.unset.active && !t.Defaultable() && !b.unset.has(i) {
			b.fail(wasm.UninitializedLocal, "%d of type %s is not set on every path to here", i, t)
		}
		b.push(t)
		return
	}
	b.pop(t)
	if b.unset.active && !t.Defaultable() {
		b.unset.add(i)
	}
	if o == op.LocalTee {
		b.push(t)
	}
}
