package native

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"

	"golang.org/x/sys/cpu"

	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/rt/guest"
)

// codeUses is what compiled code uses of a processor besides what every one of the architecture has.
var codeUses = []string{"avx2", "bmi1", "bmi2", "fma", "popcnt"} // and lzcnt: all processors with these have it

// processor is the architecture, and what of codeUses this processor has.
func processor() string {
	x := &cpu.X86
	words := []string{runtime.GOARCH}
	for i, has := range []bool{x.HasAVX2, x.HasBMI1, x.HasBMI2, x.HasFMA, x.HasPOPCNT} {
		if has {
			words = append(words, codeUses[i])
		}
	}
	return strings.Join(words, " ")
}

// checkProcessor reports whether the processor has what code uses.
func checkProcessor() error {
	have := " " + processor() + " "
	for _, feature := range codeUses {
		if !strings.Contains(have, " "+feature+" ") {
			return fmt.Errorf("the processor does not have %s", strings.ToUpper(feature))
		}
	}
	return nil
}

// Identity is what the code that the engine makes depends on besides the module, and for a module that is to be loaded, what there is here.
func (e *Engine) Identity(features uint64) code.Identity {
	o := &e.options
	metered := "no fuel"
	if o.Fuel != nil {
		metered = "fuel of " + o.Fuel.ID()
	}
	return code.Identity{
		Build:    code.Build(),
		Machine:  processor(),
		Settings: fmt.Sprintf("guard of %d MiB, checks faults %t, polls %t, %s", o.GuardBytes>>20, o.Explicit.Faults, o.Explicit.Preempt, metered),
		Features: features,
	}
}

// Save writes a file with the code and the module that it was made of, in the binary format. A module whose functions are compiled while it runs
// is compiled for it: the code in the file depends on the module alone.
func (x *Module) Save(w io.Writer, wasm []byte, features uint64) error {
	if x.tier != nil {
		whole, err := x.engine.Compile(context.Background(), x.m, nil)
		if err != nil {
			return err
		}
		return whole.Save(w, wasm, features)
	}
	id := x.engine.Identity(features)
	id.Machine = strings.Join(append([]string{runtime.GOARCH}, codeUses...), " ")
	return code.Write(w, id, x.image.Image, x.image.text.Bytes(), wasm)
}

// Load makes an executor for a module of the code that a file has for it. The file stays in use as long as the module. The module has bodies
// if the file has functions that are interpreted.
func (e *Engine) Load(m *rt.Module, f *code.File) (*Module, error) {
	if len(f.Image.Starts) != len(m.Funcs)+1 {
		return nil, fmt.Errorf("weft: the code is that of %d functions, the module has %d", len(f.Image.Starts)-1, len(m.Funcs))
	}
	x, err := newImage(m, f.Image, func(name string) (*guest.Text, error) { return mapText(name, f) })
	if err != nil {
		return nil, err
	}
	return e.module(m, x), nil
}

// mapText makes the text of a file executable.
func mapText(name string, f *code.File) (*guest.Text, error) {
	if f.Handle != nil {
		text, err := guest.MapFile(name, f.Handle, f.TextOffset, len(f.Text), sites{f.Image})
		if err == nil {
			return text, nil
		}
		// The file system may be one that nothing is executed from. Memory is then.
	}
	return guest.Map(name, len(f.Text), sites{f.Image}, func(text []byte, _ uintptr) error {
		copy(text, f.Text)
		return nil
	})
}
