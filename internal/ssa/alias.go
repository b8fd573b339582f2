package ssa

import "math"

// clobbers tells what parts of the state each block and each loop may write. State is divided into slots, one for each region that is accessed; if there are
// too many, the last slot is for several. What no slot is for, such as what operations without a region read, counts as written by everything.
type clobbers struct {
	regions []Region  // by slot
	blocks  []slotSet // per block
	loops   []slotSet // per loop: what it and the loops inside of it write
}

// slotSet is a set of slots.
type slotSet uint16

// maxSlots is how many slots there are, allSlots the set of all.
const (
	maxSlots = 16
	allSlots = slotSet(1<<maxSlots - 1)
)

// find computes all of it.
func (c *clobbers) find(f *Func) {
	f.findLoops()
	c.regions = c.regions[:0]
	c.blocks, c.loops = sized(c.blocks, f.NumBlocks()), sized(c.loops, len(f.order.loops))
	clear(c.loops)
	for _, b := range f.order.order {
		set := slotSet(0)
		for v := f.blocks[b].first; v != 0; v = f.links[v].next {
			if o := f.values[v].op; flags[o]&(FlagWrite|FlagRead|FlagCall) != 0 {
				set |= c.writes(f, v)
			}
		}
		c.blocks[b] = set
		if l := f.order.inner[b]; l >= 0 {
			c.loops[l] |= set
		}
	}
	for l := len(c.loops) - 1; l >= 0; l-- { // inner loops come behind outer ones
		if outer := f.order.loops[l].Outer; outer >= 0 {
			c.loops[outer] |= c.loops[l]
		}
	}
}

// slot returns the slot for a region, false if there is none: the region may overlap others.
func (c *clobbers) slot(r Region) (int, bool) {
	r &^= regionFlags
	if r.Kind() == RegionAny {
		return 0, false
	}
	for i, s := range c.regions {
		if s == r {
			return i, true
		}
	}
	if len(c.regions) < maxSlots {
		c.regions = append(c.regions, r)
	}
	return len(c.regions) - 1, true
}

// writes returns the slots that v may write.
func (c *clobbers) writes(f *Func, v Value) slotSet {
	x := &f.values[v]
	switch {
	case x.op.IsCall():
		return allSlots
	case infos[x.op].Aux != AuxRegion:
		if x.op.Has(FlagWrite) {
			return allSlots
		}
		return 0
	}
	slot, ok := c.slot(Region(x.aux))
	switch {
	case !x.op.Has(FlagWrite):
		return 0
	case !ok:
		return allSlots
	}
	return 1 << slot
}

// accessAt is where an access is: behind base + of + plus, where of + plus may be a 32-bit sum. Without an index, of is 0.
type accessAt struct {
	base, of Value
	plus     uint32
	word     bool // of + plus is modulo 4 GiB
	from, to int64
}

func (f *Func) accessAt(v Value) (p accessAt, ok bool) {
	x := &f.values[v]
	size := int64(x.op.AccessBytes())
	if size == 0 || x.n > inlineArgs {
		return p, false
	}
	p = accessAt{base: x.args[0], from: x.imm, to: x.imm + size}
	if !hasIndex(f, v) {
		return p, true
	}
	p.of = x.args[1]
	if c := &f.values[p.of]; c.op == OpI64Const && uint64(c.imm) <= math.MaxUint32 {
		p.of, p.from, p.to = 0, p.from+c.imm, p.to+c.imm
	} else if of, plus, ok := f.sum32(p.of); ok {
		p.of, p.plus, p.word = of, plus, true
	}
	return p, true
}

// disjoint reports whether two accesses to one region cannot touch the same byte.
func (f *Func) disjoint(v, w Value) bool {
	p, ok := f.accessAt(v)
	q, ok2 := f.accessAt(w)
	if !ok || !ok2 || p.base != q.base || p.of != q.of || p.word != q.word {
		return false
	}
	apart := func(d int64) bool { return p.to+d <= q.from || q.to <= p.from+d }
	d := int64(p.plus - q.plus)
	return apart(d) && (d == 0 || apart(d-1<<32)) // a sum may have wrapped
}
