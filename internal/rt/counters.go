package rt

import (
	"sync/atomic"
	"unsafe"

	"github.com/weft-wasm/weft/internal/abi"
)

// Count is something that happens in an engine and is counted. Nothing is counted on the way of calls.
type Count int

// The counts. Those of traps follow, by code.
const (
	CountMade       Count = iota // instances made
	CountGivenBack               // instances closed that nothing can use any more
	CountSlotsMade               // slots
	CountSlotsFreed              // slots that the system got back
	CountModules                 // modules compiled
	CountFunctions               // functions compiled
	CountCompile                 // nanoseconds that it took
	CountLoaded                  // modules that were compiled before
	countTraps
	counts = countTraps + Count(abi.TrapCount)
)

// CountTrap is the count of traps with a code.
func CountTrap(t abi.Trap) Count { return countTraps + Count(t) }

// Counters are what has happened in an engine. Those that count at the same time do so in different places, most of the time: two that make an instance in a
// microsecond each would otherwise wait for each other.
type Counters struct {
	shares [shares]share
}

// shares is a power of two.
const shares = 16

// share is a part of each count. Its size is that of lines of the cache.
type share [(counts + 7) &^ 7]atomic.Int64

// Add counts. It may be called on nil, which counts nothing.
func (c *Counters) Add(what Count, n int64) {
	if c == nil {
		return
	}
	// Goroutines that run at the same time have different stacks. The address is a number here and nothing else: it may be that of something else by now.
	var here byte
	at := uint64(uintptr(unsafe.Pointer(&here))>>12) * 0x9e3779b97f4a7c15
	c.shares[at>>60%shares][what].Add(n)
}

// Sum is how often something has happened, up to about now.
func (c *Counters) Sum(what Count) (n int64) {
	for i := range c.shares {
		n += c.shares[i][what].Load()
	}
	return n
}
