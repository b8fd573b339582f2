package native_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/weft-wasm/weft"
)

// ending is a function of a guest, what it is called with, and how the call is to end.
type ending struct {
	name string
	body string // with locals $i32, $i64, $f32 and $f64 as parameters, and $v
	args [4]any // the parameters
	want string // the error, up to the function
}

func args(i int32, l int64, f float32, d float64) [4]any { return [4]any{i, l, f, d} }

// numeric are instructions that do not have a result for all operands.
func numeric() []ending {
	var all []ending
	for _, op := range []string{"div_s", "div_u", "rem_s", "rem_u"} {
		all = append(all,
			ending{"i32." + op, "(drop (i32." + op + " (i32.const 7) (local.get $i32)))", args(0, 0, 0, 0), "integer divide by zero"},
			ending{"i64." + op, "(drop (i64." + op + " (local.get $i64) (i64.sub (local.get $i64) (local.get $i64))))", args(0, 5, 0, 0), "integer divide by zero"},
			ending{"i32." + op + " constant", "(drop (i32." + op + " (local.get $i32) (i32.const 0)))", args(9, 0, 0, 0), "integer divide by zero"},
			ending{"i64." + op + " constant", "(drop (i64." + op + " (i64.const 9) (i64.const 0)))", args(0, 0, 0, 0), "integer divide by zero"},
		)
	}
	all = append(all,
		ending{"i32.div_s overflow", "(drop (i32.div_s (local.get $i32) (i32.const -1)))", args(math.MinInt32, 0, 0, 0), "integer overflow"},
		ending{"i64.div_s overflow", "(drop (i64.div_s (i64.const 0x8000000000000000) (local.get $i64)))", args(0, -1, 0, 0), "integer overflow"},
		ending{"i32.div_s overflow constant", "(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))", args(0, 0, 0, 0), "integer overflow"},
	)
	for _, to := range []string{"i32", "i64"} {
		for _, sign := range []string{"_s", "_u"} {
			for _, from := range []string{"f32", "f64"} {
				op := to + ".trunc_" + from + sign
				body := "(drop (" + op + " (local.get $" + from + ")))"
				all = append(all,
					ending{op + " of NaN", body, args(0, 0, float32(math.NaN()), math.NaN()), "invalid conversion to integer"},
					ending{op + " of much", body, args(0, 0, 1e30, 1e30), "integer overflow"},
					ending{op + " of infinity", body, args(0, 0, float32(math.Inf(-1)), math.Inf(-1)), "integer overflow"})
			}
		}
	}
	return all
}

// accesses are loads and stores, by how many bytes they access.
var accesses = []struct {
	op    string
	bytes int
	store string // what is stored
	lane  string
}{
	{"i32.load8_s", 1, "", ""}, {"i64.load8_u", 1, "", ""}, {"i32.load16_u", 2, "", ""}, {"i64.load32_s", 4, "", ""}, {"i32.load", 4, "", ""},
	{"f32.load", 4, "", ""}, {"i64.load", 8, "", ""}, {"f64.load", 8, "", ""}, {"v128.load", 16, "", ""}, {"v128.load8x8_s", 8, "", ""},
	{"v128.load8_splat", 1, "", ""}, {"v128.load64_zero", 8, "", ""}, {"v128.load16_lane", 2, "(local.get $v)", "3"},
	{"i32.store8", 1, "(local.get $i32)", ""}, {"i64.store16", 2, "(local.get $i64)", ""}, {"i32.store", 4, "(local.get $i32)", ""},
	{"f32.store", 4, "(local.get $f32)", ""}, {"i64.store", 8, "(local.get $i64)", ""}, {"f64.store", 8, "(local.get $f64)", ""},
	{"v128.store", 16, "(local.get $v)", ""}, {"v128.store32_lane", 4, "(local.get $v)", "1"},
}

const pastMemory = "out of bounds memory access"

