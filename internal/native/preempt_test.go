package native_test

import (
	"context"
	"flag"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/weft-wasm/weft"
)

var roundsFlag = flag.Int("rounds", 0, "collections of garbage beside guests that spin; 0 for those of some time")

// TestSpinnersAndGC collects garbage while a guest spins on every P. A collection waits for its turn on a busy P several times, so that a
// thousand of them take a minute or so, beside guests as beside loops in Go: go test ./internal/native -run SpinnersAndGC -rounds 1000 -v
func TestSpinnersAndGC(t *testing.T) {
	eachTier(t, func(s *stage) {
		m := s.compile(`(module (func (export "spin") (loop $l (br $l))) (func (export "one") (result i32) (i32.const 1)))`)
		ctx, cancel := context.WithCancel(bg)
		var spinners sync.WaitGroup
		instances := make([]*weft.Instance, runtime.GOMAXPROCS(0))
		for i := range instances {
			in, err := s.linker.Instantiate(bg, m)
			if err != nil {
				s.Fatal(err)
			}
			defer in.Close()
			instances[i] = in
			spinners.Go(func() {
				_, err := s.try(ctx, in, "spin")
				s.trap(err, weft.TrapInterrupted)
			})
		}
		rounds, total, longest := collect()
		start := time.Now()
		cancel()
		spinners.Wait()
		s.Logf("%d collections: %v, longest %v; all cancelled after %v", rounds, total, longest, time.Since(start))
		for _, in := range instances {
			s.want(in, int32(1), "one")
		}
	})
}

func collect() (rounds int, total, longest time.Duration) {
	for rounds < *roundsFlag || *roundsFlag == 0 && total < 300*time.Millisecond {
		start := time.Now()
		runtime.GC()
		took := time.Since(start)
		rounds, total, longest = rounds+1, total+took, max(longest, took)
	}
	return rounds, total, longest
}
