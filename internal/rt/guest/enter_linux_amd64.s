#include "go_asm.h"
#include "textflag.h"
#include "funcdata.h"
#include "context_gen_amd64.h"

// The ways between a goroutine and the guest code it runs. Names as in doc.go; in every routine BX holds the context block once it is found.
//
// Invariants:
//
//   frame     enter is the only routine here with a frame that Go has to walk, and it never writes SP: a host function runs on top
//             of it as on any Go frame, so the stack below can be scanned, copied and grown. All routines that write SP are TOPFRAME:
//             an unwinder, the profiler's for one, stops at them.
//   landing   while guest code runs, GoSP is the address of a word on the goroutine's stack that holds the landing: below it is
//             nothing, above it enter's frame. The stack moves whenever Go code runs, so both are stored on every way in.
//   g         ABI0 leaves R14 and X15 to the callee: the wrappers through which Go calls enter and enter calls Go set them up again.
//   balance   calls and returns pair up on both stacks, as the processor's return predictor sees them, except on faults and yields.
//   no push   nothing but pollStub pushes onto a guest's stack: that may be full up to its guard page.

// CONTEXT sets BX to the context block of the guest stack that SP is on.
#define CONTEXT \
	MOVQ SP, BX                               \
	ORQ  $const_slotMask, BX                  \
	SUBQ $(context__size - 1), BX

// LEAVE goes back to the entry's frame, at its landing, with BX the context, CX the exit and DX the landing's address.
#define LEAVE \
	MOVQ context_GoSP(BX), AX                 \
	MOVQ (AX), DX                             \
	LEAQ 8(AX), SP                            \
	JMP  DX

// SANE puts the processor into the state that Go code expects, after the guest was interrupted at any instruction.
#define SANE \
	CLD                                       \
	VZEROUPPER                                \
	LDMXCSR context_DefaultMXCSR(BX)

// THREAD notes in the context which thread the goroutine is on. AX is changed.
#define THREAD \
	MOVQ context_Goroutine(BX), AX            \
	MOVQ const_goroutineMachineOffset(AX), AX \
	MOVQ const_machineThreadOffset(AX), AX    \
	MOVQ AX, context_Thread(BX)

// ANSWER is what happens at a landing unless the guest has returned: BX is the context, CX the exit, DX the landing's address, R8 the guest's stack
// pointer in a host call, and STACK a macro that loads the *Stack into AX. It goes on in the guest, or at out.
//
// It uses a frame of 88 bytes: 0(SP) and 8(SP) argument and result of the Go functions, 16(SP) to 48(SP) the registers that a host call
// preserves, 56(SP) the landing, 72(SP) the guest's stack pointer and 80(SP) the context, which are known sooner from here than through the
// *Stack. 64(SP) is free for others. Who has it needs no stack check: the Go functions have theirs.
#define ANSWER(STACK) \
	MOVQ DX, 56(SP)                           \
	CMPL CX, $const_exitHost                  \
	JNE  yield                                \
	MOVQ R12, 16(SP)                          \
	MOVQ R13, 24(SP)                          \
	MOVQ BP, 32(SP)                           \
	MOVQ R14, 40(SP)                          \
	MOVQ R15, 48(SP)                          \
	MOVQ R12, (context_HostRegisters + 0)(BX) \
	MOVQ R13, (context_HostRegisters + 8)(BX) \
	MOVQ BP, (context_HostRegisters + 16)(BX) \
	MOVQ R8, 72(SP)                           \
	MOVQ BX, 80(SP)                           \
	LEAQ 88(SP), BP                           \
	STACK                                     \
	MOVQ AX, 0(SP)                            \
	CALL ·hostCall(SB)                        \
	MOVQ 8(SP), AX                            \
	MOVQ 72(SP), R8                           \
	MOVQ 80(SP), BX                           \
	MOVQ 56(SP), DX                           \
	CMPQ AX, $const_actionContinue            \
	JNE  elsewhere                            \
	THREAD                                    \
	MOVQ 16(SP), R12                          \
	MOVQ 24(SP), R13                          \
	MOVQ 32(SP), BP                           \
	MOVQ 40(SP), R14                          \
	MOVQ 48(SP), R15                          \
	JMP  ·switchBack(SB)                      \
