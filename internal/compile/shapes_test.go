//go:build unix

package compile

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// shape is a way to make a function as large as one likes: its locals, i32 like its ten parameters, and its body of about n bytes.
type shape struct {
	name   string
	locals func(n int) int
	write  func(b *body, n int)
}

// The functions that a body can call, besides itself.
const (
	callNothing = 1 + iota // [] -> []
	callTake               // [i32] -> []
	callGive               // [] -> [i32]
	callMany               // [i32 500 times] -> [i32 500 times]
	typeSome               // [i32 20 times] -> [i32 20 times], for blocks
)

const params = 10

var shapes = []shape{
	{"straight", none, func(b *body, n int) {
		b.repeat(n, func(i int) { b.add(i, 1, 3+i) })
	}},
	{"branches", none, func(b *body, n int) {
		b.repeat(n, func(i int) { b.get(0).op(op.If).add(i, 1, 2+i).op(op.Else).add(i, 2, 3).op(op.End) })
	}},
	{"loops", none, func(b *body, n int) {
		b.repeat(n, func(i int) { b.op(op.Loop).add(1, 2, 1).get(i).to(op.BrIf, 0).op(op.End) })
	}},
	{"loops with calls", none, func(b *body, n int) {
		b.repeat(n, func(i int) { b.op(op.Loop).add(1, 2, 1).to(op.Call, callNothing).get(i).to(op.BrIf, 0).op(op.End) })
	}},
	{"nested blocks", none, func(b *body, n int) {
		b.times(n/7, func(int) { b.op(op.Block) })
		b.times(n/7, func(i int) { b.get(i).to(op.BrIf, 0).op(op.End) })
	}},
	{"nested branches", none, func(b *body, n int) {
		b.times(n/13, func(i int) { b.get(i).op(op.If).add(1, 2, 3) })
		b.times(n/13, func(i int) { b.op(op.Else).add(i, 4, 3).op(op.End) })
		b.get(3).to(op.Call, callTake)
	}},
	{"nested loops", none, func(b *body, n int) {
		b.times(n/20, func(int) { b.op(op.Loop).add(1, 2, 1) })
		b.times(n/20, func(int) { b.add(1, 3, 1).get(1).instr(wasm.Instr{Op: op.I32Load}).to(op.BrIf, 0).op(op.End) })
	}},
	{"nested loops with calls", none, func(b *body, n int) {
		b.times(n/15, func(int) { b.op(op.Loop).add(1, 2, 1).to(op.Call, callNothing) })
		b.times(n/15, func(int) { b.to(op.Call, callGive).to(op.BrIf, 0).op(op.End) })
	}},
	{"ways to one block", none, func(b *body, n int) {
		b.op(op.Block)
		b.repeat(n, func(i int) { b.add(i, 1, i+1).get(i).to(op.BrIf, 0) })
		b.op(op.End)
		b.times(params, func(i int) { b.get(i).to(op.Call, callTake) })
	}},
	{"ways round one loop", none, func(b *body, n int) {
		b.op(op.Loop)
		b.repeat(n, func(i int) { b.add(i, 1, i+1).get(i).to(op.BrIf, 0) })
		b.op(op.End)
	}},
	{"ways to one handler", none, func(b *body, n int) {
		b.op(op.Block).instr(wasm.Instr{Op: op.TryTable, Catches: []wasm.Catch{{Kind: wasm.CatchAll}}})
		b.repeat(n, func(i int) { b.add(i, 1, i+1).get(1).to(op.Call, callTake) })
		b.op(op.End, op.End).get(3).to(op.Call, callTake)
	}},
	{"table to few blocks", none, func(b *body, n int) {
		b.op(op.Block, op.Block, op.Loop).get(0).table(n, func(i int) int { return i % 3 }).op(op.End, op.End, op.End)
	}},
	{"interpreter", none, func(b *body, n int) {
		cases := n / 20
		b.op(op.Loop).times(cases+1, func(int) { b.op(op.Block) })
		b.get(0).table(cases+1, func(i int) int { return i }).op(op.End)
		b.times(cases, func(i int) { b.add(i, 1, i+1).to(op.Call, callNothing).to(op.Br, cases-i).op(op.End) })
		b.op(op.End)
	}},
	{"threaded interpreter", none, func(b *body, n int) {
		const cases = 200
		b.times(cases, func(int) { b.op(op.Loop).add(1, 2, 3) })
		b.repeat(n, func(i int) {
			b.op(op.Block).add(i, 1, i+1).get(i).table(50, func(k int) int { return (i*7 + 3) % cases * min(k, 1) }).op(op.End)
		})
		b.times(cases, func(int) { b.op(op.End) })
	}},
	{"alive through branches", func(n int) int { return n / 20 }, func(b *body, n int) {
		b.times(n/20, func(i int) { b.to(op.Call, callGive).set(params + i) })
		b.repeat(n/2, func(i int) { b.get(i).op(op.If).to(op.Call, callNothing).op(op.End) })
		b.times(n/20, func(i int) { b.use(params + i) })
	}},
	{"alive through loops", func(n int) int { return n / 20 }, func(b *body, n int) {
		b.times(n/20, func(i int) { b.to(op.Call, callGive).set(params + i) })
		b.repeat(n/2, func(i int) { b.op(op.Loop).to(op.Call, callNothing).get(i).to(op.BrIf, 0).op(op.End) })
		b.times(n/20, func(i int) { b.use(params + i) })
	}},
	{"written in branches", func(n int) int { return n / 20 }, func(b *body, n int) {
		b.times(n/20, func(i int) { b.get(i).op(op.If).get(3).set(params + i).op(op.End) })
		b.times(n/20, func(i int) { b.use(params + i) })
	}},
	{"written in one branch", func(n int) int { return n / 20 }, func(b *body, n int) {
		b.get(0).op(op.If)
		b.times(n/20, func(i int) { b.get(i).set(params + i) })
		b.op(op.End)
		b.times(n/20, func(i int) { b.use(params + i) })
	}},
	{"written in a loop", func(n int) int { return n / 20 }, func(b *body, n int) {
		b.op(op.Loop)
		b.times(n/20, func(i int) { b.use(params+i).to(op.Call, callGive).set(params + i) })
		b.get(0).to(op.BrIf, 0).op(op.End)
		b.times(n/20, func(i int) { b.use(params + i) })
	}},
	{"stack", none, func(b *body, n int) {
		b.times(n/8, func(i int) { b.get(i).constant(i).op(op.I32Mul) })
		b.times(n/8-1, func(int) { b.op(op.I32Xor) })
		b.to(op.Call, callTake)
	}},
	{"stack through calls", none, func(b *body, n int) {
		b.times(n/3, func(int) { b.to(op.Call, callGive) })
		b.times(n/3-1, func(int) { b.op(op.I32Xor) })
		b.to(op.Call, callTake)
	}},
	{"constants twice", none, func(b *body, n int) {
		for range 2 {
			b.times(n/20, func(i int) { b.constant(i * 7919).get(i).op(op.I32Mul).set((i + 1) % params) })
		}
		b.get(0).to(op.Call, callTake)
	}},
	{"loads and stores", none, func(b *body, n int) {
		b.repeat(n, func(i int) {
			b.get(i % 3).instr(wasm.Instr{Op: op.I32Load, Imm: uint64(4 * i)}).set(3 + i%7)
			b.get(i % 2).get(i).instr(wasm.Instr{Op: op.I32Store, Imm: uint64(8 * i)})
		})
	}},
	{"divisions", none, func(b *body, n int) {
		b.repeat(n, func(i int) { b.get(i).get(i + 1).op(op.I32DivU).set((i + 4) % params) })
	}},
	{"traps and returns", none, func(b *body, n int) {
		b.repeat(n, func(i int) { b.get(i).op(op.If, op.Unreachable, op.End).get(i+1).op(op.If, op.Return, op.End) })
	}},
	{"calls with many results", none, func(b *body, n int) {
		b.repeat(n, func(i int) {
			b.times(manyValues, func(i int) { b.get(i % 7) }).to(op.Call, callMany).times(manyValues, func(i int) { b.set(i % params) })
		})
	}},
	{"loops with parameters", none, func(b *body, n int) {
		b.times(someValues, func(i int) { b.get(i) })
		b.repeat(n, func(i int) {
			b.instr(wasm.Instr{Op: op.Loop, Block: wasm.BlockType{Kind: wasm.BlockIndex, Index: typeSome}})
			b.to(op.Call, callTake).to(op.Call, callGive).get(i).to(op.BrIf, 0).op(op.End)
		})
		b.times(someValues, func(i int) { b.to(op.Call, callTake) })
	}},
}

