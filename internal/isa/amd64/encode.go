package amd64

import (
	"encoding/binary"
	"fmt"

	"github.com/weft-wasm/weft/internal/isa"
)

// The encoder: one function for all operations, driven by a row of data for each.
//
// An instruction is, in this order, each part only where it is needed:
//
//	legacy:  F0   66/F2/F3   REX 0100WRXB   0F, 0F38 or 0F3A   opcode   ModRM   SIB   displacement   immediate
//	VEX:     C5 RvvvvLpp                                       opcode   ModRM   SIB   displacement   immediate
//	     or  C4 RXBmmmmm WvvvvLpp                              opcode   ModRM   SIB   displacement   immediate
//
// W asks for 64 bits; R, X and B are the high bits of ModRM.reg, SIB.index and ModRM.rm or SIB.base (inverted in VEX, as is vvvv).
// The short VEX form has no room for X, B, W and maps other than 0F.

// encoding is what the encoder knows of an operation.
type encoding struct {
	opcode, prefix, opmap uint8
	digit                 uint8   // what ModRM.reg, or all of ModRM, is where no operand is there
	reg, rm, vex, is4     int8    // the index of the operand in each field, or -1
	imm                   immKind // the immediate at the end
	flags                 encFlags
}

type encFlags uint16

const (
	isVEX      encFlags = 1 << iota // VEX encoding
	isWide                          // W is 1
	hasLock                         // prefix F0
	hasModRM                        // a ModRM byte of register fields
	fixedModRM                      // a ModRM byte that is all digit
	rmIsMem                         // ModRM.rm is the memory operand
	addsReg                         // the register is part of the opcode
	addsCond                        // the condition is part of the opcode
	byteReg                         // ModRM.reg is a byte register
	byteRM                          // ModRM.rm is a byte register
	swappable                       // VEX.vvvv and ModRM.rm may change places if both are registers
	hasTwin                         // the opcode plus 1 has ModRM.reg and ModRM.rm exchanged
)

type immKind uint8

const (
	immNone immKind = iota
	immIB           // one byte
	immIW           // two
	immID           // four
	immIQ           // eight
	immIS4          // a register in the upper half of a byte
	immCB           // a byte, an offset of code
	immCD           // four, an offset of code
	immIBD          // one byte, sign-extended, or four
	immIBW          // one byte, sign-extended, or two
)

const (
	rexW, rexR, rexX, rexB = 8, 4, 2, 1
	rexByte                = 0x40 // REX itself; makes spl, bpl, sil and dil of the byte registers 4 to 7
)

// Append appends the encoding of an instruction to text. It panics on what no compiler should ask for: RSP as an index, an immediate
// that does not fit.
func (in *Inst) Append(text []byte) []byte {
	e := &encodings[in.Op]
	var reg, rm isa.Reg
	if e.reg >= 0 {
		reg = in.R[e.reg]
	}
	if e.rm >= 0 && e.flags&rmIsMem == 0 {
		rm = in.R[e.rm]
	}
	if e.flags&isVEX != 0 {
		text = in.appendVEX(text, e, reg, rm)
	} else {
		text = in.appendLegacy(text, e, reg, rm)
	}
	return in.appendImm(text, e)
}

func (in *Inst) appendLegacy(text []byte, e *encoding, reg, rm isa.Reg) []byte {
	if e.flags&hasLock != 0 {
		text = append(text, 0xf0)
	}
	if e.prefix != 0 {
		text = append(text, e.prefix)
	}
	rex := in.highBits(e, reg, rm)
	if e.flags&isWide != 0 {
		rex |= rexW
	}
	if rex != 0 || e.flags&byteReg != 0 && reg&^3 == RSP || e.flags&byteRM != 0 && rm&^3 == RSP {
		text = append(text, rexByte|rex)
	}
	switch e.opmap {
	case 1:
		text = append(text, 0x0f)
	case 2:
		text = append(text, 0x0f, 0x38)
	case 3:
		text = append(text, 0x0f, 0x3a)
	}
	opcode := e.opcode
	switch {
	case e.flags&addsCond != 0:
		opcode += uint8(in.Cond)
	case e.flags&addsReg != 0:
		opcode += uint8(rm & 7)
	}
	if e.immSize(in.Imm) == 1 && e.imm >= immIBD {
		opcode |= 2
	}
	return in.appendModRM(append(text, opcode), e, reg, rm)
}

// highBits are R, X and B.
func (in *Inst) highBits(e *encoding, reg, rm isa.Reg) uint8 {
	bits := uint8(reg>>3&1) * rexR
	if e.flags&rmIsMem == 0 {
		return bits | uint8(rm>>3&1)*rexB
	}
	if in.Mem.Index != isa.NoReg {
		bits |= uint8(in.Mem.Index>>3&1) * rexX
	}
	if in.Mem.Base != isa.NoReg {
		bits |= uint8(in.Mem.Base>>3&1) * rexB
	}
	return bits
}

