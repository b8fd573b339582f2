package amd64

import (
	"encoding/binary"

	"github.com/weft-wasm/weft/internal/isa"
)

// Constants and jump tables: behind the code, reached by their distance from the instruction.

// pool collects the constants of a function. Equal ones share a place; the largest come first, so that each is aligned to its size
// without holes.
type pool struct {
	consts  []constant
	byValue map[constant]uint32
	tables  []table
	targets []Label  // of all tables
	offsets []uint32 // by id, constants before tables: where it is in the text, once it is known
}

// constant is the bytes of a constant, of which the first size count.
type constant struct {
	lo, hi uint64
	size   uint8
}

// table is a jump table: distances of four bytes from its start to its targets.
type table struct {
	first, count uint32 // in pool.targets
}

// tableID marks the ids of tables until all constants are known.
const tableID = 1 << 30

// poolUse is the distance to a constant in an instruction: four bytes, and tail more to the end of the instruction.
type poolUse struct {
	at       place
	tail, id uint32
}

func (p *pool) reset() {
	p.consts, p.tables, p.targets, p.offsets = p.consts[:0], p.tables[:0], p.targets[:0], p.offsets[:0]
	clear(p.byValue)
}

func (p *pool) add(c constant) Mem {
	id, ok := p.byValue[c]
	if !ok {
		if p.byValue == nil {
			p.byValue = map[constant]uint32{}
		}
		id = uint32(len(p.consts))
		p.consts = append(p.consts, c)
		p.byValue[c] = id
	}
	return poolMem(id)
}

func poolMem(id uint32) Mem { return Mem{Base: RIP, Index: isa.NoReg, Disp: int32(id)} }

// Const32 is the memory operand of a constant of four bytes.
func (a *Assembler) Const32(n uint32) Mem { return a.pool.add(constant{lo: uint64(n), size: 4}) }

// Const64 is the memory operand of a constant of eight bytes.
func (a *Assembler) Const64(n uint64) Mem { return a.pool.add(constant{lo: n, size: 8}) }

// Const128 is the memory operand of a constant of sixteen bytes.
func (a *Assembler) Const128(lo, hi uint64) Mem {
	return a.pool.add(constant{lo: lo, hi: hi, size: 16})
}

// Table is the memory operand of a jump table: for each target the distance to it from the start of the table, in four bytes.
func (a *Assembler) Table(targets []Label) Mem {
	p := &a.pool
	p.tables = append(p.tables, table{uint32(len(p.targets)), uint32(len(targets))})
	p.targets = append(p.targets, targets...)
	return poolMem(tableID | uint32(len(p.tables)-1))
}

// appendPool appends the constants and the tables to the text.
func (a *Assembler) appendPool(text []byte) []byte {
	p := &a.pool
	p.offsets = append(p.offsets, make([]uint32, len(p.consts)+len(p.tables))...)
	for _, size := range []uint8{16, 8, 4} {
		for id, c := range p.consts {
			if c.size != size {
				continue
			}
			text = alignText(text, int(size))
			p.offsets[id] = uint32(len(text))
			var b [16]byte
			binary.LittleEndian.PutUint64(b[:], c.lo)
			binary.LittleEndian.PutUint64(b[8:], c.hi)
			text = append(text, b[:size]...)
		}
	}
	for i, t := range p.tables {
		text = alignText(text, 4)
		start := uint32(len(text))
		p.offsets[len(p.consts)+i] = start
		for _, l := range p.targets[t.first : t.first+t.count] {
			text = binary.LittleEndian.AppendUint32(text, a.offset(a.labels[l])-start)
		}
	}
	return text
}

// alignText pads a text with zeros to a multiple of n bytes.
func alignText(text []byte, n int) []byte {
	for len(text)%n != 0 {
		text = append(text, 0)
	}
	return text
}

// poolOffset is where the constant or table with an id is in the text.
func (a *Assembler) poolOffset(id uint32) uint32 {
	if id&tableID != 0 {
		return a.pool.offsets[uint32(len(a.pool.consts))+id&^tableID]
	}
	return a.pool.offsets[id]
}
