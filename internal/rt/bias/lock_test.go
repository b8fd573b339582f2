package bias

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// settle takes the lock until it is biased to the calling goroutine, where that is possible.
func settle(t testing.TB, l *Lock) {
	t.Helper()
	for range patience << maxDoubling {
		if !l.TakeOften() {
			t.Fatal("the lock is taken")
		}
		done := l.Grant() != nil
		l.Drop()
		if done {
			return
		}
	}
	if grants() {
		t.Fatal("no grant")
	}
}

func TestStates(t *testing.T) {
	var l Lock
	for _, biased := range []bool{false, true} {
		if biased {
			settle(t, &l)
		}
		if l.IsTaken() {
			t.Error("the lock is taken before Take")
		}
		for range 2 {
			if !l.Take() || !l.IsTaken() {
				t.Fatal("the lock was not taken")
			}
			if l.Take() || l.TakeOften() {
				t.Fatal("the lock was taken twice on a goroutine")
			}
			elsewhere(func() {
				if l.Take() || !l.IsTaken() {
					t.Error("the lock was taken twice on two goroutines")
				}
			})
			if has := l.Grant() != nil; has != (biased && grants()) {
				t.Errorf("a grant: have %v, want %v: Take of another goroutine has failed and taken it, or made one", has, biased)
			}
			l.Drop()
		}
	}
}

// TestRevoke takes a grant back from a goroutine that does not hold the lock, and lets that one have it again, later each time.
func TestRevoke(t *testing.T) {
	if !grants() {
		t.Skip("there is no membarrier here, or it is the race detector's build")
	}
	var l Lock
	for n := range uint32(4) {
		settle(t, &l)
		old := l.grant.Load()
		elsewhere(func() {
			if !l.Take() || l.Grant() != nil {
				t.Error("the lock was not taken from the goroutine to which it was biased")
			}
			if !l.IsTaken() || l.Take() {
				t.Error("the lock is not taken")
			}
			l.Drop()
		})
		if l.Retake(old) || old.held != 0 || l.revoked != n+1 {
			t.Fatalf("the grant was not revoked: held %d, revoked %d", old.held, l.revoked)
		}
		for range patience<<(n+1) - 1 {
			if !l.TakeOften() || l.Grant() != nil {
				t.Fatal("the lock was not taken, or biased too early")
			}
			l.Drop()
		}
	}
}

func elsewhere(f func()) {
	var group sync.WaitGroup
	group.Go(f)
	group.Wait()
}

// TestExclusion has goroutines take a lock while one has a grant: those that hold it are alone, and of those that try at a time one succeeds.
func TestExclusion(t *testing.T) {
	var l Lock
	inside, revoked, entered, stop := 0, 0, [3]int{}, atomic.Bool{} // inside and revoked are guarded by the lock
	enter := func(i int) bool {
		if !l.TakeOften() {
			return false
		}
		if inside++; inside != 1 {
			t.Error("two goroutines have the lock")
		}
		entered[i]++
		revoked += int(l.revoked)
		l.revoked = 0 // so that there are many grants
		inside--
		l.Drop()
		return true
	}
	var group sync.WaitGroup
	for i := range entered {
		group.Go(func() {
			for n := 0; !stop.Load(); n++ {
				if enter(i); i > 0 {
					time.Sleep(time.Duration(i) * 20 * time.Microsecond) // so that the first one gets grants
				}
			}
		})
	}
	time.Sleep(500 * time.Millisecond)
	stop.Store(true)
	group.Wait()
	for i, n := range entered {
		if n == 0 {
			t.Errorf("goroutine %d never had the lock", i)
		}
	}
	t.Logf("taken %v times, %d grants revoked", entered, revoked)
	if l.IsTaken() || grants() && revoked == 0 {
		t.Errorf("taken: %v, revoked: %d", l.IsTaken(), revoked)
	}
}

// TestRetakeRace is the race that the barrier decides: an owner takes the lock by its grant while another goroutine takes the grant back. Without a
// barrier both have it in some of a hundred thousand rounds.
func TestRetakeRace(t *testing.T) {
	if !grants() || runtime.GOMAXPROCS(0) < 2 {
		t.Skip("there are no grants here, or there is one processor")
	}
	var l Lock
	var ready, start, done atomic.Int64 // rounds
	var mine bool
	var rounds, both int64
	go func() {
		for round := int64(1); ready.Load() >= 0; round++ {
			l.revoked = 0
			settle(t, &l)
			g := l.grant.Load()
			ready.CompareAndSwap(round-1, round)
			await(&start, round)
			mine = l.Retake(g)
			done.Store(round)
			await(&start, -round)
			if mine {
				l.Drop()
			}
		}
	}()
	for deadline := time.Now().Add(time.Second); time.Now().Before(deadline); {
		rounds++
		await(&ready, rounds)
		start.Store(rounds)
		for range rounds % 256 {
			_ = start.Load() // so that the two meet at different places
		}
		other := l.Take()
		await(&done, rounds)
		switch {
		case mine && other:
			both++
		case !mine && !other:
			t.Fatal("both have failed to take a free lock")
		}
		if other {
			l.Drop()
		}
		if time.Now().After(deadline) {
			ready.Store(-1)
		}
		start.Store(-rounds)
	}
	if both > 0 {
		t.Errorf("both had the lock in %d of %d rounds", both, rounds)
	}
	t.Logf("%d rounds", rounds)
}

func await(at *atomic.Int64, round int64) {
	for n := 0; at.Load() != round; n++ {
		if n > 1000 {
			runtime.Gosched()
		}
	}
}

func BenchmarkTake(b *testing.B) {
	for _, biased := range []bool{false, true} {
		name := "free"
		if biased {
			name = "biased"
		}
		b.Run(name, func(b *testing.B) {
			var l Lock
			if biased {
				settle(b, &l)
			}
			for b.Loop() {
				l.Take()
				l.Drop()
			}
		})
	}
}

// BenchmarkRevoke is what it costs to take a grant back, while another thread runs.
func BenchmarkRevoke(b *testing.B) {
	if !grants() {
		b.Skip("there are no grants here")
	}
	var stop atomic.Bool
	defer stop.Store(true)
	go func() {
		for !stop.Load() {
		}
	}()
	for b.Loop() {
		barrier()
	}
}
