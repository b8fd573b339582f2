package weft_test

import (
	"math"
	"testing"

	"github.com/weft-wasm/weft"
)

// TestGrowKeepsSlices grows a memory from both sides: slices that the host holds go on to show it.
func TestGrowKeepsSlices(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	in := w.instantiate(`(module (memory (export "memory") 1 1000)
		(func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
		(func (export "store") (param i32 i32) (i32.store8 (local.get 0) (local.get 1))))`)
	mem := in.Memory()
	before := mem.Bytes()
	w.expect(w.call(in, "grow", 100), int32(1))
	if previous, err := mem.Grow(100); err != nil || previous != 101 {
		t.Fatal(previous, err)
	}
	w.expect(w.call(in, "grow", 1000), int32(-1))
	w.expect(mem.Pages(), uint64(201))
	w.expect(mem.Size(), uint64(201<<16))
	w.call(in, "store", 5, 9)
	w.call(in, "store", 200<<16, 8)
	w.expect(mem.Bytes()[200<<16], byte(8))
	if !w.engine.Info().StableMemory {
		return
	}
	w.expect(before[5], byte(9))
	before[6] = 3
	w.expect(mem.Bytes()[6], byte(3))
}

// TestMemoryAccessors reads what it writes.
func TestMemoryAccessors(t *testing.T) {
	e := weft.NewEngine(testConfig())
	mem, err := weft.NewMemory(e, weft.MemoryType{Min: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer mem.Close()
	for _, err := range []error{
		mem.WriteUint8(0, 0x12), mem.WriteUint16(2, 0x1234), mem.WriteUint32(4, 0x12345678), mem.WriteUint64(8, 0x123456789abcdef0),
		mem.WriteFloat32(16, math.Pi), mem.WriteFloat64(24, math.E), mem.WriteString(32, "weft"), mem.Write(65533, []byte{1, 2, 3}),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	check := func(have, want any, err error) {
		t.Helper()
		if err != nil || have != want {
			t.Errorf("have %v, %v, want %v", have, err, want)
		}
	}
	u8, err := mem.ReadUint8(0)
	check(u8, uint8(0x12), err)
	u16, err := mem.ReadUint16(2)
	check(u16, uint16(0x1234), err)
	u32, err := mem.ReadUint32(4)
	check(u32, uint32(0x12345678), err)
	u64, err := mem.ReadUint64(8)
	check(u64, uint64(0x123456789abcdef0), err)
	f32, err := mem.ReadFloat32(16)
	check(f32, float32(math.Pi), err)
	f64, err := mem.ReadFloat64(24)
	check(f64, math.E, err)
	s, err := mem.ReadString(32, 4)
	check(s, "weft", err)
	var tail [3]byte
	check(tail, [3]byte{}, mem.Read(65533, tail[:0]))
	check(tail, [3]byte{}, err)
	err = mem.Read(65533, tail[:])
	check(tail, [3]byte{1, 2, 3}, err)
	if b, err := mem.Slice(65536, 0); err != nil || len(b) != 0 {
		t.Error("an empty slice at the end is in bounds")
	}
	if b, _ := mem.Slice(0, 4); cap(b) != 4 {
		t.Errorf("a slice of 4 bytes has capacity %d", cap(b))
	}
	const beyond = "weft: memory access out of bounds: offset 65535, length 2, size 65536"
	for _, err := range []error{mem.WriteUint16(65535, 1), mem.Read(65535, tail[:2]), mem.Write(65535, tail[:2])} {
		expectError(t, err, beyond)
	}
}

// TestMemory64 accesses a memory with 64-bit addresses at the edges of what addresses and offsets can be.
func TestMemory64(t *testing.T) {
	w := newWorld(t, weft.Limits{MemoryBytes: 8 << 30})
	in := w.instantiate(`(module (memory (export "memory") i64 1)
		(func (export "load") (param i64) (result i64) (i64.load (local.get 0)))
		(func (export "far") (param i64) (result i32) (i32.load8_u offset=0xfffffffffffffff8 (local.get 0)))
		(func (export "near") (param i64) (result i32) (i32.load8_u offset=0xfffe (local.get 0)))
		(func (export "vector") (param i64) (result v128) (v128.load offset=16 (local.get 0)))
		(func (export "store") (param i64 i64) (i64.store (local.get 0) (local.get 1)))
		(func (export "fill") (param i64 i64) (memory.fill (local.get 0) (i32.const 1) (local.get 1)))
		(func (export "copy") (param i64 i64 i64) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
		(func (export "grow") (param i64) (result i64) (memory.grow (local.get 0)))
		(func (export "size") (result i64) (memory.size)))`)
	edges := []uint64{1 << 16, 1<<16 - 7, 1<<32 - 1, 1 << 32, 1<<63 - 1, 1 << 63, 1<<63 + 1, math.MaxUint64, math.MaxUint64 - 7, math.MaxUint64 - 16}
	for _, at := range edges {
		for _, name := range []string{"load", "vector"} {
			_, err := w.try(bg, in, name, at)
			wantTrap(t, err, weft.TrapMemoryOutOfBounds)
		}
		_, err := w.try(bg, in, "store", at, 1)
		wantTrap(t, err, weft.TrapMemoryOutOfBounds)
		_, err = w.try(bg, in, "fill", at, 100)
		wantTrap(t, err, weft.TrapMemoryOutOfBounds)
		_, err = w.try(bg, in, "fill", 8, at)
		wantTrap(t, err, weft.TrapMemoryOutOfBounds)
		_, err = w.try(bg, in, "copy", 8, 9, at)
		wantTrap(t, err, weft.TrapMemoryOutOfBounds)
		_, err = w.try(bg, in, "copy", at, 0, 100)
		wantTrap(t, err, weft.TrapMemoryOutOfBounds)
	}
	for _, at := range []uint64{0, 7, 8, math.MaxUint64} {
		_, err := w.try(bg, in, "far", at)
		wantTrap(t, err, weft.TrapMemoryOutOfBounds)
	}
	w.expect(w.call(in, "near", 1), int32(0))
	_, err := w.try(bg, in, "near", 2)
	wantTrap(t, err, weft.TrapMemoryOutOfBounds)
	w.expect(w.call(in, "grow", int64(-1)), int64(-1))
	w.expect(w.call(in, "grow", 1<<17), int64(-1))
	if !w.engine.Info().StableMemory || testing.Short() {
		return
	}
	w.expect(w.call(in, "grow", 1<<16), int64(1))
	w.expect(w.call(in, "size"), int64(1<<16+1))
	w.call(in, "store", uint64(1<<32-4), uint64(0x1122334455667788))
	w.expect(w.call(in, "load", uint64(1<<32)), int64(0x11223344))
	w.expect(w.call(in, "near", uint64(1<<32-0xfffe)), int32(0x44))
}

// TestAddress32 checks that 32-bit addresses and offsets add without wrapping round.
func TestAddress32(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	in := w.instantiate(`(module (memory 1)
		(func (export "max") (param i32) (result i32) (i32.load8_u offset=0xffffffff (local.get 0)))
		(func (export "one") (param i32) (result i32) (i32.load8_u offset=1 (local.get 0))))`)
	for _, at := range []uint32{0, 1, 1 << 31, math.MaxUint32} {
		_, err := w.try(bg, in, "max", at)
		wantTrap(t, err, weft.TrapMemoryOutOfBounds)
	}
	_, err := w.try(bg, in, "one", uint32(math.MaxUint32))
	wantTrap(t, err, weft.TrapMemoryOutOfBounds)
	w.expect(w.call(in, "one", 65534), int32(0))
}

// TestManyMemories uses several memories of different sizes, kinds and origins in one module.
func TestManyMemories(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	mem, err := weft.NewMemory(w.engine, weft.MemoryType{Min: 2, Max: 4, HasMax: true, Is64: true})
	if err != nil {
		t.Fatal(err)
	}
	defer mem.Close()
	w.define("env", "memory", mem)
	in := w.instantiate(`(module
		(import "env" "memory" (memory $a i64 1))
		(memory $b 1) (memory $c 0)
		(data $d "abcdef")
		(func (export "move") (result i32)
			(i32.store $b (i32.const 65532) (i32.const 0x01020304))
			(memory.copy $a $b (i64.const 131068) (i32.const 65532) (i32.const 4))
			(memory.init $a $d (i64.const 0) (i32.const 1) (i32.const 3))
			(i32.add (i32.load $a (i64.const 131068)) (i32.load8_u $a (i64.const 0))))
		(func (export "c") (param i32) (result i32) (i32.load8_u $c (local.get 0)))
		(func (export "growc") (result i32) (drop (memory.grow $c (i32.const 1))) (i32.load $c (i32.const 65532)))
		(func (export "beyond") (result i32) (i32.store $b (i32.const 65533) (i32.const 1)) (i32.const 0)))`)
	w.expect(w.call(in, "move"), int32(0x01020304+'b'))
	if s, _ := mem.ReadString(0, 3); s != "bcd" {
		t.Errorf("have %q", s)
	}
	_, err = w.try(bg, in, "c", 0)
	wantTrap(t, err, weft.TrapMemoryOutOfBounds)
	w.expect(w.call(in, "growc"), int32(0))
	_, err = w.try(bg, in, "beyond")
	wantTrap(t, err, weft.TrapMemoryOutOfBounds)
}

// TestIndirectAcrossInstances calls functions in a shared table whose instances have memories of different sizes.
func TestIndirectAcrossInstances(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	big := w.instantiate(`(module (type $t (func (param i32) (result i32)))
		(table (export "table") 2 funcref) (elem (i32.const 0) $get)
		(memory 3) (data (i32.const 131072) "\07")
		(func $get (export "get") (param i32) (result i32) (i32.load8_u (local.get 0)))
		(func (export "call") (param i32 i32) (result i32)
			(i32.add (i32.mul (i32.const 100) (call_indirect (type $t) (local.get 1) (local.get 0))) (i32.load8_u (i32.const 131072)))))`)
	if err := w.linker.DefineInstance("big", big); err != nil {
		t.Fatal(err)
	}
	small := w.instantiate(`(module (type $t (func (param i32) (result i32)))
		(import "big" "table" (table 2 funcref)) (elem (i32.const 1) $get)
		(memory 1) (data (i32.const 5) "\03")
		(func $get (param i32) (result i32) (i32.load8_u (local.get 0)))
		(func (export "call") (param i32 i32) (result i32)
			(i32.add (i32.mul (i32.const 100) (call_indirect (type $t) (local.get 1) (local.get 0))) (i32.load8_u (i32.const 5)))))`)
	w.expect(w.call(big, "call", 0, 131072), int32(707))
	w.expect(w.call(big, "call", 1, 5), int32(307))
	w.expect(w.call(small, "call", 0, 131072), int32(703))
	w.expect(w.call(small, "call", 1, 5), int32(303))
	_, err := w.try(bg, big, "call", 1, 65536)
	wantTrap(t, err, weft.TrapMemoryOutOfBounds)
	_, err = w.try(bg, small, "call", 1, 65536)
	wantTrap(t, err, weft.TrapMemoryOutOfBounds)
}

// TestTable64 uses a table with 64-bit indices.
func TestTable64(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	in := w.instantiate(`(module (type $t (func (result i32)))
		(table $t (export "table") i64 2 10 funcref) (elem (i64.const 0) $one)
		(func $one (result i32) (i32.const 1))
		(func (export "call") (param i64) (result i32) (call_indirect (type $t) (local.get 0)))
		(func (export "get") (param i64) (result i32) (ref.is_null (table.get $t (local.get 0))))
		(func (export "grow") (param i64) (result i64) (table.grow $t (ref.func $one) (local.get 0)))
		(func (export "fill") (param i64 i64) (table.fill $t (local.get 0) (ref.func $one) (local.get 1))))`)
	w.expect(w.call(in, "call", 0), int32(1))
	_, err := w.try(bg, in, "call", 1)
	wantTrap(t, err, weft.TrapUninitializedElement)
	for _, at := range []uint64{2, 1 << 32, 1 << 63, math.MaxUint64} {
		_, err = w.try(bg, in, "call", at)
		wantTrap(t, err, weft.TrapUndefinedElement)
		_, err = w.try(bg, in, "get", at)
		wantTrap(t, err, weft.TrapTableOutOfBounds)
		_, err = w.try(bg, in, "fill", 1, at)
		wantTrap(t, err, weft.TrapTableOutOfBounds)
	}
	w.expect(w.call(in, "grow", uint64(math.MaxUint64)), int64(-1))
	w.expect(w.call(in, "grow", 9), int64(-1))
	w.expect(w.call(in, "grow", 8), int64(2))
	w.expect(w.call(in, "call", 9), int32(1))
}
