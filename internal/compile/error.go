package compile

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/weft-wasm/weft/internal/isa/amd64"
	"github.com/weft-wasm/weft/internal/regalloc"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Error is a bug in the compiler.
type Error struct {
	Phase string // what failed, as [Phases] has it, passes with ssa/ in front
	Func  string // what was being compiled
	Cause any    // what the phase panicked with
	Stack []byte
	IR    string // the function in the IR's text form, as the front end built it, or why it is missing
}

func (e *Error) Error() string {
	return fmt.Sprintf("compile: function %s: phase %s failed, which is a bug in the compiler: %v", e.Func, e.Phase, e.Cause)
}

// Reproducer is all that is known of the bug, as a text that ssa.Parse reads.
func (e *Error) Reproducer() string {
	about := e.Error() + "\n" + string(e.Stack)
	return "; " + strings.ReplaceAll(strings.TrimSpace(about), "\n", "\n; ") + "\n" + e.IR + "\n"
}

// maxReproducer bounds the values of functions whose text is part of an error: that takes some 50 bytes for each.
const maxReproducer = 1 << 16

// reproduce adds to an error that is a bug what the front end makes of the function, from the start.
func reproduce(err error, i int, build func(i int, f *ssa.Func) error) {
	var bug *Error
	if !errors.As(err, &bug) {
		return
	}
	defer func() {
		if cause := recover(); cause != nil {
			bug.IR = fmt.Sprintf("; building it fails: %v", cause)
		}
	}()
	f := new(ssa.Func)
	switch err := build(i, f); {
	case err != nil:
		bug.IR = fmt.Sprintf("; building it fails: %v", err)
	case f.NumValues() > maxReproducer:
		bug.IR = fmt.Sprintf("; too large to be shown: %d values", f.NumValues())
	default:
		bug.IR = f.String()
	}
}

// recovered turns a panic into an error.
func (c *Compiler) recovered(f *ssa.Func, err *error) {
	cause := recover()
	if cause == nil {
		return
	}
	*err = &Error{Phase: c.phase, Func: f.Name, Cause: cause, Stack: debug.Stack()}
	// What the phases keep may be in any state.
	c.alloc = regalloc.New(amd64.Target, ssa.OpAMD64)
	c.passes = ssa.Passes()
	c.lowerer, c.emitter = amd64.Lowerer{}, amd64.Emitter{}
}
