package wat

import (
	"bytes"
	"math/bits"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// immediates reads the immediates of an instruction into p.body.in. They come in the order that the instruction table has for
// them, but for two things: a table or memory index may be left out when it is 0, and where it comes with another index,
// it is the first in the text and the second in the binary.
func (p *moduleParser) immediates(o op.Op) {
	in := &p.body.in
	in.Op, in.X, in.Y = o, 0, 0
	imms := o.Info().Imms
	switch {
	case o == op.Select:
		p.selectTypes()
	case o == op.RefTest || o == op.RefCast:
		p.refTypeImmediate()
	case len(imms) == 2 && isPlace(imms[1]):
		p.twoIndices(imms[0], imms[1])
	case len(imms) == 1 && isPlace(imms[0]):
		if p.atIndex() {
			in.X = p.index(p.space(imms[0]))
		}
	case len(imms) > 0 && imms[0] == op.ImmType:
		p.typeIndices(imms[1:])
	default:
		for i, imm := range imms {
			p.immediate(imm, imms[i+1:])
		}
	}
}

// isPlace reports whether an immediate is the index of a table or memory.
func isPlace(imm op.Imm) bool { return imm == op.ImmTable || imm == op.ImmMem }

// twoIndices reads the immediates of an instruction whose second one is a table or memory: table.copy, memory.init,
// call_indirect and their likes.
func (p *moduleParser) twoIndices(first, place op.Imm) {
	in := &p.body.in
	switch {
	case first == place:
		if p.atIndex() {
			in.X = p.index(p.space(first))
			in.Y = p.index(p.space(place))
		}
	case first == op.ImmType:
		if p.atIndex() {
			in.Y = p.index(p.space(place))
		}
		in.X = p.typeUse(paramsRefused, nil)
	default:
		if next := p.peek().kind; p.atIndex() && (next == tokenInt || next == tokenID) {
			in.Y = p.index(p.space(place))
		}
		p.immediate(first, nil)
	}
}

// immediate reads one immediate; rest are those that come after it.
func (p *moduleParser) immediate(imm op.Imm, rest []op.Imm) {
	in := &p.body.in
	switch imm {
	case op.ImmFunc, op.ImmTable, op.ImmMem, op.ImmGlobal, op.ImmLocal, op.ImmTag, op.ImmElem:
		in.X = p.index(p.space(imm))
	case op.ImmData:
		in.X = p.dataIndex()
	case op.ImmLabel:
		in.X = p.labelIndex()
	case op.ImmLabels:
		p.labelIndices()
	case op.ImmMemarg:
		p.memarg(len(rest) > 0)
	case op.ImmLane:
		in.Lane = uint8(p.uint(8, wasm.I8OutOfRange))
	case op.ImmLanes:
		p.shuffleLanes()
	case op.ImmI32:
		in.Imm = p.intLiteral(32)
	case op.ImmI64:
		in.Imm = p.intLiteral(64)
	case op.ImmF32:
		in.Imm = p.floatLiteral(float32Format)
	case op.ImmF64:
		in.Imm = p.floatLiteral(float64Format)
	case op.ImmV128:
		in.Imm, in.Imm2 = p.vectorLiteral()
	case op.ImmHeap:
		in.Heap = p.heapType()
	case op.ImmCast:
		p.castImmediates()
	}
}

// typeIndices reads a type index into X and what comes after it in the immediates of GC instructions into Y.
func (p *moduleParser) typeIndices(rest []op.Imm) {
	in := &p.body.in
	in.X = p.index(p.space(op.ImmType))
	if len(rest) == 0 {
		return
	}
	switch rest[0] {
	case op.ImmField:
		in.Y = p.fieldIndex(in.X)
	case op.ImmCount:
		in.Y = p.u32()
	case op.ImmData:
		in.Y = p.dataIndex()
	default:
		in.Y = p.index(p.space(rest[0]))
	}
}

// dataIndex reads the index of a data segment.
func (p *moduleParser) dataIndex() uint32 {
	p.usesData = true
	return p.index(p.space(op.ImmData))
}

// fieldIndex reads the index of a field of a struct type.
func (p *moduleParser) fieldIndex(typeIndex uint32) uint32 {
	if int(typeIndex) < len(p.fields) && p.fields[typeIndex] != nil {
		return p.index(p.fields[typeIndex])
	}
	return p.index(p.space(op.ImmField))
}

// labelIndices reads the labels of a br_table.
func (p *moduleParser) labelIndices() {
	in := &p.body.in
	in.Labels = append(in.Labels[:0], p.labelIndex())
	for p.atIndex() {
		in.Labels = append(in.Labels, p.labelIndex())
	}
}

// selectTypes reads (result type*)*, which makes a select one of another opcode.
func (p *moduleParser) selectTypes() {
	in := &p.body.in
	in.Types = in.Types[:0]
	for p.open("result") {
		in.Op = op.SelectT
		for p.more() {
			in.Types = append(in.Types, p.valType())
		}
		p.close()
	}
}

// refTypeImmediate reads the reference type of ref.test or ref.cast, whose opcode depends on whether it includes null.
func (p *moduleParser) refTypeImmediate() {
	in := &p.body.in
	t := p.refType()
	in.Heap = t.Heap()
	switch {
	case !t.Nullable():
	case in.Op == op.RefTest:
		in.Op = op.RefTestNull
	default:
		in.Op = op.RefCastNull
	}
}

// castImmediates reads the immediates of br_on_cast and br_on_cast_fail.
func (p *moduleParser) castImmediates() {
	in := &p.body.in
	in.X = p.labelIndex()
	from, to := p.refType(), p.refType()
	in.Heap, in.Heap2, in.CastFlags = from.Heap(), to.Heap(), 0
	if from.Nullable() {
		in.CastFlags |= wasm.CastNull
	}
	if to.Nullable() {
		in.CastFlags |= wasm.CastNull2
	}
}

// catchKinds has the kinds of catch clauses, by the keyword.
var catchKinds = byString(wasm.CatchTag, wasm.CatchTagRef, wasm.CatchAll, wasm.CatchAllRef)

// catches reads the catch clauses of a try_table. Its own label is not in scope there.
func (p *moduleParser) catches() {
	in := &p.body.in
	in.Catches = in.Catches[:0]
	for p.tok.kind == tokenLeft {
		t := p.peek()
		kind, ok := catchKinds[string(p.text(t))]
		if !ok || t.kind != tokenKeyword {
			return
		}
		p.advance()
		p.advance()
		c := wasm.Catch{Kind: kind}
		if kind == wasm.CatchTag || kind == wasm.CatchTagRef {
			c.Tag = p.index(p.space(op.ImmTag))
		}
		c.Label = p.labelIndex()
		in.Catches = append(in.Catches, c)
		p.close()
	}
}

// memarg reads a memory argument (spec 6.5.6): memory? offset=N? align=N?. If a lane index comes behind it, a number is the
// memory only if it is not the last of the immediates.
func (p *moduleParser) memarg(lane bool) {
	in := &p.body.in
	in.X, in.Imm, in.Align = 0, 0, in.Op.Info().Align
	if p.tok.kind == tokenID || p.tok.kind == tokenInt && (!lane || p.memargFollows()) {
		in.X = p.index(p.space(op.ImmMem))
	}
	if t, value, ok := p.assignment("offset="); ok {
		v, fits := parseInt(value, 64)
		if !fits {
			p.failAt(t, wasm.ConstantOutOfRange, "%s", p.show(t))
		}
		in.Imm = v
	}
	if t, value, ok := p.assignment("align="); ok {
		v, fits := parseInt(value, 64)
		if !fits || bits.OnesCount64(v) != 1 {
			p.failAt(t, wasm.AlignmentNotPower, "%s", p.show(t))
		}
		in.Align = uint8(bits.TrailingZeros64(v))
	}
}

// memargFollows reports whether what comes after the current number shows that it is a memory index and not the lane.
func (p *moduleParser) memargFollows() bool {
	t := p.peek()
	s := p.text(t)
	return t.kind == tokenInt ||
		t.kind == tokenKeyword && (bytes.HasPrefix(s, []byte("offset=")) || bytes.HasPrefix(s, []byte("align=")))
}

// assignment reads a keyword that ends in an unsigned integer, such as offset=8.
func (p *moduleParser) assignment(prefix string) (t token, value []byte, ok bool) {
	t = p.tok
	if t.kind != tokenKeyword {
		return t, nil, false
	}
	value, ok = cutPrefix(p.text(t), prefix)
	if !ok {
		return t, nil, false
	}
	if classes[value[0]]&classDigit == 0 || numberKind(value) != tokenInt {
		p.failAt(t, wasm.UnknownOperator, "%s", p.show(t))
		return t, nil, false
	}
	p.advance()
	return t, value, true
}
