package rt

import (
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// A slot is a reservation that instances of one module have one after the other as their memory, with their tables in front of it. Its contents are mapped once; between two
// instances it is put back to them, which costs as much as the first one has changed. Where reservations cannot be put back (canReset), there
// are no slots: each memory is made and given back by itself.
//
// Invariants: a slot that is taken is as it was when it was made, and holds nothing of any guest. A slot that cannot be put back is given to the system. What
// outlives an instance in the hands of the host, its Memory, is empty when the slot goes to the next one.

// Slots keeps the idle slots of an engine within limits.
type Slots struct {
	most  int   // idle slots
	bytes int64 // that idle slots may keep resident beyond what they share

	idle, resident atomic.Int64 // what shelves have noted
	clock          atomic.Int64
	mu             sync.Mutex
	pools          map[*pool]bool

	Counters *Counters // of slots made and freed; nil for none. It is set before the first slot is made
}

// NewSlots returns an empty set of slots, of which at most so many are idle and these keep at most so many bytes.
func NewSlots(most int, bytes int64) *Slots {
	return &Slots{most: most, bytes: bytes, pools: map[*pool]bool{}}
}

// Idle is how many slots wait for an instance.
func (s *Slots) Idle() int {
	idle, _ := s.count()
	return idle
}

// Resident is how many bytes idle slots have that they share with nothing.
func (s *Slots) Resident() int64 {
	_, bytes := s.count()
	return bytes
}

func (s *Slots) count() (idle int, bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for p := range s.pools {
		for _, x := range p.all() {
			x.mu.Lock()
			idle, bytes = idle+x.len(), bytes+x.bytes
			x.mu.Unlock()
		}
	}
	return idle, bytes
}

// free gives a slot to the system.
func (s *Slots) free(r *reservation) {
	s.Counters.Add(CountSlotsFreed, 1)
	r.free()
}

// pool has the idle slots of one memory of a module.
type pool struct {
	slots    *Slots
	contents *contents    // of the accessible part of a slot: annex and memory
	size     uint64       // of the memory at first, in bytes
	annex    uint64       // bytes in front of it, where tables lie
	tables   []span       // of the module's tables, those in the annex
	used     atomic.Int64 // by the clock of slots

	// Idle slots lie on shelves. A processor finds the one that it had last, so that those that make instances at the same time have nothing in common.
	hints sync.Pool // of *shelf

	mu      sync.Mutex
	shelves []*shelf // no more than processors
	next    int      // of shelves, for who has no hint
	closed  bool     // slots are given to the system
}

// span is a range of a slot, in bytes.
type span struct{ from, to uint64 }

// take returns an idle slot, or nil. It prefers those that this processor gave last, whose pages are the likeliest to be near.
func (p *pool) take() *reservation {
	x := p.shelf()
	r, more := x.take(p)
	p.hints.Put(x)
	if r == nil {
		p.slots.clock.Add(1)
		if !more {
			r = p.takeAny()
		}
	}
	if now := p.slots.clock.Load(); now != p.used.Load() {
		p.used.Store(now)
	}
	return r
}

// takeAny returns a slot of the fullest shelf, if there is any: one with few slots is likely to need them again.
func (p *pool) takeAny() *reservation {
	var fullest *shelf
	most := 0
	for _, x := range p.all() {
		if n := x.count(); n > most {
			fullest, most = x, n
		}
	}
	if fullest == nil {
		return nil
	}
	return fullest.takeAny(p)
}

// give puts back a slot whose memory has grown to size.
func (p *pool) give(r *reservation, size uint64) {
	keep := p.keep()
	later := r.putBack(p.contents, p.annex+size, p.annex+p.size, keep)
	if !later && r.reset(p.contents, p.annex+size, p.annex+p.size, keep) != nil {
		p.slots.free(r)
		return
	}
	x := p.shelf()
	kept := x.put(p.slots, r, later)
	p.hints.Put(x)
	if !kept {
		p.slots.free(r)
	} else if p.slots.idle.Load() > int64(p.slots.most) {
		p.slots.evict()
	}
}

// keep is how many bytes of a slot may stay resident.
func (p *pool) keep() int {
	return int(min(maxKept, max(p.slots.bytes-p.slots.resident.Load(), 0)))
}

// shelf returns a shelf, which others may use as well.
func (p *pool) shelf() *shelf {
	if x, ok := p.hints.Get().(*shelf); ok {
		return x
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.shelves) < runtime.GOMAXPROCS(0) {
		x := &shelf{closed: p.closed}
		p.shelves = append(p.shelves, x)
		return x
	}
	p.next++
	return p.shelves[p.next%len(p.shelves)]
}

// all returns the shelves.
func (p *pool) all() []*shelf {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clip(p.shelves)
}

// evict gives a slot of the module that has waited longest to the system.
func (s *Slots) evict() {
	s.clock.Add(1)
	s.mu.Lock()
	var oldest *pool
	for p := range s.pools {
		if (oldest == nil || p.used.Load() < oldest.used.Load()) && !p.empty() {
			oldest = p
		}
	}
	s.mu.Unlock()
	if oldest == nil {
		return
	}
	if r := oldest.takeAny(); r != nil {
		s.free(r)
	}
}

func (p *pool) empty() bool {
	for _, x := range p.all() {
		if x.count() > 0 {
			return false
		}
	}
	return true
}

// close gives the idle slots to the system, and those that come back later.
func (p *pool) close() {
	p.slots.mu.Lock()
	delete(p.slots.pools, p)
	p.slots.mu.Unlock()
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	for _, x := range p.all() {
		for _, r := range x.close(p.slots) {
			p.slots.free(r)
		}
	}
}

// maxKept is how many bytes of an idle slot's own stay resident. To copy or clear a page takes less time than to fault it in again, until they
// are so many that most would not have been needed.
const maxKept = 256 << 10

// hasSlots reports whether instances have a memory that the module defines in slots.
func (m *Module) hasSlots(s *initial, own int) bool {
	t := &m.Mems[own]
	return canReset && m.Slots != nil && m.initialBytes(s, own) > 0 && !t.Limits.Is64 && !t.Shared
}

// newPool makes the pool of a memory. The slots of the first one have the module's tables in front of it, if those begin with stubs.
func (m *Module) newPool(s *initial, own int, parts []part) *pool {
	p := &pool{slots: m.Slots, size: uint64(m.initialBytes(s, own))}
	if own == 0 && s.stubs != nil {
		parts = p.addTables(m, s, parts)
	}
	p.contents = newContents(parts)
	p.slots.mu.Lock()
	p.slots.pools[p] = true
	p.slots.mu.Unlock()
	return p
}

// addTables lays out tables in front of the memory whose contents have parts, and returns the parts of all.
func (p *pool) addTables(m *Module, s *initial, parts []part) []part {
	all := make([]part, 0, len(m.Tables)+len(parts))
	at := uint64(0)
	for i := range m.Tables {
		size := min(s.sizes[i], m.Limits.TableElements) * refBytes
		p.tables = append(p.tables, span{at, at + size})
		if b := s.stubs.bytes(i); len(b) > 0 {
			all = append(all, part{at, b})
		}
		at += size
	}
	page := uint64(os.Getpagesize())
	p.annex = (at + page - 1) &^ (page - 1)
	for _, q := range parts {
		all = append(all, part{q.at + p.annex, q.bytes})
	}
	return all
}

// CloseSlots gives the idle slots of the module's instances to the system, and those that come back later.
func (m *Module) CloseSlots() {
	for _, p := range m.initial().pools {
		if p != nil {
			p.close()
		}
	}
}
