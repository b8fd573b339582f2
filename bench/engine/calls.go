package engine

import (
	_ "embed"
	"fmt"
	"math"
	"runtime"
	"time"

	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// Crossing is one way from the host into a guest or back.
type Crossing struct {
	// Kind is the same for all engines that have this way, see [Crossings].
	Kind string
	// Loop makes n calls.
	Loop func(n int) error
	// Empty does what Loop does but for the calls, if that is work of the guest's that is not to count; nil if there is none.
	Empty func(n int) error
}

// The kinds of crossings. All calls add two i32. Exports are called by a loop in Go, functions of the host by a loop in the guest, of which
// what the same loop takes without the call is taken away. The context is one that is never cancelled, unless the kind says otherwise.
const (
	ExportTyped   = "export-typed"   // types of Go, checked when the function was looked up
	ExportUntyped = "export-untyped" // values in a slice, checked at each call
	ExportRaw     = "export-raw"     // slots that the caller provides, unchecked
	ExportStop    = "export-stop"    // export-typed with a context that can be cancelled
	HostTyped     = "host-typed"     // a Go function of its natural type
	HostUntyped   = "host-untyped"   // a Go function on a slice of slots or values
	HostAny       = "host-any"       // a Go function of a type that the engine learns by reflection, where that is not how it does host-typed
)

// callsText is the guest of all crossings.
const callsText = `(module
  (import "host" "add" (func $add (param i32 i32) (result i32)))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "loop") (param $n i32) (result i32) (local $sum i32)
    (loop $again
      (local.set $sum (call $add (local.get $sum) (local.get $n)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))
  (func (export "empty") (param $n i32) (result i32) (local $sum i32)
    (loop $again
      (local.set $sum (i32.add (local.get $sum) (local.get $n)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))`

// The exports of that guest.
const (
	addExport   = "add"
	loopExport  = "loop"
	emptyExport = "empty"
)

// callsModule returns that guest as a binary.
func callsModule() ([]byte, error) {
	m, err := wat.Parse("calls.wat", []byte(callsText))
	if err != nil {
		return nil, err
	}
	return wasm.Encode(m), nil
}

// added checks the sum of 1 to n, which is what a loop of n calls makes.
func added(n int, sum int32) error {
	if want := int32(uint64(n) * uint64(n+1) / 2); sum != want {
		return fmt.Errorf("%d calls: have the sum %d, want %d", n, sum, want)
	}
	return nil
}

// Crossings returns the ways that an engine linked into this program has.
func Crossings(name string) ([]Crossing, error) {
	guest, err := callsModule()
	if err != nil {
		return nil, err
	}
	switch e, err := Open(name); e := e.(type) {
	case weftEngine:
		return weftCrossings(e.engine, guest)
	case wazeroEngine:
		return wazeroCrossings(e.runtime, guest)
	case nil:
		return nil, err
	}
	return wasmtimeCrossings(guest)
}

// Cost is what one call of some kind takes. It crosses between processes as JSON.
type Cost struct {
	Kind    string  `json:"kind"`
	Seconds float64 `json:"seconds"`
	// Allocations is per call, on the Go heap; below zero where that is not known.
	Allocations float64 `json:"allocations"`
}

// MeasureCrossings measures every way that an engine has.
func MeasureCrossings(name string) ([]Cost, error) {
	crossings, err := Crossings(name)
	if err != nil {
		return nil, err
	}
	var costs []Cost
	for _, c := range crossings {
		cost, err := c.measure()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Kind, err)
		}
		costs = append(costs, cost)
	}
	return costs, nil
}

// Loops are so short that some are not disturbed, and so long that reading the clock does not count.
const (
	loopTime = 10 * time.Millisecond
	loops    = 41
)

// measure runs loops of some 10 ms and takes the fastest, less the fastest of the loops without calls.
func (c Crossing) measure() (Cost, error) {
	n, err := c.size()
	if err != nil {
		return Cost{}, err
	}
	busy, empty, fewest := math.Inf(1), math.Inf(1), uint64(math.MaxUint64)
	for range loops {
		elapsed, allocations, err := timed(c.Loop, n)
		if err != nil {
			return Cost{}, err
		}
		busy, fewest = min(busy, elapsed.Seconds()), min(fewest, allocations) // the rest of the process allocates too
		if c.Empty == nil {
			empty = 0
			continue
		}
		if elapsed, _, err = timed(c.Empty, n); err != nil {
			return Cost{}, err
		}
		empty = min(empty, elapsed.Seconds())
	}
	return Cost{c.Kind, (busy - empty) / float64(n), float64(fewest) / float64(n)}, nil
}

// size finds how many calls take some 10 ms, and warms up what there is to warm up.
func (c Crossing) size() (n int, err error) {
	for n = 1000; n < 1<<28; {
		elapsed, _, err := timed(c.Loop, n)
		if err != nil {
			return 0, err
		}
		if elapsed >= loopTime {
			break
		}
		n = min(n*10, int(float64(n)*1.2*float64(loopTime)/float64(max(elapsed, 1)))+1)
	}
	return n, nil
}

func timed(loop func(n int) error, n int) (elapsed time.Duration, allocations uint64, err error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	err = loop(n)
	elapsed = time.Since(start)
	runtime.ReadMemStats(&after)
	return elapsed, after.Mallocs - before.Mallocs, err
}
