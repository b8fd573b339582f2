package dbg

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
)

// with runs f under settings.
func with(t *testing.T, text string, f func()) {
	t.Helper()
	restore, err := Set(text)
	if err != nil {
		t.Fatal(err)
	}
	defer restore()
	f()
}

func TestPass(t *testing.T) {
	for _, c := range []struct {
		text, name string
		index      uint32
		fn         string
		want       Mode
	}{
		{"", "gvn", 1, "f", On},
		{"ssa/gvn=off", "gvn", 1, "f", Off},
		{"ssa/gvn=off", "dce", 1, "f", On},
		{"ssa/late-gvn=dump", "late gvn", 1, "f", Dump},
		{"ssa/all=dump,ssa/gvn=off", "gvn", 1, "f", Off},
		{"ssa/all=dump,ssa/gvn=off", "dce", 1, "f", Dump},
		{"ssa/gvn=off,func=g", "gvn", 1, "f", On},
		{"ssa/gvn=off,func=f", "gvn", 1, "f", Off},
		{"ssa/gvn=off,func=1", "gvn", 1, "f", Off},
		{"ssa/gvn=off,func=2..", "gvn", 1, "f", On},
		{"amd64/gvn=off", "gvn", 1, "f", On},
	} {
		with(t, c.text, func() {
			if have := Pass("ssa", c.name, c.index, c.fn); have != c.want {
				t.Errorf("%q: %s of %s: have %v, want %v", c.text, c.name, c.fn, have, c.want)
			}
		})
	}
}

func TestNamed(t *testing.T) {
	with(t, "ssa/late-gvn=off,time,ssa/gvn=dump,dump=3,phase=lower+late gvn", func() {
		if have, want := Named(), []string{"late-gvn", "lower", "ssa/gvn", "ssa/late-gvn"}; !slices.Equal(have, want) {
			t.Errorf("have %q, want %q", have, want)
		}
	})
}

func TestDumps(t *testing.T) {
	for _, c := range []struct {
		text, phase string
		want        bool
	}{
		{"", "lower", false},
		{"dump=fib", "lower", true},
		{"dump=3", "lower", true},
		{"dump=fac", "lower", false},
		{"dump=fib,phase=late-gvn+emit", "lower", false},
		{"dump=fib,phase=late-gvn+emit", "late gvn", true},
		{"dump=fib,phase=late-gvn+emit", "emit", true},
		{"phase=lower", "lower", false},
	} {
		with(t, c.text, func() {
			if have := Dumps(c.phase, 3, "fib"); have != c.want {
				t.Errorf("%q: dumps %s of fib: %v, want %v", c.text, c.phase, have, c.want)
			}
		})
	}
}

func TestInterpreted(t *testing.T) {
	for _, c := range []struct {
		text  string
		index uint32
		want  bool
	}{
		{"", 3, false},
		{"interpret=3", 3, true},
		{"interpret=3", 4, false},
		{"interpret=..2+4..", 3, false},
		{"interpret=..2+4..", 2, true},
		{"interpret=..2+4..", 4, true},
	} {
		with(t, c.text, func() {
			if have := Interpreted(c.index); have != c.want {
				t.Errorf("%q: %d is interpreted: %v, want %v", c.text, c.index, have, c.want)
			}
		})
	}
}

func TestSwitches(t *testing.T) {
	for name, asked := range map[string]func() bool{
		"verify": Verify,
		"perf":   Perf,
		"time":   func() bool { return !Now().IsZero() },
	} {
		with(t, "", func() {
			if asked() {
				t.Errorf("%s is on", name)
			}
		})
		with(t, name, func() {
			if !asked() {
				t.Errorf("%s is off", name)
			}
		})
	}
}

func TestSetErrors(t *testing.T) {
	for text, want := range map[string]string{
		"gvn=off":       `unknown setting "gvn=off" (WEFTDEBUG=help prints what there is)`,
		"ssa/gvn=on":    "ssa/gvn=on: want off or dump",
		"time=yes":      "time=yes: time takes no value",
		"func":          "func: want func=FUNCS",
		"dump=7..3":     "dump=7..3: the range of functions 7..3 ends before it begins",
		"interpret=fib": "interpret=fib: want indices, or ranges of them such as 3..7, with + between them",
	} {
		if _, err := Set(text); err == nil || err.Error() != "weft: WEFTDEBUG: "+want {
			t.Errorf("%s: have %v, want %s", text, err, want)
		}
	}
}

// TestHelp shows that the table has every setting, and that help is one.
func TestHelp(t *testing.T) {
	var out bytes.Buffer
	defer SetOutput(SetOutput(&out))
	with(t, "help,time", func() {})
	if out.String() != Help() {
		t.Errorf("have %q", out.String())
	}
	for _, row := range table {
		if !strings.Contains(out.String(), "\n  "+row.name) {
			t.Errorf("no %s in\n%s", row.name, out.String())
		}
	}
	for line := range strings.Lines(out.String()) {
		if len(line) > 140 {
			t.Errorf("a long line: %s", line)
		}
	}
}

// TestEnvironment reads the variable itself, as the first question does.
func TestEnvironment(t *testing.T) {
	t.Setenv("WEFTDEBUG", "verify,nonsense")
	var out bytes.Buffer
	defer SetOutput(SetOutput(&out))
	s, err := parse(os.Getenv("WEFTDEBUG"))
	if !s.verify || err == nil || !strings.Contains(err.Error(), `"nonsense"`) {
		t.Errorf("have %+v, %v", s, err)
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
