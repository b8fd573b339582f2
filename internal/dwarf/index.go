package dwarf

import (
	"cmp"
	"slices"
	"sort"
)

// function is an entry of a function, or of one that was inlined.
type function struct {
	at      uint32 // of the entry in .debug_info
	inlined bool
	end     int32  // behind the last function inside this one, in the index
	scope   int32  // around it
	name    value  // the source's, or the linker's
	origin  uint64 // the entry that says more about it, 0 for none

	firstSpan, lastSpan int32

	// Where it was called, if it was inlined.
	callFile, callLine, callColumn uint32
}

// scope is a namespace or a type.
type scope struct {
	name   value
	outer  int32 // -1 for none
	isType bool
}

// index is the functions of a unit, in the order of their entries: a function is followed by those inside it.
type index struct {
	list   []function
	scopes []scope
	spans  []span
	ways   []way // sorted
}

// way leads from the code of a function that was not inlined to the function.
type way struct {
	span
	function int32
}

// level is an entry whose children are being read.
type level struct{ function, scope int32 }

// indexOf returns the index of a unit.
func (d *Data) indexOf(u *unit) *index {
	if u.functions == nil {
		u.functions = new(index)
		d.readEntries(u)
		x := u.functions
		slices.SortFunc(x.ways, func(a, b way) int { return cmp.Or(cmp.Compare(a.low, b.low), cmp.Compare(a.function, b.function)) })
	}
	return u.functions
}

// readEntries reads the entries of a unit, up to where they are broken.
func (d *Data) readEntries(u *unit) {
	x, table := u.functions, d.abbrevs(u.abbrevs, 0)
	levels := []level{{-1, -1}}
	closeLevel := func() {
		n := len(levels) - 1
		if f := levels[n].function; f >= 0 && (n == 0 || levels[n-1].function != f) {
			x.list[f].end = int32(len(x.list))
		}
		levels = levels[:n]
	}
	var e entry
	for c := u.entries; c.left() > 0 && len(levels) > 0 && d.entries < maxEntries && len(levels) < maxDepth; {
		at := c.pos
		ok, end := d.entry(&c, u, table, &e)
		if end {
			closeLevel()
			continue
		}
		if !ok {
			break
		}
		inner := d.note(u, &e, uint32(at), levels[len(levels)-1])
		if e.children {
			levels = append(levels, inner)
		}
	}
	for len(levels) > 0 {
		closeLevel()
	}
}

// note takes what an entry says into the index, and returns the level of its children.
func (d *Data) note(u *unit, e *entry, at uint32, around level) level {
	x := u.functions
	switch e.tag {
	case tagSubprogram, tagInlined:
		around.function = d.noteFunction(u, e, at, around)
	case tagNamespace, tagModule, tagClass, tagStructure, tagUnion, tagEnumeration, tagInterface:
		if e.children {
			name, _ := e.get(attrName)
			d.entries++
			x.scopes = append(x.scopes, scope{name, around.scope, e.tag != tagNamespace && e.tag != tagModule})
			around.scope = int32(len(x.scopes) - 1)
		}
	}
	return around
}

func (d *Data) noteFunction(u *unit, e *entry, at uint32, around level) int32 {
	x := u.functions
	i := int32(len(x.list))
	f := function{at: at, inlined: e.tag == tagInlined, end: i + 1, scope: around.scope, firstSpan: int32(len(x.spans)), callFile: noFile}
	var named bool
	if f.name, named = e.get(attrName); !named {
		f.name, _ = e.get(attrLinkageName)
	}
	for _, a := range [...]attribute{attrSpecification, attrAbstractOrigin} {
		if v, ok := e.get(a); ok {
			f.origin = u.reference(v)
		}
	}
	for _, n := range [...]struct {
		attr attribute
		to   *uint32
	}{{attrCallFile, &f.callFile}, {attrCallLine, &f.callLine}, {attrCallColumn, &f.callColumn}} {
		if v, ok := e.get(n.attr); ok {
			*n.to = uint32(v.n)
		}
	}
	x.spans = d.spans(u, e, x.spans)
	f.lastSpan = int32(len(x.spans))
	if !f.inlined {
		for _, s := range x.spans[f.firstSpan:f.lastSpan] {
			x.ways = append(x.ways, way{s, i})
		}
	}
	x.list = append(x.list, f)
	d.entries++
	return i
}

// chain is the function that has an address, and those that were inlined there, outermost first.
func (x *index) chain(address uint32) []int32 {
	i := sort.Search(len(x.ways), func(i int) bool { return x.ways[i].low > address }) - 1
	if i < 0 || !x.ways[i].has(address) {
		return nil
	}
	outer := x.ways[i].function
	all := []int32{outer}
	for j, end := outer+1, x.list[outer].end; j < end; {
		f := &x.list[j]
		if f.inlined && slices.ContainsFunc(x.spans[f.firstSpan:f.lastSpan], func(s span) bool { return s.has(address) }) {
			all, end = append(all, j), f.end
			j++
			continue
		}
		j = f.end
	}
	return all
}

// at is the function whose entry is at an offset, -1 if there is none.
func (x *index) at(offset uint64) int32 {
	i, ok := slices.BinarySearchFunc(x.list, offset, func(f function, at uint64) int { return cmp.Compare(uint64(f.at), at) })
	if !ok {
		return -1
	}
	return int32(i)
}
