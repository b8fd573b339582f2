package rt

import "sync"

// shelf is a part of the idle slots of a pool, the one that was put last on top. What it has it notes in the slots of its engine, which have the limits, but not for
// each slot that comes and goes: what it has noted is at least what it has, and by no more than slack slots more.
//
// Slots whose pages are known were put back without a question to the system. Whether the pages were all that the slot had is asked for several at a time, as many as
// turns: it takes as long as all the rest that is done for an instance, and there is one answer for all. So instances that follow one another have a few slots in turn,
// not more of them than stay in the near caches.
type shelf struct {
	mu     sync.Mutex
	idle   []*reservation // to be taken
	asked  []*reservation // put back, but not confirmed
	bytes  int64          // that these keep
	closed bool

	turns int // how many are confirmed at a time, at most maxTurns; 0 is 1
	good  int // how often all of them were, since turns has changed

	slots int   // that are noted
	noted int64 // and bytes

	_ [64]byte // what other processors change is in other lines of the cache
}

const (
	slack    = 2
	maxTurns = 4
	// goodTurns is how often slots are confirmed before there are to be more of them.
	goodTurns = 64
)

func (x *shelf) len() int { return len(x.idle) + len(x.asked) }

// take returns the slot on top, or nil. More says that the processor had better make one.
func (x *shelf) take(p *pool) (r *reservation, more bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.asked) >= max(x.turns, 1) {
		x.confirm(p)
	}
	if r = x.pop(); r == nil {
		return nil, len(x.asked) > 0
	}
	if x.slots > x.len()+slack || x.noted > x.bytes+slack*maxKept {
		x.note(p.slots)
	}
	return r, false
}

// takeAny returns a slot that is not likely to come back here, or nil.
func (x *shelf) takeAny(p *pool) *reservation {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.idle) == 0 {
		x.confirm(p)
	}
	r := x.pop()
	x.note(p.slots)
	return r
}

func (x *shelf) pop() *reservation {
	n := len(x.idle) - 1
	if n < 0 {
		return nil
	}
	r := x.idle[n]
	x.idle[n], x.idle = nil, x.idle[:n]
	x.bytes -= int64(r.kept)
	return r
}

// confirm makes those that were put back idle.
func (x *shelf) confirm(p *pool) {
	if len(x.asked) == 0 {
		return
	}
	faults, all := pageFaults(), true
	for i, r := range x.asked {
		x.asked[i] = nil
		if !r.confirm(faults) {
			all = false
			x.bytes -= int64(r.kept)
			if r.reset(p.contents, p.annex+p.size, p.annex+p.size, p.keep()) != nil {
				p.slots.free(r)
				continue
			}
			x.bytes += int64(r.kept)
		}
		x.idle = append(x.idle, r)
	}
	x.asked = x.asked[:0]
	switch x.good++; {
	case !all:
		x.turns, x.good = x.turns/2, 0
	case x.good > goodTurns:
		x.turns, x.good = min(2*max(x.turns, 1), maxTurns), 0
	}
}

// put puts a slot on top, which may have to be confirmed. It reports false if the shelf is closed.
func (x *shelf) put(s *Slots, r *reservation, asked bool) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed {
		return false
	}
	if asked {
		x.asked = append(x.asked, r)
	} else {
		x.idle = append(x.idle, r)
	}
	x.bytes += int64(r.kept)
	if x.slots < x.len() || x.noted < x.bytes {
		x.note(s)
	}
	return true
}

// note tells slots what there is. The shelf is locked.
func (x *shelf) note(s *Slots) {
	s.idle.Add(int64(x.len() - x.slots))
	s.resident.Add(x.bytes - x.noted)
	x.slots, x.noted = x.len(), x.bytes
}

// count is how many slots there are.
func (x *shelf) count() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.len()
}

// close returns what is there. Nothing can be put there any more.
func (x *shelf) close(s *Slots) []*reservation {
	x.mu.Lock()
	defer x.mu.Unlock()
	all := append(x.idle, x.asked...)
	x.idle, x.asked, x.bytes, x.closed = nil, nil, 0, true
	x.note(s)
	return all
}
