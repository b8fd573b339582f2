package engine

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// The exports that cycles call.
const (
	NopExport   = "bench-nop"   // returns at once
	WriteExport = "bench-write" // writes 64 KiB
)

// writeAt is where WriteExport writes: below the data of programs that have their stack first, as compilers lay them out.
const writeAt = 512 << 10

// smallGuest is the module with a memory of 1 MiB.
const smallGuest = `(module (memory (export "memory") 16) (data (i32.const 1024) "some data"))`

// SmallGuest returns it as a binary.
func SmallGuest() ([]byte, error) {
	m, err := wat.Parse("guest.wat", []byte(smallGuest))
	if err != nil {
		return nil, err
	}
	return wasm.Encode(m), nil
}

// WithCycleExports adds NopExport and WriteExport to a module with a memory.
func WithCycleExports(guest []byte) ([]byte, error) {
	m, err := wasm.Decode(guest, nil)
	if err != nil {
		return nil, err
	}
	m.Groups = append(m.Groups, wasm.Group{Start: uint32(len(m.Types)), Len: 1})
	m.Types = append(m.Types, wasm.SubType{Final: true, Kind: wasm.CompFunc})
	write := []wasm.Instr{
		{Op: op.I32Const, Imm: writeAt}, {Op: op.I32Const, Imm: 7}, {Op: op.I32Const, Imm: 64 << 10}, {Op: op.MemoryFill}, {Op: op.End},
	}
	var body []byte
	for i := range write {
		body = wasm.AppendInstr(body, &write[i])
	}
	for name, code := range map[string][]byte{NopExport: {0x0b}, WriteExport: body} {
		m.Exports = append(m.Exports, wasm.Export{Name: name, Kind: wasm.ExternFunc, Index: uint32(m.ImportedFuncs + len(m.Funcs))})
		m.Funcs = append(m.Funcs, uint32(len(m.Types)-1))
		m.Code = append(m.Code, wasm.Code{Body: code})
	}
	return wasm.Encode(m), nil
}

// Cycler makes instances of one module, whose unknown imports trap. It is used by several goroutines at once.
type Cycler interface {
	// Make makes an instance and calls an export of it.
	Make(export string) (Closer, error)
}

// Closer gives an instance back.
type Closer interface{ Close() }

// Cycles returns what makes instances of a module on an engine.
func Cycles(name string, guest []byte) (Cycler, error) {
	switch e, err := Open(name); e := e.(type) {
	case weftEngine:
		return weftCycles(e.engine, guest)
	case wazeroEngine:
		return wazeroCycles(e.runtime, guest)
	case nil:
		return nil, err
	}
	return wasmtimeCycles(guest)
}

// CycleCost is what making an instance, a call and closing it takes. It crosses between processes as JSON.
type CycleCost struct {
	Export string `json:"export"`
	// P50 and P99 are of single cycles, in seconds.
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
	// Seconds is per cycle of a loop of them, and Parallel the throughput of two goroutines divided by that of one.
	Seconds  float64 `json:"seconds"`
	Parallel float64 `json:"parallel"`
}

// MeasureCycles measures the cycles of both exports.
func MeasureCycles(c Cycler) (costs []CycleCost, err error) {
	for _, export := range []string{NopExport, WriteExport} {
		cost := CycleCost{Export: export}
		if cost.P50, cost.P99, err = latencies(c, export); err != nil {
			return nil, err
		}
		var one, two []float64
		for range 5 {
			for n, rates := range []*[]float64{&one, &two} {
				rate, err := throughput(c, export, n+1, 200*time.Millisecond)
				if err != nil {
					return nil, err
				}
				*rates = append(*rates, rate)
			}
		}
		cost.Seconds, cost.Parallel = 1/slices.Max(one), slices.Max(two)/slices.Max(one)
		costs = append(costs, cost)
	}
	return costs, nil
}

func cycle(c Cycler, export string) error {
	in, err := c.Make(export)
	if err != nil {
		return err
	}
	in.Close()
	return nil
}

// latencies times single cycles for a second.
func latencies(c Cycler, export string) (p50, p99 float64, err error) {
	var all []time.Duration
	for start := time.Now(); time.Since(start) < time.Second; {
		begin := time.Now()
		if err := cycle(c, export); err != nil {
			return 0, 0, err
		}
		all = append(all, time.Since(begin))
	}
	slices.Sort(all)
	return all[len(all)/2].Seconds(), all[len(all)*99/100].Seconds(), nil
}

// throughput is how many cycles a second some goroutines make together.
func throughput(c Cycler, export string, goroutines int, long time.Duration) (rate float64, err error) {
	var stop atomic.Bool
	var total atomic.Int64
	errs := make([]error, goroutines)
	var wg sync.WaitGroup
	start := time.Now()
	for g := range goroutines {
		wg.Go(func() {
			n := int64(0)
			for ; errs[g] == nil && !stop.Load(); n++ {
				errs[g] = cycle(c, export)
			}
			total.Add(n)
		})
	}
	time.Sleep(long)
	stop.Store(true)
	wg.Wait()
	return float64(total.Load()) / time.Since(start).Seconds(), errors.Join(errs...)
}

// MeasureLive makes so many instances, calls their nop, and returns how many bytes more than before are resident while all live.
func MeasureLive(c Cycler, instances int) (bytes int64, err error) {
	if err := cycle(c, NopExport); err != nil { // what the first one needs belongs to the module
		return 0, err
	}
	debug.FreeOSMemory()
	before, err := residentBytes()
	if err != nil {
		return 0, err
	}
	live := make([]Closer, 0, instances)
	for range instances {
		in, err := c.Make(NopExport)
		if err != nil {
			return 0, fmt.Errorf("instance %d: %w", len(live)+1, err)
		}
		live = append(live, in)
	}
	after, err := residentBytes()
	for _, in := range live {
		in.Close()
	}
	return after - before, err
}

// residentBytes is how much memory of this process is resident, pages of files in memory included.
func residentBytes() (int64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		var kib int64
		if _, err := fmt.Sscanf(line, "VmRSS: %d kB", &kib); err == nil {
			return kib << 10, nil
		}
	}
	return 0, errors.New("/proc/self/status says nothing of VmRSS")
}
