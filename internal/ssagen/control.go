package ssagen

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/wasm"
)

// frame is a structured instruction that is open, or the function's body, for which op is Call.
type frame struct {
	op              op.Op
	params, results []ssa.Type
	base            int       // operands below the parameters
	end             ssa.Block // where branches to the end lead; 0 while there are none
	head            ssa.Block // of a loop: where it begins; of an if without else so far: where that will

	saved   int // of an if: where its parameters are in Generator.saved
	handler handler

	stub  ssa.Block // of the br_table with number table: the block that leads here
	table uint32
	often bool // that br_table has several entries for it
}

// label returns the frame at a depth.
func (g *Generator) label(depth uint32) *frame { return &g.frames[len(g.frames)-1-int(depth)] }

// takes returns the types of the operands that a branch to f takes.
func (f *frame) takes() []ssa.Type {
	if f.op == op.Loop {
		return f.params
	}
	return f.results
}

// target returns the block that branches to f lead to. It has a parameter for each of their operands.
func (g *Generator) target(f *frame) ssa.Block {
	if f.op == op.Loop {
		return f.head
	}
	if f.end == 0 {
		f.end = g.newBlock(f.results)
	}
	return f.end
}

func (g *Generator) newBlock(params []ssa.Type) ssa.Block {
	b := g.b.NewBlock()
	for _, t := range params {
		g.b.AddParam(b, t)
	}
	return b
}

// enter makes a block the current one whose predecessors are all known.
func (g *Generator) enter(b ssa.Block) {
	g.b.Seal(b)
	g.b.SetBlock(b)
	g.count.settled = false
}

// blockType returns the parameters and results of the block type at hand.
func (g *Generator) blockType() (params, results []ssa.Type) {
	switch t := &g.in.Block; t.Kind {
	case wasm.BlockValue:
		return nil, single[typeOf(t.Type)]
	case wasm.BlockIndex:
		s := &g.m.sigs[t.Index]
		return s.Params, s.Results
	}
	return nil, nil
}

func (g *Generator) openBody(sig *ssa.Sig) {
	g.frames = append(g.frames, frame{op: op.Call, results: sig.Results})
}

// open opens a frame whose parameters are on the stack.
func (g *Generator) open() *frame {
	params, results := g.blockType()
	g.frames = append(g.frames, frame{op: g.in.Op, params: params, results: results, base: len(g.stack) - len(params)})
	return &g.frames[len(g.frames)-1]
}

// control builds the instructions that move control within the function.
func (g *Generator) control() {
	switch in := &g.in; in.Op {
	case op.Block:
		g.open()
	case op.Loop:
		g.openLoop()
	case op.If:
		g.openIf()
	case op.Else:
		g.elseBlock()
	case op.End:
		g.end()
	case op.Br:
		g.branch(in.X)
	case op.Return:
		g.returns(g.top(len(g.frames[0].results)))
	case op.BrIf:
		g.branchIf(g.pop(), g.hint(), false)
	case op.BrTable:
		g.branchTable()
	case op.BrOnNull:
		ref := g.pop()
		g.branchIf(g.isNull(ref), ssa.HintNone, false)
		g.push(ref)
	case op.BrOnNonNull:
		g.branchIf(g.isNull(g.top(1)[0]), ssa.HintNone, true)
		g.pop()
	}
}

// openLoop begins a loop. Its head is sealed at its end, when all branches to it are known.
func (g *Generator) openLoop() {
	f := g.open()
	if f.head = g.headOnWay(); f.head == 0 {
		f.head = g.newBlock(f.params)
	}
	args := g.popN(len(f.params))
	g.b.Jump(f.head, args...)
	g.b.SetBlock(f.head)
	g.stack = append(g.stack, g.b.Params(f.head)...)
	g.goOnWay(f)
	g.poll()
	g.meterFuel()
}

func (g *Generator) poll() {
	if g.m.options.Explicit.Preempt {
		g.b.Emit(ssa.OpPoll)
	}
}

// openIf begins an if. Its parameters are kept for the other arm.
func (g *Generator) openIf() {
	cond, hint := g.pop(), g.hint()
	f := g.open()
	f.saved = len(g.saved)
	g.saved = append(g.saved, g.top(len(f.params))...)
	f.head = g.b.NewBlock()
	then := g.b.NewBlock()
	g.b.If(cond, hint, then, f.head)
	g.enter(then)
}

