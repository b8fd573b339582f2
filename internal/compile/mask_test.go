//go:build linux && amd64

package compile

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/ssa/ssaeval"
)

// maskText writes functions of masks that are made of comparisons.
type maskText struct {
	r     *rand.Rand
	lines strings.Builder
	next  int
}

func (m *maskText) line(format string, args ...any) string {
	m.next++
	fmt.Fprintf(&m.lines, "  v%d = %s\n", m.next, fmt.Sprintf(format, args...))
	return fmt.Sprintf("v%d", m.next)
}

func (m *maskText) pick(list ...string) string { return list[m.r.IntN(len(list))] }

// operand is what is compared: an argument, or a constant at the bounds of some lanes.
func (m *maskText) operand() string {
	if m.r.IntN(2) == 0 {
		return m.line("v128.const %s", vectors[m.r.IntN(len(vectors))])
	}
	return m.pick("v1", "v2")
}

// mask combines comparisons.
func (m *maskText) mask(depth int) string {
	if depth > 0 && m.r.IntN(3) > 0 {
		if m.r.IntN(4) == 0 {
			return m.line("v128.not %s", m.mask(depth-1))
		}
		x := m.mask(depth - 1)
		return m.line("v128.%s %s %s", m.pick("and", "or", "xor", "andnot"), x, m.mask(depth-1))
	}
	x := m.pick("v1", "v2")
	if m.r.IntN(5) == 0 {
		return m.line("%s.%s %s %s", m.pick("f32x4", "f64x2"), m.pick("eq", "ne", "lt", "gt", "le", "ge"), x, m.operand())
	}
	shape := m.pick("i8x16", "i16x8", "i32x4", "i64x2")
	predicates := []string{"eq", "ne", "lt_s", "gt_s", "le_s", "ge_s", "lt_u", "gt_u", "le_u", "ge_u"}
	if shape == "i64x2" {
		predicates = predicates[:6]
	}
	return m.line("%s.%s %s %s", shape, m.pick(predicates...), x, m.operand())
}

// narrow is a vector of which some bits are known to be zero.
func (m *maskText) narrow() string {
	n := m.line("i32.const %d", m.r.IntN(70))
	switch m.r.IntN(3) {
	case 0:
		return m.line("%s.shr_u v2 %s", m.pick("i8x16", "i16x8", "i32x4", "i64x2"), n)
	case 1:
		return m.line("%s v2", m.pick("i64x2.extend_low_i32x4_u", "i64x2.extend_high_i32x4_u", "i16x8.extend_low_i8x16_u", "i8x16.popcnt"))
	}
	c := m.line("v128.const %s", m.pick("0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f", "0x8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f", "0x00000000ffffffff00000000ffffffff", "0x1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f"))
	return m.line("v128.and v2 %s", c)
}

// function is the text of one that uses a mask, or a vector of narrow lanes.
func (m *maskText) function() string {
	m.next = 3
	m.lines.Reset()
	const head = "func f(v128 v128 v128) -> %s {\nb1(v1 v128, v2 v128, v3 v128):\n%s"
	vector := func(v string) string { return fmt.Sprintf(head+"  return %s\n}\n", "v128", m.lines.String(), v) }
	switch m.r.IntN(7) {
	case 0:
		return vector(m.mask(3))
	case 1:
		return vector(m.line("v128.bitselect v3 v2 %s", m.mask(3)))
	case 2:
		return vector(m.line("v128.%s v3 %s", m.pick("and", "or", "andnot"), m.mask(2)))
	case 3:
		return vector(m.line("i8x16.swizzle v1 %s", m.narrow()))
	case 4:
		x := m.narrow()
		return vector(m.line("i64x2.mul %s %s", x, m.pick("v1", x, m.narrow())))
	}
	c := m.line("%s %s", m.pick("v128.any_true", "v128.any_true", "i8x16.all_true", "i32x4.all_true"), m.mask(2))
	if m.r.IntN(2) == 0 {
		c = m.line("i32.eqz %s", c)
	}
	if m.r.IntN(3) == 0 {
		return fmt.Sprintf(head+"  return %s\n}\n", "i32", m.lines.String(), c)
	}
	return fmt.Sprintf(head+"  if %s -> b2, b3\nb2:\n  v998 = i32.const 1\n  return v998\nb3:\n  v999 = i32.const 0\n  return v999\n}\n", "i32", m.lines.String(), c)
}

// TestMasks compares functions of masks with the evaluator, with the passes in front and without.
func TestMasks(t *testing.T) {
	m := &maskText{r: rand.New(rand.NewPCG(9, 10))}
	var texts []string
	for range 1500 {
		texts = append(texts, m.function())
	}
	for _, passes := range []bool{true, false} {
		c := New()
		if !passes {
			c.passes = nil
		}
		var funcs []*ssa.Func
		for _, text := range texts {
			funcs = append(funcs, parse(t, text))
		}
		p := loadBy(t, c, funcs...)
		for i, text := range texts {
			f := parse(t, text)
			for range 12 {
				args := make([]num.V128, 3)
				for k := range args {
					args[k] = argument(m.r, ssa.TypeV128)
				}
				if m.r.IntN(4) == 0 {
					args[1] = args[0]
				}
				want := ssaeval.Eval(f, nil, args)
				if have, _ := p.call(i, args); have[0] != want.Values[0] {
					t.Fatalf("passes %v, of %x: have %x, want %x\n%s\n%s", passes, args, have, want.Values, text, funcs[i])
				}
			}
		}
	}
}
