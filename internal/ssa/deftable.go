package ssa

// defTable maps a block and a variable to a value. As long as blocks times variables are not too many, it has a row of variables for each block, which
// is as fast as it gets: large functions look up each variable in nearly each block. Beyond that it is a hash table.
type defTable struct {
	rows   []Value // row of each block, as far as there are any
	vars   int     // length of a row
	hashed bool

	slots []defSlot
	used  int
	epoch uint32 // a slot of another epoch is empty
}

type defSlot struct {
	block Block
	x     Var
	v     Value
	epoch uint32
}

// maxRows is how many places rows may have in all.
const maxRows = 1 << 22

func (t *defTable) reset() {
	t.rows, t.vars, t.hashed = t.rows[:0], 0, false
}

func (t *defTable) get(b Block, x Var) Value {
	if t.hashed {
		if s := t.slot(b, x); s.epoch == t.epoch {
			return s.v
		}
		return 0
	}
	if i := int(b)*t.vars + int(x); i < len(t.rows) && int(x) < t.vars {
		return t.rows[i]
	}
	return 0
}

// put makes v the value of a variable in a block. There are vars variables by now.
func (t *defTable) put(b Block, x Var, v Value, vars int) {
	if !t.hashed {
		if vars != t.vars {
			t.widen(vars)
		}
		i := int(b)*vars + int(x)
		if i < len(t.rows) || t.lengthen((int(b)+1)*vars) {
			t.rows[i] = v
			return
		}
		t.scatter()
	}
	t.putSlot(b, x, v)
}

// widen makes all rows longer.
func (t *defTable) widen(vars int) {
	old, was := t.rows, t.vars
	t.vars = vars
	if len(old) == 0 {
		return
	}
	t.rows = make([]Value, len(old)/was*vars)
	for i := 0; i < len(old); i += was {
		copy(t.rows[i/was*vars:], old[i:i+was])
	}
}

// lengthen makes rows for n places, unless they are too many.
func (t *defTable) lengthen(n int) bool {
	if n > maxRows {
		return false
	}
	if n <= cap(t.rows) {
		clear(t.rows[len(t.rows):n])
		t.rows = t.rows[:n]
	} else {
		rows := make([]Value, n, 2*n)
		copy(rows, t.rows)
		t.rows = rows
	}
	return true
}

// scatter enters everything into the hash table.
func (t *defTable) scatter() {
	t.hashed, t.used = true, 0
	t.epoch++
	if t.slots == nil || t.epoch == 0 {
		t.slots, t.epoch = make([]defSlot, max(len(t.slots), 1<<8)), 1
	}
	for i, v := range t.rows {
		if v != 0 {
			t.putSlot(Block(i/t.vars), Var(i%t.vars), v)
		}
	}
}

// slot returns the place of a key, or the empty one where it belongs.
func (t *defTable) slot(b Block, x Var) *defSlot {
	mask := uint32(len(t.slots) - 1)
	for i := uint32((uint64(b)<<32 | uint64(x)) * 0x9e3779b97f4a7c15 >> 32); ; i++ {
		s := &t.slots[i&mask]
		if s.epoch != t.epoch || s.block == b && s.x == x {
			return s
		}
	}
}

func (t *defTable) putSlot(b Block, x Var, v Value) {
	s := t.slot(b, x)
	if s.epoch != t.epoch {
		if t.used++; t.used*4 > len(t.slots)*3 {
			t.grow()
			s = t.slot(b, x)
		}
	}
	*s = defSlot{b, x, v, t.epoch}
}

func (t *defTable) grow() {
	old := t.slots
	t.slots = make([]defSlot, 2*len(old))
	for _, o := range old {
		if o.epoch == t.epoch {
			*t.slot(o.block, o.x) = o
		}
	}
}
