package weft

import (
	"errors"
	"fmt"
	"strings"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/wasm"
)

// ErrClosed is returned by any use of something that has been closed.
var ErrClosed = rt.ErrClosed

// errEngineClosed is the ErrClosed of engines.
var errEngineClosed error = engineClosed{}

type engineClosed struct{}

func (engineClosed) Error() string        { return "weft: the engine is closed" }
func (engineClosed) Is(target error) bool { return target == ErrClosed }

// ErrConcurrent is returned by a call to an instance in which another goroutine is executing.
var ErrConcurrent = rt.ErrConcurrent

// ModuleError says what is wrong with a module, and where.
type ModuleError struct {
	Kind   string // what is wrong, in the words of the specification, such as "type mismatch"
	Detail string // the particulars: what was there, then what should have been
	Offset int64  // where in the binary module, in bytes; -1 if nowhere in particular
	Func   int    // the index of the function it is in; -1 if in none
	Name   string // the function's name, if the module names it
	Instr  string // the instruction it is about, or ""
}

func (e *ModuleError) Error() string {
	w := wasm.Error{Kind: wasm.Kind(e.Kind), Detail: e.Detail, Offset: e.Offset, Func: e.Func, Name: e.Name, Instr: e.Instr}
	return w.Error()
}

// LinkError says that a module cannot be instantiated with the imports it was given (spec 4.7.2).
type LinkError struct {
	Module, Name string // of the import
	Have, Want   string // the types; Have is "" if nothing by that name is defined
	Hint         string // a name that is defined and nearly the same, or ""
}

func (e *LinkError) Error() string {
	if e.Have != "" {
		return fmt.Sprintf("weft: incompatible import type for %q: have %s, want %s", e.Module+"."+e.Name, e.Have, e.Want)
	}
	s := fmt.Sprintf("weft: unknown import %q (%s)", e.Module+"."+e.Name, e.Want)
	if e.Hint != "" {
		s += fmt.Sprintf(" (did you mean %q?)", e.Hint)
	}
	return s
}

// ExportError says that an instance has no export by a name, or one of another kind.
type ExportError struct {
	Name       string
	Have, Want string // kinds or types; Have is "" if there is no such export
	Hint       string // the name of an export that is nearly the same, or ""
}

func (e *ExportError) Error() string {
	if e.Have != "" {
		return fmt.Sprintf("weft: export %q: have %s, want %s", e.Name, e.Have, e.Want)
	}
	s := fmt.Sprintf("weft: no export %q", e.Name)
	if e.Hint != "" {
		s += fmt.Sprintf(" (did you mean %q?)", e.Hint)
	}
	return s
}

// TypeError says that a Go value or function does not have the type that a guest's type asks for.
type TypeError struct {
	What       string // what it is about: "argument 2 of add", "results", …
	Have, Want string
}

func (e *TypeError) Error() string {
	return fmt.Sprintf("weft: %s: type mismatch: have %s, want %s", e.What, e.Have, e.Want)
}

// RangeError says that a range lies outside a memory or table.
type RangeError struct {
	What           string // "memory" or "table"
	Offset, Length uint64 // the range
	Size           uint64 // of the memory in bytes, or of the table in elements
}

func (e *RangeError) Error() string {
	return fmt.Sprintf("weft: %s access out of bounds: offset %d, length %d, size %d", e.What, e.Offset, e.Length, e.Size)
}

// LimitError says that something is larger than the engine's Limits, or than its own type allows.
type LimitError = rt.LimitError

// ExitError is the end of a guest by its own wish, with an exit code. Host functions return it to end the guest; Call then returns it as it is.
type ExitError struct{ Code uint32 }

func (e *ExitError) Error() string { return fmt.Sprintf("weft: the guest exited with code %d", e.Code) }

// TrapCode says why a guest trapped.
type TrapCode uint8

// The trap codes. String gives the phrase of the specification's test suite.
const (
	TrapUnreachable              = TrapCode(abi.TrapUnreachable)
	TrapMemoryOutOfBounds        = TrapCode(abi.TrapMemoryOutOfBounds)
	TrapTableOutOfBounds         = TrapCode(abi.TrapTableOutOfBounds)
	TrapUndefinedElement         = TrapCode(abi.TrapUndefinedElement)
	TrapUninitializedElement     = TrapCode(abi.TrapUninitializedElement)
	TrapIndirectCallTypeMismatch = TrapCode(abi.TrapIndirectCallTypeMismatch)
	TrapDivideByZero             = TrapCode(abi.TrapDivideByZero)
	TrapIntegerOverflow          = TrapCode(abi.TrapIntegerOverflow)
	TrapInvalidConversion        = TrapCode(abi.TrapInvalidConversion)
	TrapStackExhausted           = TrapCode(abi.TrapStackExhausted)
	TrapNullReference            = TrapCode(abi.TrapNullReference)
	TrapNullFunction             = TrapCode(abi.TrapNullFunction)
	TrapInterrupted              = TrapCode(abi.TrapInterrupted)    // the context of the call was cancelled, or Instance.Interrupt was called
	TrapHostError                = TrapCode(abi.TrapHostError)      // a host function returned an error
	TrapOutOfMemory              = TrapCode(abi.TrapOutOfMemory)    // there was no memory for the code through which a guest calls the host
	TrapInstanceClosed           = TrapCode(abi.TrapInstanceClosed) // a function was called whose instance is closed and given back
	TrapOutOfFuel                = TrapCode(abi.TrapOutOfFuel)      // the instance has no fuel left, see Fuel
)