// memory are accesses to the first byte behind memories, to the last one that an index and an offset lead to, which the guard has to have, and to
// what lies between.
func memory() []ending {
	var all []ending
	for _, a := range accesses {
		drop := func(s string) string { return "(drop " + s + ")" }
		if strings.Contains(a.op, "store") {
			drop = func(s string) string { return s }
		}
		for _, at := range []struct {
			memory, index string
			offset        uint64
			i             int32
			want          string
		}{
			{"$m", "(local.get $i32)", 0, int32(1<<16 - a.bytes), ""},
			{"$m", "(local.get $i32)", uint64(1<<16 - a.bytes), 0, ""},
			{"$m", "(local.get $i32)", 0, int32(1<<16 - a.bytes + 1), pastMemory},
			{"$m", "(local.get $i32)", 0xffffffff, 0, pastMemory},
			{"$m", "(local.get $i32)", 0xffffffff, -1, pastMemory},
			{"$m", "(i32.const 0xffffffff)", 0xffffffff, 0, pastMemory},
			{"$m", "(local.get $i32)", 0, -1, pastMemory},
			{"$none", "(local.get $i32)", 0, 0, pastMemory},
			{"$none", "(local.get $i32)", 0xffffffff, -1, pastMemory},
			{"$full", "(local.get $i32)", 0, int32(-a.bytes), ""},
			{"$full", "(local.get $i32)", 1, int32(-a.bytes), pastMemory},
			{"$full", "(local.get $i32)", 0xffffffff, -1, pastMemory},
			{"$wide", "(i64.extend_i32_s (local.get $i32))", 0, int32(1<<16 - a.bytes), ""},
			{"$wide", "(i64.extend_i32_s (local.get $i32))", 0, int32(1<<16 - a.bytes + 1), pastMemory},
			{"$wide", "(i64.extend_i32_s (local.get $i32))", 1, -1, pastMemory},
			{"$wide", "(i64.extend_i32_s (local.get $i32))", math.MaxUint64, -1, pastMemory},
			{"$wide", "(i64.extend_i32_s (local.get $i32))", 1 << 62, 0, pastMemory},
		} {
			body := fmt.Sprintf("(%s %s offset=%d %s %s %s)", a.op, at.memory, at.offset, a.lane, at.index, a.store)
			name := fmt.Sprintf("%s %s %s offset=%#x %#x", a.op, at.memory, at.index, at.offset, uint32(at.i))
			all = append(all, ending{name, drop(body), args(at.i, 0, 0, 0), at.want})
		}
	}
	return all
}

// others are all other ways to trap, and exceptions.
var others = []ending{
	{"unreachable", "(unreachable)", args(0, 0, 0, 0), "unreachable"},
	{"unreachable in a loop", "(loop $l (local.set $i32 (i32.sub (local.get $i32) (i32.const 1))) (br_if $l (local.get $i32)) (unreachable))", args(3, 0, 0, 0), "unreachable"},
	{"memory.fill", "(memory.fill $m (local.get $i32) (i32.const 1) (i32.const 2))", args(0xffff, 0, 0, 0), pastMemory},
	{"memory.copy", "(memory.copy $m $m (i32.const 0) (local.get $i32) (i32.const -1))", args(1, 0, 0, 0), pastMemory},
	{"memory.init", "(memory.init $m $data (i32.const 0) (local.get $i32) (i32.const 0))", args(4, 0, 0, 0), pastMemory},
	{"table.get", "(drop (table.get $t (local.get $i32)))", args(8, 0, 0, 0), "out of bounds table access"},
	{"table.get far", "(drop (table.get $t (local.get $i32)))", args(-1, 0, 0, 0), "out of bounds table access"},
	{"table.set", "(table.set $t (local.get $i32) (ref.null func))", args(8, 0, 0, 0), "out of bounds table access"},
	{"table.fill", "(table.fill $t (local.get $i32) (ref.null func) (i32.const 1))", args(8, 0, 0, 0), "out of bounds table access"},
	{"table.copy", "(table.copy $t $t (local.get $i32) (i32.const 0) (i32.const 2))", args(7, 0, 0, 0), "out of bounds table access"},
	{"table.init", "(table.init $t $elem (i32.const 0) (local.get $i32) (i32.const 1))", args(1, 0, 0, 0), "out of bounds table access"},
	{"call_indirect past the table", "(call_indirect $t (type $void) (local.get $i32))", args(8, 0, 0, 0), "undefined element"},
	{"call_indirect far past the table", "(call_indirect $t (type $void) (local.get $i32))", args(-1, 0, 0, 0), "undefined element"},
	{"call_indirect of null", "(call_indirect $t (type $void) (local.get $i32))", args(5, 0, 0, 0), "uninitialized element"},
	{"call_indirect of another type", "(drop (call_indirect $t (type $answer) (local.get $i32)))", args(0, 0, 0, 0), "indirect call type mismatch"},
	{"call_indirect of a host function of another type", "(call_indirect $t (type $void) (local.get $i32))", args(1, 0, 0, 0), "indirect call type mismatch"},
	{"return_call_indirect of another type", "(return_call_indirect $t (type $void) (local.get $i32))", args(1, 0, 0, 0), "indirect call type mismatch"},
	{"return_call_indirect of null", "(return_call_indirect $t (type $void) (local.get $i32))", args(5, 0, 0, 0), "uninitialized element"},
	{"call_ref of null", "(call_ref $void (ref.null $void))", args(0, 0, 0, 0), "null function reference"},
	{"call_ref of a null that is not known", "(call_ref $void (global.get $no))", args(0, 0, 0, 0), "null function reference"},
	{"return_call_ref of null", "(return_call_ref $void (global.get $no))", args(0, 0, 0, 0), "null function reference"},
	{"ref.as_non_null", "(drop (ref.as_non_null (global.get $no)))", args(0, 0, 0, 0), "null reference"},
	{"throw_ref of null", "(throw_ref (ref.null exn))", args(0, 0, 0, 0), "null reference"},
	{"throw", "(throw $e (local.get $i32))", args(3, 0, 0, 0), "uncaught exception"},
	{"throw past a handler of another tag", "(block $h (result i32) (try_table (catch $o $h) (throw $e (local.get $i32))) (return)) (drop)", args(3, 0, 0, 0), "uncaught exception"},
	{"throw_ref", "(block $h (result exnref) (try_table (catch_all_ref $h) (throw $e (local.get $i32))) (return)) (throw_ref)", args(3, 0, 0, 0), "uncaught exception"},
	{"error of the host", "(call $fail)", args(0, 0, 0, 0), "host function env.fail failed: out of paper"},
	{"trap below the host", "(call $again (i32.const 0))", args(0, 0, 0, 0), "unreachable"},
	{"exception below the host", "(call $again (i32.const 1))", args(0, 0, 0, 0), "uncaught exception"},
	{"host called in its place", "(return_call $again (i32.const 0))", args(0, 0, 0, 0), "unreachable"},
}

