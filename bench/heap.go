package main

import (
	"runtime"
	"runtime/metrics"
	"time"
)

// heapSampler watches the bytes of live and not yet collected objects while something runs. It samples every
// half millisecond, so shorter peaks can be missed.
type heapSampler struct {
	done chan struct{}
	peak chan uint64
}

func startHeapSampler() heapSampler {
	s := heapSampler{make(chan struct{}), make(chan uint64, 1)}
	go func() {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		tick := time.NewTicker(500 * time.Microsecond)
		defer tick.Stop()
		var peak uint64
		for {
			metrics.Read(sample)
			peak = max(peak, sample[0].Value.Uint64())
			select {
			case <-s.done:
				s.peak <- peak
				return
			case <-tick.C:
			}
		}
	}()
	return s
}

// stop takes a last sample and returns the peak.
func (s heapSampler) stop() uint64 {
	close(s.done)
	return <-s.peak
}

func heapAfterGC() runtime.MemStats {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats
}
