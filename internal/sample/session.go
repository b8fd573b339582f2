package sample

import (
	"slices"
	"sync"
	"time"
)

// Point is a place: in something that knows what its places are, which is of a pointer type.
type Point struct {
	Source any
	At     uint32
}

// Kind says what has taken the time of a sample.
type Kind uint8

// The kinds.
const (
	Guest Kind = iota // code of a guest, that of the innermost point
	Host              // the function of the host that the innermost point is
	Kinds
)

// Stack is a list of frames, innermost first, with what it has got of each kind.
type Stack struct {
	Points  []Point
	Samples [Kinds]int64
	Ticks   [Kinds]int64 // at least as many: one sample can be late, and stand for several
}

// MaxDepth is how many points of a stack are worth collecting.
const MaxDepth = 128

// maxPoints bounds what a session keeps. Beyond it, stacks that are new count for their innermost point alone.
const maxPoints = 4 << 20

// Session collects samples from its start until it is stopped.
type Session struct {
	period  time.Duration
	sampler *Sampler
	stop    chan struct{}
	wake    chan struct{} // the clock, to look earlier than it was going to
	clock   sync.WaitGroup

	mu     sync.Mutex
	over   bool
	stacks map[uint64][]*Stack // by hash
	points int
	most   int
}

// Period is how much time a tick stands for.
func (s *Session) Period() time.Duration { return s.period }

// Add notes a sample that stands for some ticks. It keeps nothing of points. Samples that come after Stop are dropped.
func (s *Session) Add(points []Point, k Kind, ticks int) {
	if len(points) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return
	}
	t := s.stack(points)
	t.Samples[k]++
	t.Ticks[k] += int64(ticks)
}

// stack finds the stack of points, or makes it.
func (s *Session) stack(points []Point) *Stack {
	h := hash(points)
	for _, t := range s.stacks[h] {
		if slices.Equal(t.Points, points) {
			return t
		}
	}
	if s.points+len(points) > s.most && len(points) > 1 {
		return s.stack(points[:1])
	}
	t := &Stack{Points: slices.Clone(points)}
	s.stacks[h] = append(s.stacks[h], t)
	s.points += len(points)
	return t
}

// hash is that of the places alone: what they are in, which has no order, makes little difference.
func hash(points []Point) uint64 {
	h := uint64(len(points))
	for _, p := range points {
		h = (h ^ uint64(p.At)) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	return h
}

// Stop ends the session and returns what it has collected, in no order. It reports false if the session had ended.
func (s *Session) Stop() (all []*Stack, ok bool) {
	if !s.sampler.end(s) {
		return nil, false
	}
	close(s.stop)
	s.clock.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	for _, stacks := range s.stacks {
		all = append(all, stacks...)
	}
	s.stacks = nil
	return all, true
}
