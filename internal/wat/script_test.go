package wat

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"github.com/weft-wasm/weft/internal/wasm"
)

func TestScript(t *testing.T) {
	s, err := ParseScript("a.wast", []byte(`;; a comment
(module definition $D (func (export "f")))
(module instance $I $D) (register "i" $I)
  (invoke $I "f" (i32.const -1) (ref.null func) (ref.extern 7) (ref.host 8))
(module binary "\00asm" "\01\00\00\00")
(module $broken (func (nope)))
(assert_return (get "g") (f32.const nan:canonical))
(assert_trap (module (start 0) (func unreachable)) "unreachable")
(assert_malformed (module quote "(fu" "nc") "unexpected token")
(assert_invalid_custom (module) "x") (assert_exception (invoke "f")) (assert_exhaustion (invoke "f") "call stack")
(assert_unlinkable (module) "unknown import")`))
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, c := range s.Commands {
		p := c.Pos()
		have = append(have, fmt.Sprintf("%d:%d %T", p.Line, p.Col, c))
	}
	want := []string{
		"2:1 *wat.Module", "3:1 *wat.Module", "3:25 *wat.Register", "4:3 *wat.Action", "5:1 *wat.Module", "6:1 *wat.Module",
		"7:1 *wat.AssertReturn", "8:1 *wat.AssertTrap", "9:1 *wat.AssertMalformed", "10:1 *wat.AssertInvalid", "10:38 *wat.AssertException",
		"10:70 *wat.AssertExhaustion", "11:1 *wat.AssertUnlinkable",
	}
	if !reflect.DeepEqual(have, want) {
		t.Errorf("have %q\nwant %q", have, want)
	}
	if m := s.Commands[0].(*Module); !m.Definition || m.Name != "D" || m.Form != FormText || len(m.Parsed.Exports) != 1 {
		t.Errorf("definition: %+v", m)
	}
	if m := s.Commands[1].(*Module); m.Form != FormInstance || m.Name != "I" || m.Of != "D" {
		t.Errorf("instance: %+v", m)
	}
	a := s.Commands[3].(*Action)
	args := []Value{
		{Type: wasm.I32, Bits: math.MaxUint32},
		{Type: wasm.FuncRef, Ref: RefNull},
		{Type: wasm.ExternRef, Ref: RefExtern, ID: 7},
		{Type: wasm.AnyRef, Ref: RefHost, ID: 8},
	}
	if a.Module != "I" || a.Field != "f" || !reflect.DeepEqual(a.Args, args) {
		t.Errorf("action: %+v", a)
	}
	if m, err := s.Commands[4].(*Module).Load(); err != nil || m.Size != 8 {
		t.Errorf("binary: %v", err)
	}
	broken := s.Commands[5].(*Module)
	if broken.Err == nil || broken.Err.Error() != `weft: a.wast:6:24: unknown operator "nope" (did you mean "nop"?)` {
		t.Errorf("broken: %v", broken.Err)
	}
	if m := s.Commands[8].(*AssertMalformed); string(m.Module.Bytes) != "(func" {
		t.Errorf("quote: %q", m.Module.Bytes)
	}
}

func TestScriptErrors(t *testing.T) {
	for text, want := range map[string]string{
		`(assert_retrun (invoke "f"))`:               `weft: x:1:2: unknown operator "assert_retrun" (did you mean "assert_return"?)`,
		`(invoke "f" (f32.const nan:canonical))`:     `weft: x:1:13: unexpected token "("..., want a value, not a pattern`,
		`(module (func)`:                             `weft: x:1:15: unexpected token: the end of the text, want a module field or ")"`,
		`(assert_return (call "f"))`:                 `weft: x:1:17: unexpected token "call", want an action`,
		`(assert_return (invoke "f") (i32.add 1 2))`: `weft: x:1:30: unexpected token "i32.add", want a value`,
	} {
		if _, err := ParseScript("x", []byte(text)); err == nil || err.Error() != want {
			t.Errorf("%s:\nhave %v\nwant %s", text, err, want)
		}
	}
}

func TestPatterns(t *testing.T) {
	pattern := func(text string) *Pattern {
		s, err := ParseScript("x", []byte(`(assert_return (invoke "f") `+text+`)`))
		if err != nil {
			t.Fatal(err)
		}
		return &s.Commands[0].(*AssertReturn).Results[0]
	}
	for _, c := range []struct {
		pattern    string
		bits, high uint64
		want       bool
	}{
		{"(i32.const -1)", math.MaxUint32, 0, true},
		{"(i64.const -1)", math.MaxUint64, 0, true},
		{"(f32.const -0)", 1 << 31, 0, true},
		{"(f32.const 0)", 1 << 31, 0, false},
		{"(f32.const nan:0x1)", 0x7f800001, 0, true},
		{"(f32.const nan:canonical)", 0x7fc00000, 0, true},
		{"(f32.const nan:canonical)", 0xffc00000, 0, true},
		{"(f32.const nan:canonical)", 0x7fc00001, 0, false},
		{"(f32.const nan:arithmetic)", 0xffc00001, 0, true},
		{"(f32.const nan:arithmetic)", 0x7f800001, 0, false},
		{"(f64.const nan:canonical)", 0xfff8000000000000, 0, true},
		{"(f64.const nan:arithmetic)", 0x7ff0000000000001, 0, false},
		{"(v128.const i16x8 1 2 3 4 5 6 7 -1)", 0x0004000300020001, 0xffff000700060005, true},
		{"(v128.const f32x4 1 nan:canonical nan:arithmetic 0)", 0x7fc000003f800000, 0x7fc00123, true},
		{"(v128.const f32x4 1 nan:canonical nan:arithmetic 0)", 0x7fc000013f800000, 0x7fc00123, false},
		{"(v128.const f64x2 nan:canonical 2)", 0x7ff8000000000000, 0x4000000000000000, true},
		{"(v128.const f64x2 nan:canonical 2)", 0x7ff8000000000000, 0x4000000000000001, false},
	} {
		if have := pattern(c.pattern).MatchBits(c.bits, c.high); have != c.want {
			t.Errorf("%s with 0x%x 0x%x: have %v, want %v", c.pattern, c.bits, c.high, have, c.want)
		}
	}
	if p := pattern("(either (i32.const 1) (i32.const 2))"); len(p.Either) != 2 || p.Either[1].Bits != 2 {
		t.Errorf("either: %+v", p)
	}
	if p := pattern("(ref.extern)"); !p.AnyID || p.Ref != RefExtern {
		t.Errorf("ref.extern: %+v", p)
	}
	if p := pattern("(ref.null)"); p.Type != wasm.Bottom || p.Ref != RefNull {
		t.Errorf("ref.null: %+v", p)
	}
}