func (in *Inst) appendVEX(text []byte, e *encoding, reg, rm isa.Reg) []byte {
	v := isa.Reg(0)
	if e.vex >= 0 {
		v = in.R[e.vex]
	}
	// The short form has no room for a high register in rm, but it has for one in vvvv and in reg.
	if e.flags&(swappable|rmIsMem) == swappable && rm&8 != 0 && v&8 == 0 {
		rm, v = v, rm
	}
	opcode := e.opcode
	if e.flags&hasTwin != 0 && rm&8 != 0 && reg&8 == 0 {
		reg, rm, opcode = rm, reg, opcode|1
	}
	bits := in.highBits(e, reg, rm)
	last := ^uint8(v)&15<<3 | prefixCode(e.prefix)
	if e.opmap == 1 && e.flags&isWide == 0 && bits&(rexX|rexB) == 0 {
		text = append(text, 0xc5, last|^bits&rexR<<5)
	} else {
		if e.flags&isWide != 0 {
			last |= 0x80
		}
		text = append(text, 0xc4, ^bits&7<<5|e.opmap, last)
	}
	return in.appendModRM(append(text, opcode), e, reg, rm)
}

// prefixCode is the two bits in VEX for a prefix.
func prefixCode(prefix uint8) uint8 {
	switch prefix {
	case 0x66:
		return 1
	case 0xf3:
		return 2
	case 0xf2:
		return 3
	}
	return 0
}

func (in *Inst) appendModRM(text []byte, e *encoding, reg, rm isa.Reg) []byte {
	field := uint8(reg & 7)
	if e.reg < 0 {
		field = e.digit
	}
	switch {
	case e.flags&fixedModRM != 0:
		return append(text, e.digit)
	case e.flags&hasModRM == 0:
		return text
	case e.flags&rmIsMem == 0:
		return append(text, 3<<6|field<<3|uint8(rm&7))
	}
	return in.Mem.append(text, field<<3)
}

// append appends ModRM, SIB and displacement; field is ModRM.reg in its place.
//
// ModRM.rm 4 announces a SIB byte, so that RSP and R12 as a base need one. With mod 0, base 5 means that there is none (or, without
// SIB, that it is RIP), so that RBP and R13 need a displacement even if it is 0.
func (m Mem) append(text []byte, field uint8) []byte {
	const sib, none = 4, 5
	if m.Index == RSP {
		panic("amd64: rsp as an index: " + m.String())
	}
	switch {
	case m.Base == RIP:
		return appendInt32(append(text, field|none), m.Disp)
	case m.Base == isa.NoReg:
		return appendInt32(append(text, field|sib, m.sib(none)), m.Disp)
	}
	base := uint8(m.Base & 7)
	mod := uint8(2 << 6)
	switch {
	case m.Disp == 0 && base != none:
		mod = 0
	case int32(int8(m.Disp)) == m.Disp:
		mod = 1 << 6
	}
	if m.Index != isa.NoReg || base == sib {
		text = append(text, mod|field|sib, m.sib(base))
	} else {
		text = append(text, mod|field|base)
	}
	switch mod {
	case 0:
		return text
	case 1 << 6:
		return append(text, byte(m.Disp))
	}
	return appendInt32(text, m.Disp)
}

// sib is the SIB byte; base is its field.
func (m Mem) sib(base uint8) uint8 {
	const none = 4
	if m.Index == isa.NoReg {
		return none<<3 | base
	}
	return m.Scale<<6 | uint8(m.Index&7)<<3 | base
}

func appendInt32(text []byte, n int32) []byte {
	return binary.LittleEndian.AppendUint32(text, uint32(n))
}

// immSize is how many bytes an immediate takes.
func (e *encoding) immSize(n int64) int {
	switch e.imm {
	case immNone:
		return 0
	case immIB, immCB, immIS4:
		return 1
	case immIW:
		return 2
	case immIQ:
		return 8
	case immIBW:
		if int64(int8(n)) == n {
			return 1
		}
		return 2
	case immIBD:
		if int64(int8(n)) == n {
			return 1
		}
	}
	return 4
}

func (in *Inst) appendImm(text []byte, e *encoding) []byte {
	n := in.Imm
	if e.imm == immIS4 {
		return append(text, uint8(in.R[e.is4]&15)<<4)
	}
	switch e.immSize(n) {
	case 1:
		in.mustFit(int64(int8(n)) == n || e.imm == immIB && n>>8 == 0)
		return append(text, byte(n))
	case 2:
		in.mustFit(int64(int16(n)) == n || n>>16 == 0)
		return binary.LittleEndian.AppendUint16(text, uint16(n))
	case 4:
		// Where 32 bits are extended to 64, only the signed ones mean what they say.
		in.mustFit(int64(int32(n)) == n || e.flags&isWide == 0 && n>>32 == 0)
		return appendInt32(text, int32(n))
	case 8:
		return binary.LittleEndian.AppendUint64(text, uint64(n))
	}
	return text
}

func (in *Inst) mustFit(ok bool) {
	if !ok {
		panic(fmt.Sprintf("amd64: the immediate %#x does not fit into %s", in.Imm, in.Op))
	}
}
