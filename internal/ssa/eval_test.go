package ssa

import (
	"fmt"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
)

// evaluator runs functions without calls, to compare what they do before and after passes. Accesses are to a small memory at address 0.
type evaluator struct {
	f      *Func
	values []num.V128
	fuel   int
	memory [memorySize]byte
	watch  func(v Value, x uint64) // called with each i32 and i64, if it is not nil
}

const memorySize = 64

// eval returns what a run ends with: the results and a hash of memory, or the trap behind a colon, or "no fuel".
func eval(f *Func, args []num.V128, fuel int) string {
	return (&evaluator{f: f, values: make([]num.V128, f.NumValues()), fuel: fuel}).run(args)
}

func (e *evaluator) run(args []num.V128) string {
	f := e.f
	for i, p := range f.Params(Entry) {
		e.values[p] = args[i]
	}
	for b := Entry; ; {
		for v := f.First(b); !f.Op(v).IsTerm(); v = f.Next(v) {
			if e.fuel--; e.fuel < 0 {
				return "no fuel"
			}
			if t := e.step(v); t != abi.TrapNone {
				return "trap: " + t.String()
			}
			e.show(v)
		}
		var out Edge
		switch t := f.Term(b); f.Op(t) {
		case OpReturn:
			return e.results(t)
		case OpTrap:
			return "trap: " + abi.Trap(f.Aux(t)).String()
		case OpIf:
			out = f.Succ(b, int(truth(uint32(e.arg(t, 0).Lo) == 0)))
		case OpSwitch:
			out = f.Succ(b, int(min(uint32(e.arg(t, 0).Lo), uint32(f.NumSuccs(b)-1))))
		default:
			out = f.Succ(b, 0)
		}
		if e.fuel--; e.fuel < 0 {
			return "no fuel"
		}
		b = e.follow(out)
	}
}

func (e *evaluator) arg(v Value, i int) num.V128 { return e.values[e.f.Arg(v, i)] }

func (e *evaluator) follow(out Edge) Block {
	to := e.f.To(out)
	var args []num.V128
	for _, a := range e.f.EdgeArgs(out) {
		args = append(args, e.values[a])
	}
	for i, p := range e.f.Params(to) {
		e.values[p] = args[i]
		e.show(p)
	}
	return to
}

func (e *evaluator) show(v Value) {
	switch t := e.f.Type(v); {
	case e.watch == nil:
	case t == TypeI32:
		e.watch(v, uint64(uint32(e.values[v].Lo)))
	case t == TypeI64:
		e.watch(v, e.values[v].Lo)
	}
}

func (e *evaluator) results(t Value) string {
	var w strings.Builder
	for i, a := range e.f.Args(t) {
		x := e.arg(t, i)
		if e.f.Type(a) == TypeI32 {
			x.Lo = uint64(uint32(x.Lo))
		}
		fmt.Fprintf(&w, "%x:%x ", x.Hi, x.Lo)
	}
	if e.memory != [memorySize]byte{} {
		fmt.Fprintf(&w, "memory %x", e.memory)
	}
	return w.String()
}

// step computes v, and returns the trap that it ends in.
func (e *evaluator) step(v Value) abi.Trap {
	f := e.f
	o := f.Op(v)
	r := &e.values[v]
	switch {
	case o.IsConst():
		*r = f.Bits(v)
		return 0
	case o == OpCopy:
		*r = e.arg(v, 0)
		return 0
	case o == OpSelect:
		*r = e.arg(v, 2)
		if uint32(e.arg(v, 0).Lo) != 0 {
			*r = e.arg(v, 1)
		}
		return 0
	case o == OpTrapif:
		if uint32(e.arg(v, 0).Lo) != 0 {
			return abi.Trap(f.Aux(v))
		}
		return 0
	case o == OpI64MulWideU:
		r.Lo, r.Hi = num.I64MulWideU(e.arg(v, 0).Lo, e.arg(v, 1).Lo)
		return 0
	case o == OpI64MulWideS:
		r.Lo, r.Hi = num.I64MulWideS(e.arg(v, 0).Lo, e.arg(v, 1).Lo)
		return 0
	case o == OpProj:
		*r = num.V128{Lo: e.arg(v, 0).Lo}
		if f.Imm(v) == 1 {
			r.Lo = e.arg(v, 0).Hi
		}
		return 0
	}
	if o.Info().Aux == AuxRegion {
		return e.access(v, o, r)
	}
	return e.numeric(v, o, r)
}

// access loads or stores; sizes are those of the few operations that tests use.
func (e *evaluator) access(v Value, o Op, r *num.V128) abi.Trap {
	at := uint64(e.f.Imm(v)) + e.arg(v, 0).Lo
	if hasIndex(e.f, v) {
		at += e.arg(v, 1).Lo
	}
	last := e.arg(v, e.f.NumArgs(v)-1).Lo
	size := map[Op]uint64{OpI32Load: 4, OpI32Load8U: 1, OpI64Load: 8, OpI32Store: 4, OpI64Store8: 1, OpI64Store: 8}[o]
	if size == 0 {
		panic("cannot evaluate " + e.f.Text(v))
	}
	if at > memorySize-size {
		return abi.TrapMemoryOutOfBounds
	}
	for i := range size {
		if o.Has(FlagWrite) {
			e.memory[at+i] = byte(last >> (8 * i))
		} else {
			r.Lo = r.Lo&^(0xff<<(8*i)) | uint64(e.memory[at+i])<<(8*i)
		}
	}
	if size < 8 && !o.Has(FlagWrite) {
		r.Lo &= 1<<(8*size) - 1
	}
	return 0
}

func (e *evaluator) numeric(v Value, o Op, r *num.V128) abi.Trap {
	var s [4]num.V128
	for i := range e.f.Args(v) {
		s[i] = e.arg(v, i)
	}
	lanes := num.V128{}
	if o == OpI8x16Shuffle {
		lanes = e.f.Lanes(v)
	}
	x, ok := fold(o, &s, uint8(e.f.Imm(v)), lanes)
	*r = x
	switch {
	case ok:
		return 0
	case !o.Has(FlagTrap):
		panic("cannot evaluate " + e.f.Text(v))
	case uint32(s[1].Lo) == 0 && (e.f.Type(v) == TypeI32 || s[1].Lo == 0):
		return abi.TrapDivideByZero
	}
	return abi.TrapIntegerOverflow
}

func TestEvaluator(t *testing.T) {
	f := parse(t, `func f(i32 i32) -> i32 {
b1(v1 i32, v2 i32):
  v3 = i32.const 0
  jump -> b2(v3, v1)
b2(v4 i32, v5 i32):
  v6 = i32.const 1
  v7 = i32.sub v5 v6
  v8 = i32.add v4 v5
  if v7 -> b2(v8, v7), b3
b3:
  v9 = i32.div_s v8 v2
  return v9
}
`)
	for _, c := range []struct {
		x, y uint64
		want string
	}{{4, 2, "0:5 "}, {4, 0, "trap: integer divide by zero"}, {0, 1, "no fuel"}} {
		if have := eval(f, []num.V128{{Lo: c.x}, {Lo: c.y}}, 1000); have != c.want {
			t.Errorf("f(%d, %d): have %s, want %s", c.x, c.y, have, c.want)
		}
	}
}
