package rt

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/wasm"
)

// TestMerge joins stores: what was in either is in both.
func TestMerge(t *testing.T) {
	a, b, c := NewStore(), NewStore(), NewStore()
	refs := []Ref{a.NewRef(&Object{Value: "a"}), b.NewRef(&Object{Value: "b"}), c.NewRef(&Object{Value: "c"})}
	host := &Func{Name: "host"}
	refs = append(refs, c.FuncRef(host))
	c.add(&Instance{store: c})
	for _, err := range []error{a.merge(b), b.merge(c), a.merge(c), c.merge(a)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, s := range []*Store{a, b, c} {
		if s.root() != a.root() {
			t.Errorf("store %d has another root", i)
		}
		for j, want := range []string{"a", "b", "c"} {
			if o := s.Object(refs[j]); o == nil || o.Value != want {
				t.Errorf("store %d: have %v, want %s", i, o, want)
			}
		}
	}
	if r := a.root(); r.Object(refs[3]) == nil || len(r.instances) != 1 || r.open != 1 || r.running.IsTaken() {
		t.Errorf("have function %v, %d instances, %d open", r.Object(refs[3]), len(r.instances), r.open)
	}
	if a.Object(0) != nil || a.Object(refs[2]+1) != nil {
		t.Error("references that were never made lead somewhere")
	}
}

// TestMergeWhileRunning joins stores in which calls are open.
func TestMergeWhileRunning(t *testing.T) {
	a, b := NewStore(), NewStore()
	var outer, inner Activation
	enter(t, &outer, a)
	if err := a.merge(b); !errors.Is(err, ErrConcurrent) {
		t.Errorf("have %v, want ErrConcurrent", err)
	}
	if err := b.merge(a); !errors.Is(err, ErrConcurrent) {
		t.Errorf("have %v, want ErrConcurrent", err)
	}
	outer.BeginHost(1)
	enter(t, &inner, b)
	inner.BeginHost(1)
	if err := a.merge(b); err != nil {
		t.Fatal(err)
	}
	never := new(stopper)
	if !inner.EndHost(1, never) {
		t.Error("the inner call does not go on")
	}
	if err := new(Activation).Enter(a, nil); !errors.Is(err, ErrConcurrent) {
		t.Errorf("have %v, want ErrConcurrent: a guest runs in what is one store now", err)
	}
	inner.Leave()
	if !outer.EndHost(1, never) {
		t.Error("the outer call does not go on")
	}
	outer.Leave()
	if r := a.root(); r.active.get() != nil || r.running.IsTaken() {
		t.Error("the store is not idle")
	}
}

func enter(t *testing.T, a *Activation, s *Store) {
	t.Helper()
	if err := a.Enter(s, make([]uint64, 8)); err != nil {
		t.Fatal(err)
	}
}

// TestNesting counts the frames and slots of the calls around one.
func TestNesting(t *testing.T) {
	s := NewStore()
	var calls [maxNesting + 2]Activation
	for i := range calls {
		a := &calls[i]
		err := a.Enter(s, make([]uint64, 8))
		if i == maxNesting+1 {
			var trap *TrapError
			if !errors.As(err, &trap) || trap.Code != abi.TrapStackExhausted {
				t.Errorf("have %v, want a trap", err)
			}
			break
		}
		if err != nil {
			t.Fatal(i, err)
		}
		if a.Depth != 3*i || a.Slots != 8*i {
			t.Fatalf("call %d: depth %d, slots %d", i, a.Depth, a.Slots)
		}
		a.BeginHost(3)
	}
	// The first one ends as if a panic had unwound it; its guest never went on.
	for i := maxNesting; i >= 0; i-- {
		calls[i].Leave()
	}
	if s.active.get() != nil || s.running.IsTaken() {
		t.Error("the store is not idle")
	}
}

// TestEndHostWaits has a guest come back from the host while another goroutine's guest runs.
func TestEndHostWaits(t *testing.T) {
	s := NewStore()
	var first, second Activation
	enter(t, &first, s)
	first.BeginHost(1)
	enter(t, &second, s)
	stop := new(stopper)
	resumed := make(chan bool)
	go func() { resumed <- first.EndHost(1, stop) }()
	select {
	case <-resumed:
		t.Fatal("two guests run at a time")
	case <-time.After(5 * time.Millisecond):
	}
	second.Leave()
	if !<-resumed {
		t.Error("the guest does not go on")
	}
	first.BeginHost(1)
	enter(t, &second, s)
	go func() { resumed <- first.EndHost(1, stop) }()
	stop.Store(true)
	if <-resumed {
		t.Error("a guest that was stopped goes on")
	}
	first.Leave() // does not own the store
	if !s.running.IsTaken() || s.active.get() != &second {
		t.Error("the second call has lost its store")
	}
	second.Leave()
}

// TestSweep keeps what is referred to and nothing else.
func TestSweep(t *testing.T) {
	s := NewStore()
	object := func(v any) Ref { return s.NewRef(&Object{Value: v}) }
	tab, err := NewTable(s, wasm.TableType{Elem: wasm.ExternRef, Limits: wasm.Limits{Min: 3}}, 0, NewBudget(10))
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string]Ref{}
	for _, name := range []string{"table", "global", "segment", "stack", "exception"} {
		kept[name] = object(name)
	}
	tab.Elems[2] = kept["table"]
	NewGlobal(s, wasm.GlobalType{Type: wasm.ExternRef}, uint64(kept["global"]), 0)
	s.add(&Instance{store: s, Elems: [][]Ref{nil, {0, kept["segment"]}}})
	var a Activation
	if err := a.Enter(s, []uint64{1 << 40, uint64(kept["stack"]), 7}); err != nil {
		t.Fatal(err)
	}
	// An exception in an exception, many times over.
	tab.Elems[0] = kept["exception"]
	for range 10_000 {
		tab.Elems[0] = a.NewRef(&Object{Exception: &Exception{Args: []uint64{uint64(tab.Elems[0])}}})
	}
	most := 0
	for range 100_000 {
		a.NewRef(&Object{Value: "dropped"})
		most = max(most, s.Objects())
	}
	a.BeginHost(1)
	for range 100_000 {
		object("dropped") // as a host function does
		most = max(most, s.Objects())
	}
	for name, r := range kept {
		if o := s.Object(r); o == nil || o.Value != name {
			t.Errorf("%s is gone", name)
		}
	}
	if most > 50_000 {
		t.Errorf("%d objects at a time", most)
	}
	a.Leave()
	tab.Elems[0] = 0
	for range 100_000 {
		object("dropped") // as the host does
	}
	if s.Object(kept["exception"]) != nil || s.Object(kept["stack"]) != nil {
		t.Error("what nothing refers to is still there")
	}
}