elsewhere: \
	CMPQ AX, $const_actionJump                \
	JNE  out                                  \
	THREAD                                    \
	JMP  ·switchJump(SB)                      \
yield: \
	MOVQ CX, context_Exit(BX)                 \
	CMPL CX, $const_exitYield                 \
	JEQ  give                                 \
	CMPL CX, $const_exitFuel                  \
	JNE  out                                  \
give: \
	LEAQ 88(SP), BP                           \
	STACK                                     \
	MOVQ AX, 0(SP)                            \
	CALL ·yielded(SB)                         \
	STACK                                     \
	MOVQ Stack_context(AX), BX                \
	MOVQ 8(SP), AX                            \
	MOVQ 56(SP), DX                           \
	CMPQ AX, $const_actionContinue            \
	JNE  out                                  \
	THREAD                                    \
	JMP  ·switchResume(SB)

// What STACK is in enter, and in Call2 and Call6.
#define ENTERED MOVQ s+0(FP), AX
#define CALLED \
	MOVQ l+0(FP), AX                          \
	MOVQ Lane_stack(AX), AX

// ADMIT takes the lock of a lane's gate, as bias.Lock.Retake does, or goes on at refused or undo. It leaves the lane in DI, the grant in R9 and
// the goroutine's descriptor in R8. The grant is in 64(SP) until the end: the lock refers to it as long as it is held.
#define ADMIT \
	MOVQ l+0(FP), DI                          \
	MOVQ (TLS), R8                            \
	MOVQ (Lane_gate + const_gateGrant)(DI), R9 \
	MOVQ (Lane_gate + const_gateLock)(DI), R10 \
	CMPQ R8, const_grantOwner(R9)             \
	JNE  refused                              \
	CMPL const_grantHeld(R9), $const_idle     \
	JNE  refused                              \
	MOVL $const_held, const_grantHeld(R9)     \
	CMPQ R9, (R10)                            \
	JNE  undo                                 \
	MOVQ R9, 64(SP)                           \
	MOVQ ctx_itable+8(FP), AX                 \
	CMPQ AX, (Lane_ctx + 0)(DI)               \
	JNE  foreign                              \
	MOVQ ctx_data+16(FP), AX                  \
	CMPQ AX, (Lane_ctx + 8)(DI)               \
	JNE  foreign                              \
	MOVQ Lane_stack(DI), AX                   \
	MOVQ Lane_start(DI), R9                   \
	CMPQ R9, Stack_floor(AX)                  \
	JCS  stopped                              \
	MOVQ Lane_context(DI), R12                \
	MOVQ R8, context_Goroutine(R12)           \
	MOVQ const_goroutineMachineOffset(R8), AX \
	MOVQ const_machineThreadOffset(AX), AX    \
	MOVQ AX, context_Thread(R12)              \
	MOVQ Lane_code(DI), R10                   \
	MOVQ Lane_instance(DI), R14               \
	MOVQ const_instanceMemoryBase(R14), R15

// RETURNED is the landing of a lane's call, as in enter. It drops the lock unless there is something unusual, and then looks whether the gate is still open:
// in this order, so that who has shut it and then finds the lock taken can leave it to this call to go on.
#define RETURNED \
	TESTL CX, CX                              \
	JNE   left                                \
	MOVQ  l+0(FP), DI                         \
	MOVQ  64(SP), R9                          \
	CMPQ  context_Exit(BX), $const_exitReturn \
	JNE   open                                \
	MOVL  $const_idle, const_grantHeld(R9)    \
	CMPQ  R9, (Lane_gate + const_gateGrant)(DI) \
	JNE   shut

// func enter(s *Stack, code, target, instance, start uintptr) (exited bool)
TEXT ·enter(SB), NOSPLIT, $88-41
	NO_LOCAL_POINTERS
	MOVQ s+0(FP), AX
	MOVQ Stack_context(AX), BX
	MOVQ (TLS), AX                            // AX: g
	MOVQ AX, context_Goroutine(BX)
	THREAD
	MOVQ context_Args(BX), AX
	LEAQ code+8(FP), R10
	MOVQ target+16(FP), CX
	MOVQ instance+24(FP), R14
	MOVQ start+32(FP), R9
	MOVQ BX, R12
	CALL ·switchIn(SB)

	// The landing: every way out of the guest comes here. SP is this frame's, BX the context, CX the exit, everything else the guest's, but
	// for AX and DX on the ways that LEAVE.
	TESTL CX, CX
	JNE   left
	MOVB  $0, exited+40(FP)
	RET

