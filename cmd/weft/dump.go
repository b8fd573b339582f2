package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/weft-wasm/weft/internal/dbg"
	"github.com/weft-wasm/weft/internal/dump"
	"github.com/weft-wasm/weft/internal/nearest"
	"github.com/weft-wasm/weft/internal/validate"
	"github.com/weft-wasm/weft/internal/wasm"
)

// dumpOptions are the flags of dump.
type dumpOptions struct {
	dump.Options
	phases, funcs, html string
}

func newDump() *cobra.Command {
	o := dumpOptions{}
	cmd := &cobra.Command{
		Use:   "dump [flags] FILE",
		Short: "Show what the compiler makes of functions, phase by phase",
		Long: `Show what the compiler makes of functions, phase by phase: wasm, the instructions; build, the intermediate representation that
they become; each pass over it by its name; lower, with operations of the machine; allocate, with registers; emit, the machine code.
Short names are ssa for build, opt for what the last pass makes, and amd64 for emit; all is all of them.

@1f behind an instruction, a value or a machine instruction is the place in the source it was made for: 0x1f bytes behind the start
of the function's declarations of locals. WEFTDEBUG switches passes off here as it does when a program runs; WEFTDEBUG=help weft
version says how.

The phases are ` + strings.Join(dump.Phases(), ", ") + ".",
		Example: `  weft dump --func fib --phase ssa,opt,amd64 fib.wasm
  weft dump --func 12 --html fib.html fib.wasm`,
		Args: usage(1, 1, "a file"),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd, args[0]) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.phases, "phase", "wasm,ssa,opt,lower,allocate,amd64", "show the phases `NAMES`, with commas between them")
	flags.StringVar(&o.funcs, "func", "", "show only `FUNCS`: indices, ranges such as 3..7, names, or regular expressions for names, with + between them")
	flags.StringVar(&o.html, "html", "", "write a page with all phases of one function side by side to `FILE`")
	flags.BoolVar(&o.ExplicitChecks, "explicit-checks", false, "show the code for where faults and signals cannot be used")
	flags.BoolVar(&o.Fuel, "fuel", false, "show code that is metered")
	return cmd
}

func (o *dumpOptions) run(cmd *cobra.Command, file string) error {
	phases, err := dump.ParsePhases(o.phases)
	if err != nil {
		return usageError(cmd, fmt.Errorf("--phase %s: %w", o.phases, err))
	}
	m, err := readValid(cmd, file)
	if err != nil {
		return err
	}
	funcs, err := o.selected(m)
	if err != nil {
		return inFile(file, err)
	}
	d, err := dump.New(m, o.Options)
	if err != nil {
		return inFile(file, err)
	}
	if o.html != "" {
		return o.page(cmd, file, m, d, funcs)
	}
	out := bufio.NewWriter(cmd.OutOrStdout())
	for _, index := range funcs {
		f, err := d.Func(index)
		if err := errors.Join(err, f.Text(out, phases)); err != nil {
			_ = out.Flush()
			return inFile(file, err)
		}
	}
	return out.Flush()
}

// page writes the page of the only function that is selected.
func (o *dumpOptions) page(cmd *cobra.Command, file string, m *wasm.Module, d *dump.Dumper, funcs []uint32) error {
	if len(funcs) != 1 {
		return inFile(file, fmt.Errorf("--html shows one function, have %d%s: choose with --func", len(funcs), listed(m, funcs)))
	}
	f, err := d.Func(funcs[0])
	return errors.Join(inFile(file, err), output(o.html, cmd.OutOrStdout(), func(w io.Writer) error { return f.Page(w) }))
}

// listed names some functions, for an error.
func listed(m *wasm.Module, funcs []uint32) string {
	const most = 5
	text := ""
	for i, index := range funcs {
		if i == most {
			return text + ", …"
		}
		text += [2]string{" (", ", "}[min(i, 1)] + fmt.Sprint(index)
		if name := m.FuncName(index); name != "" {
			text += " " + wasm.PlainName(name)
		}
	}
	return text + ")"
}

// selected returns the indices of the functions to show.
func (o *dumpOptions) selected(m *wasm.Module) ([]uint32, error) {
	var set *dbg.Funcs
	if o.funcs != "" {
		var err error
		if set, err = dbg.ParseFuncs(o.funcs); err != nil {
			return nil, fmt.Errorf("--func %s: %w", o.funcs, err)
		}
	}
	near := nearest.Search{Word: o.funcs}
	var found []uint32
	for i := range m.Funcs {
		index := uint32(m.ImportedFuncs + i)
		name := m.FuncName(index)
		if set == nil || set.Has(index, name) {
			found = append(found, index)
		}
		near.Consider(name)
	}
	if len(found) > 0 || set == nil {
		return found, nil
	}
	if near.Best != "" {
		return nil, fmt.Errorf("--func %s: no such function (did you mean %q?)", o.funcs, near.Best)
	}
	if len(m.Funcs) == 0 {
		return nil, fmt.Errorf("--func %s: the module defines no functions", o.funcs)
	}
	return nil, fmt.Errorf("--func %s: no such function: the module defines those from %d to %d", o.funcs, m.ImportedFuncs, m.ImportedFuncs+len(m.Funcs)-1)
}

// readValid reads a module that the compiler takes.
func readValid(cmd *cobra.Command, file string) (*wasm.Module, error) {
	b, err := readModule(file, cmd.InOrStdin())
	if err != nil {
		return nil, err
	}
	m, err := wasm.Decode(b, nil)
	if err == nil {
		_, err = validate.Module(m, wasm.AllFeatures)
	}
	return m, inFile(file, err)
}
