//go:build linux && amd64

package compile

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Chains of a million tail calls between two functions, a and b, which an ordinary function has called. The parameters of both are the tail calls
// left, the address and context of a and b, and extras of all types. Results are as many as there are.

// extraTypes are the types of the extras, by number.
var extraTypes = [...]string{"i64", "f64", "v128", "i64", "i64"}

func extraType(i int) string { return extraTypes[i%len(extraTypes)] }

// writer writes the text of a function.
type writer struct {
	strings.Builder
	n int
}

// value writes an instruction with a result and returns its name.
func (w *writer) value(format string, args ...any) string {
	w.n++
	fmt.Fprintf(w, "  v%d = %s\n", w.n, fmt.Sprintf(format, args...))
	return fmt.Sprintf("v%d", w.n)
}

func (w *writer) param() string {
	w.n++
	return fmt.Sprintf("v%d", w.n)
}

// constant makes extra i as it is at first.
func (w *writer) constant(i int) string {
	switch extraType(i) {
	case "f64":
		return w.value("f64.const %d", i)
	case "v128":
		return w.value("i64x2.splat %s", w.value("i64.const %d", i))
	}
	return w.value("i64.const %d", i)
}

// next makes extra i of the callee from those of the caller: the one of the same number, of integers one more.
func (w *writer) next(i int, have []string) string {
	if i >= len(have) {
		return w.constant(i)
	}
	if extraType(i) == "i64" {
		return w.value("i64.add %s %s", have[i], w.value("i64.const 1"))
	}
	return have[i]
}

// bits is an extra as an integer.
func (w *writer) bits(i int, x string) string {
	switch extraType(i) {
	case "f64":
		return w.value("i64.reinterpret_f64 %s", x)
	case "v128":
		return w.value("i64x2.extract_lane %s 1", x)
	}
	return x
}

func chainTypes(extras int) string {
	types := []string{"i64", "i64", "i64", "i64", "i64"}
	for i := range extras {
		types = append(types, extraType(i))
	}
	return strings.Join(types, " ")
}

func resultTypes(results int) string { return strings.TrimSpace(strings.Repeat("i64 ", results)) }

// chain is the text of a or b.
func chain(name string, extras, theirExtras, results int, call string) string {
	w := new(writer)
	types := strings.Fields(chainTypes(extras))
	var params, have []string
	for _, t := range types {
		v := w.param()
		params, have = append(params, v+" "+t), append(have, v)
	}
	body := new(writer)
	body.n = w.n
	args := []string{body.value("i64.sub %s %s", have[0], body.value("i64.const 1"))}
	args = append(args, have[1:5]...)
	for i := range theirExtras {
		args = append(args, body.next(i, have[5:]))
	}
	end := new(writer)
	end.n = body.n
	out := []string{end.value("i64.load %s +80 context[0]!", end.value("context"))}
	for i := 1; i < results; i++ {
		k := (i - 1) % max(extras, 1)
		x := have[0]
		if extras > 0 {
			x = end.bits(k, have[5+k])
		}
		out = append(out, x)
	}
	cond := end.n + 1
	return fmt.Sprintf("func %s(%s) -> %s {\nb1(%s):\n  v%d = i64.eqz %s\n  if v%d -> b3, b2\nb2:\n%s  %s\nb3:\n%s  return %s\n}",
		name, chainTypes(extras), resultTypes(results), strings.Join(params, ", "), cond, have[0], cond, body,
		fmt.Sprintf(call, strings.Join(args, " "), fmt.Sprintf("(%s) -> %s", chainTypes(theirExtras), resultTypes(results))),
		end, strings.Join(out, " "))
}

// outer is the text of a function that calls a and returns its results, the word of its own context, and what it had in registers.
func outer(extras, results int) string {
	w := new(writer)
	w.n = 5
	var kept []string
	for i := range 5 {
		kept = append(kept, w.value("i64.mul v1 %s", w.value("i64.const %d", 1000+i)))
	}
	args := []string{"v1", "v2", "v3", "v4", "v5"}
	for i := range extras {
		args = append(args, w.constant(i))
	}
	call := w.value("call %s (%s) -> %s func[1]", strings.Join(args, " "), chainTypes(extras), resultTypes(results))
	out := []string{call}
	if results > 1 {
		out = nil
		for i := range results {
			out = append(out, w.value("proj.i64 %s %d", call, i))
		}
	}
	out = append(out, w.value("i64.load %s +80 context[0]!", w.value("context")))
	base := w.value("membase")
	out = append(out, w.value("i64.load %s memory[0]", base))
	out = append(out, kept...)
	return fmt.Sprintf("func outer(i64 i64 i64 i64 i64) -> %s {\nb1(v1 i64, v2 i64, v3 i64, v4 i64, v5 i64):\n%s  return %s\n}",
		resultTypes(results+7), w, strings.Join(out, " "))
}

