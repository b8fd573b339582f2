package ssa

import (
	"slices"

	"github.com/weft-wasm/weft/internal/num"
)

// Variables become values while the function is built, without dominance frontiers or a second pass: the algorithm of Braun, Buchwald, Hack,
// Leißa, Mallon and Zwinkau, "Simple and Efficient Construction of Static Single Assignment Form" (CC 2013).
//
// A read looks for the last write in its block, and else asks the predecessors. Where several join, the variable gets a parameter;
// a block whose predecessors are not all known yet, such as the head of a loop, gets one provisionally, and its arguments when
// Seal says that all are known. A parameter that all edges give the same value, or itself, turns into a copy of that value.
//
// Blocks between the write and the read are not visited one by one. They are built in order: a block behind all that lead to it, but for heads of
// loops, which are entered before they are sealed and whose other predecessors they dominate. So if a variable was not written since a dominator of
// the block was left, then its value is that at the end of this dominator; and the topmost such one is either where it was written, or where values
// meet. Only that of a loop which is not sealed, or in which the variable is written, is asked on the way (source).
//
// Cost: the values of the current block are in an array, which holds on if what follows is a block that only this one leads to; at its end those that
// it has written are entered into a table of blocks and variables. A read takes logarithmic time for each block where values meet.

// Var is a variable of a Builder.
type Var uint32

type vars struct {
	types   []Type
	now     []Value  // the value in the current block, where stamp is epoch
	stamp   []uint32 // per variable
	wrote   []uint32 // per variable, writing if it is in written
	epoch   uint32
	writing uint32 // the epoch of writes
	written []Var  // in the current block
	left    Block  // the block that now is of at its end, 0 if there is none

	defs   defTable
	writes [][]uint32 // per variable: the order of the blocks that write it, ascending

	sealed   []bool   // per block
	waiting  []uint32 // per block: the first of its provisional parameters
	waits    []wait
	order    []uint32 // per block: how many had been entered with it, 0 if it was not
	last     uint32   // the order of the block entered last
	idoms    forest   // of the blocks that were entered, as dominators
	loop     []Block  // per block: the innermost of the heads that were open when it was entered, itself included
	ends     []uint32 // per head: the order of the last block entered before it was sealed
	loops    forest   // of heads
	open     []Block  // the heads that were entered and are not sealed
	operands []Value  // a stack of arguments being collected
}

// reading stands in the table for a variable whose value at a join is being looked for; who finds it there came round a loop.
const reading = ^Value(0)

// wait is a provisional parameter of a block that is not sealed.
type wait struct {
	v     Var
	param Value
	next  uint32
}

func (s *vars) reset() {
	s.types, s.now, s.stamp, s.wrote, s.written = s.types[:0], s.now[:0], s.stamp[:0], s.wrote[:0], s.written[:0]
	s.epoch, s.writing, s.left = 1, 1, 0
	s.sealed, s.waiting, s.waits = s.sealed[:0], s.waiting[:0], append(s.waits[:0], wait{})
	s.order, s.loop, s.ends, s.idoms, s.loops, s.open, s.last = s.order[:0], s.loop[:0], s.ends[:0], s.idoms[:0], s.loops[:0], s.open[:0], 0
	s.defs.reset()
}

// NewVar makes a variable; where it is read before it is written, it is zero.
func (b *Builder) NewVar(t Type) Var {
	s := &b.vars
	s.types = append(s.types, t)
	s.now = append(s.now, 0)
	s.stamp = append(s.stamp, 0)
	s.wrote = append(s.wrote, 0)
	if n := len(s.types); n > len(s.writes) {
		s.writes = append(s.writes, nil)
	}
	s.writes[len(s.types)-1] = s.writes[len(s.types)-1][:0]
	return Var(len(s.types) - 1)
}

// WriteVar makes v the value of x from here on.
func (b *Builder) WriteVar(x Var, v Value) {
	s := &b.vars
	s.now[x], s.stamp[x] = v, s.epoch
	if s.wrote[x] != s.writing {
		s.wrote[x] = s.writing
		s.written = append(s.written, x)
	}
}

// ReadVar returns the value of x here.
func (b *Builder) ReadVar(x Var) Value {
	s := &b.vars
	if s.stamp[x] == s.epoch {
		return b.Resolve(s.now[x])
	}
	v := b.readFrom(x, b.block)
	s.now[x], s.stamp[x] = v, s.epoch
	return v
}

// leaveBlock keeps what was written in the current block.
func (b *Builder) leaveBlock() {
	s := &b.vars
	for _, x := range s.written {
		s.define(b.block, x, s.now[x])
		if w, o := s.writes[x], s.order[b.block]; len(w) == 0 || w[len(w)-1] < o {
			s.writes[x] = append(w, o)
		}
	}
	s.written = s.written[:0]
	s.writing++
	if b.block != 0 {
		s.left = b.block
	}
}

// enterBlock forgets the values of variables, unless the block that was left is all that leads to this one.
func (b *Builder) enterBlock(to Block) {
	s := &b.vars
	if s.left == 0 || !b.isSealed(to) || b.NumPreds(to) != 1 || b.From(b.Preds(to)) != s.left {
		s.epoch++
	}
	if to != 0 && s.order[to] == 0 {
		b.arrange(to)
	}
}

