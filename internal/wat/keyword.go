package wat

import (
	"fmt"
	"strings"

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
	instr := nearest{word: string(p.text(t))}
	other := instr
	if w, ok := renamed[instr.word]; ok {
		instr.best = w
		return instr.hint("")
	}
	for o := op.Invalid + 1; o < op.Count; o++ {
		instr.consider(o.String())
	}
	for w := range words {
		other.consider(w)
	}
	switch {
	case other.best == "":
		return instr.hint("")
	case instr.best == "" || other.distance < instr.distance || other.distance == instr.distance && !wantInstr:
		return other.hint("")
	}
	return instr.hint("")
}

// suggestID returns a hint at the identifier of a space that the current token may have been meant for, or "".
func (p *parser) suggestID(s *space) string {
	n := nearest{word: string(p.idText(p.tok))}
	for id := range s.ids {
		n.consider(id)
	}
	return n.hint("$")
}

// nearest finds the word that is most like another.
type nearest struct {
	word, best string
	distance   int // of best
}

// maxSuggest is the length of the longest words to look for others like them.
const maxSuggest = 40

// consider compares a candidate. Whatever the order of the candidates, the result is the same.
func (n *nearest) consider(candidate string) {
	if len(n.word) > maxSuggest || candidate == "" {
		return
	}
	limit := (2 + len(n.word)) / 4 // one letter may be wrong in words of two or more, two in words of six or more
	if n.best != "" {
		limit = n.distance
	}
	d := distance(n.word, candidate, limit)
	if d < limit || d == limit && (n.best == "" || candidate < n.best) {
		n.best, n.distance = candidate, d
	}
}

// hint returns the hint, with a prefix to the word.
func (n *nearest) hint(prefix string) string {
	if n.best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", prefix+n.best)
}

// distance returns how many letters to insert, delete or replace, or neighbours to swap, to turn a into b; or more than limit if
// that is clear from their lengths.
func distance(a, b string, limit int) int {
	if max(len(a)-len(b), len(b)-len(a)) > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range len(b) {
			d := last[j]
			if a[i] != b[j] {
				d++
			}
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d = min(d, before[j-1]+1)
			}
			row[j+1] = min(d, row[j]+1, last[j+1]+1)
		}
	}
	return row[len(b)]
}