// chainResults is what outer returns after n tail calls.
func chainResults(n int, extras [2]int, results int, words [2]uint64, memory uint64) []uint64 {
	have := make([]uint64, extras[n%2])
	for i := range have {
		handed := 0 // since it was made, which is whenever one of the two has it that is called by the other which has not
		if i < min(extras[0], extras[1]) {
			handed = n
		}
		switch extraType(i) {
		case "f64":
			have[i] = math.Float64bits(float64(i))
		case "i64":
			have[i] = uint64(i + handed)
		default:
			have[i] = uint64(i)
		}
	}
	out := []uint64{words[n%2]}
	for i := 1; i < results; i++ {
		if len(have) == 0 {
			out = append(out, 0)
		} else {
			out = append(out, have[(i-1)%len(have)])
		}
	}
	out = append(out, words[0], memory)
	for i := range uint64(5) {
		out = append(out, uint64(n)*(1000+i))
	}
	return out
}

func TestTailCallChains(t *testing.T) {
	for _, extras := range [][2]int{{0, 0}, {3, 3}, {20, 20}, {0, 20}, {20, 0}, {7, 30}, {4, 9}} {
		for _, results := range []int{1, 20} {
			for _, how := range []string{"direct", "pointer", "abroad", "abroad and back"} {
				t.Run(fmt.Sprintf("%v/%d/%s", extras, results, how), func(t *testing.T) { tailCallChain(t, extras, results, how) })
			}
		}
	}
}

func tailCallChain(t *testing.T, extras [2]int, results int, how string) {
	toA, toB := "tail_call %s %s func[1]", "tail_call %s %s func[2]"
	if how != "direct" {
		toA, toB = "tail_call_ptr v2 v3 %s %s", "tail_call_ptr v4 v5 %s %s"
	}
	if how == "abroad and back" {
		toA = "tail_call %s %s func[3]" // which is a again, and leaves
	}
	texts := []string{outer(extras[0], results), chain("a", extras[0], extras[1], results, toB), chain("b", extras[1], extras[0], results, toA)}
	if how == "abroad and back" {
		texts = append(texts, chain("a", extras[0], extras[1], results, toB))
	}
	var funcs []*ssa.Func
	for _, text := range texts {
		funcs = append(funcs, parse(t, text))
	}
	p := load(t, funcs...)
	other := make([]uint64, 64)
	home := uint64(uintptr(unsafe.Pointer(&p.context[0])))
	contexts, words := [2]uint64{home, home}, [2]uint64{11, 11}
	p.context[10], other[10] = 11, 22
	other[abi.InstanceMemoryBase/8] = uint64(uintptr(unsafe.Pointer(&other[32])))
	other[abi.InstanceHelpers/8] = p.context[abi.InstanceHelpers/8]
	p.memory[0] = 77
	if how == "abroad" || how == "abroad and back" {
		contexts[1], words[1] = uint64(uintptr(unsafe.Pointer(&other[0]))), 22
	}
	defer runtime.KeepAlive(other) // which code alone knows of
	for _, n := range []int{0, 1, 2, 3, 1_000_000} {
		if how == "abroad and back" && n > 1 {
			words[0] = 22 // b has called a of its own instance
		}
		args := []num.V128{{Lo: uint64(n)}, {Lo: uint64(p.text.Address(p.funcs[1]))}, {Lo: contexts[0]}, {Lo: uint64(p.text.Address(p.funcs[2]))}, {Lo: contexts[1]}}
		have, trap := p.call(0, args)
		if trap != abi.TrapNone {
			t.Fatalf("%d: %v", n, trap)
		}
		want := chainResults(n, extras, results, words, 77)
		want[results] = 11
		for i := range want {
			if have[i].Lo != want[i] {
				t.Fatalf("%d: result %d is %d, want %d (of %v, want %v)\n%s", n, i, have[i].Lo, want[i], have, want, strings.Join(texts, "\n"))
			}
		}
	}
}
