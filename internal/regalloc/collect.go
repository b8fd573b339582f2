package regalloc

import (
	"slices"

	"github.com/weft-wasm/weft/internal/ssa"
)

// collectMoves sorts the moves by where they belong, and replaces the homes of values by slots.
func (a *Allocator) collectMoves() {
	o, f := &a.out, a.f
	o.first = zeroed(o.first, f.NumValues()+1)
	for i := range a.records {
		o.first[a.records[i].at+1]++
	}
	for i := 1; i < len(o.first); i++ {
		o.first[i] += o.first[i-1]
	}
	a.sorted = sized(a.sorted, len(a.records))
	for _, r := range a.records {
		a.sorted[o.first[r.at]] = r
		o.first[r.at]++
	}
	copy(o.first[1:], o.first)
	o.first[0] = 0
	o.moves = sized(o.moves, len(a.records))
	for i := range f.NumValues() {
		a.collect(o.first[i], o.first[i+1])
	}
	for i, l := range o.locs {
		o.locs[i] = a.real(l, ssa.TypeNone)
	}
	for i, l := range o.refs {
		o.refs[i] = a.real(l, ssa.TypeRef)
	}
	for i := range o.values {
		o.values[i].def = a.real(o.values[i].def, ssa.TypeNone)
	}
	a.markCond()
}

func (a *Allocator) collect(from, to uint32) {
	s := a.sorted[from:to]
	if len(s) > 1 {
		slices.SortStableFunc(s, func(x, y record) int { return int(x.key) - int(y.key) })
	}
	for i, r := range s {
		m := r.Move
		m.From, m.To = a.real(m.From, m.Type), a.real(m.To, m.Type)
		a.out.moves[from+uint32(i)] = m
	}
}

// markCond marks the moves across which the condition flags are alive.
func (a *Allocator) markCond() {
	o := &a.out
	for _, b := range a.f.Order() {
		alive := false
		from, to := a.opsOf(b)
		for i := to - 1; i >= from; i-- {
			x := &a.ops[i]
			alive = x.flags&opReadsCond != 0 || alive && x.flags&opSetsCond == 0
			for j := o.first[x.val]; alive && j < o.first[x.val+1]; j++ {
				o.moves[j].Cond = true
			}
		}
	}
}
