package native_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/weft-wasm/weft"
)

// last is what is called where the stack ends.
type last struct {
	name         string
	declarations string // of what it needs
	call         string // leaves an i64
	want         int64
}

// repeat is a text n times, with the number in place of #.
func repeat(n int, text string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(text, "#", fmt.Sprint(i)))
	}
	return b.String()
}

// manyCounts and vectorCounts are numbers of parameters and results on both sides of where registers, small frames and what is allowed end.
var (
	manyCounts   = []int{9, 126, 127, 1000}
	vectorCounts = []int{9, 63, 64, 500}
)

// lastCalls are calls that take much of the stack, in frames, arguments and results.
func lastCalls() []last {
	all := []last{
		{"memory.grow", "", "(i64.extend_i32_s (memory.grow (i32.const 0)))", 1},
		{"exception", "(tag $e (param i64))", "(block $h (result i64) (try_table (catch $e $h) (throw $e (i64.const 5))) (i64.const 1))", 5},
	}
	for _, n := range vectorCounts {
		all = append(all, last{
			fmt.Sprint(n, " vectors of the host"),
			fmt.Sprintf(`(import "env" "vectors %d" (func $f (param %s) (result i64)))`, n, repeat(n, "v128 ")),
			"(call $f " + repeat(n, "(v128.const i64x2 # 1) ") + ")",
			int64(n*(n-1)/2 + n),
		})
	}
	for _, n := range manyCounts {
		all = append(all, manyCalls(n)...)
	}
	return all
}

// manyCalls have n numbers as arguments, results or locals, and mostly their sum as the result.
func manyCalls(n int) []last {
	sum, types := int64(n*(n-1)/2), repeat(n, "i64 ")
	numbers, locals, add := repeat(n, "(i64.const #) "), repeat(n, "(local.get #) "), repeat(n-1, "i64.add ")
	host := fmt.Sprintf(`(import "env" "sum %d" (func $f (param %s) (result i64)))`, n, types)
	all := []last{
		{"arguments of the host", host, "(call $f " + numbers + ")", sum},
		{"arguments of the host called in the caller's place", host + "(func $g (param i64) (result i64) (return_call $f " + numbers + "))",
			"(call $g (i64.const 0))", sum},
		{"results of the host", fmt.Sprintf(`(import "env" "count %d" (func $f (result %s)))`, n, types), "(call $f) " + add, sum},
		{"arguments", "(func $f (param " + types + ") (result i64) " + locals + add + ")", "(call $f " + numbers + ")", sum},
		{"results", "(func $f (result " + types + ") " + numbers + ")", "(call $f) " + add, sum},
		{"locals", "(func $f (result i64) (local " + types + ") " + repeat(n, "(local.set # (i64.load offset=# (i32.const 0))) ") +
			"(i64.store (i32.const 0) (i64.const 0)) " + locals + add + ")", "(call $f)", 0},
	}
	for i := range all {
		all[i].name = fmt.Sprint(n, " ", all[i].name)
	}
	return all
}

// lastHosts defines the functions of the host that lastCalls calls.
func (s *stage) lastHosts() {
	sum := func(_ context.Context, _ *weft.Instance, stack []uint64) error {
		total := uint64(0)
		for _, slot := range stack {
			total += slot
		}
		stack[0] = total
		return nil
	}
	count := func(_ context.Context, _ *weft.Instance, stack []uint64) error {
		for i := range stack {
			stack[i] = uint64(i)
		}
		return nil
	}
	one := []weft.ValueType{weft.I64}
	for _, n := range manyCounts {
		many := slices.Repeat(one, n)
		s.define(fmt.Sprint("sum ", n), weft.NewHostFunc(s.engine, weft.FuncType{Params: many, Results: one}, sum))
		s.define(fmt.Sprint("count ", n), weft.NewHostFunc(s.engine, weft.FuncType{Results: many}, count))
	}
	for _, n := range vectorCounts {
		many := slices.Repeat([]weft.ValueType{weft.Vec128}, n)
		s.define(fmt.Sprint("vectors ", n), weft.NewHostFunc(s.engine, weft.FuncType{Params: many, Results: one}, sum))
	}
}

// TestEndOfStack makes calls with less and less stack left for them, down to none: each returns what it should, or the stack is exhausted. Where
// code checks for itself it must do so in front of all that lies below the stack, or TestExplicitAlone ends its process.
func TestEndOfStack(t *testing.T) {
	eachConfig(t, func(t *testing.T, c weft.Config) {
		c.Limits.StackBytes = 32 << 10
		s := newStage(t, c)
		s.lastHosts()
		for _, l := range lastCalls() {
			in := s.instantiate(`(module ` + l.declarations + ` (memory 1)
				(func $last (result i64) ` + l.call + `)
				(func $down (export "down") (param i32) (result i64)
					(if (i32.eqz (local.get 0)) (then (return (call $last))))
					(call $down (i32.sub (local.get 0) (i32.const 1)))))`)
			s.expectEnd(l, in)
		}
	})
}

// expectEnd makes a call at many depths, fewer if time is short.
func (s *stage) expectEnd(l last, in *weft.Instance) {
	s.Helper()
	const most = 32 << 10 / 8 // $down takes as much as its return address at least
	step := 3                 // a frame may end at any multiple of 8
	if testing.Short() {
		step = 15
	}
	end := -1
	for depth := 0; depth <= most; depth += step {
		results, err := s.try(bg, in, "down", depth)
		if err == nil && results[0] == l.want && end < 0 {
			continue
		}
		if trap, ok := errors.AsType[*weft.Trap](err); !ok || trap.Code != weft.TrapStackExhausted {
			s.Errorf("%s at depth %d: have %v, %v, want %d; the stack ended at %d", l.name, depth, results, err, l.want, end)
			return
		}
		if end < 0 {
			end = depth
		}
	}
	if end <= 0 {
		s.Errorf("%s: the stack ended at %d", l.name, end)
	}
}