func (c TrapCode) String() string { return abi.Trap(c).String() }

// Trap is the end of a call by a trap (spec 4.2.1), by an error of a host function, or by cancellation of its context. Except after an
// error of the host's own making, the instance stays usable.
type Trap struct {
	Code   TrapCode
	Frames []Frame // the calls that were open, innermost first; of a deep stack, the innermost hundred
	Err    error   // for TrapHostError the host's error, for TrapInterrupted the cause of the cancellation or the interruption, for TrapOutOfFuel the error of Fuel.OutOfFuel

	frames []rt.Frame // where Frames come from
}

// Error returns the reason and where it happened. Backtrace has the rest, and %+v shows both.
func (t *Trap) Error() string {
	var b strings.Builder
	if t.Code == TrapHostError && len(t.Frames) > 0 && t.Err != nil {
		return fmt.Sprintf("weft: %s failed: %s", t.Frames[0], strings.TrimPrefix(t.Err.Error(), "weft: "))
	}
	b.WriteString("weft: " + t.Code.String())
	if t.Err != nil {
		b.WriteString(": " + strings.TrimPrefix(t.Err.Error(), "weft: "))
	}
	if len(t.Frames) > 0 {
		b.WriteString(" in " + t.Frames[0].String())
	}
	return b.String()
}

// Unwrap returns the host's error, or the cause of the cancellation or the interruption.
func (t *Trap) Unwrap() error { return t.Err }

// Backtrace returns the calls that were open, a line each, with the places in the source that they come from, as far as the modules say.
func (t *Trap) Backtrace() string { return backtrace(t.Frames) }

// Format implements fmt.Formatter: %+v is the error with the backtrace behind it.
func (t *Trap) Format(s fmt.State, verb rune) { formatTraced(s, verb, t, t.Frames) }

// Exception is an exception that no guest caught (spec 4.6.13). A host function that returns one throws it.
type Exception struct {
	Tag    *Tag
	Values []any   // what it carries, of the types that Func.Call returns
	Frames []Frame // where it was thrown, innermost first

	frames []rt.Frame // where Frames come from
}

func (e *Exception) Error() string {
	s := "weft: uncaught exception"
	if len(e.Frames) > 0 {
		s += " in " + e.Frames[0].String()
	}
	return s
}

// Backtrace returns the calls that were open where the exception was thrown, a line each, with their places in the source.
func (e *Exception) Backtrace() string { return backtrace(e.Frames) }

// Format implements fmt.Formatter: %+v is the error with the backtrace behind it.
func (e *Exception) Format(s fmt.State, verb rune) { formatTraced(s, verb, e, e.Frames) }

// publicError makes the API's errors from those of the packages below.
func publicError(err error) error {
	var m *wasm.Error
	if errors.As(err, &m) {
		return &ModuleError{Kind: string(m.Kind), Detail: m.Detail, Offset: m.Offset, Func: m.Func, Name: m.Name, Instr: m.Instr}
	}
	var l *rt.LinkError
	if errors.As(err, &l) {
		return &LinkError{Module: l.Import.Module, Name: l.Import.Name, Have: l.Have, Want: l.Want}
	}
	return err
}

// callError makes the error of a call from that of the executor.
func callError(p place, err error) error {
	switch e := err.(type) {
	case nil:
		return nil
	case *rt.TrapError:
		var exit *ExitError
		if e.Code == abi.TrapHostError && errors.As(e.Err, &exit) {
			return exit
		}
		p.engine.counters.Add(rt.CountTrap(e.Code), 1)
		return &Trap{Code: TrapCode(e.Code), Frames: publicFrames(e.Frames), Err: e.Err, frames: e.Frames}
	case *rt.ExceptionError:
		p.engine.counters.Add(rt.CountTrap(abi.TrapUncaughtException), 1)
		return publicException(p, e)
	}
	return err
}

func publicException(p place, e *rt.ExceptionError) *Exception {
	x := &Exception{Tag: &Tag{p.engine, e.Tag}, Frames: publicFrames(e.Frames), frames: e.Frames}
	slots := e.Args
	for _, t := range e.Tag.Type.Params {
		var v any
		v, slots = p.toAny(slots, t)
		x.Values = append(x.Values, v)
	}
	return x
}

// hostError makes the executor's error from that of a host function: an exception is thrown into the guest, and a trap goes on.
func hostError(p place, err error) error {
	if t, ok := err.(*Trap); ok {
		return &rt.TrapError{Code: abi.Trap(t.Code), Frames: t.frames, Err: t.Err}
	}
	var x *Exception
	if !errors.As(err, &x) {
		return err
	}
	if x.Tag == nil {
		return errors.New("weft: exception without a tag")
	}
	t := x.Tag.t.Type
	if len(x.Values) != len(t.Params) {
		return &TypeError{What: "exception", Have: count(len(x.Values), "value"), Want: fmt.Sprintf("%d for %s", len(t.Params), x.Tag.Type())}
	}
	args := make([]uint64, t.ParamSlots)
	slots := args
	for i, v := range x.Values {
		var bad error
		if slots, bad = p.fromAny(slots, t.Params[i], v); bad != nil {
			bad.(*TypeError).What = fmt.Sprintf("value %d of an exception", i+1)
			return bad
		}
	}
	return &rt.ExceptionError{Exception: &rt.Exception{Tag: x.Tag.t, Args: args}}
}
