package dwarf

import (
	"cmp"
	"slices"
	"sort"
)

// row says where the code from its address up to that of the next row comes from.
type row struct {
	address, line, file, column uint32
}

// noFile is the number of a file that is not known.
const noFile = ^uint32(0)

// sequence is rows that follow each other, for the code of its span.
type sequence struct {
	span
	first, last int32 // of the table's rows
}

// lineTable is the line table of a unit.
type lineTable struct {
	lineHeader
	rows      []row
	sequences []sequence // sorted
	files     map[uint32]string
}

// lineHeader is what is in front of the program that makes the rows (DWARF 5, 6.2.4).
type lineHeader struct {
	encoding
	tables         cursor // of directories and files
	minInstruction uint64
	lineBase       int64
	lineRange      uint64
	opcodeBase     byte
	operands       []byte // how many operands the standard opcodes have, from that with number 1
}

// linesOf returns the line table of a unit.
func (d *Data) linesOf(u *unit) *lineTable {
	if u.lines == nil {
		u.lines = &lineTable{files: map[uint32]string{}}
		if u.lineAt.form != 0 {
			c := at(d.s.Line, u.lineAt.n)
			program, wide := c.unit()
			if u.lines.wide = wide; u.lines.header(&program, u.addrBytes) {
				d.run(u.lines, program)
			}
		}
	}
	return u.lines
}

// header reads a header and leaves c at the program. It reports whether there is one.
func (h *lineHeader) header(c *cursor, addrBytes int) bool {
	h.version, h.addrBytes = int(c.uint(2)), addrBytes
	if h.version >= 5 {
		h.addrBytes = int(c.byte())
		c.skip(1) // the size of segment selectors
	}
	length := c.uint(offsetBytes(h.wide))
	program := *c
	program.skip(length)
	h.minInstruction = uint64(c.byte())
	if h.version >= 4 {
		c.skip(1) // how many operations an instruction may have: one
	}
	c.skip(1) // whether rows begin statements
	h.lineBase, h.lineRange, h.opcodeBase = int64(int8(c.byte())), uint64(c.byte()), c.byte()
	start := c.pos
	c.skip(uint64(max(h.opcodeBase, 1) - 1))
	h.operands, h.tables = c.b[start:c.pos], *c
	h.tables.b = c.b[:program.pos]
	ok := !c.bad && !program.bad && 2 <= h.version && h.version <= 5 && h.lineRange > 0 && h.opcodeBase > 0
	*c = program
	return ok
}

// find is the row for an address.
func (t *lineTable) find(address uint32) (r row, ok bool) {
	i := sort.Search(len(t.sequences), func(i int) bool { return t.sequences[i].low > address }) - 1
	if i < 0 || !t.sequences[i].has(address) {
		return row{file: noFile}, false
	}
	rows := t.rows[t.sequences[i].first:t.sequences[i].last]
	return rows[sort.Search(len(rows), func(i int) bool { return rows[i].address > address })-1], true
}

// The opcodes of programs (DWARF 5, 7.22).
const (
	lineExtended       = 0
	lineCopy           = 1
	lineAdvancePC      = 2
	lineAdvanceLine    = 3
	lineSetFile        = 4
	lineSetColumn      = 5
	lineConstAddPC     = 8
	lineFixedAdvancePC = 9

	lineEndSequence = 1
	lineSetAddress  = 2
)

// lineState is the machine that executes a program.
type lineState struct {
	d       *Data
	t       *lineTable
	start   int  // of the rows of the sequence
	dropped bool // nothing of it is kept
	address uint64
	line    int64
	file    uint64
	column  uint64
}

// run executes a program.
func (d *Data) run(t *lineTable, c cursor) {
	s := lineState{d: d, t: t}
	s.reset()
	for c.left() > 0 && !c.bad && d.work > 0 && d.rows < maxRows {
		d.work--
		s.step(&c)
	}
	s.drop() // a sequence without an end
	slices.SortFunc(t.sequences, func(a, b sequence) int { return cmp.Or(cmp.Compare(a.low, b.low), cmp.Compare(a.first, b.first)) })
}

func (s *lineState) reset() {
	s.start, s.dropped = len(s.t.rows), false
	s.address, s.line, s.file, s.column = 0, 1, 1, 0
}

// step executes an instruction.
func (s *lineState) step(c *cursor) {
	op := c.byte()
	switch {
	case op >= s.t.opcodeBase:
		adjusted := uint64(op - s.t.opcodeBase)
		s.advance(adjusted / s.t.lineRange)
		s.line += s.t.lineBase + int64(adjusted%s.t.lineRange)
		s.row()
	case op == lineExtended:
		s.extended(c)
	case op == lineCopy:
		s.row()
	case op == lineAdvancePC:
		s.advance(c.uleb())
	case op == lineAdvanceLine:
		s.line += c.sleb()
	case op == lineSetFile:
		s.file = c.uleb()
	case op == lineSetColumn:
		s.column = c.uleb()
	case op == lineConstAddPC:
		s.advance(uint64(255-s.t.opcodeBase) / s.t.lineRange)
	case op == lineFixedAdvancePC:
		s.address += c.uint(2)
	default:
		for range s.t.operands[op-1] {
			c.uleb()
		}
	}
}

// extended executes an instruction that has its length in front.
func (s *lineState) extended(c *cursor) {
	n := c.uleb()
	inner := *c
	c.skip(n)
	inner.b = c.b[:c.pos]
	if n == 0 || c.bad {
		return
	}
	switch inner.byte() {
	case lineSetAddress:
		s.address = inner.uint(min(inner.left(), 8))
	case lineEndSequence:
		s.end()
		s.reset()
	}
}

func (s *lineState) advance(operations uint64) { s.address += operations * s.t.minInstruction }

// goesOn reports whether the sequence goes on to the address at hand. One that is not of the code section, or does not go forward, is of nothing
// that is there.
func (s *lineState) goesOn() bool {
	rows := s.t.rows
	if s.address == 0 || s.address > s.d.codeBytes || len(rows) > s.start && uint64(rows[len(rows)-1].address) > s.address {
		s.dropped = true
	}
	return !s.dropped
}

// end ends the sequence.
func (s *lineState) end() {
	rows := s.t.rows
	if !s.goesOn() || len(rows) == s.start {
		s.drop()
		return
	}
	s.t.sequences = append(s.t.sequences, sequence{span{rows[s.start].address, uint32(s.address)}, int32(s.start), int32(len(rows))})
}

// row appends a row.
func (s *lineState) row() {
	if !s.goesOn() {
		return
	}
	line := uint32(0)
	if s.line > 0 && s.line < 1<<31 {
		line = uint32(s.line)
	}
	s.t.rows = append(s.t.rows, row{uint32(s.address), line, uint32(min(s.file, uint64(noFile))), uint32(min(s.column, 1<<31))})
	s.d.rows++
}

// drop takes the rows of the sequence back.
func (s *lineState) drop() {
	s.d.rows -= len(s.t.rows) - s.start
	s.t.rows = s.t.rows[:s.start]
}
