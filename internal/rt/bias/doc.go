// Package bias has a lock that costs next to nothing to take for a goroutine that takes it over and over.
//
// A locked instruction is what a mutex takes at least, and it is a third of the time of a call into a guest. A store is nearly always called
// by one goroutine, so its lock may be biased to that one: it gets a [Grant], and from then on takes and drops the lock by ordinary stores to
// a word in it. Whoever else wants the lock takes the grant back first, which is expensive.
//
//	var l bias.Lock
//	if l.TakeOften() {        // after some calls on one goroutine, l.Grant() is not nil
//		defer l.Drop()
//		…
//	}
//
// # Why it is a lock
//
// The owner of a grant stores 1 to its held and then looks whether the lock still has this grant. Whoever takes the grant back removes it from the
// lock and then looks at held. If both could miss what the other one has stored, two would have the lock; and they could, because a
// processor goes on to load while what it stored before waits to be seen by others. What usually stands between the two is a barrier on
// both sides. Here, only the other side has one, and it works on all processors: membarrier(2) returns when every thread of the process
// that runs at the time has executed a barrier. (One that does not run has, when it was switched out. A goroutine that moves to another thread does
// so by way of atomic instructions of the scheduler.) Say that the owner's thread has its barrier between two of its instructions:
//
//   - After the store to held: it is visible when membarrier returns. The lock is seen to be taken, and the grant is given back.
//   - Before the store: then the load after it finds that the lock does not have the grant. The owner undoes the store and goes the way of the others.
//
// A grant is never used again. So an owner that was stopped between looking at its grant and storing to held, and goes on when the lock has
// a different grant, writes to a word that nobody looks at any more.
//
// A goroutine is known by its descriptor, which Go uses again when a goroutine has ended. A lock that was biased to the old one is biased to the new one
// then, which is as good as any: the old one does not hold it.
//
// Where there is no membarrier, and in programs built for the race detector, which does not see barriers of others, there are no
// grants, and every Take is an atomic instruction.
package bias
