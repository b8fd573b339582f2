package interp

import (
	"sync/atomic"

	"github.com/weft-wasm/weft/internal/op"
)

// opcode is an instruction of the lowered form: an op.Op with its operands in slots, or one of those in ops_gen.go and below.
type opcode uint16

// instr is a lowered instruction. For most, A is the slot of the result, B and C those of the operands, or C is an offset or a
// constant; for branches C is the target. Those that need more take the fields of the word behind them.
type instr struct {
	Op      opcode
	A, B, C uint32
}

// imm returns the 64-bit constant in B and C.
func (i *instr) imm() uint64 { return uint64(i.B) | uint64(i.C)<<32 }

func immInstr(o opcode, a uint32, v uint64) instr {
	return instr{Op: o, A: a, B: uint32(v), C: uint32(v >> 32)}
}

// The instructions that have no row in op's table. Those in ops_gen.go follow.
const (
	opWord       = opcode(op.Count) + iota // the second word of the instruction before it
	opCopy                                 // A = B
	opCopy2                                // A, A+1 = B, B+1
	opCopyN                                // C slots from B to A, which is below
	opConst                                // A = B and C as 64 bits
	opBr                                   // to C
	opBrIf                                 // to C if A is not 0
	opBrIfNot                              // to C if A is 0
	opBrTable                              // to the target of instruction A or B, whichever is less, of those that follow
	opReturn                               // with the B slots from A on
	opReturn1                              // with slot A
	opCall                                 // function B of the module, whose frame begins at A
	opCallImport                           // imported function B, arguments at A
	opCallTail                             // the same as tail calls
	opCallImportTail
	opCallIndirect // arguments at A, index in B; word: type A, table B
	opCallIndirectTail
	opCallRef // arguments at A, reference in B
	opCallRefTail
	opSelect  // A = B if word.A is not 0, else C
	opSelect2 // likewise for two slots
	opGlobalGet2
	opGlobalSet2
	opUseMem   // accesses are to memory A from here on
	opAddress  // A = B plus the word's constant, saturating
	opTrapNull // traps if A is null
	opCharge   // charges A
	opMeter    // charges A and looks whether there is fuel: a point
	opSettle   // a point: the count is exact behind it
	opLoop     // the head of loop A of the function, or of noLoop
	opLast
)

// code is a lowered function.
type code struct {
	instrs   []instr
	handlers []handler
	index    uint32 // in the function index space
	params   uint32 // slots of the parameters
	locals   uint32 // slots of parameters and other locals
	slots    uint32 // slots of the whole frame
	results  uint32 // slots of the results

	// For profiles: which module the function is of, and where its instructions come from, once that has been asked for.
	module *Module
	places atomic.Pointer[[]int64]

	heat     *heat     // how much it has been used; nil if nobody asks
	compiled *Compiled // if not nil, what is executed in its place; all else but index is missing then
}

// handler says where exceptions go that are thrown by instructions [start, end).
type handler struct {
	start, end uint32
	catches    []catch
}

// catch is one clause of a handler.
type catch struct {
	all    bool   // catches all exceptions
	ref    bool   // pushes the exception
	tag    uint32 // of the instance
	target uint32 // instruction
	slot   uint32 // where the arguments go, and the exception behind them
}
