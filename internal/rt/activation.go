package rt

import (
	"iter"
	"sync/atomic"
	"time"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt/bias"
	"github.com/weft-wasm/weft/internal/sched"
)

// Activation is one call from the host into a store, while it runs.
type Activation struct {
	Stack []uint64           // slots that may hold references
	Roots iter.Seq[[]uint64] // further ones, nil for none; asked while the store stands still
	Depth int                // guest frames of the calls around it
	Slots int                // of the stacks of the calls around it
	Trace func() []Frame     // lists the guest's calls, innermost first, while one of them calls the host

	Asked atomic.Bool // somebody wants the call to look whether it is to end; see Ask
	Wake  func()      // makes a guest that executes look soon, nil if it does of itself; set once

	// Alarm makes a guest yield after a time, here if the caller is going to execute it, and Silence takes that back; nil if that cannot be
	// done. Set once.
	Alarm   func(after time.Duration, here bool)
	Silence func()

	watch  watch
	quota  *Quota                       // that counts the call; nil for none
	task   *sched.Task                  // nil if the call does not share its time
	runner atomic.Pointer[sched.Runner] // nil before the first call that does
	number uint64                       // of the call, among those of its store
	moved  *interruption                // of a store that has been merged into the present one, if it ends this call

	store   *Store      // a root while the call owns it
	gate    *bias.Gate  // by which calls come in, or nil
	grant   *bias.Grant // by which it owned the store when it last called the host, nil for none
	outer   *Activation // the call that was the latest when this one began
	nesting int         // calls around it
	away    bool        // in a function of the host, not owning the store
	asking  bool        // the host for fuel, owning the store
	gone    atomic.Bool // it has ended without being able to leave the store

	panicked atomic.Bool // a call that the function of the host has made was ended by a panic, which may go on
}

// maxNesting is how many calls from the host may be open in a store at a time, each made by a host function that a guest called in
// the one before. Unlike the calls within a guest, they use the Go stack.
const maxNesting = 2000

// Enter begins a call into the store. It fails with ErrConcurrent while a guest's code runs in it: on the goroutine at hand a guest is
// then always in a call of the host, so that code runs on another one.
func (a *Activation) Enter(s *Store, stack []uint64) error {
	if s = s.claim(); s == nil {
		return ErrConcurrent
	}
	a.store, a.Stack = s, stack
	if a.outer = s.latest(); a.outer != nil {
		o := a.outer
		a.Depth, a.Slots, a.nesting = o.Depth, o.Slots+o.taken(), o.nesting+1
	}
	a.begin(s)
	if r := s.rules; r != nil {
		a.task = r.task
		if err := r.quota.Take(Calls, 1); err != nil {
			a.Leave()
			return err
		}
		a.quota = r.quota
	}
	if a.nesting > maxNesting {
		a.Leave()
		return &TrapError{Code: abi.TrapStackExhausted}
	}
	return nil
}

// EnterFirst is Enter for a call around which there is no other, and without slots. It reports false, and does nothing, if there is one,
// the store is taken or its calls have rules to keep to. The store is a root.
func (a *Activation) EnterFirst(s *Store) bool {
	if !s.running.TakeOften() { // as it is for good if the store has been merged
		return false
	}
	if s.active.get() != nil || s.rules != nil {
		s.disown()
		return false
	}
	a.store = s
	a.begin(s)
	return true
}

// LeaveFirst is Leave for a call that EnterFirst began and that owns the store. Other calls may have begun or come here with a merged store since, and not
// have ended yet.
func (a *Activation) LeaveFirst() {
	s := a.store
	if s.active.get() != a || a.outer != nil {
		a.Leave()
		return
	}
	s.active.set(nil)
	s.disown()
	if s.closing.Load() {
		s.reap()
	}
}

// Away reports whether the call is in a function of the host, or asks it for fuel, or did when that panicked.
func (a *Activation) Away() bool { return a.away || a.asking }

