package weft_test

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/weft-wasm/weft"
)

// tenantModule takes memory and elements at first, and more when it is told.
const tenantModule = `(module
	(import "env" "wait" (func $wait))
	(memory (export "memory") 2 100) (table (export "table") 10 1000 funcref) (elem (i32.const 0) $f)
	(func $f)
	(func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
	(func (export "grow table") (param i32) (result i32) (table.grow (ref.null func) (local.get 0)))
	(func (export "wait") (call $wait))
	(func (export "spin") (loop $l (br $l))))`

const page = weft.PageSize

// tenancy is an engine with limits on all that it has.
type tenancy struct {
	*world
	prepared *weft.Prepared
	wait     func()
}

func newTenancy(t testing.TB, total *weft.TenantLimits, s *weft.Scheduler) *tenancy {
	c := testConfig()
	c.Total, c.Scheduler = total, s
	e := weft.NewEngine(c)
	x := &tenancy{world: &world{t, e, weft.NewLinker(e)}}
	x.define("env", "wait", func() { x.wait() })
	x.prepared = x.prepare(tenantModule)
	return x
}

func (x *tenancy) prepare(text string) *weft.Prepared {
	x.Helper()
	p, err := x.linker.Prepare(x.compile(text))
	if err != nil {
		x.Fatal(err)
	}
	return p
}

func (x *tenancy) tenant(name string, l weft.TenantLimits) *weft.Tenant {
	x.Helper()
	t, err := x.engine.NewTenant(weft.TenantConfig{Name: name, Limits: l})
	if err != nil {
		x.Fatal(err)
	}
	return t
}

func (x *tenancy) instance(t *weft.Tenant) *weft.Instance {
	x.Helper()
	in, err := t.Instantiate(bg, x.prepared)
	if err != nil {
		x.Fatal(err)
	}
	return in
}

func (x *tenancy) uses(have, want weft.Usage) {
	x.Helper()
	if have != want {
		x.Errorf("usage %+v, want %+v", have, want)
	}
}

// TestTenantLimits fills each limit of a tenant and of its engine, and says whose it is.
func TestTenantLimits(t *testing.T) {
	x := newTenancy(t, &weft.TenantLimits{MemoryBytes: 10 * page, Instances: 4}, nil)
	acme := x.tenant("acme", weft.TenantLimits{MemoryBytes: 6 * page, TableElements: 25})
	other := x.tenant("other", weft.TenantLimits{Instances: 1})
	in := x.instance(acme)
	if in.Tenant() != acme || acme.Name() != "acme" {
		t.Error("the instance does not know its tenant")
	}
	x.instance(acme)
	x.uses(acme.Usage(), weft.Usage{MemoryBytes: 4 * page, TableElements: 20, Instances: 2})

	x.expect(x.call(in, "grow", 3), int32(-1))
	x.expect(x.call(in, "grow", 2), int32(2))
	_, err := in.Memory().Grow(1)
	expectError(t, err, "weft: tenant acme: memory of 458752 bytes exceeds the limit of 393216")
	x.expect(x.call(in, "grow table", 6), int32(-1))
	x.expect(x.call(in, "grow table", 5), int32(10))
	table, err := in.ExportedTable("table")
	if err != nil {
		t.Fatal(err)
	}
	_, err = table.Grow(1, nil)
	expectError(t, err, "weft: tenant acme: table space of 26 elements exceeds the limit of 25")
	_, err = acme.Instantiate(bg, x.prepared)
	expectError(t, err, "weft: tenant acme: memory of 524288 bytes exceeds the limit of 393216")
	x.uses(acme.Usage(), weft.Usage{MemoryBytes: 6 * page, TableElements: 25, Instances: 2})

	x.instance(other)
	_, err = other.Instantiate(bg, x.prepared)
	expectError(t, err, "weft: tenant other: set of 2 instances exceeds the limit of 1")
	last, err := x.prepared.Instantiate(bg) // of no tenant
	if err != nil {
		t.Fatal(err)
	}
	_, err = last.Memory().Grow(1)
	expectError(t, err, "weft: engine: memory of 720896 bytes exceeds the limit of 655360")
	_, err = x.prepared.Instantiate(bg)
	expectError(t, err, "weft: engine: set of 5 instances exceeds the limit of 4")
	x.uses(x.engine.Usage(), weft.Usage{MemoryBytes: 10 * page, TableElements: 45, Instances: 4})
}

