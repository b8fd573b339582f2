package weft_test

import (
	"bytes"
	"context"
	bits "encoding/binary"
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/weft-wasm/weft"
)

// sharedModule counts for ever, or calls the host.
const sharedModule = `(module
	(import "env" "block" (func $block))
	(import "env" "nothing" (func $nothing))
	(import "env" "nest" (func $nest (param i32)))
	(memory (export "memory") 1)
	(func $count (export "count") (loop $l (i64.store (i32.const 0) (i64.add (i64.load (i32.const 0)) (i64.const 1))) (br $l)))
	(func (export "hosts") (loop $l (call $nothing) (i64.store (i32.const 0) (i64.add (i64.load (i32.const 0)) (i64.const 1))) (br $l)))
	(func (export "block") (call $block))
	(func (export "block and count") (call $block) (call $count))
	(func (export "nest") (param i32) (result i32) (call $nest (local.get 0)) (local.get 0))
	(func (export "two") (result i32) (i32.const 2)))`

// shared is an engine with a scheduler.
type shared struct {
	*world
	scheduler *weft.Scheduler
	prepared  *weft.Prepared
	block     func()
}

func newShared(t testing.TB, c weft.SchedulerConfig) *shared {
	s := &shared{scheduler: weft.NewScheduler(c)}
	config := testConfig()
	config.Scheduler = s.scheduler
	e := weft.NewEngine(config)
	s.world = &world{t, e, weft.NewLinker(e)}
	s.define("env", "block", func() { s.block() })
	s.define("env", "nothing", func() {})
	s.define("env", "nest", func(ctx context.Context, in *weft.Instance, n int32) error {
		if n == 0 {
			return nil
		}
		_, err := s.try(ctx, in, "nest", n-1)
		return err
	})
	var err error
	if s.prepared, err = s.linker.Prepare(s.compile(sharedModule)); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *shared) instance() *weft.Instance {
	s.Helper()
	in, err := s.prepared.Instantiate(bg)
	if err != nil {
		s.Fatal(err)
	}
	return in
}

// idle checks that no guest has a slot or waits for one.
func (s *shared) idle() {
	s.Helper()
	if n := s.scheduler.Stats(); n.Running != 0 || n.Waiting != 0 {
		s.Errorf("the scheduler is not idle: %+v", n)
	}
}

// until waits for a condition.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(100 * time.Microsecond) {
		if time.Now().After(end) {
			t.Fatal("waited too long: " + what)
		}
	}
}

func (s *shared) waiting(n int) {
	s.Helper()
	until(s, "guests that wait for a slot", func() bool { return s.scheduler.Stats().Waiting == n })
}

// spinner is a guest that counts.
type spinner struct {
	in    *weft.Instance
	ended chan error
}

func (s *shared) spin(ctx context.Context, in *weft.Instance, name string) *spinner {
	p := &spinner{in, make(chan error, 1)}
	go func() {
		_, err := s.try(ctx, in, name)
		p.ended <- err
	}()
	return p
}

// stop interrupts a guest until it ends: its call may not have begun yet.
func (p *spinner) stop(t testing.TB) {
	t.Helper()
	defer every(time.Millisecond, func() { p.in.Interrupt(errStop) })()
	wantInterrupted(t, <-p.ended, errStop)
}

func (p *spinner) count() uint64 { return bits.LittleEndian.Uint64(p.in.Memory().Bytes()) }

// TestSharedByAll has many more guests than slots spin: all get on, and each is cancelled or interrupted in a moment, whether it has a slot or waits.
func TestSharedByAll(t *testing.T) {
	s := newShared(t, weft.SchedulerConfig{Slots: 2, Slice: 2 * time.Millisecond})
	ctx, cancel := context.WithCancelCause(bg)
	defer cancel(nil)
	var all []*spinner
	for i := range 20 {
		all = append(all, s.spin(ctx, s.instance(), []string{"count", "hosts"}[i%2]))
	}
	s.waiting(18)
	until(t, "all guests to get on", func() bool {
		for _, p := range all {
			if p.count() == 0 {
				return false
			}
		}
		return true
	})
	for _, p := range all[:10] {
		p.in.Interrupt(errStop)
		wantInterrupted(t, <-p.ended, errStop)
	}
	s.waiting(8)
	cancel(errHungUp)
	for _, p := range all[10:] {
		wantInterrupted(t, <-p.ended, errHungUp)
	}
	s.idle()
	for _, p := range all {
		s.expect(s.call(p.in, "two"), int32(2))
	}
}

var errHungUp = errors.New("the client hung up")