// taken is how many slots the stack of a call that waits for the host takes.
func (a *Activation) taken() int {
	n := len(a.Stack)
	if a.Roots != nil {
		for words := range a.Roots {
			n += len(words)
		}
	}
	return n
}

// Return takes the store for a call that ends within a function of the host, by a panic. It reports false if a guest runs in the store by now: then the
// call has ended, the store may still look at a, and a is of no use any more.
func (a *Activation) Return() bool {
	if a.away && a.store.own() == nil {
		a.putQuota()
		a.gone.Store(true)
		return false
	}
	a.away = false
	return true
}

func (a *Activation) putQuota() {
	if a.quota != nil {
		a.quota.Put(Calls, 1)
		a.quota = nil
	}
}

// Leave ends a call that Enter began, also one that a panic in a function of the host has cut short. It reports whether a may be used again, as if it were new: not
// if a guest runs in the store by now, and the store may still look at a.
func (a *Activation) Leave() bool {
	if !a.Return() {
		return false
	}
	a.putQuota()
	s := a.store.root()
	// Calls on one goroutine end in reverse order. On several they may not.
	if last := s.active.get(); last == a {
		s.active.set(a.outer)
	} else {
		for last.outer != a {
			last = last.outer
		}
		last.outer = a.outer
	}
	if a.task != nil {
		a.unshare(s.latest() != nil)
	}
	if a.gate != nil {
		a.gate.Shut() // it is for calls of the store that a has
	}
	a.store, a.Stack, a.outer, a.grant, a.away, a.asking = nil, nil, nil, nil, false, false
	a.Depth, a.Slots, a.nesting = 0, 0, 0
	s.disown()
	if s.closing.Load() {
		s.reap()
	}
	return true
}

// BeginHost notes that the guest calls the host, with depth guest frames on this call's stack.
func (a *Activation) BeginHost(depth int) {
	a.Depth += depth
	a.away = true
	if a.task != nil {
		a.task.Host()
	}
	lock := &a.store.running
	if g := lock.Grant(); g != a.grant {
		a.grant = g
	}
	lock.Leave()
}

// EndHost undoes BeginHost. If another goroutine has called into the store meanwhile, it waits for the end of that, or until the call is to
// stop; it reports whether the guest goes on. If the store has been interrupted meanwhile, the call is asked to look.
func (a *Activation) EndHost(depth int, stop Stopper) bool {
	if a.Regain(depth) {
		return true
	}
	if (a.grant == nil || !a.store.running.Retake(a.grant)) && !a.store.running.Take() && !a.await(stop) {
		return false
	}
	a.away = false
	a.Depth -= depth
	if a.store.interruption.Load() != nil && a.Interrupted() != nil || a.moved != nil {
		a.Ask() // of calls that wait for the host, Interrupt asks the latest one
	}
	if a.panicked.Load() {
		a.panicked.Store(false)
	}
	return a.task == nil || a.Compute(stop)
}

// Regain is EndHost for a call that has the store at its disposal. It reports false, and does nothing, if EndHost has to find out.
func (a *Activation) Regain(depth int) bool {
	if a.task != nil || a.store.interruption.Load() != nil || a.moved != nil || a.panicked.Load() {
		return false
	}
	if g := a.grant; g == nil || !a.store.running.Retake(g) {
		return false
	}
	a.away = false
	a.Depth -= depth
	return true
}

// await takes the store, or what it has been merged into.
func (a *Activation) await(stop Stopper) bool {
	for wait := time.Microsecond; ; wait = min(2*wait, time.Millisecond) {
		if s := a.store.own(); s != nil {
			a.store = s
			return true
		}
		if stop.Stopped() || a.Interrupted() != nil {
			return false
		}
		time.Sleep(wait)
	}
}

// NewRef is Store.NewRef for code that owns the store.
func (a *Activation) NewRef(o *Object) Ref {
	s := a.store.lock()
	defer s.mu.Unlock()
	if len(s.objects) >= s.sweepAt {
		s.sweep()
	}
	return s.insert(o)
}
