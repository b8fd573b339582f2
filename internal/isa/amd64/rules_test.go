package amd64

import (
	"slices"
	"testing"

	"github.com/weft-wasm/weft/internal/ssa"
)

// neverLowered lists the generic operations that no function has when it is lowered: the pass ssa/charge takes the charges, and register allocation would add the others.
var neverLowered = []ssa.Op{ssa.OpCharge, ssa.OpSpill, ssa.OpReload}

// Every generic operation stays as it is, or has a rule that matches it whatever its arguments are.
func TestRulesCoverEverything(t *testing.T) {
	for o := ssa.OpInvalid + 1; o < ssa.OpAMD64; o++ {
		if o.Info().Name == "" {
			continue
		}
		ways := 0
		for _, way := range []bool{staysGeneric[o], slices.Contains(always, o), slices.Contains(neverLowered, o)} {
			if way {
				ways++
			}
		}
		if ways != 1 {
			t.Errorf("%v: %d of: stays generic, has a rule, is never lowered", o, ways)
		}
	}
}

// An operation reads as much of its arguments as its operands are wide; a choice keeps them whole.
func TestWidths(t *testing.T) {
	for _, c := range []struct {
		o    Op
		want [maxNarrow]uint8
	}{
		{Add32, [maxNarrow]uint8{32, 32}},
		{Mov64Store, [maxNarrow]uint8{64}},
		{Mov8Store, [maxNarrow]uint8{32}},
		{Div64, [maxNarrow]uint8{64, 64, 64}},
		{Vcvtsi32tosd, [maxNarrow]uint8{0, 32}},
		{Choose32, [maxNarrow]uint8{}},
	} {
		if widths[c.o] != c.want {
			t.Errorf("%s: have %v, want %v", c.o.row().Name, widths[c.o], c.want)
		}
	}
}
