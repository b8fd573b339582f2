package validate

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// quick validates instructions for as long as they are frequent ones in their most frequent form, and right. It stops in front of
// the first that is not, which is left to step. In particular it leaves alone whatever has to do with v128 and with references, the
// first of which count double on the stack while the second may match without being equal.
func (b *body) quick() {
	v, code, ops, locals := b.v, b.code, b.v.quick, b.locals
	pos, stack, flags := b.pos, b.stack[:len(b.stack):min(cap(b.stack), MaxOperands)], b.flags
	height := b.frames[len(b.frames)-1].height
	peak := b.maxStack - b.vectors
loop:
	for pos < len(code) {
		q := &ops[code[pos]]
		n := len(stack)
		next := pos + 1
		switch q.shape {
		case shapeUnary:
			if n <= height || stack[n-1] != q.pop {
				break loop
			}
			stack[n-1] = q.push
		case shapeBinary:
			if n <= height+1 || stack[n-1] != q.pop || stack[n-2] != q.pop {
				break loop
			}
			stack = stack[:n-1]
			stack[n-2] = q.push
		case shapeLEB:
			if next = skipLEB(code, next, q.width); next == 0 || n == cap(stack) {
				break loop
			}
			stack = append(stack, q.push)
		case shapeFixed:
			if next += int(q.width); next > len(code) || n == cap(stack) {
				break loop
			}
			stack = append(stack, q.push)
		case shapeLoad:
			if next = skipMemarg(code, next, q.width); next == 0 || n <= height || stack[n-1] != v.quickMem {
				break loop
			}
			stack[n-1] = q.push
		case shapeStore:
			if next = skipMemarg(code, next, q.width); next == 0 || n <= height+1 || stack[n-1] != q.pop || stack[n-2] != v.quickMem {
				break loop
			}
			stack = stack[:n-2]
		case shapeLocalGet:
			var i uint32
			if i, next = index(code, next); next == 0 || int(i) >= len(locals) || n == cap(stack) || !locals[i].IsNum() {
				break loop
			}
			stack = append(stack, locals[i])
		case shapeLocalSet, shapeLocalTee:
			var i uint32
			if i, next = index(code, next); next == 0 || int(i) >= len(locals) || n <= height || !isNumber(stack[n-1], locals[i]) {
				break loop
			}
			if q.shape == shapeLocalSet {
				stack = stack[:n-1]
			}
		case shapeGlobalGet:
			var i uint32
			if i, next = index(code, next); next == 0 || int(i) >= len(v.globals) || n == cap(stack) || !v.globals[i].Type.IsNum() {
				break loop
			}
			stack = append(stack, v.globals[i].Type)
		case shapeGlobalSet:
			var i uint32
			if i, next = index(code, next); next == 0 || int(i) >= len(v.globals) || n <= height || !v.globals[i].Mutable ||
				!isNumber(stack[n-1], v.globals[i].Type) {
				break loop
			}
			stack = stack[:n-1]
		case shapeDrop:
			if n <= height || !stack[n-1].IsNum() {
				break loop
			}
			stack = stack[:n-1]
		case shapeBlock, shapeIf:
			if q.shape == shapeIf {
				if n--; n < height || stack[n] != wasm.I32 {
					break loop
				}
			}
			if !b.quickBlock(q.op, code[next:], n) {
				break loop
			}
			stack, height = stack[:n], n
			next++
		case shapeEnd:
			if !b.quickEnd(stack) {
				break loop
			}
			height = b.frames[len(b.frames)-1].height
		case shapeBrIf:
			if next >= len(code) || int(code[next]) >= min(len(b.frames), 0x80) || n <= height || stack[n-1] != wasm.I32 ||
				!b.quickLabel(code[next], stack[height:n-1]) {
				break loop
			}
			stack = stack[:n-1]
			next++
		case shapeCall:
			var i uint32
			if i, next = index(code, next); next == 0 || int(i) >= len(v.funcs) {
				break loop
			}
			kept, ok := quickCall(stack, height, &v.m.Types[v.funcs[i]].Func)
			if !ok {
				break loop
			}
			stack = kept
		default:
			break loop
		}
		pos = next
		flags |= q.flags
		peak = max(peak, len(stack))
	}
	b.pos, b.stack, b.flags = pos, b.stack[:len(stack)], flags // stack never grew beyond its capacity, so it is where it was
	b.maxStack = peak + b.vectors
}

