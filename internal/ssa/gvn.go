package ssa

import "slices"

// valueNumbering makes one value of those that compute the same, where one dominates the other.
//
// Requires: nothing. Provides: no copies; no two equal pure values of which one dominates the other; no load of what is known to be in memory, from a load or store
// in front of it.
//
// Two values are equal if operation, type, constants and arguments are. Operations without effects need no more. A division or a check that
// may trap did not, if an equal one came before. For a load, besides, the state of what it reads must be the same. Each part of the state
// (clobbers) has a number, a new one after each write. Where ways join, a number stays that all ways bring; and at the head of a loop that of the way in, if nothing in
// the loop writes that part.
//
// A store enters what it stored as if it were a load behind it. A load that finds nothing in the present state looks in the ones before, back to the
// first store that may have written what it reads.
//
// Blocks are visited down the dominator tree, those next to each other in reverse post-order, so that all ways to a join have been seen but for those round loops. A hash table has the values of the
// dominators; its entries are dropped on the way up.
type valueNumbering struct {
	heads   []uint32  // hash → the newest entry
	entries []gvEntry // a stack
	walk    []gvVisit

	clobbers
	now    [maxSlots]uint32 // the number of the present state of each slot
	states []gvState        // by number
	ends   []uint32         // per block and slot: the state at its end
	seen   []bool           // per block
}

type gvEntry struct {
	v     Value
	state uint32
	hash  uint32
	next  uint32
}

// gvState is the state of a slot: that before a store and what the store changed; or, without a store, anything.
type gvState struct {
	before uint32
	store  Value
}

// gvVisit is a block on the walk: to be entered, or with its entries to be dropped.
type gvVisit struct {
	b       Block
	leave   bool
	entries int
}

