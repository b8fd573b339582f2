package validate

import (
	"testing"

	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// decodeText returns the module that a text says, by way of the binary format, so that offsets are those of a real module.
func decodeText(t testing.TB, text string) *wasm.Module {
	t.Helper()
	parsed, err := wat.Parse("test.wat", []byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	m, err := wasm.Decode(wasm.Encode(parsed), nil)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return m
}

// TestMessages compares the errors for common mistakes word by word.
func TestMessages(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{`(func $fib (param i32) (result i32) local.get 0 f64.const 1 i32.add)`,
			`weft: function 0 (fib) at 0x24: i32.add: type mismatch: have f64, want i32`},
		{`(func (param i32 i32) (local f32) local.get 7 drop)`,
			`weft: function 0 at 0x1b: local.get: unknown local: 7, the function has 3`},
		{`(func (result i32))`,
			`weft: function 0 at 0x18: end: type mismatch: have nothing, want i32`},
		{`(func (result i32) i32.const 1 i64.const 2)`,
			`weft: function 0 at 0x1c: end: type mismatch: have [i32 i64], want i32`},
		{`(func i32.const 1)`,
			`weft: function 0 at 0x19: end: type mismatch: have i32, want nothing`},
		{`(func drop)`,
			`weft: function 0 at 0x17: drop: type mismatch: have nothing, want a value`},
		{`(func (param i32) (br_if 1 (local.get 0)) (br_if 2 (local.get 0)))`,
			`weft: function 0 at 0x1a: br_if: unknown label: have 1, want less than 1`},
		{`(func $f (param i32 i64)) (func $g (call $f (i32.const 1) (i32.const 2)))`,
			`weft: function 1 (g) at 0x24: call: type mismatch: have [i32 i32], want [i32 i64]`},
		{`(func $f (param i32 i64)) (func $g (call $f (i64.const 1)))`,
			`weft: function 1 (g) at 0x22: call: type mismatch: have i64, want [i32 i64]`},
		{`(func call 9)`,
			`weft: function 0 at 0x17: call: unknown function: 9, the module has 1`},
		{`(global i32 (i32.const 1)) (func (global.set 0 (i32.const 2)))`,
			`weft: function 0 at 0x21: global.set: immutable global: 0`},
		{`(func (drop (i32.load (i32.const 0))))`,
			`weft: function 0 at 0x19: i32.load: unknown memory: 0, the module has 0`},
		{`(memory 1) (func (drop (i32.load align=8 (i32.const 0))))`,
			`weft: function 0 at 0x1e: i32.load: alignment must not be larger than natural: have 8, want at most 4`},
		{`(memory 1) (func (drop (i32.load offset=0x100000000 (i32.const 0))))`,
			`weft: function 0 at 0x1e: i32.load: offset out of range: have 0x100000000, want less than 4 GiB for a 32-bit memory`},
		{`(memory i64 1) (func (drop (i32.load (i32.const 0))))`,
			`weft: function 0 at 0x1e: i32.load: type mismatch: have i32, want i64`},
		{`(memory 1 1 shared) (func (drop (i32.atomic.load align=2 (i32.const 0))))`,
			`weft: function 0 at 0x1f: i32.atomic.load: unaligned atomic: have an alignment of 2, want 4`},
		{`(func (local $x (ref extern)) (drop (local.get $x)))`,
			`weft: function 0 at 0x1a: local.get: uninitialized local: 0 of type (ref extern) is not set on every path to here`},
		{`(func $f (drop (ref.func $f)))`,
			`weft: function 0 (f) at 0x17: ref.func: undeclared function reference: function 0 is in no export, element segment or initialiser`},
		{`(func (result i32) (if (result i32) (i32.const 1) (then (i32.const 2))))`,
			`weft: function 0 at 0x1e: end: type mismatch: if without else: have nothing, want i32`},
		{`(func (param funcref) (drop (select (local.get 0) (local.get 0) (i32.const 1))))`,
			`weft: function 0 at 0x1e: select: type mismatch: have [funcref funcref], want numbers or vectors`},
		{`(func (drop (select (i32.const 0) (i64.const 0) (i32.const 1))))`,
			`weft: function 0 at 0x1d: select: type mismatch: have [i32 i64], want twice the same`},
		{`(func (block (result i32) (block (br_table 0 1 (i32.const 5) (i32.const 1))) (i32.const 1)) drop)`,
			`weft: function 0 at 0x1f: br_table: type mismatch: label 0 takes nothing, the default takes 1 operands`},
		{`(type $s (struct (field i32))) (func (param (ref $s)) (drop (struct.get $s 3 (local.get 0))))`,
			`weft: function 0 at 0x1f: struct.get: unknown field: 3, the type has 1`},
		{`(type $s (struct (field i8))) (func (param (ref $s)) (drop (struct.get $s 0 (local.get 0))))`,
			`weft: function 0 at 0x1f: struct.get: type mismatch: have i8, want an unpacked field`},
		{`(type $s (struct (field i32))) (func (param (ref $s)) (struct.set $s 0 (local.get 0) (i32.const 1)))`,
			`weft: function 0 at 0x21: struct.set: immutable field: 0 of type 0`},
		{`(type $s (struct)) (func (param (ref $s)) (drop (array.len (local.get 0))))`,
			`weft: function 0 at 0x1d: array.len: type mismatch: have (ref 0), want arrayref`},
		{`(func (param v128) (drop (i32x4.extract_lane 4 (local.get 0))))`,
			`weft: function 0 at 0x1a: i32x4.extract_lane: invalid lane index: have 4, want less than 4`},
		{`(tag $e (param i64)) (func (block $l (try_table (catch_ref $e $l))))`,
			`weft: function 0 at 0x22: try_table: type mismatch: catch_ref to label 0: have [i64 (ref exn)], want nothing`},
		{`(func $f (result i64) (i64.const 1)) (func (result i32) (return_call $f))`,
			`weft: function 1 at 0x22: return_call: type mismatch: the callee returns i64, want i32`},
		{`(table 1 externref) (func (call_indirect (i32.const 0)))`,
			`weft: function 0 at 0x1f: call_indirect: type mismatch: table 0: have externref, want funcref`},
		{`(func $f (result i32) (i32.const 1)) (global i32 (call $f))`,
			`weft: module at 0x18: call: constant expression required`},
		{`(global $g (mut i32) (i32.const 1)) (global i32 (global.get $g))`,
			`weft: module at 0x12: global.get: constant expression required: global 0 is mutable`},
		{`(global i32 (global.get 1)) (global i32 (i32.const 1))`,
			`weft: module at 0xd: global.get: unknown global: 1, this initialiser sees the first 0`},
		{`(memory 1) (data (i64.const 0) "x")`,
			`weft: module at 0x13: end: type mismatch: have i64, want i32`},
		{`(memory 1) (export "memory" (memory 0)) (export "memory" (memory 0))`,
			`weft: module at 0xd: duplicate export name: "memory"`},
		{`(export "main" (func 3))`,
			`weft: module at 0x8: unknown function: export "main": 3, the module has 0`},
		{`(func $f (param i32)) (start $f)`,
			`weft: module at 0x13: start function: function 0: have [i32] -> [], want [] -> []`},
		{`(memory 2 1)`,
			`weft: module at 0x8: size minimum must not be greater than maximum: memory 0: have 2, want at most 1`},
		{`(memory 65537)`,
			`weft: module at 0x8: memory size: memory 0: have 65537 pages, want at most 65536`},
		{`(memory 1 shared)`,
			`weft: module at 0x8: shared memory must have maximum: memory 0: have no maximum`},
		{`(table 0 (ref func))`,
			`weft: module at 0x8: type mismatch: table 0: elements of type (ref func) need an initialiser`},
		{`(tag (result i32))`,
			`weft: module at 0xf: non-empty tag result type: tag 0: have [i32]`},
		{`(type $a (func)) (type $b (sub $a (func)))`,
			`weft: module at 0x8: sub type: type 1: its supertype 0 is final`},
		{`(type $a (sub (struct (field i32)))) (type $b (sub $a (struct (field i64))))`,
			`weft: module at 0x8: sub type: type 1 does not match its supertype 0`},
		{`(type (func (param (ref 4))))`,
			`weft: module at 0x8: unknown type: type 0: 4, there are 1 up to here`},
		{`(type $s (struct)) (func (type $s))`,
			`weft: module at 0xd: type mismatch: function 0: type 0: have struct, want func`},
	} {
		_, err := Module(decodeText(t, test.text), wasm.AllFeatures)
		if err == nil {
			t.Errorf("%s: valid, want %s", test.text, test.want)
		} else if err.Error() != test.want {
			t.Errorf("%s:\nhave %s\nwant %s", test.text, err, test.want)
		}
	}
}
