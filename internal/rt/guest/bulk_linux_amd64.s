#include "go_asm.h"
#include "textflag.h"

// What generated code calls to copy and fill within memory 0 without leaving for the host. Both take their arguments as the helpers of
// package abi do, find the memory by R14 and R15, and may change all registers that calls lose, but for the arguments when they return with the carry
// flag set: then they have done nothing, and the caller is to call the helper. They do so for other memories, for ranges that are not in bounds, which is the helper's to trap for,
// and for so many bytes that a request to give way would wait for long: none is taken in here.
//
// They use no stack. All accesses are in bounds of the memory, so none is a fault of the guest.

// BOUNDS goes to slow unless the memory is memory 0 and n, up to bulkMost, bytes fit into it. It leaves in R9 the last address at which they do.
#define BOUNDS(memory, n) \
	TESTL memory, memory                      \
	JNE   slow                                \
	CMPQ  n, $const_bulkMost                  \
	JHI   slow                                \
	MOVQ  const_instanceMemory(R14), R9       \
	MOVQ  const_memoryLength(R9), R9          \
	SUBQ  n, R9                               \
	JCS   slow

// copyStub is memory.copy: AX and CX memories, DX to, BX from, SI n.
TEXT ·copyStub(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	MOVL AX, R8
	ORL  CX, R8
	BOUNDS(R8, SI)
	CMPQ DX, R9
	JHI  slow
	CMPQ BX, R9
	JHI  slow
	LEAQ (R15)(DX*1), R8                      // R8: to
	LEAQ (R15)(BX*1), R9                      // R9: from

	// Up to 128 bytes: everything is loaded before anything is stored.
	CMPQ SI, $16
	JLS  upTo16
	CMPQ SI, $32
	JLS  upTo32
	CMPQ SI, $64
	JLS  upTo64
	CMPQ SI, $128
	JHI  more
	VMOVDQU (R9), Y0
	VMOVDQU 32(R9), Y1
	VMOVDQU -64(R9)(SI*1), Y2
	VMOVDQU -32(R9)(SI*1), Y3
	VMOVDQU Y0, (R8)
	VMOVDQU Y1, 32(R8)
	VMOVDQU Y2, -64(R8)(SI*1)
	VMOVDQU Y3, -32(R8)(SI*1)
	VZEROUPPER
	CLC
	RET

upTo64:
	VMOVDQU (R9), Y0
	VMOVDQU -32(R9)(SI*1), Y1
	VMOVDQU Y0, (R8)
	VMOVDQU Y1, -32(R8)(SI*1)
	VZEROUPPER
	CLC
	RET

upTo32:
	VMOVDQU (R9), X0
	VMOVDQU -16(R9)(SI*1), X1
	VMOVDQU X0, (R8)
	VMOVDQU X1, -16(R8)(SI*1)
	CLC
	RET

upTo16:
	CMPQ SI, $8
	JCS  upTo7
	MOVQ (R9), AX
	MOVQ -8(R9)(SI*1), CX
	MOVQ AX, (R8)
	MOVQ CX, -8(R8)(SI*1)
	CLC
	RET

upTo7:
	CMPQ SI, $4
	JCS  upTo3
	MOVL (R9), AX
	MOVL -4(R9)(SI*1), CX
	MOVL AX, (R8)
	MOVL CX, -4(R8)(SI*1)
	CLC
	RET

upTo3:
	SUBQ $1, SI
	JCS  none
	MOVQ SI, DI
	SHRQ $1, DI                               // the middle, or the first again
	MOVB (R9), AX
	MOVB (R9)(DI*1), CX
	MOVB (R9)(SI*1), DX
	MOVB AX, (R8)
	MOVB CX, (R8)(DI*1)
	MOVB DX, (R8)(SI*1)

none:
	CLC
	RET

	// In pieces of 128 bytes. The part at the far end, where the last piece is not a whole one, is loaded before the first store.
more:
	MOVQ R8, AX
	SUBQ R9, AX
	CMPQ AX, SI
	JCS  backward
	VMOVDQU -128(R9)(SI*1), Y4
	VMOVDQU -96(R9)(SI*1), Y5
	VMOVDQU -64(R9)(SI*1), Y6
	VMOVDQU -32(R9)(SI*1), Y7
	LEAQ -128(R8)(SI*1), DI                   // DI: where the last piece goes
	SUBQ R8, R9                               // R9: from - to

forward:
	VMOVDQU (R8)(R9*1), Y0
	VMOVDQU 32(R8)(R9*1), Y1
	VMOVDQU 64(R8)(R9*1), Y2
	VMOVDQU 96(R8)(R9*1), Y3
	VMOVDQU Y0, (R8)
	VMOVDQU Y1, 32(R8)
	VMOVDQU Y2, 64(R8)
	VMOVDQU Y3, 96(R8)
	ADDQ $128, R8
	CMPQ R8, DI
	JCS  forward
	VMOVDQU Y4, (DI)
	VMOVDQU Y5, 32(DI)
	VMOVDQU Y6, 64(DI)
	VMOVDQU Y7, 96(DI)
	VZEROUPPER
	CLC
	RET

backward:
	VMOVDQU (R9), Y4
	VMOVDQU 32(R9), Y5
	VMOVDQU 64(R9), Y6
	VMOVDQU 96(R9), Y7
	LEAQ -128(R8)(SI*1), DI                   // DI: where the next piece goes
	SUBQ R8, R9

backwards:
	VMOVDQU (DI)(R9*1), Y0
	VMOVDQU 32(DI)(R9*1), Y1
	VMOVDQU 64(DI)(R9*1), Y2
	VMOVDQU 96(DI)(R9*1), Y3
	VMOVDQU Y0, (DI)
	VMOVDQU Y1, 32(DI)
	VMOVDQU Y2, 64(DI)
	VMOVDQU Y3, 96(DI)
	SUBQ $128, DI
	CMPQ DI, R8
	JHI  backwards
	VMOVDQU Y4, (R8)
	VMOVDQU Y5, 32(R8)
	VMOVDQU Y6, 64(R8)
	VMOVDQU Y7, 96(R8)
	VZEROUPPER
	CLC
	RET

slow:
	STC
	RET

// fillStub is memory.fill: AX memory, CX to, DX byte, BX n.
TEXT ·fillStub(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	BOUNDS(AX, BX)
	CMPQ CX, R9
	JHI  slow
	LEAQ (R15)(CX*1), R8                      // R8: to
	MOVBQZX DL, AX
	MOVQ $0x0101010101010101, DX
	IMULQ DX, AX                              // AX: eight times the byte
	CMPQ BX, $16
	JLS  upTo16
	VMOVQ AX, X0
	VPBROADCASTQ X0, Y0
	CMPQ BX, $32
	JLS  upTo32
	LEAQ -32(R8)(BX*1), DI                    // DI: the last 32 bytes

pieces:
	VMOVDQU Y0, (R8)
	ADDQ $32, R8
	CMPQ R8, DI
	JCS  pieces
	VMOVDQU Y0, (DI)
	VZEROUPPER
	CLC
	RET

upTo32:
	VMOVDQU X0, (R8)
	VMOVDQU X0, -16(R8)(BX*1)
	VZEROUPPER
	CLC
	RET

upTo16:
	CMPQ BX, $8
	JCS  upTo7
	MOVQ AX, (R8)
	MOVQ AX, -8(R8)(BX*1)
	CLC
	RET

upTo7:
	CMPQ BX, $4
	JCS  upTo3
	MOVL AX, (R8)
	MOVL AX, -4(R8)(BX*1)
	CLC
	RET

upTo3:
	SUBQ $1, BX
	JCS  none
	MOVQ BX, DI
	SHRQ $1, DI
	MOVB AX, (R8)
	MOVB AX, (R8)(DI*1)
	MOVB AX, (R8)(BX*1)

none:
	CLC
	RET

slow:
	STC
	RET
