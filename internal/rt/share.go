package rt

import (
	"time"

	"github.com/weft-wasm/weft/internal/sched"
)

// rules are what the calls of a store have to keep to. Most stores have none. When stores merge, calls that are open keep to those they have begun with.
type rules struct {
	task  *sched.Task // what computes in the store shares its time with others; nil if it does not
	quota *Quota      // counts open calls; nil if they are not counted
}

// rulesToSet are the rules of a store of which nothing has been called yet.
func (s *Store) rulesToSet() *rules {
	if s.rules == nil {
		s.rules = new(rules)
	}
	return s.rules
}

// Share makes the calls of the instance's store share their time as a task of a group. It is for an instance that is not instantiated yet.
func (in *Instance) Share(g *sched.Group) { in.own.store.rulesToSet().task = g.NewTask() }

// Shares reports whether the call shares its time with others, so that a guest is to attend whenever it yields.
func (a *Activation) Shares() bool { return a.task != nil }

// Compute waits until the call may compute, if it shares its time. It reports false if the call is to stop before that.
func (a *Activation) Compute(stop Stopper) bool {
	return a.task == nil || a.task.Compute(a.sharer(), stop)
}

// GiveWay lets others compute if it is their turn, and waits for the next one. It reports false if the call is to stop before that.
func (a *Activation) GiveWay(stop Stopper) bool { return a.task == nil || a.task.GiveWay(stop) }

// sharer is what the scheduler knows of the activation. It exists before the first wait for which somebody may want to poke it.
func (a *Activation) sharer() *sched.Runner {
	if r := a.runner.Load(); r != nil {
		return r
	}
	r := sched.NewRunner(a.preempt, a.granted, a.calm)
	a.runner.Store(r)
	return r
}

// preempt has the guest give way after a time, soon if that is zero. Without alarms, the scheduler asks again then.
func (a *Activation) preempt(after time.Duration) {
	switch {
	case after <= 0:
		a.Ask()
	case a.Alarm != nil:
		a.Alarm(after, false)
	}
}

// granted has the guest that is going to compute on this goroutine give way after a time.
func (a *Activation) granted(after time.Duration) {
	if a.Alarm != nil {
		a.Alarm(max(after, time.Microsecond), true)
	}
}

func (a *Activation) calm() {
	if a.Silence != nil {
		a.Silence()
	}
}

// unshare gives up the time of a call that ends and owns its store: the calls around it, if there are any, are in functions of the host.
func (a *Activation) unshare(outer bool) {
	switch t := a.task; {
	case t == nil:
	case outer && !a.away:
		t.Host()
	case !outer:
		t.End()
	}
	a.task = nil
}
