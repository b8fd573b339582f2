package amd64

import "github.com/weft-wasm/weft/internal/isa"

// The registers; the low four bits of their numbers are those in encodings.
const (
	RAX isa.Reg = iota
	RCX
	RDX
	RBX
	RSP
	RBP
	RSI
	RDI
	R8
	R9
	R10
	R11
	R12
	R13
	R14
	R15
	XMM0
	XMM1
	XMM2
	XMM3
	XMM4
	XMM5
	XMM6
	XMM7
	XMM8
	XMM9
	XMM10
	XMM11
	XMM12
	XMM13
	XMM14
	XMM15

	// RIP stands for the place in the code as the base of a memory operand: its displacement counts from the end of the
	// instruction.
	RIP
)

var regNames = []string{
	"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
	"xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15",
	"rip",
}

// narrowNames are the names of the first eight registers at 8 and 16 bits.
var narrowNames = [2][8]string{
	{"al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"},
	{"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"},
}

// regName is the name of a register at a width in bits.
func regName(r isa.Reg, bits uint16) string {
	switch {
	case r >= XMM0 || bits == 64:
		return regNames[r]
	case r >= R8:
		return regNames[r] + map[uint16]string{8: "b", 16: "w", 32: "d"}[bits]
	case bits == 32:
		return "e" + regNames[r][1:]
	}
	return narrowNames[bits/16][r]
}
