package weft_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/weft-wasm/weft"
)

// countModule has DWARF that says it is made of /src/count.c, and that check is inlined into run.
const countModule = `(module $count
  (func $run (export "run") (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then unreachable))
    (call $run (i32.sub (local.get 0) (i32.const 1))))
  (@custom ".debug_abbrev"
    "\01\11\01\03\08\1b\08\10\17\11\01\12\06\00\00" ;; 1: a unit, with its name, folder, line table and addresses
    "\02\2e\00\03\08\00\00"                         ;; 2: a function that is always inlined
    "\03\2e\01\03\08\11\01\12\06\00\00"             ;; 3: a function with code
    "\04\1d\00\31\13\11\01\12\06\58\0b\59\0b\57\0b\00\00\00") ;; 4: an inlined call
  (@custom ".debug_info"
    "\47\00\00\00\04\00\00\00\00\00\04"
    "\01" "count.c\00" "/src\00" "\00\00\00\00" "\02\00\00\00\10\00\00\00"
    "\02" "check\00"
    "\03" "run\00" "\02\00\00\00\10\00\00\00"
    "\04\25\00\00\00" "\05\00\00\00\05\00\00\00" "\01\08\03"
    "\00\00")
  (@custom ".debug_line"
    "\42\00\00\00\04\00\1f\00\00\00\01\01\01\fb\0e\0d\00\01\01\01\01\00\00\00\01\00\00\01"
    "\00" "count.c\00\00\00\00" "\00"
    "\00\05\02\02\00\00\00\03\06\01"      ;; 2: line 7
    "\02\03\03\7c\05\05\01"               ;; 5: line 3, column 5
    "\02\05\03\06\05\03\01"               ;; 10: line 9, column 3
    "\02\08\00\01\01"))
`

// countTrace is the backtrace of run(1) of the module.
const countTrace = "  0: function 0 (run) at 0x27\n" +
	"       check at /src/count.c:3:5 (inlined)\n" +
	"       run at /src/count.c:8:3\n" +
	"  1: function 0 (run) at 0x2e\n" +
	"       run at /src/count.c:9:3\n"

func TestSource(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	_, err := w.try(bg, w.instantiate(countModule), "run", 1)
	trap, ok := errors.AsType[*weft.Trap](err)
	if !ok {
		t.Fatalf("have %v, want a trap", err)
	}
	expectCountTrace(t, trap)
	want := []weft.Position{
		{Function: "check", File: "/src/count.c", Line: 3, Column: 5, Inlined: true},
		{Function: "run", File: "/src/count.c", Line: 8, Column: 3},
	}
	if have := trap.Frames[0].Source(); !slices.Equal(have, want) {
		t.Errorf("have %v, want %v", have, want)
	}
	if have := (weft.Frame{Func: 0, Offset: 0x27}).Source(); have != nil {
		t.Errorf("a frame of no module has %v", have)
	}
}

// expectCountTrace looks at all ways in which a trap is shown.
func expectCountTrace(t *testing.T, trap *weft.Trap) {
	t.Helper()
	const message = "weft: unreachable in function 0 (run) at 0x27"
	for _, c := range []struct{ have, want string }{
		{trap.Backtrace(), countTrace},
		{fmt.Sprintf("%+v", trap), message + "\n" + countTrace},
		{fmt.Sprintf("%v|%s|%q", trap, trap, trap), message + "|" + message + `|"` + message + `"`},
		{fmt.Errorf("outer: %w", trap).Error(), "outer: " + message},
	} {
		if c.have != c.want {
			t.Errorf("have\n%s\nwant\n%s", c.have, c.want)
		}
	}
}

// TestSourceOfPrecompiled has the places of a module that comes from a file, which goes with it.
func TestSourceOfPrecompiled(t *testing.T) {
	if !isCompiled() {
		t.Skip("nothing is compiled here")
	}
	w := newWorld(t, weft.Limits{})
	var file bytes.Buffer
	if err := w.compile(countModule).Serialize(&file); err != nil {
		t.Fatal(err)
	}
	m, err := w.engine.Deserialize(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	in, err := w.linker.Instantiate(bg, m)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.try(bg, in, "run", 1)
	if trap, ok := errors.AsType[*weft.Trap](err); ok {
		expectCountTrace(t, trap)
	} else {
		t.Errorf("have %v, want a trap", err)
	}
}

func TestPositionString(t *testing.T) {
	for want, p := range map[string]weft.Position{
		"f at a.c:1:2 (inlined)":  {Function: "f", File: "a.c", Line: 1, Column: 2, Inlined: true},
		"f at a.c:1":              {Function: "f", File: "a.c", Line: 1},
		"f at a.c":                {Function: "f", File: "a.c", Column: 2},
		"f":                       {Function: "f", Line: 1},
		"unknown function at a.c": {File: "a.c"},
		`"f\x1b[2J" at "a\n.c":1`: {Function: "f\x1b[2J", File: "a\n.c", Line: 1},
	} {
		if have := p.String(); have != want {
			t.Errorf("have %s, want %s", have, want)
		}
	}
}

// TestTracedException shows an uncaught exception with its backtrace.
func TestTracedException(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	_, err := w.try(bg, w.instantiate(`(module (tag $oops) (func $f (export "f") (throw $oops)))`), "f")
	have := fmt.Sprintf("%+v", err)
	if first, rest, _ := strings.Cut(have, "\n"); first != err.Error() || !strings.HasPrefix(rest, "  0: function 0 (f) at 0x") {
		t.Errorf("have %s", have)
	}
}
