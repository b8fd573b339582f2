package dump

import (
	"errors"
	"fmt"
	"strings"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/compile"
	"github.com/weft-wasm/weft/internal/fuel"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/ssagen"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// Options say what the code is made for.
type Options struct {
	// ExplicitChecks makes the code that runs where faults and signals cannot be used: it checks addresses, and polls in loops.
	ExplicitChecks bool
	// Fuel makes code that is metered, with the default costs.
	Fuel bool
}

// Dumper makes dumps of a module's functions. It is not safe for concurrent use.
type Dumper struct {
	m         *wasm.Module
	pieces    *wat.Pieces
	generator *ssagen.Generator
	compiler  *compile.Compiler
	f         ssa.Func
}

// Func is one function, phase by phase.
type Func struct {
	Index  uint32
	Name   string // "" if it has none
	Phases []Phase
}

// Phase is what a phase made of a function.
type Phase struct {
	Name string
	Text string
	Same bool // it is what the phase before made
}

// New returns a dumper for a valid module.
func New(m *wasm.Module, o Options) (*Dumper, error) {
	r, err := rt.NewModule(m, wasm.NewTypeSet(), rt.Limits{})
	if err != nil {
		return nil, err
	}
	options := ssagen.Options{GuardBytes: rt.GuardBytes}
	if o.ExplicitChecks {
		options = ssagen.Options{Explicit: abi.Explicit{Faults: true, Preempt: true}}
	}
	if o.Fuel {
		options.Fuel = fuel.Default()
	}
	compiler := compile.New()
	compiler.Explicit = options.Explicit
	return &Dumper{
		m: m, pieces: wat.NewPieces(m), compiler: compiler,
		generator: ssagen.NewGenerator(ssagen.NewModule(m, r.Layout, options)),
	}, nil
}

// Func compiles the function with an index, which the module defines. If it cannot be compiled, what was made before that is returned with the
// error.
func (d *Dumper) Func(index uint32) (*Func, error) {
	f := &Func{Index: index, Name: d.m.FuncName(index)}
	text, err := d.source(index)
	f.Phases = append(f.Phases, Phase{Name: "wasm", Text: text})
	if err != nil {
		return f, err
	}
	if err := d.generator.Func(&d.f, index); err != nil {
		return f, err
	}
	last := ""
	d.compiler.Show = func(phase, text string) {
		text = trimLines(text)
		f.Phases = append(f.Phases, Phase{phase, text, text == last})
		last = text
	}
	err = d.compiler.Func(&d.f, new(code.Object))
	if bug, ok := errors.AsType[*compile.Error](err); ok && len(f.Phases) > 1 {
		bug.IR = f.Phases[1].Text
	}
	return f, err
}

// trimLines takes away the blanks at the ends of lines.
func trimLines(text string) string {
	var w strings.Builder
	for line := range strings.Lines(text) {
		w.WriteString(strings.TrimRight(line, " \n"))
		w.WriteByte('\n')
	}
	return w.String()
}

// source returns the function's instructions with their offsets in the module and their positions.
func (d *Dumper) source(index uint32) (string, error) {
	var w strings.Builder
	i := int(index) - d.m.ImportedFuncs
	body := &d.m.Code[i]
	start := body.Offset - int64(body.LocalsSize())
	err := d.pieces.Body(i, func(in *wasm.Instr, depth int, _, text []byte) {
		fmt.Fprintf(&w, "%6x  %s%s @%x\n", in.Offset, strings.Repeat("  ", min(depth, maxIndent)), text, in.Offset-start)
	})
	return w.String(), err
}

// maxIndent is the depth up to which instructions are indented.
const maxIndent = 30