// endingModule has a function for each ending, which a function calls that is exported.
func endingModule(all []ending) string {
	var b strings.Builder
	b.WriteString(`(module $traps
		(type $void (func)) (type $answer (func (result i32)))
		(import "env" "fail" (func $fail))
		(import "env" "again" (func $again (param i32)))
		(memory $m 1 2) (memory $none 0 0) (memory $wide i64 1 2) (memory $full 0x10000)
		(table $t 8 funcref) (elem (table $t) (i32.const 0) func $nothing $again)
		(elem $elem func $nothing) (data $data "abc")
		(tag $e (param i32)) (tag $o (param i32))
		(global $no (mut (ref null $void)) (ref.null $void))
		(func $nothing)
		(func (export "below") (param i32)
			(block $trap (br_if $trap (i32.eqz (local.get 0))) (throw $e (local.get 0)))
			(unreachable))
`)
	for i, e := range all {
		fmt.Fprintf(&b, "(func $f%d (param $i32 i32) (param $i64 i64) (param $f32 f32) (param $f64 f64) (local $v v128)\n%s)\n", i, e.body)
		fmt.Fprintf(&b, "(func $call%[1]d (export \"%[1]d\") (param i32 i64 f32 f64)\n(call $f%[1]d (local.get 0) (local.get 1) (local.get 2) (local.get 3)) (drop (i32.const 1)))\n", i)
	}
	b.WriteString(")")
	return b.String()
}

// TestTraps ends calls in every way that there is: by the right error, and with the same backtrace as in the interpreter.
func TestTraps(t *testing.T) {
	all := append(append(numeric(), memory()...), others...)
	module := endingModule(all)
	interpreted, want := trapStage(t, weft.Config{Tier: weft.TierInterpreter}, module)
	eachConfig(t, func(t *testing.T, c weft.Config) {
		s, in := trapStage(t, c, module)
		for i, e := range all {
			have := outcome(s.try(bg, in, fmt.Sprint(i), e.args[:]...))
			if wanted := outcome(interpreted.try(bg, want, fmt.Sprint(i), e.args[:]...)); have != wanted {
				s.Errorf("%s: have %s\nthe interpreter has %s", e.name, have, wanted)
			}
			if e.want == "" && have != "" || !strings.HasPrefix(have, e.want) {
				s.Errorf("%s: have %q, want %q", e.name, have, e.want)
			}
		}
	})
}

// TestTrapsOfTyped is the same for typed calls, the first ones and those on a stack that the function has of its own.
func TestTrapsOfTyped(t *testing.T) {
	all := append(numeric(), others...)
	module := endingModule(all)
	eachConfig(t, func(t *testing.T, c weft.Config) {
		s, in := trapStage(t, c, module)
		for i, e := range all {
			want := outcome(s.try(bg, in, fmt.Sprint(i), e.args[:]...))
			f, err := weft.Lookup4[int32, int64, float32, float64, weft.None](in, fmt.Sprint(i))
			if err != nil {
				s.Fatal(err)
			}
			for range 40 {
				_, err := f(bg, e.args[0].(int32), e.args[1].(int64), e.args[2].(float32), e.args[3].(float64))
				if have := outcome(nil, err); have != want {
					s.Fatalf("%s: have %s\nwant %s", e.name, have, want)
				}
			}
		}
	})
}

func trapStage(t *testing.T, c weft.Config, module string) (*stage, *weft.Instance) {
	c.Limits.MemoryBytes = 5 << 30
	s := newStage(t, c)
	s.define("fail", func() error { return errors.New("out of paper") })
	s.define("again", func(ctx context.Context, in *weft.Instance, n int32) error {
		_, err := s.try(ctx, in, "below", n)
		return err
	})
	return s, s.instantiate(module)
}

// outcome describes how a call has ended: "" if it has returned.
func outcome(_ []any, err error) string {
	if err == nil {
		return ""
	}
	backtrace := ""
	if trap, ok := errors.AsType[*weft.Trap](err); ok {
		backtrace = trap.Backtrace()
	} else if x, ok := errors.AsType[*weft.Exception](err); ok {
		backtrace = x.Backtrace()
	}
	if backtrace == "" {
		return "no backtrace: " + err.Error()
	}
	return strings.TrimPrefix(err.Error(), "weft: ") + "\n" + backtrace
}
