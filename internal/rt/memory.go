package rt

import (
	"errors"
	"sync"
	"sync/atomic"

	"github.com/weft-wasm/weft/internal/wasm"
)

// PageSize is the size of a WebAssembly page in bytes.
const PageSize = 1 << 16

// MaxPages32 is the most pages a memory with 32-bit addresses can have.
const MaxPages32 = 1 << 16

// Memory is a linear memory (spec 4.2.8).
type Memory struct {
	typ    wasm.MemType
	limit  uint64 // the most pages it may grow to, by its type and the engine's limits
	budget *Budget

	// view is the accessible part. Only grow replaces it, under mu; a shared memory grows while others read it. The descriptor is the same for
	// generated code: where that runs, the base does not change.
	view       atomic.Pointer[[]byte]
	first      []byte // what it shows at first
	descriptor memoryDescriptor

	mu   sync.Mutex
	res  *reservation
	pool *pool // where the reservation goes, nil for the system
	uses int   // stores and hosts that hold it, under mu; the memory is given back when there are none
}

// memoryDescriptor is a memory as package abi lays it out.
type memoryDescriptor struct {
	base   uintptr
	length atomic.Uint64
}

// noBytes is what a memory shows that is given back.
var noBytes []byte

// show makes bytes the accessible part.
func (m *Memory) show(bytes []byte) {
	m.view.Store(&bytes)
	m.descriptor.length.Store(uint64(len(bytes)))
}

// NewMemory makes a memory of the type's minimum size, filled with zeros, whose bytes are taken from the budget. It is held once.
func NewMemory(t wasm.MemType, budget *Budget) (*Memory, error) {
	m := new(Memory)
	if err := m.init(t, budget, nil, nil); err != nil {
		return nil, err
	}
	return m, nil
}

// init makes a memory as NewMemory does, with some contents; nil for zeros. With a pool, which is for memories of this type and contents, it gets a
// slot.
func (m *Memory) init(t wasm.MemType, budget *Budget, c *contents, p *pool) error {
	limit := budget.total / PageSize
	if !t.Is64 {
		// The last page is for those only that ask for it at once: of all others generated code may assume that they end before it (ssa.MemoryRoom).
		limit = min(limit, max(t.Min, MaxPages32-1))
	}
	if t.HasMax {
		limit = min(limit, t.Max)
	}
	if t.Min > limit {
		return &LimitError{What: "memory", Have: t.Min, Limit: budget.total / PageSize, Unit: "pages"}
	}
	left := budget.left()
	if ok, err := budget.take(t.Min * PageSize); err != nil {
		return err
	} else if !ok {
		have := (budget.total-left)/PageSize + t.Min
		return &LimitError{What: "instance with memories", Have: have, Limit: budget.total / PageSize, Unit: "pages"}
	}
	m.typ, m.limit, m.budget, m.uses = t, limit, budget, 1
	m.pool = p
	if p != nil {
		m.res = p.take()
	}
	if m.res != nil {
		m.first = m.res.bytes(t.Min * PageSize)
	} else if err := m.reserve(c); err != nil {
		budget.put(t.Min * PageSize)
		return err
	}
	m.descriptor.base = m.res.base()
	m.view.Store(&m.first)
	m.descriptor.length.Store(uint64(len(m.first)))
	return nil
}

// reserve takes a new reservation with the contents.
func (m *Memory) reserve(c *contents) (err error) {
	m.res = new(reservation)
	if m.pool != nil {
		m.res.annex, c = m.pool.annex, m.pool.contents
	}
	m.first, err = m.res.reserve(m.typ.Min*PageSize, m.limit*PageSize, m.typ)
	switch {
	case err != nil || c == nil:
	case m.pool != nil:
		m.res.place(m.res.accessible(len(m.first)), c)
	default:
		c.fill(m.first, 0)
	}
	if err == nil && m.pool != nil {
		m.pool.slots.Counters.Add(CountSlotsMade, 1)
	}
	return err
}

// inherit makes the context of the instance that defines the memory, in the place of the one that had the slot before.
func (m *Memory) inherit(template []uint64) machineContext {
	if m.pool == nil || m.res.words == nil {
		return newMachineContext(template)
	}
	c := machineContext{m.res.words}
	m.res.words = nil
	copy(c.words, template)
	return c
}

