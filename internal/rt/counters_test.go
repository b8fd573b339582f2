package rt

import (
	"sync"
	"testing"
	"unsafe"

	"github.com/weft-wasm/weft/internal/abi"
)

func TestCounters(t *testing.T) {
	var c Counters
	var wg sync.WaitGroup
	const each, goroutines = 1000, 8
	for range goroutines {
		wg.Go(func() {
			for range each {
				c.Add(CountMade, 1)
				c.Add(CountTrap(abi.TrapCount-1), 2)
			}
		})
	}
	wg.Wait()
	if n := c.Sum(CountMade); n != each*goroutines {
		t.Errorf("%d, want %d", n, each*goroutines)
	}
	if n := c.Sum(CountTrap(abi.TrapCount - 1)); n != 2*each*goroutines {
		t.Errorf("%d, want %d", n, 2*each*goroutines)
	}
	if n := c.Sum(CountGivenBack); n != 0 {
		t.Errorf("%d of what has not happened", n)
	}
	if n := unsafe.Sizeof(share{}); n%64 != 0 {
		t.Errorf("a share has %d bytes, which are no lines of the cache", n)
	}
	(*Counters)(nil).Add(CountMade, 1)
}

func BenchmarkCount(b *testing.B) {
	var c Counters
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			c.Add(CountMade, 1)
		}
	})
}
