//go:build linux && amd64

package compile

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/ssa/ssaeval"
)

// ruleCase is the left side of a rule of instruction selection as a function, with $ in front of constants.
type ruleCase struct{ where, text string }

// immediates are the constants around which rules change their ways.
var immediates = []int64{0, 1, 2, 3, -1, 4, 7, 8, 31, 32, 63, 64, 100, 127, 128, 200, 255, 256, -128, -129, 32767, 65535, 65536, 1<<31 - 1, -1 << 31, 1 << 31,
	1<<32 - 1, 1 << 32, 1 << 40, 0x12345678, 1 << 29, -1 << 29}

var constant = regexp.MustCompile(`(i32|i64)\.const \$([a-z]+)`)

// filled is a case with constants in place of the names.
func filled(text string, r *rand.Rand) string {
	chosen := map[string]int64{}
	return constant.ReplaceAllStringFunc(text, func(s string) string {
		m := constant.FindStringSubmatch(s)
		if _, ok := chosen[m[2]]; !ok {
			chosen[m[2]] = immediates[r.IntN(len(immediates))]
		}
		c := chosen[m[2]]
		if m[1] == "i32" {
			c = int64(int32(c))
		}
		return fmt.Sprintf("%s.const %d", m[1], c)
	})
}

// vectors are the constants that rules on vectors look for: all ones or zeros, the bounds of lanes of each width, and indices of lanes.
var vectors = []string{
	"0x00000000000000000000000000000000", "0xffffffffffffffffffffffffffffffff", "0x7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f", "0x80808080808080808080808080808080",
	"0x7fff7fff7fff7fff7fff7fff7fff7fff", "0x80008000800080008000800080008000", "0x7fffffff7fffffff7fffffff7fffffff", "0x80000000800000008000000080000000",
	"0x7fffffffffffffff7fffffffffffffff", "0x80000000000000008000000000000000", "0x000102030405060708090a0b0c0d0e0f", "0x01ff7e8012345678fedcba98007f0180",
}

var vectorParam, valueName = regexp.MustCompile(`(v[0-9]+) v128`), regexp.MustCompile(`v[0-9]+`)

// withVector puts a constant in the place of one of the vectors that a case takes.
func withVector(text string, r *rand.Rand) string {
	head, body, _ := strings.Cut(text, ":\n")
	_, list, _ := strings.Cut(head, "\nb1")
	params := vectorParam.FindAllStringSubmatch(list, -1)
	param := params[r.IntN(len(params))][1]
	body = valueName.ReplaceAllStringFunc(body, func(name string) string {
		if name == param {
			return "v400"
		}
		return name
	})
	return fmt.Sprintf("%s:\n  v400 = v128.const %s\n%s", head, vectors[r.IntN(len(vectors))], body)
}

// fillings are the ways to fill in the constants of a case that are tried.
func fillings(c ruleCase, r *rand.Rand) (texts []string) {
	if !constant.MatchString(c.text) {
		texts = append(texts, c.text)
	} else {
		for range 10 {
			texts = append(texts, filled(c.text, r))
		}
	}
	// Of floats it would not be known whether a NaN is among them
	if vectorParam.MatchString(c.text[strings.Index(c.text, "\nb1"):]) && !strings.HasPrefix(c.where, "float.rules") {
		for range len(vectors) {
			texts = append(texts, withVector(filled(c.text, r), r))
		}
	}
	return texts
}

// TestRules runs the left side of each rule, as it is, without the passes that could simplify it, and compares with the evaluator.
func TestRules(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var funcs []*ssa.Func
	var where []string
	w := &world{}
	for _, c := range ruleCases {
		for _, text := range fillings(c, r) {
			funcs, w.funcs, where = append(funcs, parse(t, text)), append(w.funcs, parse(t, text)), append(where, c.where)
		}
	}
	c := New()
	c.passes = nil
	p := loadBy(t, c, funcs...)
	for i, f := range w.funcs {
		info := resultOp(f)
		for range 8 {
			args := make([]num.V128, len(f.Sig.Params))
			for k, typ := range f.Sig.Params {
				args[k] = argument(r, typ)
			}
			for k := range p.memory {
				p.memory[k] = byte(k*7 ^ k>>8)
			}
			if r.IntN(3) == 0 {
				clear(p.memory)
			}
			w.memory = append([]byte(nil), p.memory...)
			want := ssaeval.Eval(f, w, args)
			have, trap := p.call(i, args)
			if trap != want.Trap || trap == abi.TrapNone && !sameResults(info, args, have, want.Values) || string(p.memory) != string(w.memory) {
				t.Errorf("%s: of %x: have %x, %v, want %x, %v; same memory: %v\n%s", where[i], args, have, trap, want.Values, want.Trap, string(p.memory) == string(w.memory), f)
				break
			}
		}
	}
}

// resultOp is the operation that yields the result of a function, for what may differ in its NaN.
func resultOp(f *ssa.Func) ssa.Op {
	if ret := f.Term(ssa.Entry); f.NumArgs(ret) > 0 {
		return f.Op(f.Arg(ret, 0))
	}
	return ssa.OpReturn
}