// elseBlock ends the first arm of an if and begins the second.
func (g *Generator) elseBlock() {
	f := g.label(0)
	g.leaveTo(f)
	g.secondArm(f)
}

// leaveTo ends the current block, if there is one, with a branch to the end of f, the innermost frame.
func (g *Generator) leaveTo(f *frame) {
	if g.b.Block() != 0 {
		g.b.Jump(g.target(f), g.popN(len(f.results))...)
	}
}

func (g *Generator) secondArm(f *frame) {
	f.op = op.Else
	g.enter(f.head)
	g.stack = append(g.stack[:f.base], g.saved[f.saved:]...)
	g.saved = g.saved[:f.saved]
}

// end closes the innermost frame. Its results are the operands that lie on top of those below it, or the parameters of the block that
// branches to its end lead to.
func (g *Generator) end() {
	f := g.label(0)
	if f.op == op.If {
		// Without an else, the parameters are the results.
		g.leaveTo(f)
		g.secondArm(f)
	}
	if f.op == op.Call {
		g.endBody(f)
		return
	}
	g.frames = g.frames[:len(g.frames)-1]
	switch f.op {
	case op.Loop:
		g.b.Seal(f.head)
	case op.TryTable:
		g.closeTry(f)
	}
	if f.end == 0 {
		return
	}
	g.leaveTo(f)
	g.enter(f.end)
	g.stack = append(g.stack[:f.base], g.b.Params(f.end)...)
}

func (g *Generator) endBody(f *frame) {
	g.frames = g.frames[:0]
	if g.b.Block() != 0 {
		g.returns(g.top(len(f.results)))
	}
	if f.end != 0 {
		g.enter(f.end)
		g.returns(g.b.Params(f.end))
	}
}

// branch builds an unconditional branch with its operands.
func (g *Generator) branch(depth uint32) {
	f := g.label(depth)
	g.leaveWith(f, g.top(len(f.takes())))
}

// leaveWith ends the current block with a branch to f with the given operands.
func (g *Generator) leaveWith(f *frame, args []ssa.Value) {
	if f.op == op.Call {
		g.returns(args)
		return
	}
	g.b.Jump(g.target(f), args...)
}

// branchIf builds a branch that is taken if cond is not zero, or if it is; its operands stay on the stack for the other way.
func (g *Generator) branchIf(cond ssa.Value, hint ssa.Hint, ifZero bool) {
	f := g.label(g.in.X)
	from, next := g.b.Block(), g.b.NewBlock()
	taken := 0
	if ifZero {
		taken = 1
		g.b.If(cond, hint, next, g.target(f))
	} else {
		g.b.If(cond, hint, g.target(f), next)
	}
	g.addArgs(g.b.Succ(from, taken), g.top(len(f.takes())))
	g.enter(next)
}

func (g *Generator) addArgs(e ssa.Edge, args []ssa.Value) {
	for _, a := range args {
		g.b.AddArg(e, a)
	}
}

// hint is what the module says of the branch at hand.
func (g *Generator) hint() ssa.Hint {
	for len(g.hints) > 0 && g.hints[0].Offset < g.b.Pos {
		g.hints = g.hints[1:]
	}
	switch {
	case len(g.hints) == 0 || g.hints[0].Offset != g.b.Pos:
		return ssa.HintNone
	case g.hints[0].Likely:
		return ssa.HintLikely
	}
	return ssa.HintUnlikely
}

// branchTable builds a br_table. A label that takes operands or has several entries is reached by way of a stub, so that edges and
// their arguments are as many as entries plus distinct labels with theirs, not the product.
func (g *Generator) branchTable() {
	index := g.pop()
	g.tables++
	n := 0
	for _, depth := range g.in.Labels {
		f := g.label(depth)
		n = len(f.takes())
		f.often = f.table == g.tables
		f.table, f.stub = g.tables, 0
	}
	blocks := g.lists.blocks[:0]
	for _, depth := range g.in.Labels {
		f := g.label(depth)
		switch {
		case n == 0 && !f.often:
			blocks = append(blocks, g.target(f))
			continue
		case f.stub == 0:
			f.stub = g.b.NewBlock()
		}
		blocks = append(blocks, f.stub)
	}
	g.b.Switch(index, blocks...)
	g.lists.blocks = blocks
	args := g.top(n)
	for _, depth := range g.in.Labels {
		if f := g.label(depth); f.stub != 0 {
			g.enter(f.stub)
			f.stub = 0
			g.leaveWith(f, args)
		}
	}
}