// bequeath leaves the context to the next instance in the slot. Nothing uses it any more.
func (m *Memory) bequeath(c machineContext) {
	if m.pool != nil && m.res != nil {
		m.res.words = c.words
	}
}

// table is the elements that lie in front of the memory of a table that the module defines; nil if they do not.
func (m *Memory) table(own int) []Ref {
	if m.pool == nil || m.pool.annex == 0 {
		return nil
	}
	s := m.pool.tables[own]
	return refsIn(m.res.accessible(0)[s.from:s.to:s.to])
}

// Type returns the memory's type with its present size as the minimum (spec 4.2.8 matches imports against that).
func (m *Memory) Type() wasm.MemType {
	t := m.typ
	t.Min = m.Pages()
	return t
}

// Bytes returns the accessible part of the memory.
func (m *Memory) Bytes() []byte { return *m.view.Load() }

// Pages returns the size in pages.
func (m *Memory) Pages() uint64 { return uint64(len(m.Bytes())) / PageSize }

// Grow adds pages of zeros and returns the previous size in pages (spec 4.6.10). It fails, and changes nothing, beyond
// the limit and when the system has no more memory.
func (m *Memory) Grow(delta uint64) (previous uint64, ok bool) {
	previous, err := m.TryGrow(delta)
	return previous, err == nil
}

var errNoRoom = errors.New("weft: there is no more room")

// TryGrow is Grow that returns the *LimitError of a quota, or another error.
func (m *Memory) TryGrow(delta uint64) (previous uint64, err error) {
	if previous = m.Pages(); delta > m.limit-previous {
		return previous, errNoRoom
	}
	if delta > 0 {
		// Whoever is asked for the quota may take its time.
		if ok, err := m.budget.take(delta * PageSize); err != nil {
			return previous, err
		} else if !ok {
			return previous, errNoRoom
		}
	}
	if previous, err = m.extend(delta); err != nil && delta > 0 {
		m.budget.put(delta * PageSize)
	}
	return previous, err
}

// extend adds pages that are paid for.
func (m *Memory) extend(delta uint64) (previous uint64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	old := m.Bytes()
	previous = uint64(len(old)) / PageSize
	if delta > m.limit-previous || m.uses == 0 {
		return previous, errNoRoom
	}
	if delta == 0 {
		return previous, nil
	}
	bytes, err := m.res.grow(old, (previous+delta)*PageSize)
	if err == nil {
		m.show(bytes)
	}
	return previous, err
}

// Limit returns the most pages that the memory may have, by its type, the engine's limits and what the instance's other memories took.
func (m *Memory) Limit() uint64 { return min(m.limit, m.Pages()+m.budget.left()/PageSize) }

// Retain holds the memory once more. It fails if the memory has been given back already.
func (m *Memory) Retain() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.uses == 0 {
		return false
	}
	m.uses++
	return true
}

// held reports whether the memory is held so many times.
func (m *Memory) held(times int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.uses == times
}

// restart puts the memory back to its first size and contents. In a slot it stays where it is.
func (m *Memory) restart(c *contents, size uint64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.pool != nil {
		if err := m.res.reset(m.pool.contents, m.pool.annex+uint64(len(m.Bytes())), m.pool.annex+size, maxKept); err != nil {
			return err
		}
		m.show(m.res.bytes(size))
		return nil
	}
	fresh := new(reservation)
	bytes, err := fresh.reserve(size, m.limit*PageSize, m.typ)
	if err != nil {
		return err
	}
	if c != nil {
		c.fill(bytes, 0)
	}
	m.res.free()
	m.res, m.descriptor.base = fresh, fresh.base()
	m.show(bytes)
	return nil
}

// Release gives up one hold. The last one gives the memory back to the system: it is empty from then on.
func (m *Memory) Release() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.uses--; m.uses > 0 {
		return
	}
	size := uint64(len(m.Bytes()))
	m.view.Store(&noBytes)
	m.descriptor.length.Store(0)
	m.budget.put(size)
	if m.pool != nil {
		m.pool.give(m.res, size)
	} else {
		m.res.free()
	}
	m.res = nil
}
