package ssa

// valueNumbering makes one value of those that compute the same, where one dominates the other.
//
// Requires: nothing. Provides: no copies; no two equal pure values of which one dominates the other.
//
// Two values are equal if operation, type, constants and arguments are. Operations without effects need no more. A division or a check that
// may trap did not, if an equal one came before. A load is equal to one before it if nothing in between may have written its region: the
// state of each region has a number that takes part in the comparison, a new one after each write, and at the start of a block unless
// its only predecessor dominates it immediately. Blocks are visited down the dominator tree, with a hash table whose
// entries are dropped on the way up.
type valueNumbering struct {
	heads   []uint32  // hash → the newest entry
	entries []gvEntry // a stack
	walk    []gvVisit

	regions []Region // those met so far
	states  []uint32 // the number of the state of each, now
	last    uint32   // the highest number given to a state
	saved   []uint32 // states at the ends of blocks on the walk
}

type gvEntry struct {
	v     Value
	state uint32
	hash  uint32
	next  uint32
}

// gvVisit is a block on the walk: to be entered, or with its entries and states to be dropped.
type gvVisit struct {
	b       Block
	leave   bool
	entries int
	saved   int
	parent  int // where the states at the end of the dominator are in saved
	regions int // and how many
}

func (g *valueNumbering) run(f *Func) {
	size := 16
	for size < f.NumValues() {
		size *= 2
	}
	g.heads = sized(g.heads, size)
	clear(g.heads)
	g.entries = append(g.entries[:0], gvEntry{})
	g.regions, g.states, g.saved, g.last = g.regions[:0], g.states[:0], g.saved[:0], 0
	g.walk = append(g.walk[:0], gvVisit{b: Entry})
	for len(g.walk) > 0 {
		top := g.walk[len(g.walk)-1]
		g.walk = g.walk[:len(g.walk)-1]
		if top.leave {
			g.drop(top)
		} else {
			g.enter(f, top)
		}
	}
	f.ResolveCopies()
}

func (g *valueNumbering) drop(at gvVisit) {
	for len(g.entries) > at.entries {
		e := g.entries[len(g.entries)-1]
		g.heads[e.hash&uint32(len(g.heads)-1)] = e.next
		g.entries = g.entries[:len(g.entries)-1]
	}
	g.saved = g.saved[:at.saved]
}

func (g *valueNumbering) enter(f *Func, at gvVisit) {
	out := gvVisit{b: at.b, leave: true, entries: len(g.entries), saved: len(g.saved)}
	if f.NumPreds(at.b) == 1 && f.From(f.Preds(at.b)) == f.Idom(at.b) {
		copy(g.states, g.saved[at.parent:at.parent+at.regions])
		g.forget(at.regions)
	} else {
		g.forget(0)
	}
	for v := f.First(at.b); v != 0; {
		next := f.Next(v)
		f.ResolveArgs(v)
		g.number(f, v)
		v = next
	}
	place := len(g.saved)
	g.saved = append(g.saved, g.states...)
	g.walk = append(g.walk, out)
	f.DomChildren(at.b, func(c Block) {
		g.walk = append(g.walk, gvVisit{b: c, parent: place, regions: len(g.states)})
	})
}

// forget gives new numbers to the states of the regions from one on.
func (g *valueNumbering) forget(from int) {
	for i := from; i < len(g.states); i++ {
		g.last++
		g.states[i] = g.last
	}
}

// write gives new numbers to the states that v may change.
func (g *valueNumbering) write(f *Func, v Value) {
	if f.Op(v).IsCall() || f.Op(v).Info().Aux != AuxRegion {
		g.forget(0)
		return
	}
	r := Region(f.Aux(v))
	for i, s := range g.regions {
		if s.Overlaps(r) {
			g.last++
			g.states[i] = g.last
		}
	}
}

// state is the number of what a load reads.
func (g *valueNumbering) state(f *Func, v Value) uint32 {
	if f.Op(v).Info().Aux != AuxRegion {
		g.last++ // it reads what no region names
		return g.last
	}
	r := Region(f.Aux(v)) &^ regionFlags
	for i, s := range g.regions {
		if s == r {
			return g.states[i]
		}
	}
	g.last++
	g.regions, g.states = append(g.regions, r), append(g.states, g.last)
	return g.last
}

// number makes v a copy of an equal value, or removes it if it is a check, or enters it into the table.
func (g *valueNumbering) number(f *Func, v Value) {
	o := f.Op(v)
	e := f.Effects(v)
	if e&(FlagWrite|FlagCall) != 0 {
		g.write(f, v)
		return
	}
	if o.Has(FlagTerm|FlagPinned) || o == OpCopy {
		return
	}
	f.orderArgs(v)
	var state uint32
	if e&FlagRead != 0 {
		state = g.state(f, v)
	}
	hash := f.hash(v) ^ state*0x9e3779b1
	head := &g.heads[hash&uint32(len(g.heads)-1)]
	for i := *head; i != 0; i = g.entries[i].next {
		if w := g.entries[i]; w.hash == hash && w.state == state && f.equal(w.v, v) {
			if f.Type(v) == TypeNone {
				f.Remove(v)
			} else {
				f.Become(v, w.v)
			}
			return
		}
	}
	g.entries = append(g.entries, gvEntry{v, state, hash, *head})
	*head = uint32(len(g.entries) - 1)
}

// orderArgs puts the arguments of an operation that commutes into one order: constants last, and else the older value first.
func (f *Func) orderArgs(v Value) {
	x := &f.values[v]
	if !x.op.Has(FlagComm) {
		return
	}
	if a, b := x.args[0], x.args[1]; f.IsConst(a) == f.IsConst(b) && a > b || f.IsConst(a) && !f.IsConst(b) {
		x.args[0], x.args[1] = b, a
	}
}

// hash is equal for values that are.
func (f *Func) hash(v Value) uint32 {
	x := &f.values[v]
	h := uint64(x.op)<<8 ^ uint64(x.typ) ^ uint64(x.imm)*0x9e3779b97f4a7c15
	if x.n <= inlineArgs {
		h = (h ^ uint64(x.args[0]) ^ uint64(x.args[1])<<32) * 0xff51afd7ed558ccd
		h = (h ^ h>>29 ^ uint64(x.args[2])) * 0xc4ceb9fe1a85ec53
	} else {
		for _, a := range f.Args(v) {
			h = (h ^ h>>29 ^ uint64(a)) * 0xff51afd7ed558ccd
		}
	}
	return uint32(h>>32) ^ x.aux
}

// equal reports whether two values have the same operation, type, constants and arguments.
func (f *Func) equal(v, w Value) bool {
	x, y := &f.values[v], &f.values[w]
	if x.op != y.op || x.typ != y.typ || x.imm != y.imm || x.aux != y.aux || x.n != y.n {
		return false
	}
	if x.n <= inlineArgs {
		return x.args == y.args
	}
	a, b := f.Args(v), f.Args(w)
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
