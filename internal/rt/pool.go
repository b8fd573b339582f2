package rt

import (
	"os"
	"sync"
	"sync/atomic"
)

// A slot is a reservation that instances of one module have one after the other as their memory, with their tables in front of it. Its contents are mapped once; between two
// instances it is put back to them, which costs as much as the first one has changed. Where reservations cannot be put back (canReset), there
// are no slots: each memory is made and given back by itself.
//
// Invariants: an idle slot is as it was when it was made, and holds nothing of any guest. A slot that cannot be put back is given to the system. What
// outlives an instance in the hands of the host, its Memory, is empty when the slot goes to the next one.

// Slots keeps the idle slots of an engine within limits.
type Slots struct {
	most  int   // idle slots
	bytes int64 // that idle slots may keep resident beyond what they share

	idle, resident atomic.Int64
	clock          atomic.Int64
	mu             sync.Mutex
	pools          map[*pool]bool
}

// NewSlots returns an empty set of slots, of which at most so many are idle and these keep at most so many bytes.
func NewSlots(most int, bytes int64) *Slots {
	return &Slots{most: most, bytes: bytes, pools: map[*pool]bool{}}
}

// Idle is how many slots wait for an instance, and Resident how many bytes of memory of their own they have.
func (s *Slots) Idle() int { return int(s.idle.Load()) }

// Resident is how many bytes idle slots have that they share with nothing.
func (s *Slots) Resident() int64 { return s.resident.Load() }

// pool has the idle slots of one memory of a module.
type pool struct {
	slots    *Slots
	contents *contents    // of the accessible part of a slot: annex and memory
	size     uint64       // of the memory at first, in bytes
	annex    uint64       // bytes in front of it, where tables lie
	tables   []span       // of the module's tables, those in the annex
	used     atomic.Int64 // by the clock of slots

	mu     sync.Mutex
	idle   []*reservation
	closed bool // slots are given to the system
}

// span is a range of a slot, in bytes.
type span struct{ from, to uint64 }

// take returns the slot that was given last, whose pages are the likeliest to be near, or nil.
func (p *pool) take() *reservation {
	p.used.Store(p.slots.clock.Add(1))
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.idle) - 1
	if n < 0 {
		return nil
	}
	r := p.idle[n]
	p.idle[n], p.idle = nil, p.idle[:n]
	p.slots.idle.Add(-1)
	p.slots.resident.Add(-int64(r.kept))
	return r
}

// give puts back a slot whose memory has grown to size.
func (p *pool) give(r *reservation, size uint64) {
	keep := min(maxKept, max(p.slots.bytes-p.slots.resident.Load(), 0))
	if r.reset(p.contents, p.annex+size, p.annex+p.size, int(keep)) != nil || !p.push(r) {
		r.free()
		return
	}
	if p.slots.idle.Load() > int64(p.slots.most) {
		p.slots.evict()
	}
}

func (p *pool) push(r *reservation) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.idle = append(p.idle, r)
	p.slots.idle.Add(1)
	p.slots.resident.Add(int64(r.kept))
	return true
}

// evict gives a slot of the module that has waited longest to the system.
func (s *Slots) evict() {
	s.mu.Lock()
	var oldest *pool
	for p := range s.pools {
		p.mu.Lock()
		if len(p.idle) > 0 && (oldest == nil || p.used.Load() < oldest.used.Load()) {
			oldest = p
		}
		p.mu.Unlock()
	}
	s.mu.Unlock()
	if oldest == nil {
		return
	}
	used := oldest.used.Load()
	if r := oldest.take(); r != nil {
		r.free()
	}
	oldest.used.Store(used)
}

// close gives the idle slots to the system, and those that come back later.
func (p *pool) close() {
	p.slots.mu.Lock()
	delete(p.slots.pools, p)
	p.slots.mu.Unlock()
	p.mu.Lock()
	p.closed = true
	idle := p.idle
	p.idle = nil
	for _, r := range idle {
		p.slots.idle.Add(-1)
		p.slots.resident.Add(-int64(r.kept))
	}
	p.mu.Unlock()
	for _, r := range idle {
		r.free()
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
	var all []part
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
