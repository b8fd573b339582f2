package dbg

import (
	"bytes"
	"testing"
)

func TestPass(t *testing.T) {
	for _, c := range []struct {
		text, name, fn string
		want           Mode
	}{
		{"", "gvn", "f", On},
		{"ssa/gvn=off", "gvn", "f", Off},
		{"ssa/gvn=off", "dce", "f", On},
		{"ssa/late-gvn=dump", "late gvn", "f", Dump},
		{"ssa/all=dump,ssa/gvn=off", "gvn", "f", Off},
		{"ssa/all=dump,ssa/gvn=off", "dce", "f", Dump},
		{"ssa/gvn=off,func=g", "gvn", "f", On},
		{"ssa/gvn=off,func=f", "gvn", "f", Off},
		{"amd64/gvn=off", "gvn", "f", On},
		{"ssa/gvn=off,passes=0", "gvn", "f", On},
		{"ssa/gvn=off,passes=1", "gvn", "f", Off},
	} {
		restore, err := Set(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if have := Pass("ssa", c.name, c.fn); have != c.want {
			t.Errorf("%q: %s of %s: have %v, want %v", c.text, c.name, c.fn, have, c.want)
		}
		restore()
	}
}

func TestLimit(t *testing.T) {
	restore, err := Set("ssa/gvn=off,passes=2")
	if err != nil {
		t.Fatal(err)
	}
	defer restore()
	for i, want := range []Mode{Off, Off, On, On} {
		if have := Pass("ssa", "gvn", "f"); have != want {
			t.Errorf("call %d: have %v, want %v", i, have, want)
		}
	}
	if n := Applied(); n != 4 {
		t.Errorf("applied %d times, want 4", n)
	}
}

func TestSetErrors(t *testing.T) {
	for text, want := range map[string]string{
		"gvn=off":     `weft: WEFTDEBUG: unknown setting "gvn=off" (want AREA/PASS=off, AREA/PASS=dump, func=NAME or passes=N)`,
		"ssa/gvn=on":  "weft: WEFTDEBUG: ssa/gvn=on: want off or dump",
		"passes=many": "weft: WEFTDEBUG: passes=many: want a number",
	} {
		if _, err := Set(text); err == nil || err.Error() != want {
			t.Errorf("%s: have %v, want %s", text, err, want)
		}
	}
}

func TestPrintf(t *testing.T) {
	var b bytes.Buffer
	old := SetOutput(&b)
	Printf("%d values\n", 3)
	SetOutput(old)
	if b.String() != "3 values\n" {
		t.Errorf("have %q", b.String())
	}
}
