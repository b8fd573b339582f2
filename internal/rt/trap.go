package rt

import (
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
	Func   *Func
	Offset int64 // of the instruction in its module; -1 in a host's function
}

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
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("weft: %s of %d %s exceeds the limit of %d", e.What, e.Have, e.Unit, e.Limit)
}
