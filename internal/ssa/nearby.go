package ssa

import "math"

// nearby makes accesses to linear memory relative to ones that came before.
//
// A 32-bit address is computed modulo 4 GiB and then extended, so a constant that is added to it cannot just go into the Imm of the access: the sum
// might wrap. But when p was accessed, p is an offset in the memory, which ends MemoryRoom bytes before 4 GiB. Hence p + c does not wrap behind that
// access, as long as c is no more than the room:
//
//	v2 = i64.extend_i32_u v1
//	v3 = i32.load v0 v2 memory[0]                 v3 = i32.load v0 v2 memory[0]
//	v4 = i32.const 20                        →
//	v5 = i32.add v1 v4
//	v6 = i64.extend_i32_u v5
//	v7 = i32.load v0 v6 memory[0]                 v7 = i32.load v0 v2 +20 memory[0]
//
// The same holds for two sums of one value, p + c and p + d with d above c, as offsets from a stack pointer are.
//
// Requires: nothing moves behind it that may trap. Provides: no copies; the sums are dead, unless something else uses them; those that are used otherwise too
// are left alone.
//
// Blocks are visited down the dominator tree, with the accesses that came before at hand; each is found by the value its address is a sum of.
type nearby struct {
	first []uint32 // per value: the newest of the accesses to a sum of it
	known []accessed
	walk  []nearVisit
}

// accessed is an address that was accessed: the sum of a value and a constant.
type accessed struct {
	of       Value
	plus     uint32
	extended Value  // the address as an i64
	reach    uint64 // what may be added to extended so that the address does not wrap
	next     uint32
}

// nearVisit is a block to be entered, or one to be left, with what was known in front of it.
type nearVisit struct {
	b     Block
	leave bool
	known int
}

func (n *nearby) run(f *Func) {
	n.first = sized(n.first, f.NumValues())
	clear(n.first)
	n.known = append(n.known[:0], accessed{})
	n.walk = append(n.walk[:0], nearVisit{b: Entry})
	for len(n.walk) > 0 {
		top := n.walk[len(n.walk)-1]
		n.walk = n.walk[:len(n.walk)-1]
		if top.leave {
			n.forget(top.known)
			continue
		}
		n.walk = append(n.walk, nearVisit{top.b, true, len(n.known)})
		for v := f.First(top.b); v != 0; v = f.Next(v) {
			if infos[f.Op(v)].Aux == AuxRegion {
				n.access(f, v)
			}
		}
		f.DomChildren(top.b, func(c Block) { n.walk = append(n.walk, nearVisit{b: c}) })
	}
}

// forget drops what became known behind a point.
func (n *nearby) forget(known int) {
	for i := len(n.known) - 1; i >= known; i-- {
		n.first[n.known[i].of] = n.known[i].next
	}
	n.known = n.known[:known]
}

// maxNear is how many accesses to sums of one value are looked at.
const maxNear = 16

// access makes v relative to an access in front of it, or else remembers it for those behind.
func (n *nearby) access(f *Func, v Value) {
	r := Region(f.Aux(v))
	if r.Kind() != RegionMemory || r&RegionVast != 0 || f.Imm(v) < 0 || !hasIndex(f, v) {
		return
	}
	index := f.Arg(v, 1)
	of, plus, ok := f.sum32(index)
	if !ok {
		return
	}
	proven := accessed{of, plus, index, uint64(f.Imm(v)) + MemoryRoom, 0}
	for i, tries := n.first[of], 0; i != 0 && tries < maxNear; i, tries = n.known[i].next, tries+1 {
		k := n.known[i]
		distance := uint64(plus - k.plus)
		if distance > k.reach {
			continue
		}
		if imm := f.Imm(v) + int64(distance); index != k.extended && f.endsWith(index) && imm <= math.MaxInt32 {
			f.SetArg(v, 1, k.extended)
			f.SetImm(v, imm)
		}
		if proven.reach += distance; proven.reach <= k.reach {
			return
		}
		proven.plus, proven.extended = k.plus, k.extended
		break
	}
	proven.next = n.first[of]
	n.first[of] = uint32(len(n.known))
	n.known = append(n.known, proven)
}

// hasIndex reports whether the access v has an index besides its base.
func hasIndex(f *Func, v Value) bool { return f.NumArgs(v) == len(infos[f.Op(v)].Params) }

// sum32 takes apart an i64 that is an i32, extended: as a value plus a constant, modulo 4 GiB.
func (f *Func) sum32(v Value) (of Value, plus uint32, ok bool) {
	x := &f.values[v]
	switch {
	case x.op == OpI64ExtendI32U:
	case x.op == OpI64And && f.values[x.args[1]].op == OpI64Const && f.values[x.args[1]].imm == math.MaxUint32:
	default:
		return 0, 0, false
	}
	of = x.args[0]
	if y := &f.values[of]; (y.op == OpI32Add || y.op == OpI64Add) && f.IsConst(y.args[1]) {
		return y.args[0], uint32(f.values[y.args[1]].imm), true
	}
	return of, 0, true
}

// endsWith reports whether the sum that index extends is used for nothing else, so that it need not be computed if index is not used.
func (f *Func) endsWith(index Value) bool {
	sum := f.values[index].args[0]
	return f.links[sum].uses == 1 && f.values[sum].op != OpParam
}
