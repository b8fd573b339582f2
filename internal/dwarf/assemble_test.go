package dwarf

import "encoding/binary"

// asm writes sections by hand.
type asm struct{ b []byte }

func (a *asm) u8(v ...byte) *asm { a.b = append(a.b, v...); return a }

func (a *asm) u16(v uint16) *asm { a.b = binary.LittleEndian.AppendUint16(a.b, v); return a }

func (a *asm) u32(v ...uint32) *asm {
	for _, n := range v {
		a.b = binary.LittleEndian.AppendUint32(a.b, n)
	}
	return a
}

func (a *asm) uleb(v ...uint64) *asm {
	for _, n := range v {
		a.b = binary.AppendUvarint(a.b, n)
	}
	return a
}

func (a *asm) text(s ...string) *asm {
	for _, t := range s {
		a.b = append(append(a.b, t...), 0)
	}
	return a
}

// sized appends something with its length in front.
func (a *asm) sized(b []byte) *asm { return a.u32(uint32(len(b))).u8(b...) }

// abbreviation writes one: attributes and forms in turn.
func (a *asm) abbreviation(code, tag uint64, children byte, pairs ...uint64) *asm {
	return a.uleb(code, tag).u8(children).uleb(pairs...).uleb(0, 0)
}

// What version4 and version5 write is the same: a function run at 0x10 to 0x40, of /src/sums.c, that has sum of the namespace sums inlined at
// 0x14 to 0x30 on line 20, which has square inlined at 0x18 to 0x20 and 0x24 to 0x28 on line 300 of inc/square.h. A second function is gone. The code
// begins in the module at codeAt.
const (
	codeAt   = 0x100
	codeSize = 0x80
)

func version4() Sections {
	var s Sections
	s.Abbrev = new(asm).
		abbreviation(1, 0x11, 1, 0x03, formStrp, 0x1b, formString, 0x10, formSecOffset, 0x11, formAddr, 0x55, formSecOffset).
		abbreviation(2, tagNamespace, 1, 0x03, formString).
		abbreviation(3, tagSubprogram, 0, 0x03, formString, 0x20, formFlagPresent).
		abbreviation(4, tagSubprogram, 1, 0x11, formAddr, 0x12, formData4, 0x03, formString, 0x40, formExprloc).
		abbreviation(5, tagInlined, 1, 0x31, formRef4, 0x11, formAddr, 0x12, formData4, 0x58, formData1, 0x59, formData1, 0x57, formData1).
		abbreviation(9, tagInlined, 0, 0x31, formRef4, 0x55, formSecOffset, 0x58, formData1, 0x59, formData2).
		abbreviation(7, 0x0b, 1).u8(0).b
	s.Str = new(asm).text("", "sums.c").b
	const header = 4 // the length of the unit
	info := new(asm).u16(4).u32(0).u8(4).
		uleb(1).u32(1).text("/src").u32(0, 0, 24).
		uleb(2).text("sums")
	square := header + len(info.b)
	info.uleb(3).text("square")
	sum := header + len(info.b)
	info.uleb(3).text("sum").u8(0).
		uleb(4).u32(0x10, 0x30).text("run").uleb(2).u8(0x30, 0x31).
		uleb(7). // a block around what was inlined
		uleb(5).u32(uint32(sum), 0x14, 0x1c).u8(1, 20, 3).
		uleb(9).u32(uint32(square), 0).u8(2).u16(300).
		u8(0, 0, 0).
		uleb(4).u32(0xffffffff, 0x20).text("gone").uleb(0).u8(0, 0)
	s.Info = new(asm).sized(info.b).b
	s.Ranges = new(asm).u32(0x18, 0x20, 0x24, 0x28, 0, 0).u32(0x10, 0x40, 0xfffffffe, 0xfffffffe, 0, 0).b
	tables := new(asm).text("inc", "").
		text("sums.c").uleb(0, 0, 0).
		text("square.h").uleb(1, 0, 0).u8(0)
	s.Line = lineTableOf(new(asm).u16(4), tables)
	return s
}

