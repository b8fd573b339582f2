package ssa

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/num"
)

// ruleCase is the left side of a rule as a function, with $ in front of constants.
type ruleCase struct{ where, text string }

// interesting are the integers around which arithmetic changes its ways; the last are floats.
var interesting = []uint64{
	0, 1, 2, 3, 5, 7, 8, 10, 16, 24, 31, 32, 33, 48, 56, 63, 64, 100, 127, 128, 255, 256, 641, 1000, 32767, 65535, 65536, 1<<31 - 1, 1 << 31,
	1<<31 + 1, 1<<32 - 1, 1 << 32, 6700417, 1<<63 - 1, 1 << 63, 1<<63 + 1, ^uint64(0), ^uint64(1), ^uint64(6), ^uint64(99), 0xffffffff80000000,
	0x3f800000, 0x40000000, 0x3e800000, 0xbf000000, 0x7fc00000, 0x7fa00000, 0x00800000, 0x3ff0000000000000, 0x4000000000000000, 0xbfe0000000000000,
	0x7ff8000000000000, 0x7ff4000000000000,
}

var constantName = regexp.MustCompile(`\$[a-z]+`)

var wordConst = regexp.MustCompile(`i32\.const \S+`)

var typedParam = regexp.MustCompile(`(v[0-9]+) (i32|i64)`)

var valueName = regexp.MustCompile(`v[0-9]+`)

// fill gives values to the constants of a case, narrows some of its parameters by masks so that rules on known bits apply, and sometimes makes
// counts small and equal sums of the width, as the rules on shifts want.
func fill(text string, r *rand.Rand) string {
	chosen := map[string]string{}
	width := 32 << r.IntN(2)
	text = constantName.ReplaceAllStringFunc(text, func(name string) string {
		if chosen[name] == "" {
			x := int64(interesting[r.IntN(len(interesting))])
			switch r.IntN(4) {
			case 0:
				x = int64(r.IntN(64))
			case 1:
				if old := chosen["$c"]; old != "" {
					var c int64
					fmt.Sscan(old, &c)
					x = int64(width) - c
				}
			}
			if r.IntN(3) > 0 {
				x = int64(int32(x))
			}
			chosen[name] = fmt.Sprint(x)
		}
		return chosen[name]
	})
	text = wordConst.ReplaceAllStringFunc(text, func(c string) string {
		var x int64
		fmt.Sscanf(c, "i32.const %v", &x)
		return fmt.Sprint("i32.const ", int32(x))
	})
	if r.IntN(2) == 0 {
		return text
	}
	head, body, _ := strings.Cut(text, ":\n")
	body = fillVector(head, body, r)
	masks := []string{"1", "127", "32767", "2147483647"}
	masked := map[string]string{}
	lines := ""
	for i, p := range typedParam.FindAllStringSubmatch(head, -1) {
		masked[p[1]] = fmt.Sprint("v", 300+i)
		lines += fmt.Sprintf("  v%d = %s.const %s\n  v%d = %s.and %s v%d\n", 200+i, p[2], masks[r.IntN(len(masks))], 300+i, p[2], p[1], 200+i)
	}
	body = valueName.ReplaceAllStringFunc(body, func(name string) string {
		if m, ok := masked[name]; ok {
			return m
		}
		return name
	})
	return head + ":\n" + lines + body
}

var vectorParam = regexp.MustCompile(`(v[0-9]+) v128`)

// fillVector gives a value to one of the vectors of a case.
func fillVector(head, body string, r *rand.Rand) string {
	_, list, _ := strings.Cut(head, "\nb1")
	params := vectorParam.FindAllStringSubmatch(list, -1)
	if len(params) == 0 {
		return body
	}
	constants := []string{
		"0x00000000000000000000000000000000", "0xffffffffffffffffffffffffffffffff", "0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f", "0x00ff00ff00ff00ff00ff00ff00ff00ff",
	}
	param, line := params[r.IntN(len(params))][1], fmt.Sprintf("  v400 = v128.const %s\n", constants[r.IntN(len(constants))])
	return line + valueName.ReplaceAllStringFunc(body, func(name string) string {
		if name == param {
			return "v400"
		}
		return name
	})
}

// Each rule's left side computes the same after simplification as before, for many constants and arguments; and for some constants it
// is simplified at all.
func TestRules(t *testing.T) {
	const fills, most, runs = 40, 2000, 6
	var simple simplifier
	for _, c := range ruleCases {
		r := rand.New(rand.NewPCG(1, 2))
		changed := false
		for i := 0; i < fills || i < most && !changed; i++ {
			text := fill(c.text, r)
			before, after := parse(t, text), parse(t, text)
			simple.run(after)
			if err := Check(after); err != nil {
				t.Fatalf("%s: %v\n%s%s", c.where, err, text, after)
			}
			changed = changed || after.String() != before.String()
			for range runs {
				args := randomArgs(r, before.Sig.Params)
				have, want := eval(after, args, 1000), eval(before, args, 1000)
				if have != want {
					t.Fatalf("%s: with %x: have %s, want %s\n%s%s", c.where, args, have, want, text, after)
				}
			}
		}
		if !changed {
			t.Errorf("%s: is never applied to\n%s", c.where, c.text)
		}
	}
}

func randomArgs(r *rand.Rand, types []Type) []num.V128 {
	args := make([]num.V128, len(types))
	for i, typ := range types {
		args[i] = num.V128{Lo: interesting[r.IntN(len(interesting))]}
		if r.IntN(2) == 0 {
			args[i].Lo = r.Uint64() >> r.IntN(64)
		}
		switch typ {
		case TypeV128:
			args[i].Hi = r.Uint64()
		case TypeI32, TypeF32:
			args[i].Lo = uint64(uint32(args[i].Lo))
		}
	}
	return args
}

// Quotients by constants are those of a division, at the edges of every quotient.
func TestDivision(t *testing.T) {
	var simple simplifier
	r := rand.New(rand.NewPCG(3, 4))
	for _, op := range []string{"i32.div_u", "i32.div_s", "i32.rem_u", "i32.rem_s", "i64.div_u", "i64.div_s", "i64.rem_u", "i64.rem_s"} {
		typ, _, _ := strings.Cut(op, ".")
		for i := range 600 {
			d := int64(i - 300)
			if i%2 == 0 {
				d = int64(r.Uint64() >> r.IntN(64))
			}
			text := fmt.Sprintf("func f(%s) -> %[1]s {\nb1(v1 %[1]s):\n  v2 = %[1]s.const %d\n  v3 = %s v1 v2\n  return v3\n}\n", typ, d, op)
			if typ == "i32" {
				text = strings.Replace(text, fmt.Sprint("const ", d), fmt.Sprint("const ", int32(d)), 1)
			}
			before, after := parse(t, text), parse(t, text)
			simple.run(after)
			checked(t, after)
			if want := d == 0 || int32(d) == 0 || d == -1; !want && strings.Contains(after.String(), op) && !strings.HasSuffix(op, "rem_s") {
				t.Fatalf("%s by %d still divides:\n%s", op, d, after)
			}
			for k := range 40 {
				x := uint64(d)*(r.Uint64()>>r.IntN(64)) + uint64(k%3) - 1
				if typ == "i32" {
					x = uint64(uint32(x))
				}
				args := []num.V128{{Lo: x}}
				if have, want := eval(after, args, 100), eval(before, args, 100); have != want {
					t.Fatalf("%s %d by %d: have %s, want %s\n%s", op, int64(x), d, have, want, after)
				}
			}
		}
	}
}
