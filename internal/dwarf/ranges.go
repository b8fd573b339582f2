package dwarf

// span is the code from low up to high.
type span struct{ low, high uint32 }

func (s span) has(address uint32) bool { return s.low <= address && address < s.high }

// spans appends the addresses of an entry's code.
func (d *Data) spans(u *unit, e *entry, to []span) []span {
	if v, ok := e.get(attrRanges); ok {
		return d.ranges(u, v, to)
	}
	from, hasFrom := e.get(attrLowPC)
	end, hasEnd := e.get(attrHighPC)
	if !hasFrom || !hasEnd {
		return to
	}
	low, ok := d.address(u, from)
	high := low + end.n
	if absolute, is := d.address(u, end); is {
		high = absolute
	}
	if !ok {
		return to
	}
	return d.span(low, high, to)
}

// span appends a span, unless it is of code that the linker has thrown away.
func (d *Data) span(low, high uint64, to []span) []span {
	if low == 0 || low >= high || high > d.codeBytes || d.spanned == maxSpans {
		return to
	}
	d.spanned++
	return append(to, span{uint32(low), uint32(high)})
}

// ranges appends what a list of ranges has.
func (d *Data) ranges(u *unit, v value, to []span) []span {
	if u.version < 5 {
		return d.oldRanges(u, v.n, to)
	}
	offset := v.n
	if v.form == formRnglistx {
		list := at(d.s.RngLists, u.rnglistsBase)
		list.skip(times(v.n, offsetBytes(u.wide)))
		offset = list.uint(offsetBytes(u.wide)) + u.rnglistsBase
		if list.bad {
			return to
		}
	}
	return d.rangeList(u, at(d.s.RngLists, offset), to)
}

// oldRanges reads a list of .debug_ranges (DWARF 4, 2.17.3): pairs of addresses that count from a base.
func (d *Data) oldRanges(u *unit, offset uint64, to []span) []span {
	base, newBase := u.base, ^uint64(0)>>(64-8*u.addrBytes)
	for c := at(d.s.Ranges, offset); !c.bad && d.work > 0; d.work-- {
		low, high := c.uint(u.addrBytes), c.uint(u.addrBytes)
		switch {
		case low == 0 && high == 0:
			return to
		case low == newBase:
			base = high
		default:
			to = d.span(base+low, base+high, to)
		}
	}
	return to
}

// The kinds of entries in lists of ranges (DWARF 5, 7.25).
const (
	rangeEnd = iota
	rangeBaseAddressx
	rangeStartxEndx
	rangeStartxLength
	rangeOffsetPair
	rangeBaseAddress
	rangeStartEnd
	rangeStartLength
)

// rangeList reads a list of .debug_rnglists.
func (d *Data) rangeList(u *unit, c cursor, to []span) []span {
	base := u.base
	for ; !c.bad && d.work > 0; d.work-- {
		var low, high uint64
		switch c.byte() {
		case rangeBaseAddressx:
			base, _ = d.addressAt(u, c.uleb())
			continue
		case rangeBaseAddress:
			base = c.uint(u.addrBytes)
			continue
		case rangeStartxEndx:
			low, _ = d.addressAt(u, c.uleb())
			high, _ = d.addressAt(u, c.uleb())
		case rangeStartxLength:
			low, _ = d.addressAt(u, c.uleb())
			high = low + c.uleb()
		case rangeOffsetPair:
			low, high = base+c.uleb(), base+c.uleb()
		case rangeStartEnd:
			low, high = c.uint(u.addrBytes), c.uint(u.addrBytes)
		case rangeStartLength:
			low = c.uint(u.addrBytes)
			high = low + c.uleb()
		default: // rangeEnd, or what nobody knows
			return to
		}
		to = d.span(low, high, to)
	}
	return to
}