func version5() Sections {
	var s Sections
	s.Abbrev = new(asm).
		abbreviation(1, 0x11, 1, 0x03, formStrx1, 0x1b, formLineStrp, 0x10, formSecOffset, 0x11, formAddr, 0x55, formRnglistx,
			0x72, formSecOffset, 0x73, formSecOffset, 0x74, formSecOffset).
		abbreviation(2, tagNamespace, 1, 0x03, formStrx1).
		abbreviation(3, tagSubprogram, 0, 0x03, formStrx2).
		abbreviation(4, tagSubprogram, 1, 0x11, formAddrx, 0x12, formUdata, 0x03, formStrx, 0x40, formExprloc).
		abbreviation(5, tagInlined, 1, 0x31, formRefAddr, 0x11, formAddrx1, 0x12, formData1, 0x59, formUdata, 0x57, formSdata,
			0x58, formImplicitConst, 1). // and the constant is 1
		abbreviation(6, tagInlined, 0, 0x31, formRefUdata, 0x55, formRnglistx, 0x58, formData1, 0x59, formData2).u8(0).b
	s.Str = new(asm).text("sums.c", "sums", "square", "sum", "run", "gone").b
	s.StrOffsets = new(asm).sized(new(asm).u16(5).u16(0).u32(0, 7, 12, 19, 23, 27).b).b
	s.Addr = new(asm).sized(new(asm).u16(5).u8(4, 0).u32(0x10, 0x14, 0x24, 0xffffffff).b).b
	s.LineStr = new(asm).text("/src", "inc", "sums.c", "square.h").b
	const header = 4 // the length of the unit
	info := new(asm).u16(5).u8(unitCompile, 4).u32(0).
		uleb(1).u8(0).u32(0, 0, 0).uleb(1).u32(8, 8, 12).
		uleb(2).u8(1)
	square := header + len(info.b)
	info.uleb(3).u16(2)
	sum := header + len(info.b)
	info.uleb(3).u16(3).u8(0).
		uleb(4).uleb(0, 0x30, 4).uleb(2).u8(0x30, 0x31).
		uleb(5).u32(uint32(sum)).u8(1, 0x1c).uleb(20).u8(3).
		uleb(6).uleb(uint64(square), 0).u8(2).u16(300).
		u8(0, 0).
		uleb(4).uleb(3, 0x20, 5).uleb(0).u8(0, 0)
	s.Info = new(asm).sized(info.b).b
	inlined := new(asm).u8(rangeBaseAddress).u32(0x10).u8(rangeOffsetPair, 0x08, 0x10, rangeStartxLength, 2, 4, rangeEnd)
	whole := new(asm).u8(rangeStartLength).u32(0xffffffff).uleb(0x20).u8(rangeStartEnd).u32(0x10, 0x40).u8(rangeEnd)
	s.RngLists = new(asm).sized(new(asm).u16(5).u8(4, 0).u32(2).u32(8, uint32(8+len(inlined.b))).u8(inlined.b...).u8(whole.b...).b).b
	tables := new(asm).
		u8(1).uleb(contentPath, formLineStrp).uleb(2).u32(0, 5).
		u8(2).uleb(contentPath, formLineStrp, contentDirectory, formData1).uleb(3).
		u32(9).u8(0).u32(9).u8(0).u32(16).u8(1)
	s.Line = lineTableOf(new(asm).u16(5).u8(4, 0), tables)
	return s
}

// lineTableOf writes a line table whose program is that of both versions: run is on line 5 of file 1, but for 0x18 to 0x30, which is line 3, column 7 of
// file 2; and there is a sequence of code that is gone.
func lineTableOf(front, tables *asm) []byte {
	head := new(asm).u8(1, 1, 1, 0xfb, 14, 13).u8(0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1).u8(tables.b...)
	front.sized(head.b).
		u8(0, 5, lineSetAddress).u32(0x10).u8(lineAdvanceLine, 4, lineCopy).
		u8(lineSetFile, 2, lineSetColumn, 7, lineAdvancePC, 8, lineAdvanceLine, 0x7e, lineCopy).
		u8(lineSetFile, 1, lineSetColumn, 0, lineAdvancePC, 0x18, 13+5+2). // the special opcode for 2 lines on
		u8(lineAdvancePC, 0x10, 0, 1, lineEndSequence).
		u8(0, 5, lineSetAddress).u32(0xffffffff).u8(lineCopy, lineAdvancePC, 0x20, 0, 1, lineEndSequence)
	return new(asm).sized(front.b).b
}
