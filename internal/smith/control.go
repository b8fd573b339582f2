package smith

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// open opens a block of some kind.
func (b *body) open() {
	if len(b.frames) > maxDepth {
		return
	}
	o := pick(b.maker, []op.Op{op.Block, op.Block, op.Loop, op.If, op.If, op.TryTable})
	if o == op.TryTable && len(b.m.Tags) == 0 {
		o = op.Loop
	}
	if o == op.TryTable {
		b.openTry()
		return
	}
	if o == op.If {
		b.want(wasm.I32)
		b.stack = b.stack[:len(b.stack)-1]
	}
	b.openFrame(&wasm.Instr{Op: o}, b.typeList(2))
	if o == op.Loop {
		b.takeFuel()
	}
}

// openFrame emits an instruction that opens a frame, with some of the operands at hand as its parameters.
func (b *body) openFrame(in *wasm.Instr, results []wasm.ValType) {
	n := 0
	if b.oneIn(2) {
		n = b.IntN(min(b.have(), 3) + 1)
	}
	params := append([]wasm.ValType(nil), b.stack[len(b.stack)-n:]...)
	switch {
	case n == 0 && len(results) == 0:
		in.Block = wasm.BlockType{Kind: wasm.BlockEmpty}
	case n == 0 && len(results) == 1:
		in.Block = wasm.BlockType{Kind: wasm.BlockValue, Type: results[0]}
	default:
		in.Block = wasm.BlockType{Kind: wasm.BlockIndex, Index: b.typeIndex(params, results)}
	}
	b.emit(in)
	b.frames = append(b.frames, frame{op: in.Op, params: params, results: results, base: len(b.stack) - n})
}

// openTry opens a block for the exceptions that a try_table inside it catches.
func (b *body) openTry() {
	var results []wasm.ValType
	c := wasm.Catch{Kind: wasm.CatchKind(b.IntN(4)), Tag: uint32(b.IntN(len(b.m.Tags)))}
	if c.Kind == wasm.CatchTag || c.Kind == wasm.CatchTagRef {
		results = append(results, b.tagParams(c.Tag)...)
	} else {
		c.Tag = 0
	}
	if c.Kind == wasm.CatchTagRef || c.Kind == wasm.CatchAllRef {
		// What is caught by reference is never null, and a label of exnref takes it.
		results = append(results, wasm.ExnRef)
	}
	b.openFrame(&wasm.Instr{Op: op.Block}, results)
	clauses := []wasm.Catch{c}
	for depth := range b.frames {
		f := &b.frames[len(b.frames)-1-depth]
		for tag := range b.m.Tags {
			if equal(f.label(), b.tagParams(uint32(tag))) && b.oneIn(3) {
				clauses = append(clauses, wasm.Catch{Kind: wasm.CatchTag, Tag: uint32(tag), Label: uint32(depth)})
			}
		}
		if len(f.label()) == 0 && b.oneIn(6) {
			clauses = append(clauses, wasm.Catch{Kind: wasm.CatchAll, Label: uint32(depth)})
		}
	}
	b.Shuffle(len(clauses), func(i, j int) { clauses[i], clauses[j] = clauses[j], clauses[i] })
	b.openFrame(&wasm.Instr{Op: op.TryTable, Catches: clauses}, b.typeList(2))
}

func (b *body) tagParams(tag uint32) []wasm.ValType { return b.m.Types[b.m.Tags[tag]].Func.Params }

// end ends the innermost frame, or begins the else of an if.
func (b *body) end() {
	f := &b.frames[len(b.frames)-1]
	if !b.dead {
		b.settle(f)
	}
	if f.op == op.If && (!equal(f.params, f.results) || b.oneIn(2)) {
		b.emit(&wasm.Instr{Op: op.Else})
		f.op = op.Else
		b.stack = append(b.stack[:f.base], f.params...)
		b.dead = false
		return
	}
	b.emit(&wasm.Instr{Op: op.End})
	b.stack = append(b.stack[:f.base], f.results...)
	b.frames = b.frames[:len(b.frames)-1]
	b.dead = false
}

// settle leaves exactly the results of the frame on its part of the stack.
func (b *body) settle(f *frame) {
	n := len(f.results)
	if f.op != op.Loop && b.have() > n && b.oneIn(2) {
		// A branch to the end leaves behind what is below the results.
		b.want(f.results...)
		b.emit(&wasm.Instr{Op: op.Br})
		return
	}
	for b.have() > n || !equal(b.stack[f.base:], f.results[:b.have()]) {
		b.set1()
	}
	for _, t := range f.results[b.have():] {
		b.push(t)
	}
}

// set1 pops an operand into a local, or drops it.
func (b *body) set1() {
	t := b.stack[len(b.stack)-1]
	if b.oneIn(2) {
		b.apply(&wasm.Instr{Op: op.Drop}, 1)
	} else {
		b.apply(&wasm.Instr{Op: op.LocalSet, X: b.local(t)}, 1)
	}
}

// branch adds a branch, a return, a throw or, rarely, unreachable.
func (b *body) branch() {
	depth := b.IntN(len(b.frames))
	label := b.frames[len(b.frames)-1-depth].label()
	switch n := b.IntN(40); {
	case n < 22:
		b.want(append(append([]wasm.ValType(nil), label...), wasm.I32)...)
		b.apply(&wasm.Instr{Op: op.BrIf, X: uint32(depth)}, 1)
	case n < 28:
		b.want(label...)
		b.leave(&wasm.Instr{Op: op.Br, X: uint32(depth)})
	case n < 35:
		b.brTable(label)
	case n < 36:
		b.want(b.results...)
		b.leave(&wasm.Instr{Op: op.Return})
	case n == 36 && b.oneIn(3):
		b.leave(&wasm.Instr{Op: op.Unreachable})
	case n > 36 && len(b.m.Tags) > 0:
		tag := uint32(b.IntN(len(b.m.Tags)))
		b.want(b.tagParams(tag)...)
		b.leave(&wasm.Instr{Op: op.Throw, X: tag})
	case len(b.m.Tags) > 0:
		b.want(wasm.ExnRef)
		b.leave(&wasm.Instr{Op: op.ThrowRef})
	}
}

// leave emits an instruction that control does not come back from.
func (b *body) leave(in *wasm.Instr) {
	b.emit(in)
	b.dead = true
}

// brTable adds a br_table to labels that take the same.
func (b *body) brTable(label []wasm.ValType) {
	var fit []uint32
	for depth := range b.frames {
		if equal(b.frames[len(b.frames)-1-depth].label(), label) {
			fit = append(fit, uint32(depth))
		}
	}
	in := wasm.Instr{Op: op.BrTable}
	for range 1 + b.IntN(5) {
		in.Labels = append(in.Labels, pick(b.maker, fit))
	}
	b.want(label...)
	b.push(wasm.I32)
	if b.oneIn(2) {
		b.emit(&wasm.Instr{Op: op.I32Const, Imm: 3})
		b.emit(&wasm.Instr{Op: op.I32And})
	}
	b.leave(&in)
}

// deadCode adds code that is never reached, where the stack is polymorphic (spec 3.3.8).
func (b *body) deadCode() {
	b.emit(&wasm.Instr{Op: op.I32Add})
	b.emit(&wasm.Instr{Op: op.Drop})
	b.emit(&wasm.Instr{Op: op.If})
	b.emit(&wasm.Instr{Op: op.Block})
	b.emit(&wasm.Instr{Op: op.End})
	b.emit(&wasm.Instr{Op: op.Else})
	b.emit(&wasm.Instr{Op: op.End})
	b.emit(&wasm.Instr{Op: op.Unreachable})
}
