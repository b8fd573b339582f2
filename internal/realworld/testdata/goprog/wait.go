package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// wait lets all goroutines sleep, so that the runtime hands the processor back to the host until a timer is due.
func wait(string) error {
	const nap = 15 * time.Millisecond
	start := time.Now()
	naps := make(chan time.Duration)
	for i := range 3 {
		go func() {
			time.Sleep(time.Duration(i+1) * nap)
			naps <- time.Since(start)
		}()
	}
	for range 3 {
		if slept := <-naps; slept < nap {
			return fmt.Errorf("woken after %v, before %v were over", slept, nap)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), nap)
	defer cancel()
	select {
	case <-naps:
		return errors.New("a fourth goroutine woke")
	case <-ctx.Done():
		fmt.Println(ctx.Err(), time.Since(start) >= 4*nap)
	}
	return nil
}
