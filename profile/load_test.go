package profile_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/weft-wasm/weft"
	weftprofile "github.com/weft-wasm/weft/profile"
)

// TestLoad starts and stops profiles while guests run, trap, are closed, are reset, are cancelled and have functions of the host panic.
func TestLoad(t *testing.T) {
	eachTier(t, func(t *testing.T, engine *weft.Engine) {
		before := runtime.NumGoroutine()
		var stop atomic.Bool
		var wg sync.WaitGroup
		for _, guest := range []func(t *testing.T, engine *weft.Engine){trapping, panicking, cancelled, resetting, closing} {
			wg.Go(func() {
				for !stop.Load() {
					guest(t, engine)
				}
			})
		}
		samples := 0
		for i, start := 0, time.Now(); time.Since(start) < time.Second || samples == 0 && time.Since(start) < 10*time.Second; i++ {
			p, err := weftprofile.Start(engine, weftprofile.Config{Rate: 5000})
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(1+i%8) * 20 * time.Millisecond) // a busy process looks at its clock every 10 ms
			samples += len(parse(t, p).Sample)
		}
		stop.Store(true)
		wg.Wait()
		if samples == 0 {
			t.Error("no samples")
		}
		time.Sleep(20 * time.Millisecond)
		if after := runtime.NumGoroutine(); after > before+2 {
			t.Errorf("%d goroutines, %d before", after, before)
		}
	})
}

func trapping(t *testing.T, engine *weft.Engine) {
	in := instantiate(t, engine, nil)
	defer in.Close()
	for range 10 {
		if trap, ok := errors.AsType[*weft.Trap](call(t, t.Context(), in, "trap")); !ok || trap.Code != weft.TrapUnreachable {
			t.Errorf("have %v, want a trap", trap)
		}
	}
}

func panicking(t *testing.T, engine *weft.Engine) {
	in := instantiate(t, engine, func() bool { panic("enough") })
	defer in.Close()
	for range 10 {
		func() {
			defer func() {
				if r := recover(); r != "enough" {
					t.Errorf("recovered %v", r)
				}
			}()
			_ = call(t, context.Background(), in, "main")
		}()
	}
}

func cancelled(t *testing.T, engine *weft.Engine) {
	in := instantiate(t, engine, func() bool { return false })
	defer in.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Millisecond)
	defer cancel()
	if err := call(t, ctx, in, "main"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("have %v, want the end of the time", err)
	}
}

func resetting(t *testing.T, engine *weft.Engine) {
	in := instantiate(t, engine, func() bool { return true })
	defer in.Close()
	for range 5 {
		if err := call(t, context.Background(), in, "main"); err != nil {
			t.Error(err)
		}
		if err := in.Reset(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// closing closes an instance while it runs.
func closing(t *testing.T, engine *weft.Engine) {
	running := make(chan struct{}, 1)
	in := instantiate(t, engine, func() bool {
		running <- struct{}{}
		runtime.Gosched()
		return true
	})
	ended := make(chan error)
	go func() { ended <- call(t, context.Background(), in, "main") }()
	<-running
	if err := in.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
