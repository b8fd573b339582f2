package guest

import (
	"context"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt/bias"
)

// Lane is a stack made ready for the calls of one function, so that a call of it is one routine in assembly: it gets into what the function works
// on by a gate, and has all else that is needed at constant places.
//
// The function has LaneWords arguments at most. They are in the registers for integer arguments of package abi, a word each, whatever their types; R10
// is the lane's code. A result is in the first of those registers. For functions whose arguments and results are not
// integers there has to be code in between.
type Lane struct {
	gate     bias.Gate
	ctx      context.Context // of the latest call
	stack    *Stack
	context  *abi.Context // the stack's
	code     *uintptr     // where the address of what is called is: the function's, or between
	between  uintptr      // code for arguments that are no integers; what is called finds where the function's address is in the word behind it
	target   *uintptr
	instance uintptr
	start    uintptr // of the calls' frames
}

// LaneWords is how many words of arguments functions of lanes have at most.
const LaneWords = 6

// Outcome is how a call of a lane ended.
type Outcome uint64

// The outcomes.
const (
	Refused  Outcome = iota // the call was not made: it has to be made another way
	Returned                // and all is over
	Shut                    // Returned, but the gate was shut meanwhile
	Foreign                 // the call was not made, because the context is another one than that of the call before: see Adopt
	Open                    // it returned, but it has called the host or yielded: the lock is taken, and the stack not restored
	Stopped                 // the call was not made, because the stack is interrupted; the lock is taken
	Ended                   // it did not return; the lock is taken
)

// NewLane makes a lane of a stack that nothing runs on, for a function whose address is at target. Between is the code that it is called by, 0 for none.
// As long as there is a lane, its calls and those of Stack.Enter are the only ones on the stack. The gate is to be bound by the caller.
func (s *Stack) NewLane(between uintptr, target *uintptr, instance uintptr) *Lane {
	top := uintptr(s.context.SP)
	l := &Lane{stack: s, context: s.context, target: target, code: target, between: between, instance: instance, start: (top - recordBytes) &^ 15}
	if between != 0 {
		l.code = &l.between
	}
	*s.record(l.start) = uint64(top) // nothing but calls of the same start writes to it
	return l
}

// NoLane refuses all calls.
var NoLane = newNoLane()

func newNoLane() *Lane {
	l := new(Lane)
	l.gate.Shut()
	return l
}

// Gate is how calls get in.
func (l *Lane) Gate() *bias.Gate { return &l.gate }

// Host is that of the stack.
func (l *Lane) Host() Host { return l.stack.Host }

// Call calls the function with LaneWords arguments or less. The word is the result of a call that has returned.
func (l *Lane) Call(ctx context.Context, args []uint64) (word uint64, how Outcome) {
	var a [LaneWords]uint64
	copy(a[:], args)
	return Call6(l, ctx, a[0], a[1], a[2], a[3], a[4], a[5])
}

// Adopt makes a context the one of further calls. The caller has the lock of the gate.
func (l *Lane) Adopt(ctx context.Context) { l.ctx = ctx }

// Trap says how a call ended whose outcome was Ended; after that, Stack.Backtrace leads through its frames.
func (l *Lane) Trap() abi.Trap { return l.stack.ended() }
