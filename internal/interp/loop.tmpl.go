//go:build ignore

// This is the source of loop_gen.go: internal/gen puts the cases of op's table in the place of the marker below. It is one
// function because Go keeps the variables of a loop in registers only within a function.

package interp

import (
	"math"
	"math/bits"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/rt"
)

// run executes from the machine's current function until the frame below returns, or until a trap or an uncaught exception ends the call. Its
// variables hold, for the function at hand, the code, the next instruction, the frame and the memory; enter and leave the
// machine's own fields agree with them.
func (m *machine) run() {
	var (
		code []instr
		pc   int
		fp   []uint64
		mem  []byte
		trap abi.Trap
	)
reload:
	code, pc, fp, mem = m.code.instrs, m.pc, m.stack[m.base:m.base+int(m.code.slots)], m.memory()
again:
	for {
		in := &code[pc]
		pc++
		switch in.Op {
		case opCopy:
			fp[in.A] = fp[in.B]
		case opCopy2:
			fp[in.A], fp[in.A+1] = fp[in.B], fp[in.B+1]
		case opCopyN:
			copy(fp[in.A:], fp[in.B:in.B+in.C])
		case opConst:
			fp[in.A] = in.imm()

		case opBr:
			goto taken
		case opBrIf:
			if uint32(fp[in.A]) != 0 {
				goto taken
			}
		case opBrIfNot:
			if uint32(fp[in.A]) == 0 {
				goto taken
			}
		case opBrTable:
			pc += int(min(uint32(fp[in.A]), in.B))

		case opReturn1:
			fp[0] = fp[in.A]
			if !m.leave() {
				return
			}
			goto reload
		case opReturn:
			copy(fp, fp[in.A:in.A+in.B])
			if !m.leave() {
				return
			}
			goto reload
		case opCall:
			m.pc = pc
			if trap = m.call(m.module.code(in.B), int(in.A)); trap != 0 {
				goto trapped
			}
			goto reload
		case opCallTail:
			m.pc = pc
			copy(fp, fp[in.A:in.A+in.C])
			if trap = m.replace(m.module.code(in.B)); trap != 0 {
				goto trapped
			}
			goto reload
		case opCallImport, opCallImportTail, opCallIndirect, opCallIndirectTail, opCallRef, opCallRefTail:
			m.pc = pc
			if !m.callOther(in) {
				return
			}
			goto reload

		case opSelect:
			v := fp[in.C]
			if uint32(fp[code[pc].A]) != 0 {
				v = fp[in.B]
			}
			fp[in.A] = v
			pc++
		case opSelect2:
			from := in.C
			if uint32(fp[code[pc].A]) != 0 {
				from = in.B
			}
			fp[in.A], fp[in.A+1] = fp[from], fp[from+1]
			pc++

		case opcode(op.GlobalGet):
			fp[in.A] = m.inst.Globals[in.B].Lo
		case opGlobalGet2:
			g := m.inst.Globals[in.B]
			fp[in.A], fp[in.A+1] = g.Lo, g.Hi
		case opcode(op.GlobalSet):
			m.inst.Globals[in.B].Lo = fp[in.A]
		case opGlobalSet2:
			g := m.inst.Globals[in.B]
			g.Lo, g.Hi = fp[in.A], fp[in.A+1]

		case opUseMem:
			mem = m.inst.Mems[in.A].Bytes()
		case opAddress:
			fp[in.A] = address(fp[in.B], code[pc].imm())
			pc++

		case opcode(op.RefFunc):
			fp[in.A] = uint64(m.inst.Funcs[in.B].Ref())
		case opTrapNull:
			if fp[in.A] == 0 {
				trap = abi.TrapNullReference
				goto trapped
			}
		case opcode(op.TableGet):
			t := m.inst.Tables[in.C]
			if fp[in.B] >= uint64(len(t.Elems)) {
				trap = abi.TrapTableOutOfBounds
				goto trapped
			}
			fp[in.A] = uint64(t.Elems[fp[in.B]])
		case opcode(op.TableSet):
			t := m.inst.Tables[in.C]
			if fp[in.A] >= uint64(len(t.Elems)) {
				trap = abi.TrapTableOutOfBounds
				goto trapped
			}
			t.Elems[fp[in.A]] = rt.Ref(fp[in.B])

		case opcode(op.Throw), opcode(op.ThrowRef):
			m.pc = pc
			if !m.throwInstr(in) {
				return
			}
			goto reload
		case opcode(op.Unreachable):
			trap = abi.TrapUnreachable
			goto trapped

		//gen:cases

		default:
			if trap = m.bulk(in, fp); trap != 0 {
				goto trapped
			}
			mem = m.memory()
		}
		continue

	taken:
		pc = int(in.C)
		if m.stop.Load() {
			trap = abi.TrapInterrupted
			goto trapped
		}
	}

outOfBounds:
	// Another thread may have grown a shared memory since its size was last looked at.
	if n := len(mem); len(m.accessed(code, pc-1)) > n {
		mem = m.accessed(code, pc-1)
		pc--
		goto again
	}
	trap = abi.TrapMemoryOutOfBounds
trapped:
	m.pc = pc
	m.fail(trap)
}