// TestTenantEnds ends instances in every way there is: nothing stays taken.
func TestTenantEnds(t *testing.T) {
	x := newTenancy(t, &weft.TenantLimits{}, nil)
	acme := x.tenant("acme", weft.TenantLimits{MemoryBytes: 20 * page})
	none := weft.Usage{}
	first := weft.Usage{MemoryBytes: 2 * page, TableElements: 10, Instances: 1}

	in := x.instance(acme)
	x.call(in, "grow", 5)
	x.call(in, "grow table", 5)
	if err := in.Reset(bg); err != nil {
		t.Fatal(err)
	}
	x.uses(acme.Usage(), first)
	x.call(in, "grow", 5)
	frozen, err := in.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	_ = in.Close()
	_ = in.Close()
	x.uses(acme.Usage(), none)
	if in, err = acme.Instantiate(bg, frozen); err != nil {
		t.Fatal(err)
	}
	x.uses(acme.Usage(), weft.Usage{MemoryBytes: 7 * page, TableElements: 10, Instances: 1})
	x.call(in, "grow", 5)
	if err := in.Reset(bg); err != nil {
		t.Fatal(err)
	}
	x.uses(acme.Usage(), weft.Usage{MemoryBytes: 7 * page, TableElements: 10, Instances: 1})
	_ = in.Close()
	x.uses(acme.Usage(), none)

	for _, bad := range []string{
		`(module (memory 1) (func $s unreachable) (start $s))`,
		`(module (memory 1) (data (i32.const 65536) "x"))`,
		`(module (memory 1) (table 3 funcref) (func $f) (elem (i32.const 3) $f))`,
		`(module (memory 8) (memory 8) (memory 8))`,
	} {
		if _, err := acme.Instantiate(bg, x.prepare(bad)); err == nil {
			t.Errorf("%s: there is no error", bad)
		}
		x.uses(acme.Usage(), none)
	}

	// Another instance holds its memory, and then a call is running in it.
	in = x.instance(acme)
	if err := x.linker.DefineInstance("in", in); err != nil {
		t.Fatal(err)
	}
	holder, err := x.prepare(`(module (import "in" "memory" (memory 2)))`).Instantiate(bg)
	if err != nil {
		t.Fatal(err)
	}
	_ = in.Close()
	x.uses(acme.Usage(), weft.Usage{MemoryBytes: 2 * page})
	_ = holder.Close()
	x.uses(acme.Usage(), none)
	in = x.instance(acme)
	x.wait = func() {
		_ = in.Close()
		x.uses(acme.Usage(), weft.Usage{MemoryBytes: 2 * page, TableElements: 10, Instances: 1, Calls: 1})
	}
	x.call(in, "wait")
	x.uses(acme.Usage(), none)
	x.uses(x.engine.Usage(), none)
}

// TestTenantCalls counts open calls, however they end.
func TestTenantCalls(t *testing.T) {
	x := newTenancy(t, nil, nil)
	acme := x.tenant("acme", weft.TenantLimits{Calls: 2})
	in, other := x.instance(acme), x.instance(acme)
	x.wait = func() {
		x.wait = func() {
			_, err := x.try(bg, other, "grow", 0)
			expectError(t, err, "weft: tenant acme: set of 3 open calls exceeds the limit of 2")
		}
		x.call(other, "wait")
	}
	x.call(in, "wait")
	for _, end := range []func(){func() { panic("gone") }, runtime.Goexit} {
		x.wait = end
		var ended sync.WaitGroup
		ended.Go(func() {
			defer func() { _ = recover() }()
			x.call(in, "wait")
		})
		ended.Wait()
	}
	if n := acme.Usage().Calls; n != 0 {
		t.Errorf("%d calls are open", n)
	}
}

