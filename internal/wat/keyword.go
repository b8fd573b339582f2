package wat

import (
	"fmt"
	"strings"

	"github.com/weft-wasm/weft/internal/nearest"
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// structure lists the keywords that are not instructions. Only error messages need them all: a keyword in the wrong place is an
// unexpected token, while a word that is no keyword anywhere is an unknown operator.
const structure = `
	module definition instance binary quote type rec sub final func struct field array param result local import export
	table memory global tag elem data start offset item declare mut shared ref null then else end catch catch_ref
	catch_all catch_all_ref
	assert_return assert_trap assert_exhaustion assert_exception assert_invalid assert_malformed assert_unlinkable
	assert_invalid_custom assert_malformed_custom register invoke get either nan:canonical nan:arithmetic
	ref.extern ref.host ref.struct ref.array ref.any ref.exn
	i8x16 i16x8 i32x4 i64x2 f32x4 f64x2`

// words has all keywords but the instructions.
var words = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(structure) {
		m[w] = true
	}
	for w := range valTypes {
		m[w] = true
	}
	for w := range heapTypes {
		m[w] = true
	}
	return m
}()

// isKeyword reports whether a word is a keyword anywhere in the grammar.
func isKeyword(s []byte) bool {
	return words[string(s)] || op.ByText(string(s)) != op.Invalid ||
		strings.HasPrefix(string(s), "offset=") || strings.HasPrefix(string(s), "align=")
}

// valTypes has the value types that are one keyword, and the packed types.
var valTypes = byString(wasm.I32, wasm.I64, wasm.F32, wasm.F64, wasm.V128, wasm.I8, wasm.I16,
	wasm.FuncRef, wasm.ExternRef, wasm.AnyRef, wasm.EqRef, wasm.I31Ref, wasm.StructRef, wasm.ArrayRef, wasm.ExnRef,
	wasm.NullRef, wasm.NullExternRef, wasm.NullFuncRef, wasm.NullExnRef)

// heapTypes has the abstract heap types.
var heapTypes = byString(wasm.HeapFunc, wasm.HeapExtern, wasm.HeapAny, wasm.HeapEq, wasm.HeapI31, wasm.HeapStruct,
	wasm.HeapArray, wasm.HeapExn, wasm.HeapNone, wasm.HeapNoExtern, wasm.HeapNoFunc, wasm.HeapNoExn)

// byString returns the values by their spelling.
func byString[T fmt.Stringer](values ...T) map[string]T {
	m := make(map[string]T, len(values))
	for _, v := range values {
		m[v.String()] = v
	}
	return m
}

// renamed has the old spellings of instructions that were renamed before WebAssembly 1.0 was done.
var renamed = map[string]string{
	"get_local": "local.get", "set_local": "local.set", "tee_local": "local.tee", "get_global": "global.get",
	"set_global": "global.set", "current_memory": "memory.size", "grow_memory": "memory.grow", "anyfunc": "funcref",
	"i32.wrap/i64": "i32.wrap_i64",
}

// suggest returns a hint at the keyword that an unknown word may have been meant for, or "". Where an instruction is as near as
// another keyword, wantInstr decides.
func (p *parser) suggest(t token, wantInstr bool) string {
	word := string(p.text(t))
	if w, ok := renamed[word]; ok {
		return didYouMean(w)
	}
	instr, other := nearest.Search{Word: word}, nearest.Search{Word: word}
	for o := op.Invalid + 1; o < op.Count; o++ {
		instr.Consider(o.String())
	}
	for w := range words {
		other.Consider(w)
	}
	if d := other.Better(&instr); d < 0 || d == 0 && !wantInstr {
		return didYouMean(other.Best)
	}
	return didYouMean(instr.Best)
}

// suggestID returns a hint at the identifier of a space that the current token may have been meant for, or "".
func (p *parser) suggestID(s *space) string {
	n := nearest.Search{Word: string(p.idText(p.tok))}
	for id := range s.ids {
		n.Consider(id)
	}
	if n.Best == "" {
		return ""
	}
	return didYouMean("$" + n.Best)
}

// didYouMean says that a word may have been meant, unless it is "".
func didYouMean(word string) string {
	if word == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", word)
}
