package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/weft-wasm/weft/internal/compile"
	"github.com/weft-wasm/weft/internal/dbg"
	"github.com/weft-wasm/weft/internal/nearest"
)

// checkDebug says which passes and phases in WEFTDEBUG do not exist. What else is wrong with it is said when it is read, which is now.
func checkDebug(w io.Writer) {
	dbg.Load()
	named := dbg.Named()
	if len(named) == 0 {
		return
	}
	phases := compile.Phases()
	passes := []string{"ssa/all"}
	for _, phase := range phases {
		passes = append(passes, "ssa/"+phase)
	}
	for _, name := range named {
		known, what := phases, "phase"
		if strings.Contains(name, "/") {
			known, what = passes, "pass"
		}
		if slices.Contains(known, name) {
			continue
		}
		hint := ""
		if near := nearest.Of(name, known); near != "" {
			hint = fmt.Sprintf(" (did you mean %q?)", near)
		}
		fmt.Fprintf(w, "weft: WEFTDEBUG: unknown %s %q%s\n", what, name, hint)
	}
}

// keep writes to a file what shows a bug of the compiler, and says where that is and how to get by.
func keep(bug *compile.Error) string {
	const getBy = "The interpreter runs the module: weft run --tier=interpreter."
	f, err := os.CreateTemp("", "weft-bug-*.ssa")
	if err == nil {
		_, err = f.WriteString(bug.Reproducer())
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return fmt.Sprintf("What shows the bug cannot be kept: %v. %s", err, getBy)
	}
	return fmt.Sprintf("What shows the bug is in %s; please report it with that file. %s", f.Name(), getBy)
}
