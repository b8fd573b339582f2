package amd64

import (
	"testing"

	"github.com/weft-wasm/weft/internal/isa"
)

// TestTable checks what rows must have in common.
func TestTable(t *testing.T) {
	names := map[string]bool{}
	for op := Invalid + 1; op < Count; op++ {
		o := &ops[op]
		if o.Name == "" || names[o.Name] {
			t.Errorf("operation %d has the name %q, which is empty or taken", op, o.Name)
		}
		names[o.Name] = true
		if o.Has(isa.FlagReadsCond) && !o.Has(isa.FlagCond) && !o.Has(isa.FlagTestsZero) {
			t.Errorf("%s reads the flags, but has neither a condition nor is it adc or sbb", o.Name)
		}
		if o.Has(isa.FlagTestsZero) && !o.Has(isa.FlagCompares) || o.Has(isa.FlagCompares) && !o.Has(isa.FlagWritesCond) {
			t.Errorf("%s: flags that mean something must be written", o.Name)
		}
		mem, encoded := 0, 0
		for _, a := range Target.OperandsOf(uint16(op)) {
			if a.Form == isa.FormMem || a.Form == isa.FormAddr {
				mem++
			}
			if !a.Implied {
				encoded++
			}
			if a.Form == isa.FormReg && a.Fixed != isa.NoReg && !Target.Regs[a.Class].Has(a.Fixed) {
				t.Errorf("%s needs %s, which the allocator does not have", o.Name, regNames[a.Fixed])
			}
		}
		if mem > 1 || mem == 1 != o.Has(isa.FlagMem) {
			t.Errorf("%s has %d memory operands", o.Name, mem)
		}
		if mem == 1 && o.Has(isa.FlagComm) {
			t.Errorf("%s: a register commutes with one of an address", o.Name)
		}
		if encoded > len(Inst{}.R) {
			t.Errorf("%s has %d operands, more than an instruction holds", o.Name, encoded)
		}
	}
}

func TestRegisterSets(t *testing.T) {
	integers, vectors := Target.Regs[isa.ClassInt], Target.Regs[isa.ClassVector]
	if integers.Len() != 13 || vectors.Len() != 16 || integers&vectors != 0 {
		t.Errorf("have %d and %d registers, want 13 and 16", integers.Len(), vectors.Len())
	}
	for _, r := range []isa.Reg{Target.SP, Target.Context, Target.MemBase} {
		if integers.Has(r) {
			t.Errorf("%s is pinned, but the allocator may use it", regNames[r])
		}
	}
	if Target.CallSaved&^integers != 0 {
		t.Error("a register that calls preserve is not the allocator's")
	}
	for _, r := range Target.IntArgs {
		if !integers.Has(r) || Target.CallSaved.Has(r) {
			t.Errorf("%s cannot hold an argument", regNames[r])
		}
	}
	if s := integers.Without(RAX); s.First() != RCX || s.With(RAX) != integers || isa.RegSet(0).First() != isa.NoReg {
		t.Errorf("the first register but rax is %d", s.First())
	}
}

func TestConditions(t *testing.T) {
	holds := func(c Cond, x, y int) bool {
		var o, s, z, b bool
		d := int8(x) - int8(y)
		o = int(d) != int(int8(x))-int(int8(y))
		s, z, b = d < 0, d == 0, uint8(x) < uint8(y)
		table := [8]bool{o, b, z, b || z, s, false, s != o, z || s != o}
		return table[c/2] != (c%2 == 1)
	}
	for c := CondO; c <= CondG; c++ {
		ordered := c >= CondB && c <= CondA || c >= CondL
		for x := -128; x < 128; x += 3 {
			for y := -128; y < 128; y += 5 {
				if holds(c, x, y) == holds(c.Not(), x, y) {
					t.Fatalf("%s and its opposite %s hold of %d and %d", c, c.Not(), x, y)
				}
				if ordered && holds(c, x, y) != holds(c.Swap(), y, x) {
					t.Fatalf("%s of %d and %d is not %s the other way round", c, x, y, c.Swap())
				}
			}
		}
	}
}
