package dwarf

// The tags of entries that matter (DWARF 5, 7.5.3).
const (
	tagClass       = 0x02
	tagEnumeration = 0x04
	tagStructure   = 0x13
	tagUnion       = 0x17
	tagInlined     = 0x1d
	tagModule      = 0x1e
	tagSubprogram  = 0x2e
	tagInterface   = 0x38
	tagNamespace   = 0x39
)

// attribute is one of those that matter, as an index into an entry.
type attribute uint8

const (
	attrOther attribute = iota
	attrName
	attrLinkageName
	attrLowPC
	attrHighPC
	attrRanges
	attrAbstractOrigin
	attrSpecification
	attrCallFile
	attrCallLine
	attrCallColumn
	attrStmtList
	attrCompDir
	attrStrOffsetsBase
	attrAddrBase
	attrRnglistsBase
	attributeCount
)

// attributeOf is the attribute with a code (DWARF 5, 7.5.4).
func attributeOf(code uint64) attribute {
	switch code {
	case 0x03:
		return attrName
	case 0x10:
		return attrStmtList
	case 0x11:
		return attrLowPC
	case 0x12:
		return attrHighPC
	case 0x1b:
		return attrCompDir
	case 0x31:
		return attrAbstractOrigin
	case 0x47:
		return attrSpecification
	case 0x55:
		return attrRanges
	case 0x57:
		return attrCallColumn
	case 0x58:
		return attrCallFile
	case 0x59:
		return attrCallLine
	case 0x6e, 0x2007: // the second one is older, of MIPS
		return attrLinkageName
	case 0x72:
		return attrStrOffsetsBase
	case 0x73:
		return attrAddrBase
	case 0x74:
		return attrRnglistsBase
	}
	return attrOther
}

// abbrev says how entries with its code are written.
type abbrev struct {
	tag         uint16
	children    bool
	first, last uint32 // of the table's fields
}

// field is an attribute of an abbrev.
type field struct {
	implicit int64 // the value, for formImplicitConst
	form     uint16
	attr     attribute
}

// abbrevTable is the abbreviations that a unit uses.
type abbrevTable struct {
	list   []abbrev
	fields []field
	codes  map[uint64]uint32 // of those in the list that are not where their code says: it is 1 for the first one, most of the time
}

// abbrevs reads the table at an offset, up to where it is broken; if only is not 0, no more of it than the abbreviation with that code.
func (d *Data) abbrevs(offset, only uint64) *abbrevTable {
	t := new(abbrevTable)
	for c := at(d.s.Abbrev, offset); d.work > 0 && len(t.fields) < maxFields; d.work-- {
		code := c.uleb()
		if code == 0 || c.bad {
			break
		}
		if only != 0 {
			t.fields = t.fields[:0]
		}
		a := abbrev{tag: uint16(c.uleb()), children: c.byte() != 0, first: uint32(len(t.fields))}
		d.fields(&c, t)
		if a.last = uint32(len(t.fields)); c.bad || len(t.list) == maxFields {
			break
		}
		if only == 0 || code == only {
			t.add(code, a)
		}
		if code == only {
			break
		}
	}
	return t
}

// add appends an abbreviation.
func (t *abbrevTable) add(code uint64, a abbrev) {
	if code != uint64(len(t.list))+1 {
		if t.codes == nil {
			t.codes = map[uint64]uint32{}
		}
		t.codes[code] = uint32(len(t.list))
	}
	t.list = append(t.list, a)
}

// fields reads the attributes of an abbreviation.
func (d *Data) fields(c *cursor, t *abbrevTable) {
	for ; d.work > 0 && len(t.fields) < maxFields; d.work-- {
		code, form := c.uleb(), c.uleb()
		if code == 0 && form == 0 || c.bad {
			return
		}
		f := field{form: uint16(form), attr: attributeOf(code)}
		if form == formImplicitConst {
			f.implicit = c.sleb()
		}
		t.fields = append(t.fields, f)
	}
}

// find is the abbreviation with a code, nil if there is none.
func (t *abbrevTable) find(code uint64) *abbrev {
	if i, ok := t.codes[code]; ok {
		return &t.list[i]
	}
	if code-1 < uint64(len(t.list)) {
		return &t.list[code-1]
	}
	return nil
}

// entry is what an entry says that matters.
type entry struct {
	tag      uint16
	children bool
	has      uint32 // a bit for each attribute
	values   [attributeCount]value
}

// get returns the value of an attribute.
func (e *entry) get(a attribute) (v value, ok bool) {
	if e.has&(1<<a) == 0 {
		return value{}, false
	}
	return e.values[a], true
}

// entry reads the entry that c is at into e. It reports false at the end of a list of children, where end is true, and where nothing can be read.
func (d *Data) entry(c *cursor, u *unit, t *abbrevTable, e *entry) (ok, end bool) {
	code := c.uleb()
	if code == 0 {
		return false, !c.bad
	}
	a := t.find(code)
	if a == nil {
		return false, false
	}
	e.tag, e.children, e.has = a.tag, a.children, 0
	for _, f := range t.fields[a.first:a.last] {
		e.values[f.attr] = u.read(c, f.form, f.implicit)
		e.has |= 1 << f.attr
	}
	d.work -= 1 + int64(a.last-a.first)
	return !c.bad && d.work > 0, false
}