// TestStoresInParallel does everything at once, for the race detector.
func TestStoresInParallel(t *testing.T) {
	var stores [8]*Store
	for i := range stores {
		stores[i] = NewStore()
	}
	var group sync.WaitGroup
	never := new(stopper)
	for g := range 4 {
		group.Go(func() {
			for i := range 2000 {
				s := stores[(g+i)%len(stores)]
				var a Activation
				if a.Enter(s, make([]uint64, 4)) != nil {
					continue
				}
				a.NewRef(&Object{Value: i})
				a.BeginHost(1)
				s.FuncRef(&Func{})
				r := s.NewRef(&Object{Value: i})
				if i%500 == 499 {
					_ = s.merge(stores[(g*3+i)%len(stores)])
				}
				a.EndHost(1, never)
				// No slot has r, so it is kept for as long as it is young: a goroutine may be kept from running meanwhile.
				switch o := s.Object(r); {
				case o == nil && lastRef.Load()-uint64(r) > youngObjects:
				case o == nil || o.Value != i:
					t.Errorf("have %v, want %d", o, i)
				}
				a.Leave()
			}
		})
	}
	group.Wait()
	for _, s := range stores {
		if r := s.root(); r.active.get() != nil || r.running.IsTaken() {
			t.Error("a store is not idle")
		}
	}
}
