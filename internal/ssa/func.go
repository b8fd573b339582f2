package ssa

// Value is the number of a value in its function; 0 is no value.
type Value uint32

// Func is one function: tables of values, blocks and edges, indexed by their numbers. It has no pointers into itself, so a worker
// keeps one Func and calls Reset between functions. It is not safe for concurrent use.
type Func struct {
	Name  string
	Index uint32 // of the function among those of its module, by which WEFTDEBUG tells it from others; no pass looks at it
	Sig   Sig

	values []value
	links  []link
	blocks []block
	edges  []edge
	pool   []Value // lists of arguments: those of values with more than three, those of edges, and the parameters of blocks
	sigs   []Sig
	copies int // how many copies were made since ResolveCopies

	order analysis
}

// value is the hot part of a value.
type value struct {
	imm  int64
	args [inlineArgs]Value // the arguments; or, if there are more, their place in the pool and their number
	aux  uint32
	pos  uint32
	op   Op
	typ  Type
	n    uint8 // the number of arguments, or argsInPool
}

const (
	inlineArgs = 3
	argsInPool = 255
)

// link is the place of a value: its block and its neighbours there; and how often it is used.
type link struct {
	prev, next Value
	block      Block
	uses       uint32
}

// NewFunc returns an empty function.
func NewFunc(name string, sig Sig) *Func {
	f := new(Func)
	f.Reset(name, sig)
	return f
}

// Reset makes f an empty function and keeps its memory for reuse.
func (f *Func) Reset(name string, sig Sig) {
	f.Name, f.Index, f.Sig = name, 0, sig
	f.values = append(f.values[:0], value{})
	f.links = append(f.links[:0], link{})
	f.blocks = append(f.blocks[:0], block{})
	f.edges = append(f.edges[:0], edge{})
	f.pool = append(f.pool[:0], 0)
	f.sigs = f.sigs[:0]
	f.copies = 0
	f.order.reset()
}

// NumValues is one more than the highest number of a value: the length of a table indexed by values.
func (f *Func) NumValues() int { return len(f.values) }

// Op returns the operation of v, OpInvalid if it was removed.
func (f *Func) Op(v Value) Op { return f.values[v].op }

// Type returns the type of v.
func (f *Func) Type(v Value) Type { return f.values[v].typ }

// Imm returns the constant of v; what it means is told by the operation's [ImmKind].
func (f *Func) Imm(v Value) int64 { return f.values[v].imm }

// Aux returns the second constant of v; what it means is told by the operation's [AuxKind].
func (f *Func) Aux(v Value) uint32 { return f.values[v].aux }

// Pos returns the position of v in the source, 0 if it has none.
func (f *Func) Pos(v Value) uint32 { return f.values[v].pos }

// BlockOf returns the block that v is in, 0 if it is in none.
func (f *Func) BlockOf(v Value) Block { return f.links[v].block }

// Next returns the value behind v in its block, 0 at the end.
func (f *Func) Next(v Value) Value { return f.links[v].next }

// Prev returns the value in front of v in its block, 0 at the start.
func (f *Func) Prev(v Value) Value { return f.links[v].prev }

// Uses returns how often v is an argument of a value or an edge.
func (f *Func) Uses(v Value) int { return int(f.links[v].uses) }

// SetImm sets the constant of v.
func (f *Func) SetImm(v Value, imm int64) { f.values[v].imm = imm }

// SetAux sets the second constant of v.
func (f *Func) SetAux(v Value, aux uint32) { f.values[v].aux = aux }

// SetPos sets the position of v.
func (f *Func) SetPos(v Value, pos uint32) { f.values[v].pos = pos }

// NumArgs returns the number of arguments of v.
func (f *Func) NumArgs(v Value) int {
	if n := f.values[v].n; n != argsInPool {
		return int(n)
	}
	return int(f.values[v].args[1])
}

// Args returns the arguments of v. The slice is the function's own: it is valid until the next value is made, and written only by SetArg.
func (f *Func) Args(v Value) []Value {
	x := &f.values[v]
	if x.n != argsInPool {
		return x.args[:x.n]
	}
	return f.pool[x.args[0]:][:x.args[1]]
}

// Arg returns argument i of v.
func (f *Func) Arg(v Value, i int) Value { return f.Args(v)[i] }

// SetArg replaces argument i of v.
func (f *Func) SetArg(v Value, i int, arg Value) {
	p := &f.Args(v)[i]
	f.links[*p].uses--
	f.links[arg].uses++
	*p = arg
}

