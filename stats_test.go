package weft_test

import (
	"context"
	"maps"
	"testing"
	"time"

	"github.com/weft-wasm/weft"
)

const countedModule = `(module (memory 1)
	(func (export "trap") unreachable)
	(func (export "nest") (result i32) (i32.div_s (i32.const 1) (i32.const 0)))
	(func (export "spin") (loop (br 0)))
	(func (export "touch") (i32.store (i32.const 0) (i32.const 1))))`

func TestStats(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	if s := w.engine.Stats(); s.InstancesMade != 0 || s.ModulesCompiled != 0 || len(s.Traps) != 0 {
		t.Errorf("a new engine has counted %+v", s)
	}
	module, err := w.engine.Compile(bg, binary(t, countedModule))
	if err != nil {
		t.Fatal(err)
	}
	var open []*weft.Instance
	for range 3 {
		in, err := w.linker.Instantiate(bg, module)
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, in)
	}
	ctx, cancel := context.WithTimeout(bg, 30*time.Millisecond)
	defer cancel()
	for name, n := range map[string]int{"trap": 3, "nest": 2, "touch": 5} {
		for range n {
			_, _ = w.try(ctx, open[0], name)
		}
	}
	_, _ = w.try(ctx, open[1], "spin")
	s := w.engine.Stats()
	want := map[weft.TrapCode]int64{weft.TrapUnreachable: 3, weft.TrapDivideByZero: 2, weft.TrapInterrupted: 1}
	if !maps.Equal(s.Traps, want) {
		t.Errorf("traps: have %v, want %v", s.Traps, want)
	}
	if s.InstancesMade != 3 || s.InstancesLive != 3 || s.ModulesCompiled != 1 || s.CompileTime <= 0 {
		t.Errorf("have %+v, want 3 instances of a module", s)
	}
	if isCompiled() && !w.engine.Info().Gradual && (s.FunctionsCompiled != 4 || s.CodeBytes == 0 || s.Stacks == 0) {
		t.Errorf("have %+v, want 4 functions", s)
	}
	for _, in := range open[:2] {
		if err := in.Close(); err != nil {
			t.Fatal(err)
		}
	}
	after := w.engine.Stats()
	if after.InstancesMade != 3 || after.InstancesLive != 1 || after.SlotsMade != s.SlotsMade {
		t.Errorf("have %+v, want 1 instance", after)
	}
	if s.SlotsMade > 0 && (s.SlotsMade != 3 || s.SlotsInUse != 3 || after.SlotsInUse != 1 || after.SlotsIdle != 2) {
		t.Errorf("slots: %+v, then %+v", s, after)
	}
	names := maps.Collect(s.Each)
	if names["traps_integer_divide_by_zero"] != 2 || names["instances_live"] != 3 || names["compile_time"] != int64(s.CompileTime) {
		t.Errorf("by name: %v", names)
	}
}

func TestStatsOfCache(t *testing.T) {
	if !isCompiled() {
		return // the interpreter has no use for a cache
	}
	cache, err := weft.OpenCache(t.TempDir(), 0)
	if err != nil {
		t.Fatal(err)
	}
	c := testConfig()
	c.Cache = cache
	for i := range int64(3) {
		e := weft.NewEngine(c)
		if _, err := e.Compile(bg, binary(t, countedModule)); err != nil {
			t.Fatal(err)
		}
		s := e.Stats()
		if s.Cache.Hits != i || s.Cache.Misses != 1 || s.ModulesLoaded != min(i, 1) || s.ModulesCompiled != 1-min(i, 1) {
			t.Errorf("engine %d: %+v", i, s)
		}
	}
}

func TestUsedMemory(t *testing.T) {
	w := newWorld(t, weft.Limits{})
	before, err := weft.UsedMemory()
	if err != nil {
		t.Skip(err) // the system does not say
	}
	in := w.instantiate(`(module (memory 32) (func (export "fill") (memory.fill (i32.const 0) (i32.const 1) (i32.const 2000000))))`)
	if _, err := w.try(bg, in, "fill"); err != nil {
		t.Fatal(err)
	}
	after, err := weft.UsedMemory()
	if n := after.Own - before.Own; err != nil || n < 1_900_000 || n > 3_000_000 { // others may give back a page meanwhile
		t.Errorf("2,000,000 bytes written are %d resident, %v", n, err)
	}
}
