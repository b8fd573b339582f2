package dwarf

import "sort"

// unit is a compilation unit.
type unit struct {
	encoding
	start   uint64 // of its header in .debug_info, which references within the unit count from
	entries cursor // at its first entry
	abbrevs uint64 // where its abbreviations are

	base    uint64 // address that its lists of ranges count from
	spans   []span // the addresses of its code
	bounded bool   // it says which those are
	dir     value  // where it was compiled
	lineAt  value  // of its line table

	// Where the unit's numbers in these sections count from, in DWARF 5.
	strOffsetsBase, addrBase, rnglistsBase uint64

	functions *index     // nil until asked
	lines     *lineTable // likewise
}

// The types of units in DWARF 5 (7.5.1). Those that are not listed are parts of split DWARF, or have types only.
const (
	unitCompile = 1
	unitPartial = 3
)

// readUnits reads the headers of all units, and what their first entries say.
func (d *Data) readUnits() {
	for c := (cursor{b: d.s.Info}); c.left() > 0 && !c.bad && d.work > 0 && len(d.units) < maxUnits; d.work-- {
		u := &unit{start: uint64(c.pos)}
		inner, wide := c.unit()
		u.wide = wide
		if u.header(&inner) && !c.bad {
			d.root(u)
			d.units = append(d.units, u)
		}
	}
}

// header reads the header of a unit, behind its length. It reports whether the unit has functions.
func (u *unit) header(c *cursor) bool {
	u.version = int(c.uint(2))
	kind := byte(unitCompile)
	if u.version >= 5 {
		kind, u.addrBytes = c.byte(), int(c.byte())
	}
	u.abbrevs = c.uint(offsetBytes(u.wide))
	if u.version < 5 {
		u.addrBytes = int(c.byte())
	}
	u.entries = *c
	return !c.bad && 2 <= u.version && u.version <= 5 && (u.addrBytes == 4 || u.addrBytes == 8) && (kind == unitCompile || kind == unitPartial)
}

// root reads the first entry of a unit.
func (d *Data) root(u *unit) {
	c := u.entries
	code := c.uleb()
	c = u.entries
	var e entry
	if ok, _ := d.entry(&c, u, d.abbrevs(u.abbrevs, code), &e); !ok {
		return
	}
	u.dir, u.lineAt = e.values[attrCompDir], e.values[attrStmtList]
	for _, b := range []struct {
		attr attribute
		base *uint64
	}{{attrStrOffsetsBase, &u.strOffsetsBase}, {attrAddrBase, &u.addrBase}, {attrRnglistsBase, &u.rnglistsBase}} {
		if v, ok := e.get(b.attr); ok {
			*b.base = v.n
		}
	}
	if low, ok := e.get(attrLowPC); ok {
		u.base, _ = d.address(u, low)
	}
	u.bounded = e.has&(1<<attrHighPC|1<<attrRanges) != 0
	u.spans = d.spans(u, &e, nil)
}

// unitAt is the unit that an offset in .debug_info lies in, nil for none.
func (d *Data) unitAt(offset uint64) *unit {
	i := sort.Search(len(d.units), func(i int) bool { return d.units[i].start > offset }) - 1
	if i < 0 || offset >= uint64(len(d.units[i].entries.b)) {
		return nil
	}
	return d.units[i]
}

// address is the address that a value means.
func (d *Data) address(u *unit, v value) (address uint64, ok bool) {
	switch v.form {
	case formAddr:
		return v.n, true
	case formAddrx, formAddrx1, formAddrx2, formAddrx3, formAddrx4:
		return d.addressAt(u, v.n)
	}
	return 0, false
}

// addressAt is the address with a number in .debug_addr.
func (d *Data) addressAt(u *unit, number uint64) (address uint64, ok bool) {
	c := at(d.s.Addr, u.addrBase)
	c.skip(times(number, u.addrBytes))
	address = c.uint(u.addrBytes)
	return address, !c.bad
}

// times is where element n of a list begins, or beyond every section.
func times(n uint64, size int) uint64 {
	if n > 1<<40 {
		return 1 << 62
	}
	return n * uint64(size)
}

// text is the string that a value means, nil if it is none.
func (d *Data) text(u *unit, v value) []byte {
	var c cursor
	switch v.form {
	case formString:
		c = at(d.s.Info, v.n)
	case formStrp:
		c = at(d.s.Str, v.n)
	case formLineStrp:
		c = at(d.s.LineStr, v.n)
	case formStrx, formStrx1, formStrx2, formStrx3, formStrx4:
		list := at(d.s.StrOffsets, u.strOffsetsBase)
		list.skip(times(v.n, offsetBytes(u.wide)))
		offset := list.uint(offsetBytes(u.wide))
		if list.bad {
			return nil
		}
		c = at(d.s.Str, offset)
	}
	return c.name()
}

// reference is the offset in .debug_info of the entry that a value refers to, 0 if there is none.
func (u *unit) reference(v value) uint64 {
	switch v.form {
	case formRef1, formRef2, formRef4, formRef8, formRefUdata:
		return u.start + v.n
	case formRefAddr:
		return v.n
	}
	return 0
}
