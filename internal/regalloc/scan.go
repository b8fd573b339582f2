package regalloc

import (
	"slices"

	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// scanBlocks allocates block after block in reverse post-order, so that all predecessors of a block but those along back edges are done.
func (a *Allocator) scanBlocks() {
	a.held, a.records, a.saved = append(a.held[:0], holding{}), a.records[:0], 0
	for _, b := range a.f.Order() {
		a.scanBlock(b)
	}
	a.out.Saved = a.saved
}

func (a *Allocator) scanBlock(b ssa.Block) {
	a.block, a.index, a.pos, a.key = b, 0, -1, 0
	a.listInsts(b)
	a.enterBlock(b)
	for i := range a.insts {
		a.index, a.pos, a.key = i, a.positions[i], 0
		if n := len(a.events); n > 0 && a.events[n-1].pos < a.pos {
			a.events = a.events[:n-1]
		}
		a.allocate(a.insts[i])
	}
	a.leaveBlock(b)
}

// listInsts collects the operations of b and, backwards, the uses of each value.
func (a *Allocator) listInsts(b ssa.Block) {
	a.insts, a.positions, a.length = a.insts[:0], a.positions[:0], 0
	from, to := a.opsOf(b)
	for i := from; i < to; i++ {
		a.insts, a.positions = append(a.insts, a.ops[i].val), append(a.positions, a.length)
		a.length += a.ops[i].length
	}
	a.uses = append(a.uses[:0], nextUse{})
	a.listOuts(b)
	a.listUntracked(b)
	for _, v := range a.outs { // a use behind the block, as far away as it is
		a.addUse(v, min(a.length+a.live.near[v], farthest))
	}
	a.events = a.events[:0]
	for i := to - 1; i >= from; i-- {
		pos := a.positions[i-from]
		for _, r := range a.argsOf(i) {
			a.addUse(r, pos)
		}
		if o := &a.ops[i]; o.fixed != 0 {
			a.events = append(a.events, event{pos, o.fixed})
			a.wish(o.val, pos)
		}
	}
}

// listUntracked adds those values of b to its outs that seem dead from there, because they are not tracked.
func (a *Allocator) listUntracked(b ssa.Block) {
	list := a.live.untracked
	at, _ := slices.BinarySearchFunc(list, b, func(p livePair, b ssa.Block) int { return int(p.block) - int(b) })
	for ; at < len(list) && list[at].block == b; at++ {
		a.comesOut(list[at].val, farthest)
	}
}

// addUse puts a use in front of the others of v.
func (a *Allocator) addUse(v ssa.Value, pos int32) {
	x := &a.values[v]
	switch {
	case x.next == 0:
		x.last = pos
	case a.uses[x.next].pos == pos:
		return
	}
	a.uses = append(a.uses, nextUse{pos, x.next})
	x.next = uint32(len(a.uses) - 1)
}

// wish notes in which registers v, at a position, wants its arguments.
func (a *Allocator) wish(v ssa.Value, pos int32) {
	a.describe(v)
	for _, n := range a.in.needs {
		if n.val != 0 && n.fixed != isa.NoReg {
			x := &a.values[n.val]
			x.want, x.wantAt, x.wantIn = n.fixed, pos, a.block
		}
	}
}

// leaveBlock keeps what is in registers at the end of b, and empties them.
func (a *Allocator) leaveBlock(b ssa.Block) {
	x := &a.blocks[b]
	x.end = uint32(len(a.held))
	for s := a.occupied; s != 0; s = s.Without(s.First()) {
		if r := s.First(); a.alive(a.inReg[r]) && r == a.mainReg(a.inReg[r]) {
			a.held = append(a.held, holding{a.inReg[r], r})
		}
	}
	x.endEnd, x.done = uint32(len(a.held)), true
	a.dropAll(a.occupied)
	for _, v := range a.outs {
		a.values[v].next = 0
	}
}

// mainReg is the one of v's registers that counts at the end of a block.
func (a *Allocator) mainReg(v ssa.Value) isa.Reg {
	if r := a.favourite(v); a.values[v].regs.Has(r) {
		return r
	}
	return a.values[v].regs.First()
}
