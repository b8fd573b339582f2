package spectest

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// Options say how scripts are run.
type Options struct {
	Tier      weft.Tier
	Explicit  bool // code with explicit checks: weft.Config.ExplicitChecks
	RoundTrip bool // also check that each module survives encoding and printing

	Fuel *weft.Fuel // what guests are metered by

	Reuse   Reuse    // what instances were used for before
	Engines *Engines // what scripts run on together; nil for an engine each
}

// Result is what became of a script.
type Result struct {
	File     string
	Passed   int       // assertions that hold
	Failures []Failure // commands that failed, assertions and others, in order
	Lines    []int     // the line of every command
	Fuel     []int64   // what every command has taken of all instances, if they are metered

	exhausting map[int]bool // commands that exhaust the stack, by their numbers
}

// Failure is a command that did not do what it should.
type Failure struct {
	File        string
	Line, Col   int
	Text        string // what is wrong, on one line
	Unsupported bool   // because it needs instructions that no tier executes yet
}

// String returns the failure as file:line:column: text.
func (f Failure) String() string { return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Col, f.Text) }

// Run executes a script. A script that cannot be parsed has one failure. The error is that of ctx, and no other.
func Run(ctx context.Context, file string, src []byte, o Options) (*Result, error) {
	res := &Result{File: file, exhausting: map[int]bool{}}
	script, err := wat.ParseScript(file, src)
	if err != nil {
		f := Failure{File: file, Line: 1, Col: 1, Text: plain(err)}
		if e, ok := errors.AsType[*wat.Error](err); ok {
			f.Line, f.Col, f.Text = e.Line, e.Col, strings.TrimPrefix(f.Text, fmt.Sprintf("%s:%d:%d: ", e.File, e.Line, e.Col))
		}
		res.Failures = append(res.Failures, f)
		return res, nil
	}
	r, err := newRunner(ctx, o, dialectOf(file))
	if err != nil {
		return nil, err
	}
	defer r.close()
	for _, c := range script.Commands {
		pos := c.Pos()
		res.Lines = append(res.Lines, pos.Line)
		before := r.taken()
		err := r.command(c)
		res.Fuel = append(res.Fuel, r.taken()-before)
		if _, ok := c.(*wat.AssertExhaustion); ok {
			res.exhausting[len(res.Fuel)-1] = true
		}
		if context.Cause(ctx) != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil {
			res.Failures = append(res.Failures, Failure{file, pos.Line, pos.Col, plain(err), isUnsupported(err)})
		} else if isAssertion(c) {
			res.Passed++
		}
	}
	return res, nil
}

func isAssertion(c wat.Command) bool {
	switch c.(type) {
	case *wat.Module, *wat.Register, *wat.Action:
		return false
	}
	return true
}

// plain returns an error's text without the name of the engine in front.
func plain(err error) string { return strings.TrimPrefix(err.Error(), "weft: ") }

// isUnsupported reports whether an error goes back to an instruction that no tier executes yet.
func isUnsupported(err error) bool {
	e, ok := errors.AsType[*weft.ModuleError](err)
	return ok && e.Kind == string(wasm.UnsupportedInstruction)
}

// dialect is the version of the language that a script is written for.
type dialect struct {
	features weft.Features

	// now has phrases for faults in texts that today are none, and the phrase of the fault that they are in valid modules.
	now map[string]wasm.Kind
}

var current = dialect{features: weft.AllFeatures}

// threads is what the threads proposal is written against: there is one table and one memory, and limits of memories have to fit
// 32 bits in the text already.
var threads = dialect{
	features: weft.Features(wasm.AllFeatures &^ wasm.FeatureMultiMemory &^ wasm.FeatureSet(op.FeatureReferences)),
	now:      map[string]wasm.Kind{string(wasm.I32OutOfRange): wasm.MemorySize},
}

// dialectOf returns the dialect of a script by the folder it lies in.
func dialectOf(file string) dialect {
	dir := filepath.ToSlash(filepath.Dir(file))
	if dir == "proposals/threads" || strings.HasSuffix(dir, "/proposals/threads") {
		return threads
	}
	return current
}

// agrees reports whether a phrase is the one that a script expects.
func agrees(have, want string) bool {
	return have != "" && (strings.HasPrefix(have, want) || strings.HasPrefix(want, have))
}
