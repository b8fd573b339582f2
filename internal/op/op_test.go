package op

import "testing"

func TestCodesLeadBack(t *testing.T) {
	for o := Invalid + 1; o < Count; o++ {
		info := o.Info()
		have := ByCode(byte(info.Code))
		if info.Prefix != 0 {
			have = ByPrefixedCode(info.Prefix, uint32(info.Code))
		}
		if have != o {
			t.Errorf("the code of %s leads to %s", info.Name, have.Info().Name)
		}
	}
}

func TestUnknownCodesAreInvalid(t *testing.T) {
	for _, prefix := range []byte{PrefixGC, PrefixMisc, PrefixSIMD, PrefixAtomic} {
		if ByCode(prefix) != Invalid {
			t.Errorf("prefix 0x%x is an instruction", prefix)
		}
		if o := ByPrefixedCode(prefix, 1<<31); o != Invalid {
			t.Errorf("0x%x 0x80000000 is %s", prefix, o)
		}
	}
	if o := ByPrefixedCode(0x20, 0); o != Invalid {
		t.Errorf("0x20 is taken for a prefix: %s", o)
	}
}

// TestTwins checks what ByText promises: of two instructions with one spelling it gives the first, and the other is next.
func TestTwins(t *testing.T) {
	names := map[string]bool{}
	for o := Invalid + 1; o < Count; o++ {
		info := o.Info()
		if names[info.Name] {
			t.Errorf("two rows are named %s", info.Name)
		}
		names[info.Name] = true
		if first := ByText(info.Text); first != o && first+1 != o {
			t.Errorf("%s: its spelling leads to %s", info.Name, first.Info().Name)
		}
	}
	if ByText("i32.ad") != Invalid {
		t.Error("an unknown spelling is an instruction")
	}
}

func TestRows(t *testing.T) {
	for o := Invalid + 1; o < Count; o++ {
		info := o.Info()
		access := len(info.Imms) > 0 && info.Imms[0] == ImmMemarg
		if (o.Has(FlagLoad) || o.Has(FlagStore)) && !access {
			t.Errorf("%s reads or writes memory and has no memarg", o)
		}
		if access && (len(info.Params) == 0 || info.Params[0] != AM) {
			t.Errorf("%s has a memarg and no address", o)
		}
		if o.Has(FlagComm) && (len(info.Params) < 2 || info.Params[0] != info.Params[1]) {
			t.Errorf("%s is commutative with operands of types %v", o, info.Params)
		}
		if o.Has(FlagCmp) && (len(info.Results) != 1 || info.Results[0] != I32) {
			t.Errorf("%s is a condition with results %v", o, info.Results)
		}
	}
}
