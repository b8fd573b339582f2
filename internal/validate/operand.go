package validate

import (
	"fmt"

	"github.com/weft-wasm/weft/internal/wasm"
)

// push puts an operand on the stack.
func (b *body) push(t wasm.ValType) {
	if len(b.stack) >= MaxOperands {
		b.fail(wasm.LimitExceeded, "more than %d operands", MaxOperands)
		return
	}
	b.stack = append(b.stack, t)
	if t == wasm.V128 {
		b.vectors++
	}
	b.maxStack = max(b.maxStack, len(b.stack)+b.vectors)
}

// pushAll puts operands on the stack, the last one on top.
func (b *body) pushAll(ts []wasm.ValType) {
	for _, t := range ts {
		b.push(t)
	}
}

// popAny takes the topmost operand, of whatever type, off the stack.
func (b *body) popAny() wasm.ValType {
	t, ok := b.top(0)
	if !ok {
		b.fail(wasm.TypeMismatch, "have nothing, want a value")
		return wasm.Bottom
	}
	b.drop(1)
	return t
}

// pop takes an operand of a type that matches want off the stack, and returns that type.
func (b *body) pop(want wasm.ValType) wasm.ValType {
	t, ok := b.top(0)
	if !ok || t != want && !b.v.match.value(t, want) {
		b.mismatch(want)
		return wasm.Bottom
	}
	b.drop(1)
	return t
}

// popAll takes operands of types that match want, of which the last is on top, off the stack.
func (b *body) popAll(want []wasm.ValType) {
	if b.match(want) {
		b.drop(len(want))
	}
}

// match checks that the topmost operands match want, and leaves them where they are.
func (b *body) match(want []wasm.ValType) bool {
	f := &b.frames[len(b.frames)-1]
	have := b.stack[f.height:]
	if len(have) < len(want) && f.unreachable {
		want = want[len(want)-len(have):]
	}
	if len(have) < len(want) {
		b.mismatch(want...)
		return false
	}
	have = have[len(have)-len(want):]
	for i, t := range want {
		if have[i] != t && !b.v.match.value(have[i], t) {
			b.mismatch(want...)
			return false
		}
	}
	return true
}

// top returns the type of the operand with n others on top of it; it is bottom in unreachable code that has fewer.
func (b *body) top(n int) (t wasm.ValType, ok bool) {
	f := &b.frames[len(b.frames)-1]
	if i := len(b.stack) - 1 - n; i >= f.height {
		return b.stack[i], true
	}
	return wasm.Bottom, f.unreachable
}

// drop removes up to n operands of the innermost block.
func (b *body) drop(n int) {
	b.truncate(max(len(b.stack)-n, b.frames[len(b.frames)-1].height))
}

// truncate cuts the stack to a height.
func (b *body) truncate(height int) {
	if b.vectors > 0 {
		for _, t := range b.stack[height:] {
			if t == wasm.V128 {
				b.vectors--
			}
		}
	}
	b.stack = b.stack[:height]
}

// unreachable makes the rest of the innermost block unreachable.
func (b *body) unreachable() {
	f := &b.frames[len(b.frames)-1]
	b.truncate(f.height)
	f.unreachable = true
}

// mismatch fails because the topmost operands do not match want.
func (b *body) mismatch(want ...wasm.ValType) {
	have := b.stack[b.frames[len(b.frames)-1].height:]
	have = have[max(0, len(have)-len(want)):]
	b.fail(wasm.TypeMismatch, "have %s, want %s", typeList(have), typeList(want))
}

// typeList spells a list of types: one alone without brackets, and a long one cut short.
func typeList(ts []wasm.ValType) string {
	const most = 20
	switch {
	case len(ts) == 0:
		return "nothing"
	case len(ts) == 1:
		return ts[0].String()
	case len(ts) > most:
		return fmt.Sprintf("%s and %d more", wasm.TypesString(ts[len(ts)-most:]), len(ts)-most)
	}
	return wasm.TypesString(ts)
}
