package weft_test

import (
	"strings"
	"testing"

	"github.com/weft-wasm/weft"
)

// TestLimitsHoldTogether gives a guest several memories and tables, which get it no more than one would.
func TestLimitsHoldTogether(t *testing.T) {
	w := newWorld(t, weft.Limits{MemoryBytes: 10 << 16, TableElements: 10})
	in := w.instantiate(`(module
		(memory $m (export "memory") 4) (memory $n i64 4)
		(table $t (export "table") 4 externref) (table $u i64 4 externref)
		(func (export "grow m") (param i32) (result i32) (memory.grow $m (local.get 0)))
		(func (export "grow n") (param i64) (result i64) (memory.grow $n (local.get 0)))
		(func (export "grow t") (param i32) (result i32) (table.grow $t (ref.null extern) (local.get 0)))
		(func (export "grow u") (param i64) (result i64) (table.grow $u (ref.null extern) (local.get 0))))`)
	table, err := in.ExportedTable("table")
	if err != nil {
		t.Fatal(err)
	}
	_, err = in.Memory().Grow(3)
	expectError(t, err, "weft: memory of 7 pages exceeds the limit of 6")
	_, err = table.Grow(3, nil)
	expectError(t, err, "weft: table of 7 elements exceeds the limit of 6")
	for _, kind := range []struct{ first, second string }{{"grow m", "grow n"}, {"grow t", "grow u"}} {
		w.expect(w.call(in, kind.second, 3), int64(-1))
		w.expect(w.call(in, kind.second, 1), int64(4))
		w.expect(w.call(in, kind.first, 2), int32(-1))
		w.expect(w.call(in, kind.first, 1), int32(4))
		w.expect(w.call(in, kind.first, 1), int32(-1))
		w.expect(w.call(in, kind.second, 0), int64(5))
	}
	again := w.instantiate(`(module (memory 10) (table 10 externref))`) // an instance of its own, with limits of its own
	w.expect(again.Memory().Pages(), uint64(10))

	_, err = w.linker.Instantiate(bg, w.compile(`(module (memory 6) (memory 5))`))
	expectError(t, err, "weft: instance with memories of 11 pages exceeds the limit of 10")
	_, err = w.linker.Instantiate(bg, w.compile(`(module (table 6 funcref) (table 5 funcref))`))
	expectError(t, err, "weft: instance with tables of 11 elements exceeds the limit of 10")
}

// TestTooManyMemories is a small module that would reserve more address space than there is.
func TestTooManyMemories(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	w.instantiate("(module" + strings.Repeat("(memory 1)", 100) + ")")
	_, err := w.engine.Compile(bg, binary(t, "(module"+strings.Repeat("(memory 1)", 101)+")"))
	expectError(t, err, "weft: module at 0xb: implementation limit exceeded: 101 memories, at most 100 are supported")
}