func none(int) int { return 0 }

// body is a body that is being written. Numbers of parameters are taken modulo their number where they are read.
type body struct{ bytes []byte }

func (b *body) instr(in wasm.Instr) *body {
	b.bytes = wasm.AppendInstr(b.bytes, &in)
	return b
}

func (b *body) op(list ...op.Op) *body {
	for _, o := range list {
		b.instr(wasm.Instr{Op: o})
	}
	return b
}

func (b *body) to(o op.Op, x int) *body { return b.instr(wasm.Instr{Op: o, X: uint32(x)}) }
func (b *body) get(x int) *body         { return b.to(op.LocalGet, x%params) }
func (b *body) set(x int) *body         { return b.to(op.LocalSet, x) }
func (b *body) use(x int) *body         { return b.to(op.LocalGet, x).to(op.Call, callTake) }
func (b *body) constant(c int) *body {
	return b.instr(wasm.Instr{Op: op.I32Const, Imm: uint64(uint32(c))})
}
func (b *body) add(x, y, sum int) *body { return b.get(x).get(y).op(op.I32Add).set(sum % params) }

// times has write called n times, and repeat until the body is n bytes longer.
func (b *body) times(n int, write func(i int)) *body {
	for i := range n {
		write(i)
	}
	return b
}

func (b *body) repeat(n int, write func(i int)) {
	end := len(b.bytes) + n
	for i := 0; len(b.bytes) < end; i++ {
		write(i)
	}
}

func (b *body) table(n int, label func(i int) int) *body {
	labels := make([]uint32, n)
	for i := range labels {
		labels[i] = uint32(label(i))
	}
	return b.instr(wasm.Instr{Op: op.BrTable, Labels: labels})
}