// TestLimiter observes, refuses, and panics.
func TestLimiter(t *testing.T) {
	var asked []weft.Request
	var answer func() error
	tooMuch := errors.New("that is too much")
	x := newTenancy(t, nil, nil)
	acme := x.tenant("acme", weft.TenantLimits{MemoryBytes: 10 * page, Limiter: func(r weft.Request) error {
		asked = append(asked, r)
		return answer()
	}})
	answer = func() error { return nil }
	in := x.instance(acme)
	want := []weft.Request{{acme, weft.Instances, 0, 1, 0}, {acme, weft.MemoryBytes, 0, 2 * page, 10 * page}, {acme, weft.TableElements, 0, 10, 0}}
	if len(asked) != len(want) {
		t.Fatalf("asked for %v, want %v", asked, want)
	}
	for i := range want {
		if asked[i] != want[i] {
			t.Errorf("asked for %v, want %v", asked[i], want[i])
		}
	}
	before := acme.Usage()
	answer = func() error { return tooMuch }
	x.expect(x.call(in, "grow", 1), int32(-1))
	_, err := in.Memory().Grow(1)
	if expectError(t, err, "weft: tenant acme: memory of 196608 bytes: that is too much"); !errors.Is(err, tooMuch) {
		t.Error("the limiter's error is lost")
	}
	if _, err := acme.Instantiate(bg, x.prepared); !errors.Is(err, tooMuch) {
		t.Errorf("have %v, want the limiter's error", err)
	}
	answer = func() error { panic("no idea") }
	x.expect(x.call(in, "grow table", 1), int32(-1))
	_, err = in.Memory().Grow(1)
	expectError(t, err, "weft: tenant acme: memory of 196608 bytes: the limiter panicked: no idea")
	x.uses(acme.Usage(), before)
	answer = func() error { return nil }
	x.expect(x.call(in, "grow", 1), int32(2))
}

// TestTenantsInParallel makes, grows and closes instances of two tenants all at once: limits hold at every moment, and nothing stays taken.
func TestTenantsInParallel(t *testing.T) {
	x := newTenancy(t, &weft.TenantLimits{MemoryBytes: 30 * page}, nil)
	tenants := []*weft.Tenant{
		x.tenant("a", weft.TenantLimits{MemoryBytes: 20 * page, Instances: 4}),
		x.tenant("b", weft.TenantLimits{MemoryBytes: 20 * page}),
	}
	var made atomic.Int64
	var all sync.WaitGroup
	for g := range 6 {
		all.Go(func() {
			for range 60 {
				in, err := tenants[g%2].Instantiate(bg, x.prepared)
				if err != nil {
					if _, ok := errors.AsType[*weft.LimitError](err); !ok {
						t.Error(err)
					}
					continue
				}
				made.Add(1)
				for range 3 {
					x.call(in, "grow", 1)
					if a, b, sum := tenants[0].Usage(), tenants[1].Usage(), x.engine.Usage(); a.MemoryBytes > 20*page || b.MemoryBytes > 20*page ||
						sum.MemoryBytes > 30*page || a.Instances > 4 {
						t.Errorf("usage %+v, %+v of %+v", a, b, sum)
					}
				}
				_ = in.Close()
			}
		})
	}
	all.Wait()
	for _, tenant := range tenants {
		x.uses(tenant.Usage(), weft.Usage{})
	}
	if x.uses(x.engine.Usage(), weft.Usage{}); made.Load() == 0 {
		t.Error("there was no instance")
	}
}

// TestTenantWeights has a tenant of weight 3 with one guest, and one of weight 1 with many, under a scheduler: the first one's guest computes for the most part.
func TestTenantWeights(t *testing.T) {
	s := weft.NewScheduler(weft.SchedulerConfig{Slots: 1, Slice: 2 * time.Millisecond})
	x := newTenancy(t, nil, s)
	counting := x.prepare(`(module (memory (export "memory") 1)
		(func (export "count") (loop $l (i64.store (i32.const 0) (i64.add (i64.load (i32.const 0)) (i64.const 1))) (br $l))))`)
	world := &shared{world: x.world, scheduler: s}
	var counts [2]uint64
	var all [2][]*spinner
	for i, c := range []struct{ weight, guests int }{{3, 1}, {1, 6}} {
		tenant, err := x.engine.NewTenant(weft.TenantConfig{Name: "tenant", Weight: c.weight})
		if err != nil {
			t.Fatal(err)
		}
		for range c.guests {
			in, err := tenant.Instantiate(bg, counting)
			if err != nil {
				t.Fatal(err)
			}
			all[i] = append(all[i], world.spin(bg, in, "count"))
		}
	}
	begun := s.Stats().Switches
	until(t, "200 slices", func() bool { return s.Stats().Switches-begun > 200 })
	for i := range all {
		for _, p := range all[i] {
			p.stop(t)
			counts[i] += p.count()
		}
	}
	if ratio := float64(counts[0]) / float64(counts[1]); ratio < 1.2 {
		t.Errorf("the tenant of weight 3 has computed %.2f times as much as that of weight 1", ratio)
	}
	world.idle()
}
