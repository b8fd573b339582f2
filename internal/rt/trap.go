package rt

import (
	"context"
	"errors"
	"fmt"

	"github.com/weft-wasm/weft/internal/abi"
)

// TrapError is the end of a call by a trap.
type TrapError struct {
	Code   abi.Trap
	Frames []Frame // the guest's calls, innermost first
	Err    error   // for TrapHostError and TrapInterrupted, the cause
}

func (e *TrapError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Code, e.Err)
	}
	return e.Code.String()
}

func (e *TrapError) Unwrap() error { return e.Err }

// Frame is one call of a backtrace.
type Frame struct {
	Module *Module // nil for a function of the host
	Index  uint32  // of the function, in the function index space of the module
	Name   string  // of a function of the host
	Offset int64   // of the instruction in its module; -1 in a host's function

	Locals []uint64 // the slots of the function's locals, nil if they are not known
}

// Frames returns the frame of a call of f, for profiles.
func (f *Func) Frames(uint32) []Frame { return []Frame{HostFrame(f)} }

// HostFrame is the frame of a function of the host.
func HostFrame(f *Func) Frame { return Frame{Name: f.Name, Offset: -1} }

// ExceptionError is the end of a call by an exception that no guest caught.
type ExceptionError struct {
	*Exception
	Frames []Frame // where it was thrown, innermost first
}

func (e *ExceptionError) Error() string { return abi.TrapUncaughtException.String() }

// LimitError is returned when something is larger than the engine's limits or its own type allow.
type LimitError struct {
	What        string
	Have, Limit uint64
	Unit        string

	// Tenant names the tenant whose limit it is, or says "engine"; "" if it is that of an instance.
	Tenant string
	// Err is why a tenant's limiter has refused what the limit allows, nil if it has not.
	Err error
}

// Unwrap returns the limiter's error.
func (e *LimitError) Unwrap() error { return e.Err }

func (e *LimitError) Error() string {
	have := fmt.Sprintf("weft: %s of %d %s", e.What, e.Have, e.Unit)
	if e.Tenant != "" {
		have = fmt.Sprintf("weft: %s: %s of %d %s", e.Tenant, e.What, e.Have, e.Unit)
	}
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", have, e.Err)
	}
	return fmt.Sprintf("%s exceeds the limit of %d", have, e.Limit)
}

// MaxBacktrace is how many frames a backtrace has at most; of a deeper stack, the innermost ones.
const MaxBacktrace = 100

// HostFailed is the end of a guest's call because a function that is called by way of the host, with the frames around it, has returned an
// error that is no exception.
func HostFailed(ctx context.Context, f *Func, err error, around []Frame) *TrapError {
	frames := around
	if f.Host != nil {
		frames = append([]Frame{HostFrame(f)}, around...)
	}
	if t, ok := err.(*TrapError); ok {
		frames = append(append([]Frame(nil), t.Frames...), frames...)
		return &TrapError{Code: t.Code, Err: t.Err, Frames: frames[:min(len(frames), MaxBacktrace)]}
	}
	code := abi.TrapHostError
	if ctx.Err() != nil && (errors.Is(err, ctx.Err()) || errors.Is(err, context.Cause(ctx))) {
		code = abi.TrapInterrupted
	}
	return &TrapError{Code: code, Err: err, Frames: frames}
}
