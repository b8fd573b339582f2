package weft

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/sched"
)

// Tenant is a number of instances that have limits together, and a share of the processors: those of one customer, say. It may be used by many
// goroutines at once.
//
//	tenant, err := engine.NewTenant(weft.TenantConfig{Name: "acme", Limits: weft.TenantLimits{MemoryBytes: 1 << 30, Instances: 100}, Weight: 2})
//	instance, err := tenant.Instantiate(ctx, prepared)
type Tenant struct {
	engine *Engine
	name   string
	quota  *rt.Quota
	group  *sched.Group // nil without a scheduler
}

// TenantConfig is what a tenant is made from.
type TenantConfig struct {
	Name   string       // for error messages
	Limits TenantLimits // what its instances may take together
	// Weight is the tenant's share of the processors under a Scheduler, from 1, the default, to 65536: a tenant of weight 2 computes twice as
	// long as one of weight 1 while both want to.
	Weight int
	// Priority comes before weights: while guests of a higher one want to compute, those of a lower one do not. The default is 0.
	Priority int
}

// TenantLimits bound what several instances may take together, those of a tenant or of an engine. A field that is 0 is no limit. Each instance has the
// engine's Limits for itself as well, and a tenant those of Config.Total.
//
// An instance counts until it has been given back: it is closed, none that is open can reach it, and no call is running. So every instance has to be closed. What the host
// makes itself, by NewMemory and NewTable, is not counted.
type TenantLimits struct {
	MemoryBytes   uint64 // of all memories
	TableElements uint64 // of all tables
	Instances     uint64
	Calls         uint64 // open calls from the host, each of which has a stack of its own

	// Limiter, if it is not nil, is asked before an instance is made, and before its memories and tables get their first size or grow, once the limits
	// allow it. An error refuses: memory.grow and table.grow fail, everything else returns a *LimitError that wraps the error. A panic refuses as well. It is called
	// on the goroutine that is in need, by several at a time, and without a lock held; the instance that grows executes meanwhile. Open calls are not asked for.
	Limiter func(Request) error
}

// Resource is something that instances take.
type Resource uint8

// The resources.
const (
	MemoryBytes   = Resource(rt.MemoryBytes)
	TableElements = Resource(rt.TableElements)
	Instances     = Resource(rt.Instances)
	Calls         = Resource(rt.Calls)
)

func (r Resource) String() string {
	switch r {
	case MemoryBytes:
		return "bytes of memory"
	case TableElements:
		return "elements of tables"
	case Instances:
		return "instances"
	case Calls:
		return "open calls"
	}
	return "resource " + strconv.Itoa(int(r))
}

// Request is what a limiter is asked for.
type Request struct {
	Tenant   *Tenant // whose limits are asked; nil for those of the engine
	Resource Resource
	Have     uint64 // what is taken
	More     uint64 // what is to be taken besides
	Limit    uint64 // on the sum; 0 for none
}

// Usage is what instances have taken, in the units of TenantLimits.
type Usage struct {
	MemoryBytes, TableElements, Instances, Calls uint64
}

// quota makes what counts.
func (l *TenantLimits) quota(name string, parent *rt.Quota, t *Tenant) *rt.Quota {
	limits := [rt.ResourceCount]uint64{
		rt.MemoryBytes: l.MemoryBytes, rt.TableElements: l.TableElements, rt.Instances: l.Instances, rt.Calls: l.Calls,
	}
	for i := range limits {
		limits[i] = cmp.Or(limits[i], rt.NoLimit)
	}
	q := rt.NewQuota(name, parent, limits)
	if ask := l.Limiter; ask != nil {
		q.Ask = func(r rt.Resource, have, more, limit uint64) error {
			if limit == rt.NoLimit {
				limit = 0
			}
			return ask(Request{t, Resource(r), have, more, limit})
		}
	}
	return q
}

// NewTenant makes a tenant of the engine. There is nothing to be closed: it ends with its instances.
func (e *Engine) NewTenant(c TenantConfig) (*Tenant, error) {
	if c.Weight < 0 || c.Weight > sched.MaxWeight {
		return nil, fmt.Errorf("weft: tenant %s: have a weight of %d, want one from 1 to %d", c.Name, c.Weight, sched.MaxWeight)
	}
	t := &Tenant{engine: e, name: c.Name}
	t.quota = c.Limits.quota("tenant "+c.Name, e.total, t)
	if s := e.config.Scheduler; s != nil {
		t.group = s.s.NewGroup(c.Weight, c.Priority)
	}
	return t, nil
}

// Name returns the tenant's name.
func (t *Tenant) Name() string { return t.name }

// Instantiate makes an instance that belongs to the tenant, as Prepared.Instantiate does. The error is also a *LimitError that names the tenant.
func (t *Tenant) Instantiate(ctx context.Context, p *Prepared) (*Instance, error) {
	if p.module.engine != t.engine {
		return nil, errors.New("weft: the module belongs to another engine than the tenant")
	}
	return p.instantiate(ctx, t)
}

// Usage returns what the tenant's instances have taken.
func (t *Tenant) Usage() Usage { return usage(t.quota) }

// Usage returns what the engine's instances have taken, if Config.Total is not nil.
func (e *Engine) Usage() Usage {
	if e.total == nil {
		return Usage{}
	}
	return usage(e.total)
}

func usage(q *rt.Quota) Usage {
	return Usage{q.Taken(rt.MemoryBytes), q.Taken(rt.TableElements), q.Taken(rt.Instances), q.Taken(rt.Calls)}
}

// Tenant returns the tenant that the instance belongs to, nil for none.
func (in *Instance) Tenant() *Tenant { return in.tenant }

// govern gives an instance that is being made its place among the others.
func (in *Instance) govern() {
	quota := in.engine.total
	var group *sched.Group
	if t := in.tenant; t != nil {
		quota, group = t.quota, t.group
	} else if s := in.engine.config.Scheduler; s != nil {
		group = s.s.NewGroup(1, 0)
	}
	if quota != nil {
		in.in.Bind(quota)
	}
	if group != nil {
		in.in.Share(group)
	}
}