// TestSharedDeadline cancels guests that wait for a slot which they do not get, before their call has begun and after one of the host.
func TestSharedDeadline(t *testing.T) {
	s := newShared(t, weft.SchedulerConfig{Slots: 1, Slice: time.Hour})
	entered, goOn := make(chan bool), make(chan bool)
	s.block = func() { entered <- true; <-goOn }
	after := s.instance()
	ctx, cancel := context.WithCancelCause(bg)
	late := s.spin(ctx, after, "block")
	<-entered
	hog := s.spin(bg, s.instance(), "count")
	until(t, "the slot to be handed back", func() bool { return s.scheduler.Stats().HandedBack == 1 })
	goOn <- true // it has lost its slot meanwhile
	s.waiting(1)
	deadline, stop := context.WithTimeout(bg, 2*time.Millisecond)
	defer stop()
	_, err := s.try(deadline, s.instance(), "two")
	wantInterrupted(t, err, context.DeadlineExceeded)
	cancel(errHungUp)
	wantInterrupted(t, <-late.ended, errHungUp)
	s.waiting(0)
	hog.stop(t)
	s.idle()
	s.expect(s.call(after, "two"), int32(2))
}

// TestSharedHost has guests block in the host: they keep nobody from computing, and have to wait for a slot when they return.
func TestSharedHost(t *testing.T) {
	s := newShared(t, weft.SchedulerConfig{Slots: 1, Slice: time.Millisecond})
	goOn := make(chan bool)
	s.block = func() { <-goOn }
	var blocked []*spinner
	for range 5 {
		blocked = append(blocked, s.spin(bg, s.instance(), "block and count"))
	}
	s.expect(s.call(s.instance(), "two"), int32(2))
	close(goOn)
	until(t, "the blocked ones to get on", func() bool {
		for _, p := range blocked {
			if p.count() == 0 {
				return false
			}
		}
		return true
	})
	for _, p := range blocked {
		p.in.Interrupt(errStop)
		wantInterrupted(t, <-p.ended, errStop)
	}
	s.idle()
}

// TestSharedNested makes calls within calls while others spin: a task has one slot for all of them.
func TestSharedNested(t *testing.T) {
	s := newShared(t, weft.SchedulerConfig{Slots: 1, Slice: time.Millisecond})
	s.expect(s.call(s.instance(), "nest", 50), int32(50))
	s.idle()
	hog := s.spin(bg, s.instance(), "count")
	s.expect(s.call(s.instance(), "nest", 50), int32(50))
	hog.stop(t)
	s.idle()
}

// TestSharedEnds ends calls in the host by a panic and with their goroutine, with and without the slot, and calls around others: the slot is free afterwards.
func TestSharedEnds(t *testing.T) {
	s := newShared(t, weft.SchedulerConfig{Slots: 1, Slice: time.Millisecond})
	for _, wait := range []time.Duration{0, 5 * time.Millisecond} {
		for name, end := range map[string]func(){"panic": func() { panic(errStop) }, "goexit": runtime.Goexit} {
			for _, f := range []string{"block", "nest"} {
				hog := s.spin(bg, s.instance(), "count")
				in := s.instance()
				s.block = func() { time.Sleep(wait); end() }
				var ended sync.WaitGroup
				ended.Go(func() {
					defer func() { _ = recover() }()
					if f == "nest" {
						s.block = func() { _ = s.call(in, "nest", 3); time.Sleep(wait); end() }
					}
					_, err := s.try(bg, in, "block")
					t.Errorf("%s: the call has returned %v", name, err)
				})
				ended.Wait()
				s.expect(s.call(in, "two"), int32(2))
				hog.stop(t)
				s.idle()
			}
		}
	}
}

// TestSharedConcurrent calls an instance whose guest waits for the host, from another goroutine, and ends the two in either order.
func TestSharedConcurrent(t *testing.T) {
	s := newShared(t, weft.SchedulerConfig{Slots: 1, Slice: time.Millisecond})
	entered, goOn := make(chan bool), make(chan bool)
	s.block = func() { entered <- true; <-goOn }
	in := s.instance()
	hog := s.spin(bg, s.instance(), "count")
	first := s.spin(bg, in, "block")
	<-entered
	s.expect(s.call(in, "two"), int32(2))
	second := s.spin(bg, in, "block")
	<-entered
	goOn <- true
	goOn <- true
	for _, p := range []*spinner{first, second} {
		if err := <-p.ended; err != nil {
			t.Error(err)
		}
	}
	hog.stop(t)
	s.idle()
}

// TestSharedCode says that being interruptible, and sharing time, costs nothing in machine code: it is the same, byte for byte, with a scheduler and without.
func TestSharedCode(t *testing.T) {
	if !isCompiled() {
		t.Skip("no machine code here")
	}
	var codes [][]byte
	for _, scheduler := range []*weft.Scheduler{nil, weft.NewScheduler(weft.SchedulerConfig{})} {
		c := testConfig()
		c.Scheduler = scheduler
		m, err := weft.NewEngine(c).Compile(bg, binary(t, sharedModule))
		if err != nil {
			t.Fatal(err)
		}
		var code bytes.Buffer
		if err := m.Serialize(&code); err != nil {
			t.Fatal(err)
		}
		codes = append(codes, code.Bytes())
	}
	if !bytes.Equal(codes[0], codes[1]) {
		t.Error("the code is another one with a scheduler")
	}
}
