package ssagen

import (
	"fmt"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Functions that begin in a loop, for calls that are in it already. Such a function finds the locals in slots, whose address is its only parameter, and
// goes to the head of the loop. It is built as the function is, so that all that can follow is there; what comes before the
// loop, and nothing leads to, the passes remove.
//
// Heads of loops must be all that leads into loops from outside, for the variables of the builder as for the passes. So the way to a loop within others
// leads through the heads of those, from the outside in; a variable says at each that it is to be taken:
//
//	entry:  locals = slots…; entering = 1; if 0 then start else outer
//	start:  …
//	outer:  if entering then inner else rest
//	rest:   …
//	inner:  entering = 0; …

// way leads from the entry to a loop.
type way struct {
	offsets  []int64 // of the instructions of the loops, outermost first
	at       int     // how many of them are open or done
	next     ssa.Block
	entering ssa.Var
	blocked  bool // by a loop with parameters, or with operands below it
}

// Loop is Func for the function as it goes on in the loop whose instruction is at an offset in the module. It takes the address of slots with its
// locals and has the function's results. It fails also where there are operands below the loop or parameters of it.
func (g *Generator) Loop(f *ssa.Func, index uint32, offset int64) error {
	m := g.m
	code := &m.m.Code[index-uint32(m.m.ImportedFuncs)]
	sig := &m.sigs[m.funcs[index]]
	f.Reset(m.name(index), ssa.Sig{Params: single[ssa.TypeI64], Results: sig.Results})
	f.Index = index
	g.reset(f, code, index)
	g.way = &way{offsets: wayTo(code, offset)}
	if len(g.way.offsets) == 0 {
		return fmt.Errorf("ssagen: function %d has no loop at 0x%x", index, offset)
	}
	g.b.Pos = uint32(offset - code.Offset + int64(code.LocalsSize()))
	g.loadLocals(sig.Params, code.Locals)
	g.openCount(code.Body)
	g.way.entering = g.b.NewVar(ssa.TypeI32)
	g.b.WriteVar(g.way.entering, g.b.Const32(1))
	g.way.next = g.b.NewBlock()
	start := g.b.NewBlock()
	g.b.If(g.b.Const32(0), ssa.HintUnlikely, start, g.way.next)
	g.enter(start)
	g.openBody(sig)
	err := g.body(f, code, index)
	if err == nil && (g.way.blocked || g.way.at < len(g.way.offsets)) {
		err = fmt.Errorf("ssagen: function %d: the loop at 0x%x cannot be entered", index, offset)
	}
	return err
}

// wayTo returns the loops that lead to the one at an offset, and that itself; none if there is none.
func wayTo(code *wasm.Code, offset int64) []int64 {
	var open []int64 // of each block: the offset if it is a loop, else 0
	read := wasm.NewInstrReader(code.Body, code.Offset)
	var in wasm.Instr
	for read.Next(&in) == nil && in.Offset <= offset {
		switch in.Op {
		case op.Block, op.If, op.TryTable:
			open = append(open, 0)
		case op.Loop:
			open = append(open, in.Offset)
		case op.End:
			if len(open) == 0 {
				return nil
			}
			open = open[:len(open)-1]
		}
		if in.Offset == offset && in.Op == op.Loop {
			return loopsOf(open)
		}
	}
	return nil
}

func loopsOf(open []int64) []int64 {
	var loops []int64
	for _, offset := range open {
		if offset != 0 {
			loops = append(loops, offset)
		}
	}
	return loops
}

// loadLocals gives the variables of the parameters and locals the values that are in the slots.
func (g *Generator) loadLocals(params []ssa.Type, locals []wasm.Locals) {
	slots, at := g.b.Params(ssa.Entry)[0], int64(0)
	load := func(t ssa.Type) {
		g.b.WriteVar(g.b.NewVar(t), g.b.Load(loads[t], ofContext, slots, 0, at))
		at += (int64(t.SizeBytes()) + 7) &^ 7
	}
	for _, t := range params {
		load(t)
	}
	for _, run := range locals {
		for range run.Count {
			load(typeOf(run.Type))
		}
	}
}

// headOnWay is the head of the loop at hand if the way leads there, which has been made for the branch to it; else 0.
func (g *Generator) headOnWay() ssa.Block {
	w := g.way
	if w == nil || w.at == len(w.offsets) || w.offsets[w.at] != g.in.Offset {
		return 0
	}
	if len(g.stack) > 0 {
		w.blocked = true
		return 0
	}
	return w.next
}

// goOnWay leads on from the head of a loop on the way.
func (g *Generator) goOnWay(f *frame) {
	w := g.way
	if w == nil || f.head != w.next {
		return
	}
	if w.at++; w.at == len(w.offsets) {
		w.next = 0
		g.b.WriteVar(w.entering, g.b.Const32(0))
		return
	}
	rest := g.b.NewBlock()
	w.next = g.b.NewBlock()
	g.b.If(g.b.ReadVar(w.entering), ssa.HintUnlikely, w.next, rest)
	g.enter(rest)
}
