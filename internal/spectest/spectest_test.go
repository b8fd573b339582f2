package spectest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// TestFailures runs commands that fail, each for one reason, and compares what is said of them.
func TestFailures(t *testing.T) {
	const module = `(module $m
  (func (export "i32") (result i32) (i32.const 1))
  (func (export "nan") (result f32) (f32.const nan:0x200001))
  (func (export "vec") (result v128) (v128.const i64x2 1 2))
  (func (export "ref") (result externref) (ref.null extern))
  (func (export "two") (result i32 i64) (i32.const 1) (i64.const -2))
  (func $trap (export "trap") (unreachable))
  (tag $t) (func $throw (export "throw") (throw $t)))
`
	for _, test := range []struct{ command, want string }{
		{`(assert_return (invoke "i32") (i32.const 2))`, `result 1: have (i32.const 1), want (i32.const 2)`},
		{`(assert_return (invoke "i32") (i64.const 1))`, `result 1: have (i32.const 1), want (i64.const 1)`},
		{`(assert_return (invoke "i32"))`, `have 1 results, want 0`},
		{`(assert_return (invoke "nan") (f32.const nan:canonical))`,
			`result 1: have (f32.const NaN) of bits 0x7fa00001, want (f32.const nan:canonical)`},
		{`(assert_return (invoke "vec") (v128.const f64x2 nan:arithmetic 0))`,
			`result 1: have (v128.const i64x2 0x0000000000000001 0x0000000000000002), ` +
				`want (v128.const i64x2 0x0000000000000000 0x0000000000000000), lane 0 nan:arithmetic`},
		{`(assert_return (invoke "ref") (ref.extern 1))`, `result 1: have (ref.null extern), want (ref.extern 1)`},
		{`(assert_return (invoke "ref") (ref.func))`, `result 1: have (ref.null extern), want (ref.func)`},
		{`(assert_return (invoke "two") (i32.const 1) (either (i64.const 1) (i64.const 2)))`,
			`result 2: have (i64.const -2), want one of (i64.const 1), (i64.const 2)`},
		{`(assert_return (invoke "trap"))`, `unreachable in function 5 (trap) at 0x95`},
		{`(assert_return (invoke "i33"))`, `no export "i33" (did you mean "i32"?)`},
		{`(assert_return (invoke $n "i32"))`, `unknown module $n`},
		{`(assert_return (invoke "i32" (i32.const 1)))`, `call of i32: type mismatch: have 1 argument, want 0 for [] -> [i32]`},
		{`(assert_return (get "i32"))`, `export "i32": have a func, want a global`},
		{`(invoke "trap")`, `unreachable in function 5 (trap) at 0x95`},
		{`(assert_trap (invoke "i32") "unreachable")`, `have no trap, want "unreachable"`},
		{`(assert_trap (invoke "trap") "integer overflow")`, `have the trap "unreachable", want "integer overflow"`},
		{`(assert_trap (invoke "throw") "unreachable")`, `uncaught exception in function 6 (throw) at 0x99`},
		{`(assert_exhaustion (invoke "trap") "call stack exhausted")`, `have the trap "unreachable", want "call stack exhausted"`},
		{`(assert_exception (invoke "i32"))`, `have no exception, want one`},
		{`(assert_exception (invoke "trap"))`, `unreachable in function 5 (trap) at 0x95`},
		{`(assert_invalid (module (func)) "type mismatch")`, `the module is accepted, want "type mismatch"`},
		{`(assert_invalid (module (func drop)) "unknown local")`,
			`have "function 0 at 0x17: drop: type mismatch: have nothing, want a value", want "unknown local"`},
		{`(assert_malformed (module quote "(func)") "unexpected token")`, `the text can be parsed, want "unexpected token"`},
		{`(assert_malformed (module quote "(func") "unknown operator")`,
			`have "script.wast:1:6: unexpected token: the end of the text, want \")\" for what begins in line 1", want "unknown operator"`},
		{`(assert_malformed (module binary "\00asm\01\00\00\00") "unexpected end")`, `the module is accepted, want "unexpected end"`},
		{`(assert_unlinkable (module) "unknown import")`, `the module is linked, want "unknown import"`},
		{`(assert_unlinkable (module (import "spectest" "prnt" (func))) "incompatible import type")`,
			`have "unknown import \"spectest.prnt\" (func [] -> []) (did you mean \"spectest.print\"?)", want "incompatible import type"`},
		{`(assert_trap (module (import "spectest" "prnt" (func))) "unreachable")`,
			`unknown import "spectest.prnt" (func [] -> []) (did you mean "spectest.print"?)`},
		{`(module (func unreachable) (start 0))`, `unreachable in function 0 at 0x1a`},
		{`(module (func (i32.ad)))`, `script.wast:10:16: unknown operator "i32.ad" (did you mean "i32.add"?)`},
		{`(module instance $x $y)`, `unknown module $y`},
		{`(register "x" $y)`, `unknown module $y`},
	} {
		res, err := Run(t.Context(), "script.wast", []byte(module+"\n"+test.command), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if res.Passed != 0 || len(res.Failures) != 1 {
			t.Errorf("%s: have %d passed and failures %v, want one failure", test.command, res.Passed, res.Failures)
			continue
		}
		want := Failure{File: "script.wast", Line: 10, Col: 1, Text: test.want}
		if res.Failures[0] != want {
			t.Errorf("%s:\nhave %v\nwant %v", test.command, res.Failures[0], want)
		}
	}
}

// TestSyntax wants one failure, where the mistake is, of what is no script.
func TestSyntax(t *testing.T) {
	res, err := Run(t.Context(), "script.wast", []byte("(module)\n  (assert_retrun)"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Failure{{File: "script.wast", Line: 2, Col: 4, Text: `unknown operator "assert_retrun" (did you mean "assert_return"?)`}}
	if !slices.Equal(res.Failures, want) {
		t.Errorf("have %v, want %v", res.Failures, want)
	}
}

// TestDependents checks that what needs a module that is refused fails for the same reason.
func TestDependents(t *testing.T) {
	const script = `(module $gc (func (export "i31") (result i31ref) (ref.i31 (i32.const 1))))
(register "gc" $gc)
(assert_return (invoke $gc "i31") (ref.i31))
(module (import "gc" "i31" (func (result i31ref))))
(assert_unlinkable (module (import "gc" "i32" (func))) "unknown import")
(assert_unlinkable (module (import "spectest" "i32" (func))) "unknown import")`
	res, err := Run(t.Context(), "script.wast", []byte(script), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range res.Failures {
		if f.Line != i+1 || !f.Unsupported {
			t.Errorf("have %v (unsupported: %v), want a failure of line %d", f, f.Unsupported, i+1)
		}
	}
	if len(res.Failures) != 5 || res.Passed != 1 {
		t.Errorf("have %d failures and %d passed, want 5 and 1", len(res.Failures), res.Passed)
	}
}

// TestCancel checks that a script that does not end can be ended.
func TestCancel(t *testing.T) {
	stop := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	file := filepath.Join(t.TempDir(), "spin.wast")
	if err := os.WriteFile(file, []byte(`(module (func (export "spin") (loop (br 0)))) (invoke "spin")`), 0o644); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(20*time.Millisecond, func() { cancel(stop) })
	err := RunFiles(ctx, []string{file}, Options{}, func(*Result) error { return nil })
	if !errors.Is(err, stop) {
		t.Errorf("have %v, want %v", err, stop)
	}
}
