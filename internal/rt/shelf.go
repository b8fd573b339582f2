package rt

import "sync"

// shelf is a part of the idle slots of a pool, the one that was put last on top. What it has it notes in the slots of its engine, which have the limits, but not for
// each slot that comes and goes: what it has noted is at least what it has, and by no more than one slot more.
type shelf struct {
	mu     sync.Mutex
	idle   []*reservation
	bytes  int64 // that these keep
	closed bool

	slots int   // that are noted
	noted int64 // and bytes

	_ [64]byte // what other processors change is in other lines of the cache
}

// take returns the slot on top, or nil. Returns says that one is likely to be put back here.
func (x *shelf) take(s *Slots, returns bool) *reservation {
	x.mu.Lock()
	defer x.mu.Unlock()
	n := len(x.idle) - 1
	if n < 0 {
		return nil
	}
	r := x.idle[n]
	x.idle[n], x.idle = nil, x.idle[:n]
	x.bytes -= int64(r.kept)
	if !returns || x.slots > n+1 || x.noted > x.bytes+maxKept {
		x.note(s)
	}
	return r
}

// put puts a slot on top. It reports false if the shelf is closed.
func (x *shelf) put(s *Slots, r *reservation) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed {
		return false
	}
	x.idle = append(x.idle, r)
	x.bytes += int64(r.kept)
	if x.slots < len(x.idle) || x.noted < x.bytes {
		x.note(s)
	}
	return true
}

// note tells slots what there is. The shelf is locked.
func (x *shelf) note(s *Slots) {
	s.idle.Add(int64(len(x.idle) - x.slots))
	s.resident.Add(x.bytes - x.noted)
	x.slots, x.noted = len(x.idle), x.bytes
}

func (x *shelf) empty() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.idle) == 0
}

// close returns what is there. Nothing can be put there any more.
func (x *shelf) close(s *Slots) []*reservation {
	x.mu.Lock()
	defer x.mu.Unlock()
	idle := x.idle
	x.idle, x.bytes, x.closed = nil, 0, true
	x.note(s)
	return idle
}
