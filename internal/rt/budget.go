package rt

import "sync/atomic"

// Budget is what the memories, or the tables, of one instance may take together, so that a guest with many of them gets no more than one
// with a single one. Memories and tables never shrink, so nothing is given back.
type Budget struct {
	total uint64
	taken atomic.Uint64
}

// NewBudget returns a budget of so many bytes or elements.
func NewBudget(total uint64) *Budget { return &Budget{total: total} }

// take takes n, or nothing if there is less. Shared memories of one instance grow on several goroutines.
func (b *Budget) take(n uint64) bool {
	for {
		taken := b.taken.Load()
		if n > b.total-taken {
			return false
		}
		if b.taken.CompareAndSwap(taken, taken+n) {
			return true
		}
	}
}

// put undoes a take of n that came to nothing.
func (b *Budget) put(n uint64) { b.taken.Add(-n) }

// left returns what can still be taken.
func (b *Budget) left() uint64 { return b.total - b.taken.Load() }
