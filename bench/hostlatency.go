package main

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/weft-wasm/weft/bench/engine"
)

// hostLatencyTime is how long the guests spin, in which the host sleeps for hostLatencySleep again and again.
const (
	hostLatencyTime  = 2 * time.Second
	hostLatencySleep = time.Millisecond
)

// hostLatencyOne measures how late a goroutine wakes up, and how long a collection of garbage takes, while as many guests spin as there are threads for
// goroutines.
func hostLatencyOne(ctx context.Context, engineName string, _ []string) ([]Row, error) {
	spinner, err := engine.Spins(engineName)
	if err != nil {
		return nil, err
	}
	spinning, stop := context.WithCancel(ctx)
	defer stop()
	errs := make([]error, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for i := range errs {
		spin, err := spinner.Make()
		if err != nil {
			return nil, err
		}
		wg.Go(func() { errs[i] = spin(spinning) })
	}
	var late, collections []time.Duration
	for start := time.Now(); time.Since(start) < hostLatencyTime; {
		before := time.Now()
		time.Sleep(hostLatencySleep)
		late = append(late, time.Since(before)-hostLatencySleep)
		if len(late)%50 == 0 {
			before := time.Now()
			runtime.GC()
			collections = append(collections, time.Since(before))
		}
	}
	stop()
	wg.Wait()
	p50, p99 := quantiles(late)
	rows := []Row{{"host-latency/p50", "", p50, "s"}, {"host-latency/p99", "", p99, "s"}}
	if len(collections) > 0 {
		middle, _ := quantiles(collections)
		rows = append(rows, Row{"host-latency/gc", "", middle, "s"})
	}
	return rows, errors.Join(errs...)
}

// quantiles returns the middle and the hundredth part from the top of some times, in seconds.
func quantiles(times []time.Duration) (p50, p99 float64) {
	times = slices.Sorted(slices.Values(times))
	return times[len(times)/2].Seconds(), times[len(times)*99/100].Seconds()
}