func (g *valueNumbering) run(f *Func) {
	size := 16
	for size < f.NumValues() {
		size *= 2
	}
	g.heads = sized(g.heads, size)
	clear(g.heads)
	g.clobbers.find(f)
	g.ends, g.seen = sized(g.ends, f.NumBlocks()*len(g.regions)), sized(g.seen, f.NumBlocks())
	clear(g.seen)
	g.entries, g.states = append(g.entries[:0], gvEntry{}), append(g.states[:0], gvState{})
	g.walk = append(g.walk[:0], gvVisit{b: Entry})
	for len(g.walk) > 0 {
		top := g.walk[len(g.walk)-1]
		g.walk = g.walk[:len(g.walk)-1]
		if top.leave {
			g.drop(top)
		} else {
			g.enter(f, top.b)
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
}

func (g *valueNumbering) enter(f *Func, b Block) {
	g.walk = append(g.walk, gvVisit{b: b, leave: true, entries: len(g.entries)})
	g.join(f, b)
	for v := f.First(b); v != 0; {
		next := f.Next(v)
		f.ResolveArgs(v)
		g.number(f, v)
		v = next
	}
	g.seen[b] = true
	copy(g.end(b), g.now[:])
	children := len(g.walk)
	f.DomChildren(b, func(c Block) { g.walk = append(g.walk, gvVisit{b: c}) })
	slices.Reverse(g.walk[children:]) // the last is visited first
}

// end are the states at the end of b.
func (g *valueNumbering) end(b Block) []uint32 {
	n := len(g.regions)
	return g.ends[int(b)*n:][:n]
}

// join finds the states at the start of b.
func (g *valueNumbering) join(f *Func, b Block) {
	lost := slotSet(0)
	if f.IsLoopHead(b) {
		lost = g.loops[f.LoopOf(b)]
	}
	first := true
	for e := f.Preds(b); e != 0; e = f.NextPred(e) {
		from := f.From(e)
		switch {
		case !g.seen[from] && (f.Dominates(b, from) || !f.Reachable(from)):
		case !g.seen[from]:
			lost = allSlots
		case first:
			copy(g.now[:], g.end(from))
			first = false
		default:
			for i, s := range g.end(from) {
				if s != g.now[i] {
					lost |= 1 << i
				}
			}
		}
	}
	if first {
		lost = allSlots
	}
	g.forget(lost)
}

// forget gives new numbers to the states of slots.
func (g *valueNumbering) forget(lost slotSet) {
	for i := range g.regions {
		if lost&(1<<i) != 0 {
			g.now[i] = g.newState(gvState{})
		}
	}
}

func (g *valueNumbering) newState(s gvState) uint32 {
	g.states = append(g.states, s)
	return uint32(len(g.states) - 1)
}

// write gives new numbers to the states that v may change, and enters what it stores.
func (g *valueNumbering) write(f *Func, v Value) {
	x := &f.values[v]
	slot, ok := 0, false
	if infos[x.op].Aux == AuxRegion {
		slot, ok = g.slot(Region(x.aux))
	}
	if !ok {
		g.forget(allSlots)
		return
	}
	g.now[slot] = g.newState(gvState{g.now[slot], v})
	if reload[x.op] != OpInvalid {
		load := stored(x)
		g.add(v, g.now[slot], load.hash(nil)^g.now[slot]*stateFactor)
	}
}

// reload is, by a store, the load that yields what was stored as it is.
var reload = [opCount]Op{
	OpI32Store: OpI32Load, OpI64Store: OpI64Load, OpF32Store: OpF32Load, OpF64Store: OpF64Load, OpRefStore: OpRefLoad, OpV128Store: OpV128Load,
}

// stored is the load of what the store x stored.
func stored(x *value) value {
	o := reload[x.op]
	load := value{op: o, typ: o.ResultType(), imm: x.imm, aux: x.aux, args: x.args, n: x.n - 1}
	load.args[load.n] = 0
	return load
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
	hash := f.values[v].hash(f)
	state := uint32(0)
	if e&FlagRead != 0 {
		slot, ok := 0, false
		if infos[o].Aux == AuxRegion {
			slot, ok = g.slot(Region(f.Aux(v)))
		}
		if !ok {
			return // it reads what no slot is for
		}
		state = g.now[slot]
	}
	if w := g.find(f, v, hash, state); w == 0 {
		g.add(v, state, hash^state*stateFactor)
	} else if f.Type(v) == TypeNone {
		f.Remove(v)
	} else {
		f.Become(v, w)
	}
}

// stateFactor spreads numbers of states over hashes.
const stateFactor = 0x9e3779b1

func (g *valueNumbering) add(v Value, state, hash uint32) {
	head := &g.heads[hash&uint32(len(g.heads)-1)]
	g.entries = append(g.entries, gvEntry{v, state, hash, *head})
	*head = uint32(len(g.entries) - 1)
}

// maxStatesBack is how many stores a load looks behind.
const maxStatesBack = 12

// find returns what is known to be equal to v in a state, or 0.
func (g *valueNumbering) find(f *Func, v Value, hash, state uint32) Value {
	for range maxStatesBack {
		h := hash ^ state*stateFactor
		for i := g.heads[h&uint32(len(g.heads)-1)]; i != 0; i = g.entries[i].next {
			w := &g.entries[i]
			if w.hash != h || w.state != state {
				continue
			}
			x := &f.values[w.v]
			if x.op.Has(FlagWrite) {
				if load := stored(x); f.equal(&load, &f.values[v]) {
					return x.args[load.n]
				}
			} else if f.equal(x, &f.values[v]) {
				return w.v
			}
		}
		s := g.states[state]
		if s.store == 0 || !f.disjoint(s.store, v) {
			break
		}
		state = s.before
	}
	return 0
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

// hash is equal for values that are. A value without a function has no more arguments than it has room for.
func (x *value) hash(f *Func) uint32 {
	h := uint64(x.op)<<8 ^ uint64(x.typ) ^ uint64(x.imm)*0x9e3779b97f4a7c15
	if x.n <= inlineArgs {
		h = (h ^ uint64(x.args[0]) ^ uint64(x.args[1])<<32) * 0xff51afd7ed558ccd
		h = (h ^ h>>29 ^ uint64(x.args[2])) * 0xc4ceb9fe1a85ec53
	} else {
		for _, a := range f.pool[x.args[0]:][:x.args[1]] {
			h = (h ^ h>>29 ^ uint64(a)) * 0xff51afd7ed558ccd
		}
	}
	return uint32(h>>32) ^ x.aux
}

// equal reports whether two values have the same operation, type, constants and arguments.
func (f *Func) equal(x, y *value) bool {
	if x.op != y.op || x.typ != y.typ || x.imm != y.imm || x.aux != y.aux || x.n != y.n {
		return false
	}
	if x.n <= inlineArgs {
		return x.args == y.args
	}
	return slices.Equal(f.pool[x.args[0]:][:x.args[1]], f.pool[y.args[0]:][:y.args[1]])
}
