package main

import (
	"context"
	"errors"
	"runtime"
	"time"

	"github.com/weft-wasm/weft/bench/engine"
)

const (
	cancelTimes = 100                    // cancellations that are measured
	cancelPause = 5 * time.Millisecond   // of the host between two of them
	manyGuests  = 100                    // that spin for cancel-100
	manyWarmUp  = 300 * time.Millisecond // until all of them have had a turn
)

// cancelOne measures how long it takes from the cancellation of a guest to the end of its call, with a guest that spins on every thread for goroutines. Each that
// has ended is followed by another one.
func cancelOne(ctx context.Context, engineName string, _ []string) ([]Row, error) {
	spinner, err := engine.Spins(engineName)
	if err != nil {
		return nil, err
	}
	return cancelAmong(ctx, spinner, runtime.GOMAXPROCS(0), "cancel-p99")
}

// cancelManyOne is the same with a hundred guests, which Weft's scheduler shares the threads among.
func cancelManyOne(ctx context.Context, engineName string, _ []string) ([]Row, error) {
	if engineName == "wasmtime" {
		return nil, errNoFeature // each guest takes a thread of the system
	}
	spinner, err := engine.SharingSpins(engineName)
	if err != nil {
		return nil, err
	}
	return cancelAmong(ctx, spinner, manyGuests, "cancel-100-p99")
}

// spinning is a guest under way.
type spinning struct {
	cancel context.CancelFunc
	ended  chan error
	at     time.Time // when it ended
}

func startSpinning(ctx context.Context, spinner engine.Spinner) (*spinning, error) {
	spin, err := spinner.Make()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	s := &spinning{cancel: cancel, ended: make(chan error, 1)}
	go func() {
		err := spin(ctx)
		s.at = time.Now()
		s.ended <- err
	}()
	return s, nil
}

func cancelAmong(ctx context.Context, spinner engine.Spinner, guests int, name string) ([]Row, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	all := make([]*spinning, guests)
	for i := range all {
		var err error
		if all[i], err = startSpinning(ctx, spinner); err != nil {
			return nil, err
		}
	}
	time.Sleep(manyWarmUp)
	var took []time.Duration
	for i := range cancelTimes {
		time.Sleep(cancelPause)
		s := all[i%guests]
		start := time.Now()
		s.cancel()
		if err := <-s.ended; err != nil {
			return nil, err
		}
		took = append(took, s.at.Sub(start))
		var err error
		if all[i%guests], err = startSpinning(ctx, spinner); err != nil {
			return nil, err
		}
	}
	stop()
	var errs []error
	for _, s := range all {
		errs = append(errs, <-s.ended)
	}
	p50, p99 := quantiles(took)
	return []Row{{name, "", p99, "s"}, {name + "/p50", "", p50, "s"}}, errors.Join(errs...)
}