// index reads an index of one to four bytes, and returns where it ends; 0 if it is anything else.
func index(code []byte, pos int) (i uint32, end int) {
	if pos < len(code) && code[pos] < 0x80 {
		return uint32(code[pos]), pos + 1
	}
	return longIndex(code, pos)
}

func longIndex(code []byte, pos int) (i uint32, end int) {
	for n := range min(4, len(code)-pos) {
		c := code[pos+n]
		if i |= uint32(c&0x7f) << (7 * n); c < 0x80 {
			return i, pos + n + 1
		}
	}
	return 0, 0
}

// skipLEB returns the end of an integer of at most width bytes; 0 if there is none.
func skipLEB(code []byte, pos int, width uint8) int {
	for end := min(pos+int(width), len(code)); pos < end; pos++ {
		if code[pos] < 0x80 {
			return pos + 1
		}
	}
	return 0
}

// isNumber reports whether have is want and a number type.
func isNumber(have, want wasm.ValType) bool { return have == want && want.IsNum() }

// skipMemarg returns the end of a memory argument for memory 0 with a valid alignment; 0 if there is none.
func skipMemarg(code []byte, pos int, align uint8) int {
	if pos+1 >= len(code) || code[pos] > align {
		return 0
	}
	if code[pos+1] < 0x80 {
		return pos + 2
	}
	return skipLEB(code, pos+1, 4)
}

// emptyBlock is the code of the block type [] -> [].
const emptyBlock = 0x40

// quickBlock opens a block without parameters and with at most one number as its result.
func (b *body) quickBlock(o op.Op, code []byte, height int) bool {
	if len(code) == 0 || len(b.frames) >= wasm.MaxNesting {
		return false
	}
	var results []wasm.ValType
	if c := code[0]; c != emptyBlock {
		t := wasm.ValType(c)
		if !t.IsNum() {
			return false
		}
		results = abstractSingles[t : t+1 : t+1]
	}
	b.frames = append(b.frames, frame{results: results, height: height, sets: len(b.unset.order), op: o})
	b.maxDepth = max(b.maxDepth, len(b.frames))
	return true
}

// quickEnd closes a block if its results are on the stack, on their own and at most one.
func (b *body) quickEnd(stack []wasm.ValType) bool {
	last := len(b.frames) - 1
	f := &b.frames[last]
	n := len(f.results)
	if last == 0 || n > 1 || len(stack) != f.height+n || b.unset.active {
		return false
	}
	if n == 1 && stack[f.height] != f.results[0] || f.op == op.If && n+len(f.params) > 0 {
		return false
	}
	b.frames = b.frames[:last]
	return true
}

// quickLabel reports whether the operands of the innermost block end in exactly what a label takes, and that is at most one number.
func (b *body) quickLabel(label byte, operands []wasm.ValType) bool {
	ts := b.label(uint32(label)).label()
	if len(ts) == 0 {
		return true
	}
	return len(ts) == 1 && len(operands) > 0 && operands[len(operands)-1] == ts[0]
}

// quickCall replaces the arguments of a call on the stack by its results, all of which are numbers.
func quickCall(stack []wasm.ValType, height int, t *wasm.FuncType) (after []wasm.ValType, ok bool) {
	base := len(stack) - len(t.Params)
	if base < height || base+len(t.Results) > cap(stack) {
		return nil, false
	}
	for i, p := range t.Params {
		if !isNumber(stack[base+i], p) {
			return nil, false
		}
	}
	for _, r := range t.Results {
		if !r.IsNum() {
			return nil, false
		}
	}
	return append(stack[:base], t.Results...), true
}
