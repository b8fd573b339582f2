package sched

import (
	"container/heap"
	"slices"
	"time"
)

// Group is a set of tasks that has a share of the time.
type Group struct {
	s       *Scheduler
	level   *level
	weight  int64
	virtual int64   // time that its tasks have computed, over the weight
	running int     // tasks with a slot
	waiting []*Task // those without that want one, longest first
	index   int     // in level.waiting, if there are any
}

// level has the groups of one priority.
type level struct {
	priority int
	virtual  int64  // of the group that was served last, when it was
	waiting  groups // those with tasks that wait
}

// unit is how much virtual time a nanosecond is for a group of weight 1.
const unit = 1 << 6

// MaxWeight is the greatest weight of a group.
const MaxWeight = 1 << 16

// NewGroup makes a group. Its weight is from 1 to MaxWeight; what is beyond is taken as the nearest of these.
func (s *Scheduler) NewGroup(weight, priority int) *Group {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, found := slices.BinarySearchFunc(s.levels, priority, func(l *level, p int) int { return p - l.priority })
	if !found {
		s.levels = slices.Insert(s.levels, i, &level{priority: priority})
	}
	return &Group{s: s, level: s.levels[i], weight: int64(min(max(weight, 1), MaxWeight))}
}

// NewTask makes a task that does not compute.
func (g *Group) NewTask() *Task { return &Task{group: g, granted: make(chan struct{}, 1)} }

// wake has a group that had nothing to do begin where the others are.
func (g *Group) wake() {
	if g.running == 0 && len(g.waiting) == 0 {
		g.virtual = max(g.virtual, g.level.virtual)
	}
}

// charge notes that a task of the group has a slot for some time more, or less than was charged.
func (g *Group) charge(d time.Duration) {
	if d > 0 {
		g.level.virtual = max(g.level.virtual, g.virtual)
	}
	g.virtual += int64(d) * unit / g.weight
	if len(g.waiting) > 0 {
		heap.Fix(&g.level.waiting, g.index)
	}
}

// push adds a task that waits.
func (g *Group) push(t *Task) {
	g.waiting = append(g.waiting, t)
	if len(g.waiting) == 1 {
		heap.Push(&g.level.waiting, g)
	}
}

// pop takes the task that has waited longest.
func (g *Group) pop() *Task {
	t := g.waiting[0]
	g.removeAt(0)
	return t
}

func (g *Group) remove(t *Task) { g.removeAt(slices.Index(g.waiting, t)) }

func (g *Group) removeAt(i int) {
	g.waiting = slices.Delete(g.waiting, i, i+1)
	if len(g.waiting) == 0 {
		heap.Remove(&g.level.waiting, g.index)
	}
}

// groups is a heap, the group with the least virtual time on top.
type groups []*Group

func (h groups) Len() int           { return len(h) }
func (h groups) Less(i, j int) bool { return h[i].virtual < h[j].virtual }

func (h groups) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *groups) Push(x any) {
	g := x.(*Group)
	g.index = len(*h)
	*h = append(*h, g)
}

func (h *groups) Pop() any {
	last := len(*h) - 1
	g := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return g
}
