package wat

import (
	"encoding/binary"

	"github.com/weft-wasm/weft/internal/wasm"
)

// intLiteral reads an integer of the given number of bits, signed or unsigned.
func (p *parser) intLiteral(bits uint) uint64 {
	t := p.tok
	if t.kind != tokenInt {
		p.unexpected("an integer")
		return 0
	}
	v, ok := parseInt(p.text(t), bits)
	if !ok {
		p.failAt(t, wasm.ConstantOutOfRange, "%s, want an i%d", p.show(t), bits)
		return 0
	}
	p.advance()
	return v
}

// floatLiteral reads a number of a floating-point format, and returns its bits.
func (p *parser) floatLiteral(f floatFormat) uint64 {
	t := p.tok
	if t.kind != tokenInt && t.kind != tokenFloat {
		p.unexpected("a number")
		return 0
	}
	v, ok := f.parse(p.text(t))
	if !ok {
		p.failAt(t, wasm.ConstantOutOfRange, "%s, want an f%d", p.show(t), f.bits)
		return 0
	}
	p.advance()
	return v
}

// Shape is how the 16 bytes of a vector divide into lanes.
type Shape uint8

// The shapes.
const (
	I8x16 Shape = iota
	I16x8
	I32x4
	I64x2
	F32x4
	F64x2
)

func (s Shape) String() string {
	return [...]string{"i8x16", "i16x8", "i32x4", "i64x2", "f32x4", "f64x2"}[s]
}

// LaneBits returns the number of bits of a lane.
func (s Shape) LaneBits() int { return [...]int{8, 16, 32, 64, 32, 64}[s] }

// Lanes returns the number of lanes.
func (s Shape) Lanes() int { return 128 / s.LaneBits() }

// IsFloat reports whether the lanes are floats.
func (s Shape) IsFloat() bool { return s >= F32x4 }

// Lane returns lane i of a vector with the given halves, zero-extended.
func (s Shape) Lane(low, high uint64, i int) uint64 {
	at := i * s.LaneBits()
	v := low
	if at >= 64 {
		v, at = high, at-64
	}
	return v >> at & (1<<s.LaneBits() - 1)
}

// shapes has the shapes by their keyword.
var shapes = byString(I8x16, I16x8, I32x4, I64x2, F32x4, F64x2)

// shape reads the keyword of a shape.
func (p *parser) shape() Shape {
	s, ok := shapes[string(p.text(p.tok))]
	if !ok || p.tok.kind != tokenKeyword {
		p.unexpected("the shape of a vector")
		return I8x16
	}
	p.advance()
	return s
}

// vectorLiteral reads a shape and as many lanes as it has, and returns the halves of the vector.
func (p *parser) vectorLiteral() (low, high uint64) {
	s := p.shape()
	p.countLanes(s.Lanes())
	var b [16]byte
	for i := range s.Lanes() {
		p.lane(s, i, &b)
	}
	return binary.LittleEndian.Uint64(b[:8]), binary.LittleEndian.Uint64(b[8:])
}

// countLanes fails unless exactly n numbers come next.
func (p *parser) countLanes(n int) {
	start := p.tok
	have := 0
	for ; p.tok.kind == tokenInt || p.tok.kind == tokenFloat; have++ {
		p.advance()
	}
	if have != n {
		p.wrongLanes(have, n, wasm.WrongLaneCount)
		return
	}
	p.seek(start.start)
}

// lane reads lane i of a vector into its place in b.
func (p *parser) lane(s Shape, i int, b *[16]byte) {
	var v uint64
	switch s {
	case F32x4:
		v = p.floatLiteral(float32Format)
	case F64x2:
		v = p.floatLiteral(float64Format)
	default:
		v = p.intLiteral(uint(s.LaneBits()))
	}
	putLane(b, s, i, v)
}

// putLane writes lane i of a vector into its place in b.
func putLane(b *[16]byte, s Shape, i int, v uint64) {
	for j := range s.LaneBits() / 8 {
		b[i*s.LaneBits()/8+j] = byte(v >> (8 * j))
	}
}

// wrongLanes fails because there are too few lanes or too many, unless what comes next is wrong anywhere.
func (p *parser) wrongLanes(have, want int, kind wasm.Kind) {
	switch t := p.tok; t.kind {
	case tokenEOF, tokenReserved, tokenAnnotation:
		p.unexpected("a lane")
	case tokenKeyword:
		if !isKeyword(p.text(t)) {
			p.unexpected("a lane")
		}
	}
	p.failAt(p.tok, kind, "have %d, want %d", have, want)
}

// shuffleLanes reads the sixteen lane indices of a shuffle.
func (p *moduleParser) shuffleLanes() {
	var b [16]byte
	for i := range b {
		switch t := p.tok; {
		case t.kind == tokenInt && p.src[t.start] != '-' && p.src[t.start] != '+':
			b[i] = byte(p.uint(8, wasm.I8OutOfRange))
		case t.kind == tokenInt || t.kind == tokenFloat:
			p.failAt(t, wasm.I8OutOfRange, "%s, want a u8", p.show(t))
			return
		default:
			p.wrongLanes(i, len(b), wasm.InvalidLaneLength)
			return
		}
	}
	if p.tok.kind == tokenInt {
		p.failAt(p.tok, wasm.InvalidLaneLength, "have more than %d, want %d", len(b), len(b))
	}
	in := &p.body.in
	in.Imm, in.Imm2 = binary.LittleEndian.Uint64(b[:8]), binary.LittleEndian.Uint64(b[8:])
}