left:
	ANSWER(ENTERED)

out:
	MOVB $1, exited+40(FP)
	RET

// func Call2(l *Lane, ctx context.Context, a, b uint64) (word uint64, how Outcome)
TEXT ·Call2(SB), NOSPLIT, $88-56
	NO_LOCAL_POINTERS
	ADMIT
	MOVQ a+24(FP), AX
	MOVQ b+32(FP), CX
	CALL ·switchIn(SB)
	RETURNED
	MOVQ AX, word+40(FP)
	MOVQ $const_Returned, how+48(FP)
	RET

undo:
	MOVL $const_idle, const_grantHeld(R9)

refused:
	MOVQ $const_Refused, how+48(FP)
	RET

foreign:
	MOVL $const_idle, const_grantHeld(R9)
	MOVQ $const_Foreign, how+48(FP)
	RET

stopped:
	MOVQ $const_Stopped, how+48(FP)
	RET

open:
	MOVQ AX, word+40(FP)
	MOVQ $const_Open, how+48(FP)
	RET

shut:
	MOVQ AX, word+40(FP)
	MOVQ $const_Shut, how+48(FP)
	RET

left:
	ANSWER(CALLED)

out:
	MOVQ $const_Ended, how+48(FP)
	RET

// func Call6(l *Lane, ctx context.Context, a, b, c, d, e, f uint64) (word uint64, how Outcome)
TEXT ·Call6(SB), NOSPLIT, $88-88
	NO_LOCAL_POINTERS
	ADMIT
	MOVQ a+24(FP), AX
	MOVQ b+32(FP), CX
	MOVQ c+40(FP), DX
	MOVQ d+48(FP), BX
	MOVQ e+56(FP), SI
	MOVQ f+64(FP), DI
	CALL ·switchIn(SB)
	RETURNED
	MOVQ AX, word+72(FP)
	MOVQ $const_Returned, how+80(FP)
	RET

undo:
	MOVL $const_idle, const_grantHeld(R9)

refused:
	MOVQ $const_Refused, how+80(FP)
	RET

foreign:
	MOVL $const_idle, const_grantHeld(R9)
	MOVQ $const_Foreign, how+80(FP)
	RET

stopped:
	MOVQ $const_Stopped, how+80(FP)
	RET

open:
	MOVQ AX, word+72(FP)
	MOVQ $const_Open, how+80(FP)
	RET

shut:
	MOVQ AX, word+72(FP)
	MOVQ $const_Shut, how+80(FP)
	RET

left:
	ANSWER(CALLED)

out:
	MOVQ $const_Ended, how+80(FP)
	RET

// LAND puts the landing, in DX, where the guest's ways out expect it: SP is that of enter's frame, AX is changed.
#define LAND \
	LEAQ -8(SP), AX                           \
	MOVQ DX, (AX)                             \
	MOVQ AX, context_GoSP(BX)