// NewValue makes a value that is in no block yet.
func (f *Func) NewValue(o Op, t Type, args ...Value) Value {
	v := Value(len(f.values))
	f.values = append(f.values, value{op: o, typ: t})
	f.links = append(f.links, link{})
	f.setArgs(v, args)
	f.countCopy(o)
	return v
}

// setArgs gives arguments to v, which has none.
func (f *Func) setArgs(v Value, args []Value) {
	for _, a := range args {
		f.links[a].uses++
	}
	x := &f.values[v]
	if len(args) <= inlineArgs {
		copy(x.args[:], args)
		x.n = uint8(len(args))
		return
	}
	x.n = argsInPool
	x.args[0], x.args[1] = Value(len(f.pool)), Value(len(args))
	f.pool = append(f.pool, args...)
}

func (f *Func) dropArgs(v Value) {
	for _, a := range f.Args(v) {
		f.links[a].uses--
	}
	x := &f.values[v]
	x.n, x.args = 0, [inlineArgs]Value{}
}

// Rewrite makes v another operation with other arguments, which may be its own; its type, position, place and users stay. Imm and Aux
// become 0.
func (f *Func) Rewrite(v Value, o Op, args ...Value) {
	var kept [inlineArgs]Value
	args = append(kept[:0], args...)
	f.dropArgs(v)
	x := &f.values[v]
	x.op, x.imm, x.aux = o, 0, 0
	f.setArgs(v, args)
	f.countCopy(o)
}

func (f *Func) countCopy(o Op) {
	if o == OpCopy {
		f.copies++
	}
}

// Become makes v a copy of w, so that all users of v use w once copies are resolved.
func (f *Func) Become(v, w Value) { f.Rewrite(v, OpCopy, w) }

// Resolve follows copies: it returns the value that v stands for.
func (f *Func) Resolve(v Value) Value {
	if f.values[v].op != OpCopy {
		return v
	}
	return f.resolveCopy(v)
}

// resolveCopy makes each second copy on its way one of what the next one is of, so that long chains are not followed from each of their ends.
func (f *Func) resolveCopy(v Value) Value {
	for f.values[v].op == OpCopy {
		if w := f.values[v].args[0]; f.values[w].op == OpCopy {
			f.SetArg(v, 0, f.values[w].args[0])
		}
		v = f.values[v].args[0]
	}
	return v
}

// Append puts v at the end of b.
func (f *Func) Append(b Block, v Value) {
	f.place(b, f.blocks[b].last, v, 0)
}

// InsertBefore puts v in front of at.
func (f *Func) InsertBefore(at, v Value) {
	f.place(f.links[at].block, f.links[at].prev, v, at)
}

// InsertAfter puts v behind at.
func (f *Func) InsertAfter(at, v Value) {
	f.place(f.links[at].block, at, v, f.links[at].next)
}

// InsertFirst puts v at the start of b.
func (f *Func) InsertFirst(b Block, v Value) {
	f.place(b, 0, v, f.blocks[b].first)
}

func (f *Func) place(b Block, prev, v, next Value) {
	l := &f.links[v]
	l.block, l.prev, l.next = b, prev, next
	if prev != 0 {
		f.links[prev].next = v
	} else {
		f.blocks[b].first = v
	}
	if next != 0 {
		f.links[next].prev = v
	} else {
		f.blocks[b].last = v
	}
}

// Unlink takes v out of its block; it can be inserted again.
func (f *Func) Unlink(v Value) {
	l := &f.links[v]
	if l.prev != 0 {
		f.links[l.prev].next = l.next
	} else {
		f.blocks[l.block].first = l.next
	}
	if l.next != 0 {
		f.links[l.next].prev = l.prev
	} else {
		f.blocks[l.block].last = l.prev
	}
	l.prev, l.next, l.block = 0, 0, 0
}

// Remove takes v out of its block for good. Nothing may use it.
func (f *Func) Remove(v Value) {
	f.Unlink(v)
	f.dropArgs(v)
	f.values[v] = value{}
}

// AddSig returns the number of a signature of calls in f.
func (f *Func) AddSig(s Sig) int64 {
	for i := range f.sigs {
		if f.sigs[i].equal(&s) {
			return int64(i)
		}
	}
	f.sigs = append(f.sigs, s)
	return int64(len(f.sigs) - 1)
}

// CallSig returns the signature of the call v.
func (f *Func) CallSig(v Value) *Sig { return &f.sigs[f.values[v].imm] }
