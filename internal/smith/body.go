package smith

import (
	"slices"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// body is a function body in the making.
type body struct {
	*maker
	code    []byte
	results []wasm.ValType
	locals  []wasm.ValType
	scratch map[wasm.ValType]uint32 // locals that only canonical uses
	stack   []wasm.ValType
	frames  []frame
	dead    bool // the end of the innermost frame must follow
}

// frame is a block that is open, or the body itself.
type frame struct {
	op              op.Op
	params, results []wasm.ValType
	base            int // operands below it
}

// label returns what a branch to the frame takes.
func (f *frame) label() []wasm.ValType {
	if f.op == op.Loop {
		return f.params
	}
	return f.results
}

// maxDepth is how deep blocks nest.
const maxDepth = 8

func (k *maker) body(typeIndex uint32) wasm.Code {
	t := k.m.Types[typeIndex].Func
	b := &body{maker: k, results: t.Results, locals: append([]wasm.ValType(nil), t.Params...), scratch: map[wasm.ValType]uint32{}}
	b.frames = []frame{{op: op.Call, results: t.Results}}
	var code wasm.Code
	declare := func(count int, t wasm.ValType) {
		code.Locals = append(code.Locals, wasm.Locals{Count: uint32(count), Type: t})
		for range count {
			b.locals = append(b.locals, t)
		}
	}
	for _, t := range k.types {
		declare(1+k.IntN(2), t)
	}
	for _, t := range []wasm.ValType{wasm.F32, wasm.F64, wasm.V128} {
		if t != wasm.V128 || k.o.SIMD {
			b.scratch[t] = uint32(len(b.locals))
			declare(1, t)
		}
	}
	if k.o.Refs {
		for f := range b.count() {
			if t := b.refTo(f); !slices.Contains(b.locals, t) {
				declare(1, t)
			}
		}
	}
	b.takeFuel()
	for i := 0; i < k.o.Steps && !(b.dead && len(b.frames) == 1); i++ {
		b.step()
	}
	for len(b.frames) > 0 {
		b.end()
	}
	code.Body = b.code
	return code
}

func (b *body) emit(in *wasm.Instr) { b.code = wasm.AppendInstr(b.code, in) }

// apply emits an instruction that pops some operands, which are there, and pushes results.
func (b *body) apply(in *wasm.Instr, pops int, results ...wasm.ValType) {
	b.emit(in)
	b.stack = append(b.stack[:len(b.stack)-pops], results...)
}

// have is how many operands of the innermost frame there are.
func (b *body) have() int { return len(b.stack) - b.frames[len(b.frames)-1].base }

// want makes operands of the given types the topmost ones. It uses as many as are there already.
func (b *body) want(types ...wasm.ValType) {
	n := min(len(types), b.have())
	for n > 0 && (b.oneIn(4) || !equal(b.stack[len(b.stack)-n:], types[:n])) {
		n--
	}
	for _, t := range types[n:] {
		b.push(t)
	}
}

func equal(a, b []wasm.ValType) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// push pushes some value of type t.
func (b *body) push(t wasm.ValType) {
	b.stack = append(b.stack, t)
	switch {
	case b.oneIn(3):
		b.code = b.constant(b.code, t)
		return
	case b.oneIn(8):
		for i, g := range b.m.Globals {
			if g.Type.Type == t && uint32(i) != b.fuel {
				b.emit(&wasm.Instr{Op: op.GlobalGet, X: uint32(i)})
				return
			}
		}
	case t == wasm.FuncRef && b.oneIn(2):
		b.emit(&wasm.Instr{Op: op.RefFunc, X: b.anyFunc()})
		return
	}
	b.emit(&wasm.Instr{Op: op.LocalGet, X: b.local(t)})
}

// count is the number of functions.
func (b *body) count() uint32 { return uint32(b.m.ImportedFuncs + len(b.m.Funcs)) }

func (b *body) anyFunc() uint32 { return uint32(b.IntN(int(b.count()))) }

// refTo returns the type of references to functions of the type that f has.
func (b *body) refTo(f uint32) wasm.ValType {
	index, _ := b.m.FuncTypeIndex(f)
	return wasm.Ref(wasm.HeapIndex(index), true)
}

// local returns a local of type t. There is one of each.
func (b *body) local(t wasm.ValType) uint32 {
	var fit []uint32
	for i, u := range b.locals {
		if s, ok := b.scratch[t]; u == t && (!ok || s != uint32(i)) {
			fit = append(fit, uint32(i))
		}
	}
	return pick(b.maker, fit)
}

// takeFuel emits what takes one from the fuel, and traps if there is none.
func (b *body) takeFuel() {
	get := wasm.Instr{Op: op.GlobalGet, X: b.fuel}
	b.emit(&get)
	b.emit(&wasm.Instr{Op: op.I64Eqz})
	b.emit(&wasm.Instr{Op: op.If})
	b.emit(&wasm.Instr{Op: op.Unreachable})
	b.emit(&wasm.Instr{Op: op.End})
	b.emit(&get)
	b.emit(&wasm.Instr{Op: op.I64Const, Imm: 1})
	b.emit(&wasm.Instr{Op: op.I64Sub})
	b.emit(&wasm.Instr{Op: op.GlobalSet, X: b.fuel})
}

// step adds an instruction, with what makes it valid where it is.
func (b *body) step() {
	if b.dead {
		if b.oneIn(3) {
			b.deadCode()
		}
		b.end()
	}
	switch n := b.IntN(100); {
	case n < 16:
		b.push(b.typ())
	case n < 28:
		b.set()
	case n < 54:
		b.numeric()
	case n < 64:
		b.access()
	case n < 73:
		b.open()
	case n < 77:
		if len(b.frames) > 1 {
			b.end()
		}
	case n < 85:
		b.branch()
	case n < 90:
		b.call()
	case n < 94:
		b.choose()
	case n < 97:
		b.bulk()
	default:
		b.reference()
	}
}

// set pops an operand into a local or global, or drops it.
func (b *body) set() {
	if b.have() == 0 {
		b.push(b.typ())
	}
	t := b.stack[len(b.stack)-1]
	switch b.IntN(8) {
	case 0:
		b.apply(&wasm.Instr{Op: op.Drop}, 1)
	case 1:
		for i, g := range b.m.Globals {
			if g.Type.Type == t && g.Type.Mutable && uint32(i) != b.fuel {
				b.apply(&wasm.Instr{Op: op.GlobalSet, X: uint32(i)}, 1)
				return
			}
		}
	case 2, 3, 4:
		b.apply(&wasm.Instr{Op: op.LocalTee, X: b.local(t)}, 1, t)
	default:
		b.apply(&wasm.Instr{Op: op.LocalSet, X: b.local(t)}, 1)
	}
}

// choose adds a select.
func (b *body) choose() {
	t := b.typ()
	b.want(t, t, wasm.I32)
	if t.IsRef() || b.oneIn(3) {
		b.apply(&wasm.Instr{Op: op.SelectT, Types: []wasm.ValType{t}}, 3, t)
	} else {
		b.apply(&wasm.Instr{Op: op.Select}, 3, t)
	}
}

// bulk adds an instruction on a whole memory.
func (b *body) bulk() {
	mem := uint32(b.IntN(len(b.m.Mems)))
	at := b.m.Mems[mem].Address()
	other := uint32(b.IntN(len(b.m.Mems)))
	to := b.m.Mems[other].Address()
	passive := uint32(len(b.m.Data) - 1)
	switch b.IntN(6) {
	case 0:
		b.apply(&wasm.Instr{Op: op.MemorySize, X: mem}, 0, at)
	case 1:
		b.want(at)
		b.mask(at)
		b.apply(&wasm.Instr{Op: op.MemoryGrow, X: mem}, 1, at)
	case 2:
		b.masked(at)
		b.push(wasm.I32)
		b.masked(at)
		b.apply(&wasm.Instr{Op: op.MemoryFill, X: mem}, 3)
	case 3:
		b.masked(at)
		b.masked(to)
		count := at
		if to == wasm.I32 {
			count = to
		}
		b.masked(count)
		b.apply(&wasm.Instr{Op: op.MemoryCopy, X: mem, Y: other}, 3)
	case 4:
		b.masked(at)
		b.pushSmall(wasm.I32, 40)
		b.pushSmall(wasm.I32, 10)
		b.apply(&wasm.Instr{Op: op.MemoryInit, X: passive, Y: mem}, 3)
	case 5:
		if b.oneIn(10) {
			b.emit(&wasm.Instr{Op: op.DataDrop, X: passive})
		}
	}
}

// masked pushes a value, most likely a small one.
func (b *body) masked(t wasm.ValType) {
	b.push(t)
	b.mask(t)
}

// pushSmall pushes a constant below n.
func (b *body) pushSmall(t wasm.ValType, n int) {
	in := wasm.Instr{Op: op.I32Const, Imm: uint64(b.IntN(n))}
	if t == wasm.I64 {
		in.Op = op.I64Const
	}
	b.apply(&in, 0, t)
}
