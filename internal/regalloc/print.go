package regalloc

import (
	"fmt"
	"strings"

	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Text returns f with its allocation: behind each operation where its results and arguments are, and in front of it the moves.
func (o *Allocation) Text(f *ssa.Func, t *isa.Target) string {
	var w strings.Builder
	fmt.Fprintf(&w, "func %s: %d slots, %d wide, %d out", f.Name, o.Slots, o.Wides, o.OutBytes)
	for s := o.Saved; s != 0; s = s.Without(s.First()) {
		fmt.Fprintf(&w, ", saves %s", t.RegNames[s.First()])
	}
	w.WriteString("\n")
	for _, b := range f.Order() {
		fmt.Fprintf(&w, "%v", b)
		for i, p := range f.Params(b) {
			fmt.Fprintf(&w, "%s%v %s", [2]string{"(", ", "}[min(i, 1)], p, o.Def(p).Text(t))
		}
		if len(f.Params(b)) > 0 {
			w.WriteString(")")
		}
		w.WriteString(":\n")
		for v := f.First(b); v != 0; v = f.Next(v) {
			o.textOf(&w, f, t, v)
		}
	}
	return w.String()
}

func (o *Allocation) textOf(w *strings.Builder, f *ssa.Func, t *isa.Target, v ssa.Value) {
	for _, m := range o.Moves(v) {
		fmt.Fprintf(w, "    %s", m.Text(t))
		if m.Cond {
			w.WriteString(" (cond)")
		}
		w.WriteString("\n")
	}
	fmt.Fprintf(w, "  %-40s", f.Text(v))
	for i, l := range o.Results(v) {
		fmt.Fprintf(w, "%s%s", [2]string{" ", ", "}[min(i, 1)], l.Text(t))
	}
	if len(o.Results(v)) > 0 {
		w.WriteString(" =")
	}
	for _, l := range o.Uses(v) {
		fmt.Fprintf(w, " %s", l.Text(t))
	}
	if refs := o.Refs(v); len(refs) > 0 {
		w.WriteString("  refs")
		for _, l := range refs {
			fmt.Fprintf(w, " %s", l.Text(t))
		}
	}
	w.WriteString("\n")
}
