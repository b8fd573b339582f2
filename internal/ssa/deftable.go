package ssa

// defTable is a hash table from a block and a variable to a value, emptied in constant time.
type defTable struct {
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

func (t *defTable) reset() {
	t.used = 0
	t.epoch++
	if t.slots == nil || t.epoch == 0 {
		t.slots, t.epoch = make([]defSlot, max(len(t.slots), 1<<8)), 1
	}
}

// slot returns the place of a key, or the empty one where it belongs.
func (t *defTable) slot(b Block, x Var) *defSlot {
	mask := uint32(len(t.slots) - 1)
	h := (uint32(b)*0x9e3779b1 ^ uint32(x)*0x85ebca6b)
	for i := h ^ h>>15; ; i++ {
		s := &t.slots[i&mask]
		if s.epoch != t.epoch || s.block == b && s.x == x {
			return s
		}
	}
}

func (t *defTable) get(b Block, x Var) Value {
	if s := t.slot(b, x); s.epoch == t.epoch {
		return s.v
	}
	return 0
}

func (t *defTable) put(b Block, x Var, v Value) {
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
