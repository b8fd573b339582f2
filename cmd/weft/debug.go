package main

import (
	"fmt"
	"io"
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
