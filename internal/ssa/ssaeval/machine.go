package ssaeval

import (
	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Machine is what a function is executed on. Addresses are numbers that the machine gives a meaning to.
type Machine interface {
	// Context and MemBase are what the operations of these names yield, CodeAddr what code_addr does.
	Context() uint64
	MemBase() uint64
	CodeAddr(fn uint32) uint64

	// Load and Store move bytes; they return false where the address cannot be accessed. Ref is set if the bytes are a reference.
	Load(addr uint64, to []byte, ref bool) bool
	Store(addr uint64, from []byte, ref bool) bool

	// Call executes call, call_ptr or call_helper. It does not return an outcome of the kind TailCalled.
	Call(c *Call) Outcome

	// Poll executes poll; it returns the trap that ends execution, or 0.
	Poll() abi.Trap

	// Meter executes meter, which leaves a count; it returns the count to go on with, or a trap.
	Meter(left int64) (int64, abi.Trap)
}

// Call is a call, or a tail call that is to be made.
type Call struct {
	Op     ssa.Op // the operation of a call, not of a tail call
	Target uint32 // of call: the function; of call_helper: the helper
	Sig    *ssa.Sig
	Args   []num.V128 // of call_ptr: the address of the code and the context first
}

// Kind says how execution ended.
type Kind uint8

// The ways execution ends.
const (
	Returned   Kind = iota // with values
	Trapped                // with a trap
	Unwound                // by an exception that the machine knows of
	TailCalled             // with a call to be made instead
)

// Outcome is the end of an execution.
type Outcome struct {
	Kind   Kind
	Trap   abi.Trap
	Values []num.V128
	Tail   *Call
}

// Trap is the outcome of a trap.
func Trap(code abi.Trap) Outcome { return Outcome{Kind: Trapped, Trap: code} }

// Return is the outcome of a return.
func Return(values ...num.V128) Outcome { return Outcome{Values: values} }
