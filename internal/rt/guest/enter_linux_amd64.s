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

// LEAVE goes back to the entry's frame, at its landing, with BX the context and DX the landing's address.
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
	MOVQ context_Goroutine(BX), AX                 \
	MOVQ const_goroutineMachineOffset(AX), AX      \
	MOVQ const_machineThreadOffset(AX), AX         \
	MOVQ AX, context_Thread(BX)

// func enter(s *Stack, c *abi.Context)
//
// Frame: 0(SP) and 8(SP) argument and result of the Go functions, 16(SP) to 48(SP) the registers that a host call preserves, 56(SP) the
// landing. It needs no stack check of its own: the Go functions that it calls have theirs.
TEXT ·enter(SB), NOSPLIT, $64-16
	NO_LOCAL_POINTERS
	MOVQ c+8(FP), BX
	MOVQ (TLS), AX                            // AX: g
	MOVQ AX, context_Goroutine(BX)
	THREAD
	CALL ·switchIn(SB)

	// The landing: every way out of the guest comes here. SP is this frame's, BX the context, everything else the guest's, but for DX on
	// the ways that LEAVE.
	MOVQ context_Exit(BX), AX
	CMPQ AX, $const_exitHost
	JEQ  host
	CMPQ AX, $const_exitYield
	JEQ  yield
	CMPQ AX, $const_exitFuel
	JEQ  yield
	RET

host:
	MOVQ R12, 16(SP)
	MOVQ R13, 24(SP)
	MOVQ BP, 32(SP)
	MOVQ R14, 40(SP)
	MOVQ R15, 48(SP)
	MOVQ R12, (context_HostRegisters + 0)(BX)
	MOVQ R13, (context_HostRegisters + 8)(BX)
	MOVQ BP, (context_HostRegisters + 16)(BX)
	MOVQ DX, 56(SP)
	LEAQ 64(SP), BP                           // this frame's pointer, as the prologue set it
	MOVQ s+0(FP), AX
	MOVQ AX, 0(SP)
	CALL ·hostCall(SB)
	MOVQ c+8(FP), BX
	MOVQ 8(SP), AX                            // AX: action
	MOVQ 56(SP), DX
	CMPQ AX, $const_actionContinue
	JNE  elsewhere
	THREAD
	MOVQ 16(SP), R12
	MOVQ 24(SP), R13
	MOVQ 32(SP), BP
	MOVQ 40(SP), R14
	MOVQ 48(SP), R15
	JMP  ·switchBack(SB)

elsewhere:
	CMPQ AX, $const_actionJump
	JNE  out
	THREAD
	JMP  ·switchJump(SB)

yield:
	MOVQ DX, 56(SP)
	LEAQ 64(SP), BP
	MOVQ s+0(FP), AX
	MOVQ AX, 0(SP)
	CALL ·yielded(SB)
	MOVQ c+8(FP), BX
	MOVQ 8(SP), AX                            // AX: action
	MOVQ 56(SP), DX
	CMPQ AX, $const_actionContinue
	JNE  out
	THREAD
	JMP  ·switchResume(SB)

out:
	RET

// LAND puts the landing, in DX, where the guest's ways out expect it: SP is that of enter's frame, AX is changed.
#define LAND \
	LEAQ -8(SP), AX                           \
	MOVQ DX, (AX)                             \
	MOVQ AX, context_GoSP(BX)

// switchIn enters the guest's code. Its return address on the goroutine's stack is the landing.
TEXT ·switchIn(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	MOVQ SP, context_GoSP(BX)
	MOVQ context_Code(BX), DX
	MOVQ context_Args(BX), AX
	MOVQ context_Target(BX), CX
	MOVQ context_Instance(BX), R14
	MOVQ context_Start(BX), SP
	CALL DX
	CONTEXT
	MOVQ $const_exitReturn, context_Exit(BX)
	MOVQ context_GoSP(BX), SP
	RET

// switchBack returns from a host call to the instruction after it.
TEXT ·switchBack(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	LAND
	MOVQ context_SP(BX), SP
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
	MOVQ $const_exitHost, context_Exit(BX)
	LEAVE

// trapStub is called by guest code that has found a reason to trap: its code is in AX. It does not return.
TEXT ·trapStub(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	CONTEXT
	MOVQ SP, context_SP(BX)
	MOVQ AX, context_Word(BX)
	MOVQ $const_exitTrap, context_Exit(BX)
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
	MOVQ    $const_exitYield, context_Exit(BX)
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
	MOVQ    $const_exitFuel, context_Exit(BX)
	LEAVE

// faultLand is where guest code finds itself after a fault.
TEXT ·faultLand(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	CONTEXT
	SANE
	MOVQ $const_exitFault, context_Exit(BX)
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
