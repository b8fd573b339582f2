package wat

import (
	"flag"
	"io"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/wasm"
)

// seeds are texts with a bit of everything, for when there is no suite to take texts from.
var seeds = []string{
	`(module $m (@name "M") (type $t (func (param i32 $x f32) (result i64))) (func))`,
	`(rec (type $a (sub (struct (field $x i8) (field (mut (ref null $b)))))) (type $b (sub final $a (array (mut i16)))))`,
	`(import "a" "b" (func $f (param $x i32))) (func $g (export "g") (local $l i64) (call $f (i32.const -0x1)))`,
	`(func (result f32) (block $b (result f32) (br_if $b (f32.const nan:0x1) (i32.const 1))) (loop br 0 end) unreachable)`,
	`(func (param i32) (if $l (local.get 0) (then (br $l)) (else nop)) (try_table (catch $e 0) (catch_all_ref 0)) (throw $e)) (tag $e)`,
	`(memory i64 1 2 shared) (memory (data "a\00\u{263a}")) (func (drop (v128.load8_lane 1 offset=8 align=1 3 (i32.const 0) (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15))))`,
	`(table $t 1 2 funcref) (table i64 funcref (elem 0)) (elem declare func 0) (elem (table $t) (offset (i32.const 0)) funcref (item ref.func 0)) (func)`,
	`(func (@metadata.code.branch_hint "\01") (if (i32.const 0) (then))) (@custom "c" (after func) "x") (start 0)`,
	`(global $g (mut f64) (f64.const 0x1.8p-3)) (func (param $"a b" i32) (select (result i32) (local.get $"a b") (local.get 0) (i32.const 1)) drop)`,
	`(func (br_table 0 0 (i32.const 0))) (func (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31) (memory.copy 0 0) (i32.atomic.rmw.add offset=4))`,
	`(module binary "\00asm\01\00\00\00")`,
	`(module quote "(func)")`,
	`(module instance $i $m)`,
	`(module definition $m (func))`,
}

// FuzzParse proves that whatever text is a module can be printed in all ways, that the prints parse to the same module, and that
// no text makes the parser fail in other ways than by an error with a place.
func FuzzParse(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		m, err := Parse("fuzz.wat", []byte(src))
		if err != nil {
			checkError(t, err)
			return
		}
		checkRoundTrip(t, "fuzz.wat", m)
	})
}

// FuzzParseScript proves that no text makes the parser of scripts fail in other ways than by an error with a place.
func FuzzParseScript(f *testing.F) {
	addSeeds(f)
	f.Add(`(assert_return (invoke $m "f" (i32.const 1) (ref.extern 1)) (either (f32.const nan:canonical) (v128.const f64x2 nan:arithmetic 0)) (ref.null) (ref.func))`)
	f.Add(`(register "m" $m) (module definition $d) (module instance $i $d) (assert_trap (module (start 0) (func unreachable)) "unreachable") (get "g")`)
	f.Fuzz(func(t *testing.T, src string) {
		s, err := ParseScript("fuzz.wast", []byte(src))
		if err != nil {
			checkError(t, err)
			return
		}
		for _, c := range s.Commands {
			if p := c.Pos(); p.Line < 1 || p.Col < 1 {
				t.Errorf("%T at %v", c, p)
			}
		}
	})
}

// FuzzPrint proves that any module that can be decoded is printed or refused, and that what is printed is the same module.
func FuzzPrint(f *testing.F) {
	for _, s := range seeds {
		if m, err := Parse("seed", []byte(s)); err == nil {
			f.Add(wasm.Encode(m))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := wasm.Decode(b, nil)
		if err != nil || localCount(m) > 1e6 {
			return
		}
		if Print(io.Discard, m, PrintOptions{}) == nil && expressible(m) {
			checkRoundTrip(t, "fuzz.wasm", m)
		}
	})
}

// expressible reports whether text can express a module: an initialiser of a table that has no instructions looks like none.
func expressible(m *wasm.Module) bool {
	for _, t := range m.Tables {
		if len(t.Init.Bytes) == 1 {
			return false
		}
	}
	return true
}

// localCount returns the number of locals in all functions. A few bytes of binary can ask for many, of which text has each.
func localCount(m *wasm.Module) (n int) {
	for _, c := range m.Code {
		for _, l := range c.Locals {
			n += int(l.Count)
		}
	}
	return n
}

// addSeeds adds the seeds and, when fuzzing, the small modules of the suite.
func addSeeds(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	if flag.Lookup("test.fuzz").Value.String() == "" {
		return
	}
	suite(f, func(_ string, s *Script) {
		for _, c := range s.Commands {
			m := moduleOf(c)
			if m == nil || m.Form == FormInstance {
				continue
			}
			var text strings.Builder
			if mod, err := m.Load(); err == nil && Print(&text, mod, PrintOptions{Folded: true}) == nil && text.Len() < 2000 {
				f.Add(text.String())
			}
		}
	})
}

// checkError checks that an error has a place.
func checkError(t *testing.T, err error) {
	t.Helper()
	switch e := err.(type) {
	case *Error:
		if e.Line < 1 || e.Col < 1 || e.Kind == "" {
			t.Errorf("an error without a place or a kind: %#v", e)
		}
		_ = e.Snippet()
	case *wasm.Error:
	default:
		t.Errorf("an error of type %T", err)
	}
}
