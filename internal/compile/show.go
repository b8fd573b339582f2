package compile

import (
	"strings"

	"github.com/weft-wasm/weft/internal/dbg"
	"github.com/weft-wasm/weft/internal/ssa"
)

// What people see of the phases, through [Compiler.Show] or WEFTDEBUG.

// Phases returns the names of the phases, in their order, with - for blanks: "build", which is what the front end has made, those of the passes,
// "lower", "allocate" and "emit".
func Phases() []string {
	names := []string{"build"}
	for _, p := range ssa.Passes() {
		names = append(names, dashed(p.Name))
	}
	return append(names, "lower", "allocate", "emit")
}

// Optional returns the passes that WEFTDEBUG can switch off, in their order and as it names them, such as "ssa/late-gvn".
func Optional() []string {
	var names []string
	for _, p := range ssa.Passes() {
		if !p.Required {
			names = append(names, "ssa/"+dashed(p.Name))
		}
	}
	return names
}

func dashed(name string) string { return strings.ReplaceAll(name, " ", "-") }

// show shows what a phase has made of f to whoever wants to see it. What passes have made is printed by ssa.Pipeline.
func (c *Compiler) show(f *ssa.Func, phase string, text func() string) {
	if c.Show != nil {
		c.Show(phase, text())
	}
	if dbg.Dumps(phase, f.Index, f.Name) {
		dbg.Printf("; after %s\n%s\n", phase, text())
	}
}

// afterPass is called behind each pass.
func (c *Compiler) afterPass(name string, f *ssa.Func) {
	if c.After != nil {
		c.After(name, f)
	}
	if c.Show != nil {
		c.Show(dashed(name), f.String())
	}
	c.nextPass()
}

// lists reports whether there is to be a listing of f.
func (c *Compiler) lists(f *ssa.Func) bool {
	return c.Listing || c.Show != nil || dbg.Dumps("emit", f.Index, f.Name)
}

// checks reports whether phases are to prove right what they made.
func (c *Compiler) checks() bool { return c.Check || dbg.Verify() }

// nextPass makes the phase that of the next pass.
func (c *Compiler) nextPass() {
	if c.pass < len(c.passes) {
		c.phase = "ssa/" + dashed(c.passes[c.pass].Name)
		c.pass++
	}
}