// switchIn enters the code whose address is at R10, with the stack at R9 and the context R12, and comes back with the context in BX. Its return address on the goroutine's stack is the landing.
TEXT ·switchIn(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	MOVQ SP, context_GoSP(R12)
	MOVQ R9, SP
	CALL (R10)
	CONTEXT
	XORL CX, CX                               // exitReturn
	MOVQ context_GoSP(BX), SP
	RET

// switchBack returns from a host call to the instruction after it, with the stack at R8.
TEXT ·switchBack(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	LAND
	MOVQ R8, SP
	RET

// switchJump goes on at Code, with the stack at SP: a landing pad that takes what a host call has thrown.
TEXT ·switchJump(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	LAND
	MOVQ context_Code(BX), DX
	MOVQ context_Target(BX), CX
	MOVQ context_Instance(BX), R14
	MOVQ context_SP(BX), SP
	JMP  DX

// switchResume goes on where the guest was when it yielded, with all its state. IRETQ sets stack pointer, flags and program counter
// at once, from the context block, so that the guest's stack stays untouched.
TEXT ·switchResume(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	LAND
	MOVQ     context_StateMask(BX), AX
	XORL     DX, DX
	XRSTOR64 context_VectorState(BX)

	MOVQ (context_Registers + 8*const_registerPC)(BX), AX
	MOVQ AX, (context_InterruptReturn + 0)(BX)
	MOVW CS, (context_InterruptReturn + 8)(BX)
	MOVQ (context_Registers + 8*const_registerFlags)(BX), AX
	MOVQ AX, (context_InterruptReturn + 16)(BX)
	MOVQ (context_Registers + 8*const_registerSP)(BX), AX
	MOVQ AX, (context_InterruptReturn + 24)(BX)
	MOVW SS, (context_InterruptReturn + 32)(BX)

	// In the order of Registers.
	LEAQ context_Registers(BX), SP
	POPQ R8
	POPQ R9
	POPQ R10
	POPQ R11
	POPQ R12
	POPQ R13
	POPQ R14
	POPQ R15
	POPQ DI
	POPQ SI
	POPQ BP
	POPQ BX
	POPQ DX
	POPQ AX
	POPQ CX
	LEAQ (context_InterruptReturn - context_Registers - 8*const_registerSP)(SP), SP
	IRETQ

// hostStub is called by guest code: AX the address of the argument slots, CX what to call. R12, R13, BP, R14 and R15 survive.
TEXT ·hostStub(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	CONTEXT
	MOVQ SP, context_SP(BX)
	MOVQ CX, context_Word(BX)
	MOVQ AX, context_HostArgs(BX)
	MOVQ SP, R8
	MOVL $const_exitHost, CX
	LEAVE

// trapStub is called by guest code that has found a reason to trap: its code is in AX. It does not return.
TEXT ·trapStub(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	CONTEXT
	MOVQ SP, context_SP(BX)
	MOVQ AX, context_Word(BX)
	MOVL $const_exitTrap, CX
	LEAVE

// pollStub is called by guest code whose explicit check has found that the goroutine is to give way. It preserves everything, flags
// included, and yields as if a signal had come after the call.
TEXT ·pollStub(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	PUSHFQ
	PUSHQ BX
	CONTEXT
	MOVQ  R8, (context_Registers + 8*const_registerR8)(BX)
	MOVQ  R9, (context_Registers + 8*const_registerR9)(BX)
	MOVQ  R10, (context_Registers + 8*const_registerR10)(BX)
	MOVQ  R11, (context_Registers + 8*const_registerR11)(BX)
	MOVQ  R12, (context_Registers + 8*const_registerR12)(BX)
	MOVQ  R13, (context_Registers + 8*const_registerR13)(BX)
	MOVQ  R14, (context_Registers + 8*const_registerR14)(BX)
	MOVQ  R15, (context_Registers + 8*const_registerR15)(BX)
	MOVQ  DI, (context_Registers + 8*const_registerDI)(BX)
	MOVQ  SI, (context_Registers + 8*const_registerSI)(BX)
	MOVQ  BP, (context_Registers + 8*const_registerBP)(BX)
	MOVQ  DX, (context_Registers + 8*const_registerDX)(BX)
	MOVQ  AX, (context_Registers + 8*const_registerAX)(BX)
	MOVQ  CX, (context_Registers + 8*const_registerCX)(BX)
	POPQ  AX
	MOVQ  AX, (context_Registers + 8*const_registerBX)(BX)
	POPQ  AX
	MOVQ  AX, (context_Registers + 8*const_registerFlags)(BX)
	MOVQ  0(SP), AX                           // AX: return address
	MOVQ  AX, (context_Registers + 8*const_registerPC)(BX)
	LEAQ  8(SP), AX
	MOVQ  AX, (context_Registers + 8*const_registerSP)(BX)
	JMP   ·yieldLand(SB)

// yieldLand is where guest code finds itself after a preemption signal. The handler has saved the general registers, and SP is
// still the guest's; the vector registers are live.
TEXT ·yieldLand(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	CONTEXT
	MOVQ    context_StateMask(BX), AX
	XORL    DX, DX
	XSAVE64 context_VectorState(BX)
	SANE
	MOVL    $const_exitYield, CX
	LEAVE

// fuelStub is called by guest code that has no fuel left. It preserves everything but the flags, and goes on as from a yield, when the host has seen to it.
// It pushes nothing: R15 has BX until that is saved, and can be had again, because the instance has the base of its memory.
TEXT ·fuelStub(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	MOVQ  BX, R15
	CONTEXT
	MOVQ  R15, (context_Registers + 8*const_registerBX)(BX)
	MOVQ  const_instanceMemoryBase(R14), R15
	MOVQ  R8, (context_Registers + 8*const_registerR8)(BX)
	MOVQ  R9, (context_Registers + 8*const_registerR9)(BX)
	MOVQ  R10, (context_Registers + 8*const_registerR10)(BX)
	MOVQ  R11, (context_Registers + 8*const_registerR11)(BX)
	MOVQ  R12, (context_Registers + 8*const_registerR12)(BX)
	MOVQ  R13, (context_Registers + 8*const_registerR13)(BX)
	MOVQ  R14, (context_Registers + 8*const_registerR14)(BX)
	MOVQ  R15, (context_Registers + 8*const_registerR15)(BX)
	MOVQ  DI, (context_Registers + 8*const_registerDI)(BX)
	MOVQ  SI, (context_Registers + 8*const_registerSI)(BX)
	MOVQ  BP, (context_Registers + 8*const_registerBP)(BX)
	MOVQ  DX, (context_Registers + 8*const_registerDX)(BX)
	MOVQ  AX, (context_Registers + 8*const_registerAX)(BX)
	MOVQ  CX, (context_Registers + 8*const_registerCX)(BX)
	MOVQ  SP, context_SP(BX)
	MOVQ  0(SP), AX                           // AX: return address
	MOVQ  AX, (context_Registers + 8*const_registerPC)(BX)
	LEAQ  8(SP), AX
	MOVQ  AX, (context_Registers + 8*const_registerSP)(BX)
	MOVQ  $0x202, (context_Registers + 8*const_registerFlags)(BX) // none set: interrupts are on, and bit 1 always is
	MOVQ    context_StateMask(BX), AX
	XORL    DX, DX
	XSAVE64 context_VectorState(BX)
	SANE
	MOVL    $const_exitFuel, CX
	LEAVE

// faultLand is where guest code finds itself after a fault.
TEXT ·faultLand(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	CONTEXT
	SANE
	MOVL $const_exitFault, CX
	LEAVE

// stubTable holds the addresses that guest code calls, by Stub.
DATA ·stubTable+0(SB)/8, $·hostStub(SB)
DATA ·stubTable+8(SB)/8, $·trapStub(SB)
DATA ·stubTable+16(SB)/8, $·pollStub(SB)
DATA ·stubTable+24(SB)/8, $·copyStub(SB)
DATA ·stubTable+32(SB)/8, $·fillStub(SB)
DATA ·stubTable+40(SB)/8, $·fuelStub(SB)
GLOBL ·stubTable(SB), NOPTR, $48

// func goroutineGuard() (low, guard uintptr)
TEXT ·goroutineGuard(SB), NOSPLIT, $0-16
	MOVQ (TLS), AX                            // AX: g
	MOVQ 0(AX), CX
	MOVQ CX, low+0(FP)
	MOVQ const_goroutineGuardOffset(AX), CX
	MOVQ CX, guard+8(FP)
	RET

// func goroutineThread() uint64
TEXT ·goroutineThread(SB), NOSPLIT, $0-8
	MOVQ (TLS), AX                            // AX: g
	MOVQ const_goroutineMachineOffset(AX), AX
	MOVQ const_machineThreadOffset(AX), AX
	MOVQ AX, ret+0(FP)
	RET

// func vectorState() (features uint32, components uint64)
//
// features is CPUID 1's CX; components is XCR0, read only where the system has enabled XSAVE.
TEXT ·vectorState(SB), NOSPLIT, $0-16
	MOVQ $0, components+8(FP)
	MOVL $1, AX
	XORL CX, CX
	CPUID
	MOVL CX, features+0(FP)
	BTL  $27, CX                              // OSXSAVE
	JCC  done
	XORL CX, CX
	XGETBV
	SHLQ $32, DX
	ORQ  DX, AX
	MOVQ AX, components+8(FP)

done:
	RET
