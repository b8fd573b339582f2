package validate

import (
	"testing"
	"unsafe"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// TestFuncInfo checks what is found out about functions.
func TestFuncInfo(t *testing.T) {
	const module = `
		(type $f (func))
		(memory 1) (table 1 funcref) (global $g (mut i32) (i32.const 0)) (tag $e)
		(func $callee (param i32) (result i64 i64) (i64.const 1) (i64.const 2))
		`
	for _, test := range []struct {
		text string
		want FuncInfo
	}{
		{`(func)`, FuncInfo{MaxDepth: 1}},
		{`(func (param i32 v128) (local f32 v128))`, FuncInfo{Locals: 6, MaxDepth: 1}},
		{`(func (result i32) (i32.add (i32.const 1) (i32.mul (i32.const 2) (i32.const 3))))`, FuncInfo{MaxStack: 3, MaxDepth: 1}},
		{`(func (param v128) (drop (i8x16.add (local.get 0) (i8x16.add (local.get 0) (local.get 0)))))`,
			FuncInfo{MaxStack: 6, Locals: 2, MaxDepth: 1, Flags: HasSIMD}},
		{`(func (param v128) (drop (i8x16.add (local.get 0) (local.get 0))) (drop (i32.const 1)))`,
			FuncInfo{MaxStack: 4, Locals: 2, MaxDepth: 1, Flags: HasSIMD}},
		{`(func (param v128) (block (local.get 0) (br 0)) (drop (local.get 0)))`,
			FuncInfo{MaxStack: 2, Locals: 2, MaxDepth: 2}},
		{`(func (drop (drop (call $callee (i32.const 1)))))`, FuncInfo{MaxStack: 2, MaxDepth: 1, Flags: HasCall}},
		{`(func (call_indirect (type $f) (i32.const 0)))`, FuncInfo{MaxStack: 1, MaxDepth: 1, Flags: HasCall | HasIndirectCall}},
		{`(func (return_call_indirect (type $f) (i32.const 0)))`, FuncInfo{MaxStack: 1, MaxDepth: 1, Flags: HasTailCall | HasIndirectCall}},
		{`(func (loop (block (br_table 0 1 (i32.const 1)))))`, FuncInfo{MaxStack: 1, MaxDepth: 3, Flags: HasLoop | HasBranchTable}},
		{`(func (i32.store (i32.const 0) (i32.load (i32.const 0))))`, FuncInfo{MaxStack: 2, MaxDepth: 1, Flags: HasLoad | HasStore}},
		{`(func (drop (memory.grow (i32.const 0))))`, FuncInfo{MaxStack: 1, MaxDepth: 1, Flags: HasMemoryGrow}},
		{`(func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)))`, FuncInfo{MaxStack: 3, MaxDepth: 1, Flags: HasBulkMemory}},
		{`(func (drop (table.get (i32.const 0))))`, FuncInfo{MaxStack: 1, MaxDepth: 1, Flags: HasTable}},
		{`(func (global.set $g (global.get $g)))`, FuncInfo{MaxStack: 1, MaxDepth: 1, Flags: HasGlobalSet}},
		{`(func (try_table (throw $e)))`, FuncInfo{MaxDepth: 2, Flags: HasTry | HasThrow}},
		{`(func (drop (drop (i64.mul_wide_u (i64.const 1) (i64.const 2)))))`, FuncInfo{MaxStack: 2, MaxDepth: 1, Flags: HasWide}},
		{`(func (drop (ref.i31 (i32.const 1))))`, FuncInfo{MaxStack: 1, MaxDepth: 1, Flags: HasGC}},
		{`(func (atomic.fence))`, FuncInfo{MaxDepth: 1, Flags: HasAtomic}},
	} {
		info, err := Module(decodeText(t, module+test.text), wasm.AllFeatures)
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
		} else if have := info.Funcs[1]; have != test.want {
			t.Errorf("%s: have %+v, want %+v", test.text, have, test.want)
		}
	}
}

// TestFirst checks which instruction is the first of its proposal.
func TestFirst(t *testing.T) {
	const none = -2
	for _, test := range []struct {
		text             string
		gcFunc, atomFunc int
		first            op.Op
	}{
		{`(func nop)`, none, none, op.Invalid},
		{`(func nop) (func (atomic.fence)) (func (drop (ref.i31 (i32.const 1))))`, 2, 1, op.AtomicFence},
		{`(func (drop (ref.i31 (i32.const 1))) (atomic.fence))`, 0, 0, op.RefI31},
		{`(import "" "" (func)) (func (drop (ref.i31 (i32.const 1))))`, 1, none, op.RefI31},
		{`(global i31ref (ref.i31 (i32.const 1))) (func (drop (ref.eq (ref.null i31) (ref.null i31))))`, -1, none, op.RefI31},
	} {
		info, err := Module(decodeText(t, test.text), wasm.AllFeatures)
		if err != nil {
			t.Fatalf("%s: %v", test.text, err)
		}
		at := func(i *Instr) int {
			if i == nil {
				return none
			}
			return i.Func
		}
		if have := at(info.GC); have != test.gcFunc {
			t.Errorf("%s: have GC in function %d, want %d", test.text, have, test.gcFunc)
		}
		if have := at(info.Atomic); have != test.atomFunc {
			t.Errorf("%s: have atomics in function %d, want %d", test.text, have, test.atomFunc)
		}
		first := op.Invalid
		if i := info.Unsupported(); i != nil {
			first = i.Op
		}
		if first != test.first {
			t.Errorf("%s: have first %s, want %s", test.text, first, test.first)
		}
	}
}

// TestSizes pins what is kept per function and per open block.
func TestSizes(t *testing.T) {
	if have := unsafe.Sizeof(FuncInfo{}); have != 16 {
		t.Errorf("FuncInfo: have %d bytes, want 16", have)
	}
	if have, want := unsafe.Sizeof(frame{}), 8+8*unsafe.Sizeof(uintptr(0)); have != want {
		t.Errorf("frame: have %d bytes, want %d", have, want)
	}
}

// TestNoAllocation checks that validating a function allocates nothing once the scratch has grown.
func TestNoAllocation(t *testing.T) {
	m := decodeText(t, `
		(func $f (param i32 i64) (result i32)
			(local f32 v128 (ref func))
			(block $b (result i32)
				(if (local.get 0) (then (br $b (i32.const 1))) (else (local.set 3 (v128.const i64x2 1 2))))
				(drop (loop (result f32) (br_table 1 1 (i32.const 1) (i32.const 0)) (unreachable)))
				(call $f (i32.const 1) (i64.const 2))))`)
	v, err := New(m, wasm.AllFeatures)
	if err != nil {
		t.Fatal(err)
	}
	b := newBody(v)
	defer b.release()
	n := testing.AllocsPerRun(100, func() {
		if err := b.function(0); err != nil {
			t.Fatal(err)
		}
	})
	if n != 0 {
		t.Errorf("have %v allocations per function, want 0", n)
	}
}
