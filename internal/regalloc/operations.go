package regalloc

import (
	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// The real operations of the function, one behind the other in the order of the blocks, with what the passes over all of them ask. To follow the lists of
// the IR would cost each pass several misses of the cache per operation.

// operation is a real operation.
type operation struct {
	val    ssa.Value
	args   uint32     // where its arguments start in args; those of the next one are behind them
	fixed  isa.RegSet // the registers that it fixes or loses
	length int32      // how much it adds to distances
	flags  uint8
}

const (
	opLosesRegs = 1 << iota // a call that loses registers
	opReadsCond
	opSetsCond
)

// operations are the tables of this file.
type operations struct {
	ops   []operation // with one more at the end
	args  []ssa.Value // what the arguments stand for, but for those that are in no register or pinned
	preds []ssa.Block // the predecessors of all blocks that are reachable
}

// opsOf returns the range of the operations of b in ops.
func (a *Allocator) opsOf(b ssa.Block) (from, to int) {
	x := &a.blocks[b]
	return int(x.ops), int(x.opsEnd)
}

// argsOf returns what operation i uses in registers.
func (t *operations) argsOf(i int) []ssa.Value { return t.args[t.ops[i].args:t.ops[i+1].args] }

// predsOf returns the reachable predecessors of b.
func (a *Allocator) predsOf(b ssa.Block) []ssa.Block {
	x := &a.blocks[b]
	return a.preds[x.preds:x.predsEnd]
}

// firstReal is the first real operation of b.
func (a *Allocator) firstReal(b ssa.Block) ssa.Value { return a.ops[a.blocks[b].ops].val }

// listOperation adds v, whose arguments are known already, to the operations.
func (a *Allocator) listOperation(v ssa.Value) {
	f := a.f
	o := f.Op(v)
	x := operation{val: v, args: uint32(len(a.args)), fixed: a.fixedBy(v), length: 1}
	if losesRegs(o) {
		x.length, x.flags = farCall, opLosesRegs|opSetsCond
	}
	if f.Type(v) == ssa.TypeFlags {
		x.flags |= opSetsCond
	}
	if a.shape(o) != nil {
		t := &a.target.Ops[int(o)-int(a.base)]
		if t.Has(isa.FlagWritesCond) {
			x.flags |= opSetsCond
		}
		if t.Has(isa.FlagReadsCond) {
			x.flags |= opReadsCond
		}
	}
	for _, arg := range f.Args(v) {
		if r := a.values[arg].rep; r == 0 {
			if f.Type(arg) == ssa.TypeFlags {
				x.flags |= opReadsCond
			}
		} else if a.values[r].flags&flagPinned == 0 {
			a.args = append(a.args, r)
		}
	}
	a.ops = append(a.ops, x)
}

// listPreds lists the predecessors of all blocks.
func (a *Allocator) listPreds() {
	f := a.f
	a.preds = a.preds[:0]
	for _, b := range f.Order() {
		x := &a.blocks[b]
		x.preds = uint32(len(a.preds))
		for e := f.Preds(b); e != 0; e = f.NextPred(e) {
			if from := f.From(e); f.Reachable(from) {
				a.preds = append(a.preds, from)
			}
		}
		x.predsEnd = uint32(len(a.preds))
	}
}
