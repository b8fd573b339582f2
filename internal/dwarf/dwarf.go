package dwarf

import (
	"math"
	"sync"

	"github.com/weft-wasm/weft/internal/wasm"
)

const (
	// stepsPerByte bounds the steps of reading: entries, attributes, ranges, rows. What compilers write takes about one for each byte.
	stepsPerByte = 8

	// These bound what is kept of a module, in about 100 MB each: the units, the functions and scopes, their ranges, the rows of line tables.
	maxUnits   = 1 << 17
	maxEntries = 1 << 20
	maxSpans   = 1 << 21
	maxRows    = 1 << 22

	// maxFields bounds the abbreviations of a unit, and their attributes, and maxDepth how far its entries nest.
	maxFields = 1 << 20
	maxDepth  = 1 << 12

	// maxName bounds names, in bytes.
	maxName = 1 << 12

	// maxInlined is the most calls of a chain that are shown, the innermost ones.
	maxInlined = 100
)

// Location is a place in the source.
type Location struct {
	Function string // that the place is in, with the namespaces and types around it, as the compiler calls it; "" if unknown
	File     string // "" if unknown
	Line     int    // from 1; 0 if unknown
	Column   int    // from 1, in bytes; 0 if unknown
}

// Sections are the contents of the custom sections that are read, by name.
type Sections struct {
	Info       []byte // .debug_info
	Abbrev     []byte // .debug_abbrev
	Line       []byte // .debug_line
	Str        []byte // .debug_str
	LineStr    []byte // .debug_line_str
	StrOffsets []byte // .debug_str_offsets
	Addr       []byte // .debug_addr
	Ranges     []byte // .debug_ranges
	RngLists   []byte // .debug_rnglists
}

func (s *Sections) bytes() (n int) {
	for _, b := range [][]byte{s.Info, s.Abbrev, s.Line, s.Str, s.LineStr, s.StrOffsets, s.Addr, s.Ranges, s.RngLists} {
		n += len(b)
	}
	return n
}

// Data is what the sections of one module say. It is safe for concurrent use.
type Data struct {
	s         Sections
	codeStart int64  // of the contents of the code section, in the module
	codeBytes uint64 // of them

	mu    sync.Mutex
	read  bool // units is complete
	units []*unit
	work  int64 // steps left

	entries, spanned, rows int // kept, of all units
}

// Load returns the data of a decoded module, nil if it has none. It reads nothing of it.
func Load(m *wasm.Module) *Data {
	section := func(name string) []byte {
		if c := m.Custom(name); c != nil {
			return c.Bytes
		}
		return nil
	}
	info := section(".debug_info")
	start, size := m.CodeSpan()
	if info == nil || size == 0 {
		return nil
	}
	return New(Sections{
		Info: info, Abbrev: section(".debug_abbrev"), Line: section(".debug_line"), Str: section(".debug_str"), LineStr: section(".debug_line_str"),
		StrOffsets: section(".debug_str_offsets"), Addr: section(".debug_addr"), Ranges: section(".debug_ranges"), RngLists: section(".debug_rnglists"),
	}, start, size)
}

// New returns the data in sections of a module whose code section has its contents at a place.
func New(s Sections, codeStart, codeBytes int64) *Data {
	return &Data{s: s, codeStart: codeStart, codeBytes: min(uint64(codeBytes), math.MaxUint32), work: stepsPerByte*int64(s.bytes()) + 1<<16}
}

// Find returns the place that the instruction at an offset in the module comes from, and if it was inlined, the places of the calls around it, innermost
// first. It returns nothing if that is not known, and for a nil d.
func (d *Data) Find(offset int64) []Location {
	if d == nil || offset < d.codeStart || uint64(offset-d.codeStart) >= d.codeBytes {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.read {
		d.readUnits()
		d.read = true
	}
	return d.find(uint32(offset - d.codeStart))
}

// find looks into the units that claim to have an address, then into those that do not say which they have.
func (d *Data) find(address uint32) []Location {
	for _, u := range d.units {
		for _, s := range u.spans {
			if s.has(address) {
				if l := d.findIn(u, address); l != nil {
					return l
				}
				break
			}
		}
	}
	for _, u := range d.units {
		if !u.bounded {
			if l := d.findIn(u, address); l != nil {
				return l
			}
		}
	}
	return nil
}

// findIn looks into one unit.
func (d *Data) findIn(u *unit, address uint32) []Location {
	calls := d.indexOf(u).chain(address)
	r, known := d.linesOf(u).find(address)
	if len(calls) == 0 && !known {
		return nil
	}
	here := Location{File: d.file(u, r.file), Line: int(r.line), Column: int(r.column)}
	var all []Location
	for i := len(calls) - 1; i >= 0; i-- {
		f := &u.functions.list[calls[i]]
		here.Function = d.name(u, calls[i])
		if all = append(all, here); len(all) == maxInlined {
			return all
		}
		here = Location{File: d.file(u, f.callFile), Line: int(f.callLine), Column: int(f.callColumn)}
	}
	if len(all) == 0 {
		return []Location{here}
	}
	return all
}
