package weft

import (
	"time"

	"github.com/weft-wasm/weft/internal/sched"
)

// Scheduler shares processors among guests. At most as many of its guests compute at a time as it has slots; when others wait, each computes for a slice and then
// gives its slot to the one that is entitled most. An instance that belongs to no tenant has a share of its own, of weight 1; the instances of a Tenant
// share that of the tenant, by its weight and priority.
//
// A function of the host that a guest calls keeps the guest's slot for a moment, and loses it to a guest that waits when it takes longer, so that guests which wait
// for the world do not keep others from computing.
//
// Without a scheduler every call is a goroutine like others: Go interrupts guests every 10 ms or so and knows neither tenants nor weights. The machine code of guests is the
// same in both cases.
type Scheduler struct{ s *sched.Scheduler }

// SchedulerConfig is what a scheduler is made from. Its zero value is a good one.
type SchedulerConfig struct {
	// Slots is how many guests compute at a time. The default is GOMAXPROCS, as it is when the scheduler is made.
	Slots int
	// Slice is for how long a guest computes before another one has its turn. The default is 5 ms. In code with ExplicitChecks and in the interpreter, slices
	// below 10 ms are kept only while a processor is free.
	Slice time.Duration
}

// NewScheduler makes a scheduler, which engines may share (Config.Scheduler).
func NewScheduler(c SchedulerConfig) *Scheduler {
	return &Scheduler{sched.New(sched.Config{Slots: c.Slots, Slice: c.Slice})}
}

// SchedulerStats says what a scheduler does. Counts are from its beginning.
type SchedulerStats struct {
	Running    int    // guests that have a slot
	Waiting    int    // guests that wait for one
	Switches   uint64 // slots given to a guest
	HandedBack uint64 // slots that guests have lost in a function of the host
}

// Stats says what the scheduler does.
func (s *Scheduler) Stats() SchedulerStats { return SchedulerStats(s.s.Stats()) }
