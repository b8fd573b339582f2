package rt

import (
	"fmt"
	"math"
	"sync/atomic"
)

// Resource is something that guests take, and that a quota counts.
type Resource uint8

// The resources.
const (
	MemoryBytes   Resource = iota // of linear memories
	TableElements                 // of tables
	Instances                     // those that have not been given back
	Calls                         // from the host that are open, each of which has a stack
	ResourceCount
)

// units name what a number of a resource is of, for errors.
var units = [ResourceCount]struct{ what, unit string }{
	{"memory", "bytes"}, {"table space", "elements"}, {"set", "instances"}, {"set", "open calls"},
}

// NoLimit is the limit of what is only counted.
const NoLimit = math.MaxUint64

// Quota is what a number of instances may take together, within another quota if it has a parent. A nil quota is without limits and counts nothing.
//
// What is taken from a quota is taken from all around it or from none, so that counts are exact at every moment, and it is put back by whoever gives the resource back:
// a memory when the last one that holds it lets go, the rest when its instance is buried, whatever the instance has ended by.
type Quota struct {
	Name string // for errors
	// Ask is asked before something is taken that the limits allow; an error refuses it. It holds no lock, and may panic.
	Ask func(r Resource, have, more, limit uint64) error

	parent *Quota
	limits [ResourceCount]uint64
	taken  [ResourceCount]atomic.Uint64
}

// NewQuota makes a quota.
func NewQuota(name string, parent *Quota, limits [ResourceCount]uint64) *Quota {
	return &Quota{Name: name, parent: parent, limits: limits}
}

// Taken is how much is taken of a resource.
func (q *Quota) Taken(r Resource) uint64 { return q.taken[r].Load() }

// Take takes n of a resource, or nothing. The error is a *LimitError.
func (q *Quota) Take(r Resource, n uint64) error {
	for p := q; p != nil; p = p.parent {
		if have, ok := p.add(r, n); !ok {
			q.putUntil(p, r, n)
			return &LimitError{Tenant: p.Name, What: units[r].what, Have: saturated(have, n), Limit: p.limits[r], Unit: units[r].unit}
		}
	}
	if q == nil || r == Calls {
		return nil // calls are too many to ask for each
	}
	granted := false
	defer func() {
		if !granted {
			q.Put(r, n) // also if the goroutine ends
		}
	}()
	for p := q; p != nil; p = p.parent {
		if err := p.ask(r, n); err != nil {
			return &LimitError{Tenant: p.Name, What: units[r].what, Have: p.Taken(r), Limit: p.limits[r], Unit: units[r].unit, Err: err}
		}
	}
	granted = true
	return nil
}

// ask asks for n that are taken already. A panic is a refusal.
func (q *Quota) ask(r Resource, n uint64) (err error) {
	if q.Ask == nil {
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the limiter panicked: %v", p)
		}
	}()
	return q.Ask(r, q.Taken(r)-n, n, q.limits[r])
}

func (q *Quota) add(r Resource, n uint64) (have uint64, ok bool) {
	for {
		have = q.taken[r].Load()
		if n > q.limits[r] || have > q.limits[r]-n {
			return have, false
		}
		if q.taken[r].CompareAndSwap(have, have+n) {
			return have, true
		}
	}
}

// Put gives n of a resource back.
func (q *Quota) Put(r Resource, n uint64) { q.putUntil(nil, r, n) }

func (q *Quota) putUntil(end *Quota, r Resource, n uint64) {
	for p := q; p != end; p = p.parent {
		p.taken[r].Add(-n)
	}
}

func saturated(a, b uint64) uint64 {
	if a+b < a {
		return math.MaxUint64
	}
	return a + b
}

// Bind makes what the instance takes, and the calls of its store, count. It is for an instance that is not instantiated yet.
func (in *Instance) Bind(q *Quota) {
	in.quota = q
	in.own.memories.quota, in.own.elements.quota, in.own.elements.resource = q, q, TableElements
	rules := in.own.store.rulesToSet()
	rules.quota = q
}

// admit takes a place for the instance, and dismiss gives it back.
func (in *Instance) admit() error { return in.quota.Take(Instances, 1) }

func (in *Instance) dismiss() {
	if in.quota != nil {
		in.quota.Put(Instances, 1)
	}
}
