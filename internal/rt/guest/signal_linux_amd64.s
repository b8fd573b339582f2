#include "go_asm.h"
#include "textflag.h"
#include "context_gen_amd64.h"

// Offsets in the kernel's siginfo_t and ucontext_t.
#define info_code      8
#define info_address   16
#define ucontext_regs  40
#define ucontext_sp    (ucontext_regs + 8*const_registerSP)
#define ucontext_pc    (ucontext_regs + 8*const_registerPC)

// COPY saves two general registers of the interrupted code.
#define COPY(i) \
	MOVUPS (ucontext_regs + 8*i)(DX), X0      \
	MOVUPS X0, (context_Registers + 8*i)(R8)

// signalHandler is installed in front of Go's handler: DI signal number, SI siginfo_t, DX ucontext_t, on the signal stack that Go
// has set up, with the C calling convention. It decides by the stack pointer of the interrupted code.
//
//   - On a guest's stack, a fault is the guest's, wherever its program counter has got to: it continues at faultLand.
//   - On a guest's stack and in generated code, a preemption signal makes it continue at yieldLand. Go's handler runs as well:
//     it has to acknowledge the request, or no further one is sent. It finds a program counter in assembly and leaves it alone.
//     A request that arrives in a stub is not taken; Go repeats it.
//   - Everything else is none of the guest's business.
//
// It reads globals that are written before it is installed, and writes only to the context block of a stack that is in use: it
// takes no lock and calls nothing. A context block cannot be in use by two threads.
TEXT ·signalHandler(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	MOVQ ucontext_sp(DX), R8
	CMPQ R8, ·stacksLow(SB)
	JCS  chain
	CMPQ R8, ·stacksHigh(SB)
	JCC  chain
	ORQ  $const_slotMask, R8
	SUBQ $(context__size - 1), R8             // R8: context
	CMPL DI, $const_sigURG
	JEQ  preempt

	MOVLQSX info_code(SI), AX
	CMPQ    AX, $0
	JLE     chain                             // sent by a process, not by the processor
	MOVQ    AX, context_FaultCode(R8)
	MOVLQSX DI, AX
	MOVQ    AX, context_Signal(R8)
	MOVQ    info_address(SI), AX
	MOVQ    AX, context_FaultAddress(R8)
	COPY(0)
	COPY(2)
	COPY(4)
	COPY(6)
	COPY(8)
	COPY(10)
	COPY(12)
	COPY(14)
	COPY(16)
	LEAQ    ·faultLand(SB), AX
	MOVQ    AX, ucontext_pc(DX)
	RET

preempt:
	MOVQ ucontext_pc(DX), AX
	CMPQ AX, ·textLow(SB)
	JCS  chain
	CMPQ AX, ·textHigh(SB)
	JCC  chain
	MOVLQSX info_code(SI), AX                 // who has sent it, for ticksOf
	MOVQ    AX, context_FaultCode(R8)
	MOVQ    info_address(SI), AX
	MOVQ    AX, context_FaultAddress(R8)
	COPY(0)
	COPY(2)
	COPY(4)
	COPY(6)
	COPY(8)
	COPY(10)
	COPY(12)
	COPY(14)
	COPY(16)
	LEAQ ·yieldLand(SB), AX
	MOVQ AX, ucontext_pc(DX)

chain:
	LEAQ    ·chained(SB), AX
	MOVLQSX DI, CX
	MOVQ    (AX)(CX*8), AX
	JMP     AX

DATA ·signalHandlerAddress(SB)/8, $·signalHandler(SB)
GLOBL ·signalHandlerAddress(SB), NOPTR, $8
