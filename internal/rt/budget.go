package rt

import "sync/atomic"

// Budget is what the memories, or the tables, of one instance may take together, so that a guest with many of them gets no more than one
// with a single one, and within the quota that the instance belongs to. Memories and tables never shrink but by a reset.
type Budget struct {
	total    uint64
	taken    atomic.Uint64
	quota    *Quota // nil for none
	resource Resource
}

// NewBudget returns a budget of so many bytes or elements.
func NewBudget(total uint64) *Budget { return &Budget{total: total} }

// take takes n, or nothing if there is less: then it reports false, or returns the error of the quota. Shared memories of one instance grow on
// several goroutines. No lock must be held.
func (b *Budget) take(n uint64) (ok bool, err error) {
	for {
		taken := b.taken.Load()
		if n > b.total-taken {
			return false, nil
		}
		if b.taken.CompareAndSwap(taken, taken+n) {
			break
		}
	}
	if b.quota == nil {
		return true, nil
	}
	granted := false
	defer func() {
		if !granted {
			b.taken.Add(-n)
		}
	}()
	if err := b.quota.Take(b.resource, n); err != nil {
		return false, err
	}
	granted = true
	return true, nil
}

// put gives back n that were taken.
func (b *Budget) put(n uint64) {
	b.taken.Add(-n)
	if b.quota != nil {
		b.quota.Put(b.resource, n)
	}
}

// left returns what can still be taken, but for the quota.
func (b *Budget) left() uint64 { return b.total - b.taken.Load() }
