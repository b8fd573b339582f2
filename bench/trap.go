package main

import (
	"context"
	"fmt"
	"time"

	"github.com/weft-wasm/weft/bench/engine"
)

// trapCalls is how many traps are one sample, and trapSamples how many samples there are: the least counts.
const (
	trapCalls   = 200
	trapSamples = 50
)

// trapOne measures how long it takes to call a function that traps under TrapFrames calls, to get the error, and the name of each frame from it.
func trapOne(_ context.Context, engineName string, _ []string) ([]Row, error) {
	trap, err := engine.Traps(engineName)
	if err != nil {
		return nil, err
	}
	least := time.Duration(0)
	for sample := range trapSamples {
		start := time.Now()
		for range trapCalls {
			n, err := trap()
			if err == nil && n != engine.TrapFrames {
				err = fmt.Errorf("it says that %d calls were open, of %d", n, engine.TrapFrames)
			}
			if err != nil {
				return nil, err
			}
		}
		if took := time.Since(start); sample == 0 || took < least {
			least = took
		}
	}
	return []Row{{"", "", least.Seconds() / trapCalls, "s"}}, nil
}
