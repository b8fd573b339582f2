package ssagen

import (
	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Exceptions. A call within a try_table ends its block: if it unwinds, control goes to the entry of the innermost try_table's handler, which
// asks the runtime for the exception's tag and arguments. The clauses are then tried in turn, by comparing tags; what none catches goes on to
// the clauses of the try_table around this one, or, when there is none in the function, is thrown on by the runtime.

// handler is what a frame of a try_table with clauses has.
type handler struct {
	catches, numCatches int       // in Generator.catches
	outer               int       // the frame of the next handler around this one, or -1
	entry               ssa.Block // where calls that unwind go; 0 while there are none
	clauses             ssa.Block // where inner handlers go with an exception that they do not catch; 0 while there are none
}

// caught is the exception that a handler is about: the word of its tag and the address of its arguments.
type caught struct{ tag, args ssa.Value }

func (g *Generator) openTry() {
	f := g.open()
	if len(g.in.Catches) == 0 {
		f.op = op.Block
		return
	}
	f.handler = handler{catches: len(g.catches), numCatches: len(g.in.Catches), outer: g.try}
	g.catches = append(g.catches, g.in.Catches...)
	g.try = len(g.frames) - 1
}

// mayThrow ends the block behind a call that may unwind to a handler.
func (g *Generator) mayThrow() {
	if g.try < 0 {
		return
	}
	h := &g.frames[g.try].handler
	if h.entry == 0 {
		h.entry = g.b.NewBlock()
		g.b.SetCold(h.entry, true)
	}
	next := g.b.NewBlock()
	g.b.Try(next, h.entry)
	g.enter(next)
}

// throw builds throw and throw_ref.
func (g *Generator) throw() {
	if g.in.Op == op.Throw {
		tag := g.in.X
		sig := &g.m.throws[tag]
		args := append(g.lists.args[:0], g.b.Const32(int32(tag)))
		args = append(args, g.popN(len(sig.Params)-1)...)
		g.lists.args = args
		g.b.EmitFull(ssa.OpCallHelper, ssa.TypeNone, g.sigs.find(&g.b, &g.sigs.throws[tag], sig), uint32(abi.HelperThrow), args...)
	} else {
		g.helper(abi.HelperThrowRef, g.pop())
	}
	g.mayThrow()
	g.b.Trap(abi.TrapUnreachable)
}

// closeTry builds the handler of a try_table that has ended, whose labels are those around it. The current block stays what it is.
func (g *Generator) closeTry(f *frame) {
	h := &f.handler
	g.try = h.outer
	catches := g.catches[h.catches:]
	g.catches = g.catches[:h.catches]
	if h.entry == 0 && h.clauses == 0 {
		return
	}
	current, settled := g.b.Block(), g.count.settled
	var x caught
	if h.entry != 0 {
		g.enter(h.entry)
		v := g.helper(abi.HelperCaught)
		x = caught{g.b.Proj(v, 0), g.b.Proj(v, 1)}
		g.reloadFuel()
	}
	if h.clauses != 0 {
		if h.entry != 0 {
			g.b.Jump(h.clauses, x.tag, x.args)
		}
		g.enter(h.clauses)
		p := g.b.Params(h.clauses)
		x = caught{p[0], p[1]}
	}
	g.tryClauses(catches, x)
	g.b.SetBlock(current)
	g.count.settled = settled
}

// tryClauses branches to the label of the first clause that catches x, or else goes on.
func (g *Generator) tryClauses(catches []wasm.Catch, x caught) {
	for i := range catches {
		c := &catches[i]
		if c.Kind == wasm.CatchAll || c.Kind == wasm.CatchAllRef {
			g.catch(c, x)
			return
		}
		want := g.word(g.m.layout.Tag(c.Tag))
		match, next := g.b.NewBlock(), g.b.NewBlock()
		g.b.SetCold(match, true)
		g.b.SetCold(next, true)
		g.b.If(g.b.Emit(ssa.OpI64Eq, x.tag, want), ssa.HintNone, match, next)
		g.enter(match)
		g.catch(c, x)
		g.enter(next)
	}
	if g.try < 0 {
		g.helper(abi.HelperRethrow)
		g.b.Trap(abi.TrapUnreachable)
		return
	}
	h := &g.frames[g.try].handler
	if h.clauses == 0 {
		h.clauses = g.newBlock(helperSigs[abi.HelperCaught].Results)
		g.b.SetCold(h.clauses, true)
	}
	g.b.Jump(h.clauses, x.tag, x.args)
}

// catch branches to the label of a clause, with the exception's arguments and the reference to it as the clause has it.
func (g *Generator) catch(c *wasm.Catch, x caught) {
	args := g.lists.args[:0]
	if c.Kind == wasm.CatchTag || c.Kind == wasm.CatchTagRef {
		at := int64(0)
		for _, t := range g.m.sigs[g.m.tags[c.Tag]].Params {
			args = append(args, g.b.Load(loads[t], ofContext, x.args, 0, at))
			at += (int64(t.SizeBytes()) + 7) &^ 7
		}
	}
	if c.Kind == wasm.CatchTagRef || c.Kind == wasm.CatchAllRef {
		args = append(args, g.helper(abi.HelperCaughtRef))
	}
	g.lists.args = args
	g.leaveWith(g.label(c.Label), args)
}
