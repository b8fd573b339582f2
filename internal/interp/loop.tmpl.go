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
// variables hold, for the function at hand, the code, the next instruction, the frame and the memory. All but the next instruction change at
// reload only, from the machine's fields: what is constant in the loop, Go keeps in registers or at least need not store in every turn.
func (vm *machine) run() {
	var (
		code []instr
		pc   int
		fp   []uint64
		mem  []byte
		trap abi.Trap
	)
reload:
	code, pc, fp, mem = vm.code.instrs, vm.pc, vm.stack[vm.base:vm.base+int(vm.code.slots)], vm.memory()
	for {
		in := &code[pc]
		pc++
		switch in.Op {
		case opCopy:
			fp[in.A] = fp[in.B]
		case opCopy2:
			fp[in.A], fp[in.A+1] = fp[in.B], fp[in.B+1]
		case opCopyN:
			vm.pc = pc
			copy(fp[in.A:], fp[in.B:in.B+in.C])
			pc = vm.pc
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
			if !vm.leave() {
				return
			}
			goto reload
		case opReturn:
			copy(fp, fp[in.A:in.A+in.B])
			if !vm.leave() {
				return
			}
			goto reload
		case opCall:
			vm.pc = pc
			if !vm.call(in) {
				return
			}
			goto reload
		case opCallTail:
			vm.pc = pc
			if !vm.tailCall(in, fp) {
				return
			}
			goto reload
		case opCallImport, opCallImportTail, opCallIndirect, opCallIndirectTail, opCallRef, opCallRefTail:
			vm.pc = pc
			if !vm.callOther(in) {
				return
			}
			goto reload

		case opLoop:
			if vm.tick--; vm.tick < 0 {
				if c := vm.turn(in.A); c != nil {
					vm.pc = pc
					if !vm.move(c) {
						return
					}
					goto reload
				}
			}

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
			fp[in.A] = vm.inst.Globals[in.B].Lo
		case opGlobalGet2:
			g := vm.inst.Globals[in.B]
			fp[in.A], fp[in.A+1] = g.Lo, g.Hi
		case opcode(op.GlobalSet):
			vm.inst.Globals[in.B].Lo = fp[in.A]
		case opGlobalSet2:
			g := vm.inst.Globals[in.B]
			g.Lo, g.Hi = fp[in.A], fp[in.A+1]

		case opUseMem:
			vm.pc, vm.mem = pc, in.A
			goto reload
		case opAddress:
			fp[in.A] = address(fp[in.B], code[pc].imm())
			pc++

		case opCharge:
			vm.charged += uint64(in.A)
		case opMeter:
			left := *vm.fuel - vm.charged - uint64(in.A)
			*vm.fuel, vm.charged = left, 0
			if int64(left) <= 0 {
				vm.pc = pc
				if trap = vm.refuel(); trap != 0 {
					goto failed
				}
				goto reload
			}
		case opSettle:
			*vm.fuel -= vm.charged
			vm.charged = 0

		case opcode(op.RefFunc):
			fp[in.A] = uint64(vm.inst.Func(in.B).Ref())
		case opTrapNull:
			if fp[in.A] == 0 {
				trap = abi.TrapNullReference
				goto trapped
			}
		case opcode(op.TableGet):
			t := vm.inst.Tables[in.C]
			if fp[in.B] >= uint64(len(t.Elems)) {
				trap = abi.TrapTableOutOfBounds
				goto trapped
			}
			fp[in.A] = uint64(t.Elems[fp[in.B]])
		case opcode(op.TableSet):
			t := vm.inst.Tables[in.C]
			if fp[in.A] >= uint64(len(t.Elems)) {
				trap = abi.TrapTableOutOfBounds
				goto trapped
			}
			t.Elems[fp[in.A]] = rt.Ref(fp[in.B])

		case opcode(op.Throw), opcode(op.ThrowRef):
			vm.pc = pc
			if !vm.throwInstr(in) {
				return
			}
			goto reload
		case opcode(op.Unreachable):
			trap = abi.TrapUnreachable
			goto trapped

		//gen:cases

		default:
			vm.pc = pc
			if trap = vm.bulk(in, fp); trap != 0 {
				goto failed
			}
			goto reload
		}
		continue

	taken:
		pc = int(in.C)
		if vm.Asked.Load() && vm.attendAt(pc) {
			trap = abi.TrapInterrupted
			goto trapped
		}
	}

outOfBounds:
	// Another thread may have grown a shared memory since its size was last looked at.
	if len(vm.memory()) > len(mem) {
		vm.pc = pc - 1
		goto reload
	}
	trap = abi.TrapMemoryOutOfBounds
trapped:
	vm.pc = pc
failed:
	vm.fail(trap)
}
