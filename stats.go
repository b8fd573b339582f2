package weft

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt"
)

// Stats are what has happened in an engine since it was made, and what it has at present. Calls are not counted: they take less time than that
// would.
type Stats struct {
	InstancesMade int64 // instances that were made
	InstancesLive int64 // those of them that are not closed, or which others can reach; one that is dropped without Close counts for good

	SlotsMade     int64 // slots, the reservations that instances have one after the other as their memory
	SlotsInUse    int64 // those that instances have
	SlotsIdle     int64 // those that wait for one
	SlotIdleBytes int64 // memory that these keep

	ModulesCompiled   int64         // modules that were compiled
	FunctionsCompiled int64         // functions of theirs that have machine code
	CompileTime       time.Duration // how long all that took; the same time counts for each module that was compiled in it
	ModulesLoaded     int64         // modules that had been compiled before, from files and the cache
	CodeBytes         int64         // machine code of the modules that there are

	Cache CacheStats // what Config.Cache has done for all its engines; zero without one

	Stacks int64 // stacks that compiled code runs on, in use or idle
	Yields int64 // how often compiled code has been made to give way to the rest of the process, or be looked at for a profile

	// Traps are the calls by the host that have ended by a trap, by its code. Those of TrapInterrupted were cancelled, or interrupted.
	Traps map[TrapCode]int64
}

// Stats returns what the engine has counted. It takes some microseconds; the numbers are not all of the same moment.
func (e *Engine) Stats() Stats {
	sum := e.counters.Sum
	s := Stats{
		InstancesMade:     sum(rt.CountMade),
		SlotsMade:         sum(rt.CountSlotsMade),
		SlotsIdle:         int64(e.slots.Idle()),
		SlotIdleBytes:     e.slots.Resident(),
		ModulesCompiled:   sum(rt.CountModules),
		FunctionsCompiled: sum(rt.CountFunctions),
		CompileTime:       time.Duration(sum(rt.CountCompile)),
		ModulesLoaded:     sum(rt.CountLoaded),
		Traps:             e.traps(),
	}
	s.InstancesLive = max(s.InstancesMade-sum(rt.CountGivenBack), 0)
	s.SlotsInUse = max(s.SlotsMade-sum(rt.CountSlotsFreed)-s.SlotsIdle, 0)
	if e.config.Cache != nil {
		s.Cache = e.config.Cache.Stats()
	}
	if e.native != nil {
		s.CodeBytes, s.Stacks, s.Yields = e.native.CodeBytes(), e.native.Stacks(), e.native.Yields()
	}
	return s
}

func (e *Engine) traps() map[TrapCode]int64 {
	traps := map[TrapCode]int64{}
	for code := range abi.TrapCount {
		if n := e.counters.Sum(rt.CountTrap(code)); n > 0 {
			traps[TrapCode(code)] = n
		}
	}
	return traps
}

// Each yields the numbers under names such as instances_made and traps_unreachable, for what collects metrics:
//
//	expvar.Publish("weft", expvar.Func(func() any { return maps.Collect(engine.Stats().Each) }))
//
// Times are in nanoseconds.
func (s Stats) Each(yield func(name string, value int64) bool) {
	all := []struct {
		name  string
		value int64
	}{
		{"instances_made", s.InstancesMade},
		{"instances_live", s.InstancesLive},
		{"slots_made", s.SlotsMade},
		{"slots_in_use", s.SlotsInUse},
		{"slots_idle", s.SlotsIdle},
		{"slots_idle_bytes", s.SlotIdleBytes},
		{"modules_compiled", s.ModulesCompiled},
		{"functions_compiled", s.FunctionsCompiled},
		{"compile_time", int64(s.CompileTime)},
		{"modules_loaded", s.ModulesLoaded},
		{"code_bytes", s.CodeBytes},
		{"cache_hits", s.Cache.Hits},
		{"cache_misses", s.Cache.Misses},
		{"cache_stored", s.Cache.Stored},
		{"cache_failed", s.Cache.Failed},
		{"cache_damaged", s.Cache.Damaged},
		{"cache_evicted", s.Cache.Evicted},
		{"stacks", s.Stacks},
		{"yields", s.Yields},
	}
	for _, x := range all {
		if !yield(x.name, x.value) {
			return
		}
	}
	for _, code := range slices.Sorted(maps.Keys(s.Traps)) {
		if !yield("traps_"+metricName(code.String()), s.Traps[code]) {
			return
		}
	}
}

// metricName is a text as part of a name.
func metricName(text string) string { return strings.ReplaceAll(text, " ", "_") }

// MemoryUse is what the linear memories of all engines of the process take, in bytes, with the slots that wait for instances.
type MemoryUse = rt.MemoryUse

// UsedMemory asks the system what linear memories take, on Linux on amd64 and arm64; elsewhere it fails. That takes some milliseconds for each GiB
// that the process has, and for each thousand memories.
func UsedMemory() (MemoryUse, error) { return rt.Resident() }
