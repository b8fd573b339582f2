package ssa

import (
	"fmt"
	"slices"

	"github.com/weft-wasm/weft/internal/dbg"
)

// Pass is one step of the compiler, which rewrites a function in place. Its name is what WEFTDEBUG calls it, as in WEFTDEBUG=ssa/gvn=off.
type Pass struct {
	Name     string
	Run      func(*Func)
	Required bool // the function cannot be compiled without it, so it cannot be switched off
}

// Constraint says that a pass must come before another, and why.
type Constraint struct {
	Before, After string
	Reason        string
}

// CheckOrder reports the constraints that a list of passes violates; a constraint that names a pass which is not in the list is one of them.
func CheckOrder(passes []Pass, constraints []Constraint) error {
	place := func(name string) int {
		return slices.IndexFunc(passes, func(p Pass) bool { return p.Name == name })
	}
	for _, c := range constraints {
		before, after := place(c.Before), place(c.After)
		switch {
		case before < 0 || after < 0:
			return fmt.Errorf("ssa: the constraint that %s comes before %s names a pass that does not exist", c.Before, c.After)
		case before > after:
			return fmt.Errorf("ssa: pass %s must come before %s: %s", c.Before, c.After, c.Reason)
		}
	}
	return nil
}

// Passes returns the passes over generic operations in their order. They share memory among themselves and between functions, so each worker
// has its own list.
func Passes() []Pass {
	var (
		paid    charges
		simple  simplifier
		again   = simplifier{thorough: true}
		control simplifyCFG
		numbers valueNumbering
		near    nearby
		dead    deadCode
	)
	return []Pass{
		{Name: "charges", Run: paid.run, Required: true},
		{Name: "early simplify", Run: simple.run},
		{Name: "early cfg", Run: control.run},
		{Name: "params", Run: trivialParams},
		{Name: "gvn", Run: numbers.run},
		{Name: "simplify", Run: again.run},
		{Name: "cfg", Run: control.run},
		{Name: "late params", Run: trivialParams},
		{Name: "late gvn", Run: numbers.run},
		{Name: "nearby", Run: near.run},
		{Name: "dce", Run: dead.run},
		{Name: "predict", Run: predict},
		{Name: "cold", Run: spreadCold},
	}
}

// Order are the constraints on the order of Passes.
var Order = []Constraint{
	{"charges", "early cfg", "arms that cost the same are empty once they are not charged, and edges skip them"},
	{"early simplify", "early cfg", "branches are on constants only once these are folded"},
	{"early cfg", "params", "blocks that only jump on hide that the edges behind them have one value"},
	{"params", "gvn", "equal arguments have one number only if they are one value"},
	{"gvn", "simplify", "rules with a name standing twice match only if equal values are one"},
	{"simplify", "cfg", "equal values fold comparisons that branches depend on"},
	{"cfg", "late params", "edges that were removed may have been all that kept a parameter from being trivial"},
	{"simplify", "late gvn", "rules make equal values, such as the product for a quotient and the one for its remainder"},
	{"late gvn", "nearby", "accesses to one address are known as such if that is one value"},
	{"cfg", "predict", "branches that are turned round or go away need no hint"},
	{"cfg", "cold", "a block that joins another is only as cold as that"},
	{"nearby", "dce", "addresses that are relative to others now are dead"},
}

// Pipeline runs passes over one function after another.
type Pipeline struct {
	Passes []Pass
	Check  bool                       // run Check behind each pass, and panic with what it finds
	After  func(name string, f *Func) // called behind each pass, if not nil
}

// Run runs the passes that WEFTDEBUG does not switch off. If it says dump for one, its result goes to the debug output.
func (p *Pipeline) Run(f *Func) {
	for i := range p.Passes {
		p.run(&p.Passes[i], f)
	}
}

func (p *Pipeline) run(pass *Pass, f *Func) {
	mode := dbg.Pass("ssa", pass.Name, f.Index, f.Name)
	if mode != dbg.Off || pass.Required {
		start := dbg.Now()
		pass.Run(f)
		dbg.Spent("ssa/"+pass.Name, start)
	}
	if p.Check || dbg.Verify() {
		if err := Check(f); err != nil {
			panic(fmt.Sprintf("after pass %s: %v\n%s", pass.Name, err, f))
		}
	}
	if mode == dbg.Dump || dbg.Dumps(pass.Name, f.Index, f.Name) {
		dbg.Printf("; after %s\n%s\n", pass.Name, f)
	}
	if p.After != nil {
		p.After(pass.Name, f)
	}
}
