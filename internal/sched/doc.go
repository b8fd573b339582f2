// Package sched decides which guests compute while there are more of them than processors. It knows no WebAssembly: a task is something that computes
// now and then, one goroutine at a time, and can be asked to give way.
//
// In come tasks that want to compute; out comes a slot for each in its turn, of which there are as many as tasks may compute at a time.
//
//	s := sched.New(sched.Config{Slots: 2, Slice: 5 * time.Millisecond})
//	paying, free := s.NewGroup(3, 0), s.NewGroup(1, 0)
//	t := paying.NewTask()
//	ok := t.Compute(runner, stop)   // waits for a slot
//	t.Host(); …; ok = t.Compute(runner, stop)   // around a call of the host, which may keep the slot
//	ok = t.GiveWay(stop)            // when the runner has been asked to
//	t.End()
//
// # Who is next
//
// Tasks belong to groups. Groups of a higher priority come before all of a lower one. Among those of one priority each gets time by its weight: a group has a
// virtual time, which goes on by the time that its tasks have computed over its weight, and the group with the least of it is next; of the
// group, the task that has waited longest. A group that has had nothing to do begins where the others are, so that it can neither save time up nor
// has to make up for time it did not use. A slice is charged when it begins, and what was not used of it is given back, so that a group with many
// tasks does not get several slots for the price of one.
//
// So with weights 3 and 1 and one slot the order is a b a a a b a a a b …: within a group's share of the slices, plus or minus one for each slot.
//
// # When
//
// A task has its slot for a slice at least, unless one of a higher priority waits, and for as long as nobody waits. Runners are asked to give way by Preempt,
// the precise way, where there is one; the monitor, a goroutine that runs while tasks wait, asks again those that have not.
//
// # Calls of the host
//
// A task in a call of the host keeps its slot, which costs two atomic operations for the call. If it lasts longer than the grace, and somebody waits, the
// monitor takes the slot away: the compare-and-swap of one side fails then, and a task that has lost its slot waits for another one.
package sched
