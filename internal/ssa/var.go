package ssa

import "github.com/weft-wasm/weft/internal/num"

// Variables become values while the function is built, without dominance frontiers or a second pass: the algorithm of Braun, Buchwald, Hack,
// Leißa, Mallon and Zwinkau, "Simple and Efficient Construction of Static Single Assignment Form" (CC 2013).
//
// A read looks for the last write in its block, and else asks the predecessors. Where several join, the variable gets a parameter;
// a block whose predecessors are not all known yet, such as the head of a loop, gets one provisionally, and its arguments when
// Seal says that all are known. A parameter that all edges give the same value, or itself, turns into a copy of that value.
//
// Cost: the values of the current block are in an array, which holds on if what follows is a block that only this one leads to; at its end those that
// it has written are entered into a table of blocks and variables. Blocks with one predecessor are walked in a loop; recursion is as deep as there
// are joins in a row without a use of the variable.

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

	defs defTable

	sealed   []bool   // per block
	waiting  []uint32 // per block: the first of its provisional parameters
	waits    []wait
	operands []Value // a stack of arguments being collected
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
	s.defs.reset()
}

// NewVar makes a variable; where it is read before it is written, it is zero.
func (b *Builder) NewVar(t Type) Var {
	s := &b.vars
	s.types = append(s.types, t)
	s.now = append(s.now, 0)
	s.stamp = append(s.stamp, 0)
	s.wrote = append(s.wrote, 0)
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
}

func (s *vars) define(b Block, x Var, v Value) { s.defs.put(b, x, v, len(s.types)) }

// readFrom returns the value of x at the end of a block that is not the current one, or at the start of the current one.
func (b *Builder) readFrom(x Var, at Block) Value {
	s := &b.vars
	from := at
	v := s.defs.get(at, x)
	for v == 0 && b.isSealed(at) && b.NumPreds(at) == 1 {
		at = b.From(b.Preds(at))
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
	for from != at {
		s.define(from, x, v)
		from = b.From(b.Preds(from))
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
	for i := s.waiting[at]; i != 0; i = s.waits[i].next {
		w := s.waits[i]
		b.join(w.v, at, w.param)
	}
	s.waiting[at] = 0
}

func (b *Builder) growBlocks(at Block) {
	s := &b.vars
	for int(at) >= len(s.sealed) {
		s.sealed = append(s.sealed, false)
		s.waiting = append(s.waiting, 0)
	}
}

func (b *Builder) isSealed(at Block) bool {
	b.growBlocks(at)
	return b.vars.sealed[at]
}
