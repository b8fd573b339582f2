package ssa

import (
	"fmt"
	"testing"

	"github.com/weft-wasm/weft/internal/num"
)

// A loop with a variable that it changes, one that it only reads, and one that is never written.
func TestBuilderLoop(t *testing.T) {
	f := NewFunc("sum", Sig{Params: []Type{TypeI32}, Results: []Type{TypeI32}})
	var b Builder
	b.Reset(f)
	n, sum, i, zero := b.NewVar(TypeI32), b.NewVar(TypeI32), b.NewVar(TypeI32), b.NewVar(TypeI32)
	b.WriteVar(n, f.Params(Entry)[0])
	head, body, exit := b.NewBlock(), b.NewBlock(), b.NewBlock()
	b.Jump(head)
	b.SetBlock(head)
	b.If(b.Emit(OpI32LtS, b.ReadVar(i), b.ReadVar(n)), HintNone, body, exit)
	b.Seal(body)
	b.SetBlock(body)
	b.WriteVar(sum, b.Emit(OpI32Add, b.ReadVar(sum), b.ReadVar(i)))
	b.WriteVar(i, b.Emit(OpI32Add, b.ReadVar(i), b.Const32(1)))
	b.Jump(head)
	b.Seal(head)
	b.Seal(exit)
	b.SetBlock(exit)
	b.Return(b.Emit(OpI32Add, b.ReadVar(sum), b.ReadVar(zero)))
	b.Finish()
	checked(t, f)
	const want = `func sum(i32) -> i32 {
b1(v1 i32):
  v14 = i32.const 0
  v13 = i32.const 0
  v12 = i32.const 0
  jump -> b2(v12, v13)
b2(v7 i32, v3 i32):
  v5 = i32.lt_s v3 v1
  if v5 -> b3, b4
b3:
  v8 = i32.add v7 v3
  v9 = i32.const 1
  v10 = i32.add v3 v9
  jump -> b2(v8, v10)
b4:
  v15 = i32.add v7 v14
  return v15
}
`
	if have := f.String(); have != want {
		t.Errorf("have\n%s\nwant\n%s", have, want)
	}
}

// Variables written in both, one or none of the arms of nested branches, inside and behind a loop that nothing leads back to.
func TestBuilderJoin(t *testing.T) {
	f := NewFunc("join", Sig{Params: []Type{TypeI32, TypeI64}, Results: []Type{TypeI64}})
	var b Builder
	b.Reset(f)
	x, y := b.NewVar(TypeI64), b.NewVar(TypeI64)
	cond := f.Params(Entry)[0]
	b.WriteVar(x, f.Params(Entry)[1])
	b.WriteVar(y, f.Params(Entry)[1])
	head, then, els, end := b.NewBlock(), b.NewBlock(), b.NewBlock(), b.NewBlock()
	b.Jump(head)
	b.SetBlock(head)
	b.If(cond, HintLikely, then, els)
	b.Seal(then)
	b.Seal(els)
	b.SetBlock(then)
	b.WriteVar(x, b.Const64(1))
	b.WriteVar(x, b.Emit(OpI64Add, b.ReadVar(x), b.ReadVar(y)))
	b.Jump(end)
	b.SetBlock(els)
	b.Jump(end)
	b.Seal(end)
	b.Seal(head)
	b.SetBlock(end)
	b.Return(b.Emit(OpI64Sub, b.ReadVar(x), b.ReadVar(y)))
	b.Finish()
	checked(t, f)
	const want = `func join(i32 i64) -> i64 {
b1(v1 i32, v2 i64):
  jump -> b2
b2:
  if v1 likely -> b3, b4
b3:
  v5 = i64.const 1
  v7 = i64.add v5 v2
  jump -> b5(v7)
b4:
  jump -> b5(v2)
b5(v10 i64):
  v11 = i64.sub v10 v2
  return v11
}
`
	if have := f.String(); have != want {
		t.Errorf("have\n%s\nwant\n%s", have, want)
	}
}

// What a variable holds at a join deep in a row of branches that do not touch it takes no parameter, and linear time.
func TestBuilderManyJoins(t *testing.T) {
	const branches = 20_000
	f := NewFunc("many", Sig{Params: []Type{TypeI32}, Results: []Type{TypeI32}})
	var b Builder
	b.Reset(f)
	x := b.NewVar(TypeI32)
	b.WriteVar(x, f.Params(Entry)[0])
	for range branches {
		then, end := b.NewBlock(), b.NewBlock()
		b.If(f.Params(Entry)[0], HintNone, then, end)
		b.Seal(then)
		b.SetBlock(then)
		b.Jump(end)
		b.Seal(end)
		b.SetBlock(end)
	}
	b.Return(b.ReadVar(x))
	b.Finish()
	checked(t, f)
	for _, blk := range f.Order()[1:] {
		if len(f.Params(blk)) > 0 {
			t.Fatalf("%v has parameters", blk)
		}
	}
}

// Reset leaves nothing behind, and a second function costs no allocation.
func TestReset(t *testing.T) {
	var b Builder
	f := new(Func)
	sig := Sig{Params: []Type{TypeI32}, Results: []Type{TypeI32}}
	build := func() {
		f.Reset("double", sig)
		b.Reset(f)
		x := b.NewVar(TypeI32)
		b.WriteVar(x, f.Params(Entry)[0])
		next := b.NewBlock()
		b.Jump(next)
		b.Seal(next)
		b.SetBlock(next)
		b.Return(b.Emit(OpI32Add, b.ReadVar(x), b.ReadVar(x)))
		b.Finish()
		f.Loops()
	}
	build()
	first := f.String()
	if n := testing.AllocsPerRun(10, build); n > 0 {
		t.Errorf("%v allocations", n)
	}
	if have := f.String(); have != first {
		t.Errorf("have\n%s\nwant\n%s", have, first)
	}
}

func TestLanes(t *testing.T) {
	f := NewFunc("lanes", Sig{})
	v := f.NewValue(OpI8x16Shuffle, TypeV128)
	for _, want := range []num.V128{{}, {Lo: 0x1f1f1f1f1f1f1f1f, Hi: 0x1f1f1f1f1f1f1f1f}, {Lo: 0x0706050403020100, Hi: 0x1f1e1d1c1b1a1918}} {
		f.SetLanes(v, want)
		if have := f.Lanes(v); have != want {
			t.Errorf("have %x, want %x", have, want)
		}
	}
}

func TestRegions(t *testing.T) {
	for _, c := range []struct {
		r, s Region
		want bool
	}{
		{RegionMemory.In(0), RegionMemory.In(0) | RegionSafe, true},
		{RegionMemory.In(0), RegionMemory.In(1), false},
		{RegionMemory.In(0), RegionGlobal.In(0), false},
		{RegionAny, RegionStack, true},
	} {
		if have := c.r.Overlaps(c.s); have != c.want {
			t.Errorf("%v and %v: have %v, want %v", c.r, c.s, have, c.want)
		}
	}
}

func ExampleParse() {
	f, err := Parse("func one() -> i32 {\nb1:\n  v1 = i32.const 1\n  return v1\n}\n")
	fmt.Println(f.Op(1), f.Imm(1), err)
	// Output: i32.const 1 <nil>
}