// arrange finds the places of a block that is entered for the first time.
func (b *Builder) arrange(at Block) {
	s := &b.vars
	s.last++
	s.order[at] = s.last
	idom := Block(0)
	for e := b.Preds(at); e != 0; e = b.NextPred(e) {
		if idom == 0 {
			idom = b.From(e)
		}
		if idom = s.idoms.meet(idom, b.From(e)); idom == 0 {
			break // one of them is unreachable
		}
	}
	s.idoms.set(at, idom)
	if n := len(s.open); n > 0 {
		s.loop[at] = s.open[n-1]
	}
	if !s.sealed[at] {
		s.loops.set(at, s.loop[at])
		s.loop[at], s.ends[at] = at, ^uint32(0)
		s.open = append(s.open, at)
	}
}

// source returns the topmost dominator of a block that has the same value for x at its end. The block does not write x.
func (s *vars) source(x Var, at Block) Block {
	writes, now := s.writes[x], s.order[at]
	i := len(writes)
	if i > 0 && writes[i-1] >= now {
		i, _ = slices.BinarySearch(writes, now)
	}
	since, next := uint32(0), ^uint32(0)
	if i > 0 {
		since = writes[i-1]
	}
	if i < len(writes) {
		next = writes[i]
	}
	if head := s.loop[at]; head != 0 {
		if s.ends[head] < next {
			head = s.loops[s.loops.climb(head, func(b Block) bool { return s.ends[b] < next })].parent
		}
		since = max(since, s.order[head])
	}
	return s.idoms.climb(at, func(b Block) bool { return s.order[b] >= since })
}

func (s *vars) define(b Block, x Var, v Value) { s.defs.put(b, x, v, len(s.types)) }

// readFrom returns the value of x at the end of a block that is not the current one, or at the start of the current one.
func (b *Builder) readFrom(x Var, from Block) Value {
	s := &b.vars
	at := from
	v := s.defs.get(at, x)
	for v == 0 {
		if top := s.source(x, at); top != at {
			at = top
		} else if b.isSealed(at) && b.NumPreds(at) == 1 {
			at = b.From(b.Preds(at))
		} else {
			break
		}
		v = s.defs.get(at, x)
	}
	switch {
	case v == reading:
		v = b.NewValue(OpParam, s.types[x])
		s.define(at, x, v)
	case v != 0:
		v = b.Resolve(v)
	case !b.isSealed(at):
		v = b.NewValue(OpParam, s.types[x])
		s.define(at, x, v)
		s.waits = append(s.waits, wait{x, v, s.waiting[at]})
		s.waiting[at] = uint32(len(s.waits) - 1)
	case b.NumPreds(at) == 0:
		v = b.zero(x)
		s.define(Entry, x, v)
	default:
		s.define(at, x, reading)
		v = b.join(x, at, 0)
		s.define(at, x, v)
	}
	if from != at {
		s.define(from, x, v)
	}
	return v
}

// zero is the value of a variable that was never written.
func (b *Builder) zero(x Var) Value {
	v := b.NewConst(b.vars.types[x], num.V128{})
	b.InsertFirst(Entry, v)
	return v
}

// join collects what the edges to a block have for x. If that is one value, it is the result, and a parameter that was made for it
// before, on the way round a loop, becomes a copy. Else the block gets a parameter.
func (b *Builder) join(x Var, at Block, param Value) Value {
	s := &b.vars
	base := len(s.operands)
	for e := b.Preds(at); e != 0; e = b.NextPred(e) {
		s.operands = append(s.operands, b.readFrom(x, b.From(e)))
	}
	operands := s.operands[base:]
	s.operands = s.operands[:base]
	if param == 0 {
		if v := s.defs.get(at, x); v != reading {
			param = v
		}
	}
	same, differ := Value(0), false
	for i, v := range operands {
		v = b.Resolve(v)
		operands[i] = v
		if v != param && v != same {
			differ = differ || same != 0
			same = v
		}
	}
	if differ {
		if param == 0 {
			param = b.NewValue(OpParam, s.types[x])
		}
		b.joinArgs(at, param, operands)
		return param
	}
	if same == 0 { // only the block itself leads to it
		same = b.zero(x)
	}
	if param != 0 {
		b.Become(param, same)
	}
	return same
}

func (b *Builder) joinArgs(at Block, param Value, operands []Value) {
	b.adopt(at, param)
	i := 0
	for e := b.Preds(at); e != 0; e = b.NextPred(e) {
		b.AddArg(e, operands[i])
		i++
	}
}

// Seal says that no more edges to a block will be made.
func (b *Builder) Seal(at Block) {
	s := &b.vars
	b.growBlocks(at)
	s.sealed[at] = true
	s.close(at)
	for i := s.waiting[at]; i != 0; i = s.waits[i].next {
		w := s.waits[i]
		b.join(w.v, at, w.param)
	}
	s.waiting[at] = 0
}

// close takes a block from the open ones.
func (s *vars) close(at Block) {
	s.ends[at] = s.last
	for n := len(s.open); n > 0 && s.sealed[s.open[n-1]]; n-- {
		s.open = s.open[:n-1]
	}
}

func (b *Builder) growBlocks(at Block) {
	s := &b.vars
	for int(at) >= len(s.sealed) {
		s.sealed = append(s.sealed, false)
		s.waiting = append(s.waiting, 0)
		s.order, s.ends = append(s.order, 0), append(s.ends, 0)
		s.loop, s.loops, s.idoms = append(s.loop, 0), append(s.loops, treeNode{}), append(s.idoms, treeNode{})
	}
}

func (b *Builder) isSealed(at Block) bool {
	b.growBlocks(at)
	return b.vars.sealed[at]
}
