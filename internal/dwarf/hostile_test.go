package dwarf

import (
	"bytes"
	"runtime"
	"strings"
	"testing"
	"time"
)

// hostile is data that asks for more than there is.
var hostile = map[string]func() Sections{
	"tables of 2^60 directories": func() Sections {
		s := version5()
		tables := new(asm).u8(0).uleb(1 << 60).u8(0).uleb(1 << 60)
		s.Line = lineTableOf(new(asm).u16(5).u8(4, 0), tables)
		return s
	},
	"functions that refer to each other": func() Sections {
		s := version4()
		at := bytes.Index(s.Info, []byte("square\x00")) - 1
		s.Abbrev = new(asm).
			abbreviation(1, 0x11, 1, 0x11, formAddr, 0x12, formData4).
			abbreviation(2, tagSubprogram, 0, 0x11, formAddr, 0x12, formData4, 0x31, formRef4).u8(0).b
		info := new(asm).u16(4).u32(0).u8(4).uleb(1).u32(0x10, 0x30)
		at = 4 + len(info.b)
		info.uleb(2).u32(0x10, 0x30, uint32(at+13)).uleb(2).u32(0, 0, uint32(at)).u8(0)
		s.Info = new(asm).sized(info.b).b
		return s
	},
	"a million entries of a thousand attributes that take no bytes": func() Sections {
		s := version4()
		attributes := []uint64{}
		for range 1000 {
			attributes = append(attributes, 0x3f, formFlagPresent)
		}
		s.Abbrev = new(asm).abbreviation(1, 0x11, 1, 0x11, formAddr, 0x12, formData4).abbreviation(2, tagSubprogram, 0, attributes...).u8(0).b
		return unitOf(s, bytes.Repeat([]byte{2}, 1<<20))
	},
	"a million levels": func() Sections {
		s := version4()
		s.Abbrev = new(asm).abbreviation(1, 0x11, 1, 0x11, formAddr, 0x12, formData4).abbreviation(2, tagInlined, 1).u8(0).b
		return unitOf(s, bytes.Repeat([]byte{2}, 1<<20))
	},
	"units that begin their abbreviations everywhere": func() Sections {
		s := version4()
		s.Abbrev = bytes.Repeat(new(asm).abbreviation(9, 0x11, 0).b, 1<<16)
		info := new(asm)
		for i := range 1 << 16 {
			info.sized(new(asm).u16(4).u32(uint32(5*i)).u8(4, 1).b)
		}
		s.Info = info.b
		return s
	},
	"functions with the same long list of ranges": func() Sections {
		s := version4()
		s.Abbrev = new(asm).abbreviation(1, 0x11, 1, 0x11, formAddr, 0x12, formData4).abbreviation(2, tagSubprogram, 0, 0x55, formData1).u8(0).b
		s.Ranges = bytes.Repeat(new(asm).u32(0x10, 0x11).b, 1<<17)
		return unitOf(s, bytes.Repeat([]byte{2, 0}, 1<<18))
	},
	"a name without an end": func() Sections {
		s := version4()
		s.Str = bytes.Repeat([]byte("long"), 1<<20)
		s.Abbrev = new(asm).abbreviation(1, 0x11, 1, 0x11, formAddr, 0x12, formData4).
			abbreviation(2, tagSubprogram, 0, 0x11, formAddr, 0x12, formData4, 0x03, formStrp).u8(0).b
		return unitOf(s, new(asm).uleb(2).u32(0x10, 0x30, 1).b)
	},
	"rows without an end": func() Sections {
		s := version4()
		s.Line = lineTableOf(new(asm).u16(4), new(asm).u8(0, 0))
		s.Line = new(asm).sized(append(s.Line[4:], bytes.Repeat([]byte{lineCopy}, 1<<22)...)).b
		return s
	},
}

// unitOf is a unit at 0x10 to 0x40 with entries.
func unitOf(s Sections, entries []byte) Sections {
	info := new(asm).u16(4).u32(0).u8(4).uleb(1).u32(0x10, 0x30).u8(entries...)
	s.Info = new(asm).sized(info.b).b
	return s
}

// TestHostile looks into such data: it takes little time and memory.
func TestHostile(t *testing.T) {
	for name, sections := range hostile {
		t.Run(name, func(t *testing.T) {
			d := data(sections())
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			all := d.Find(codeAt + 0x18)
			if took := time.Since(start); took > time.Minute { // it takes a second or two
				t.Errorf("it takes %v", took)
			}
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; took > 256<<20 {
				t.Errorf("it takes %d MiB", took>>20)
			}
			for _, l := range all {
				if len(l.Function) > 2*maxName || len(l.File) > 3*maxName || strings.Contains(l.Function, "\x00") {
					t.Errorf("names of %d and %d bytes", len(l.Function), len(l.File))
				}
			}
		})
	}
}

// FuzzFind looks for places in data of any kind, twice: the second time it is all there.
func FuzzFind(f *testing.F) {
	add := func(s Sections) {
		f.Add(s.Info, s.Abbrev, s.Line, s.Str, s.LineStr, s.StrOffsets, s.Addr, s.Ranges, s.RngLists)
	}
	add(version4())
	add(version5())
	f.Fuzz(func(t *testing.T, info, abbrev, line, str, lineStr, strOffsets, addr, ranges, rngLists []byte) {
		d := data(Sections{info, abbrev, line, str, lineStr, strOffsets, addr, ranges, rngLists})
		for address := int64(0); address < codeSize; address += 7 {
			first := locations(d.Find(codeAt + address))
			if second := locations(d.Find(codeAt + address)); first != second {
				t.Errorf("0x%x: have %s, then %s", address, first, second)
			}
		}
		if limit := stepsPerByte*int64(d.s.bytes()) + 1<<16; d.work < -limit {
			t.Errorf("%d steps beyond the limit of %d", -d.work, limit)
		}
	})
}
