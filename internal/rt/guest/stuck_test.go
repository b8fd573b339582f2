//go:build linux && amd64

package guest

import (
	"errors"
	"slices"
	"syscall"
	"testing"

	"github.com/weft-wasm/weft/internal/fault"
)

// refuse has system calls fail until stop.
func refuse(calls ...fault.Call) (stop func()) {
	return fault.Inject(func(c fault.Call) error {
		if slices.Contains(calls, c) {
			return syscall.ENOMEM
		}
		return nil
	})
}

// TestTextStuck has the system not take code memory back: it is free when the system is asked the next time.
func TestTextStuck(t *testing.T) {
	arena, err := codeArena()
	if err != nil {
		t.Fatal(err)
	}
	before := slices.Clone(arena.free)
	var texts []*Text
	for range 3 {
		text, err := Map("", 3*pageBytes, Tables{}, func([]byte, uintptr) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, text)
	}
	stop := refuse(fault.Mmap)
	for _, text := range texts[:2] {
		if err := text.Unmap(); !errors.Is(err, syscall.ENOMEM) {
			t.Errorf("unmapped: %v", err)
		}
	}
	stop()
	if err := texts[2].Unmap(); err != nil || !slices.Equal(arena.free, before) || len(arena.stuck) != 0 {
		t.Errorf("%v; free is %v, was %v; %d parts are stuck", err, arena.free, before, len(arena.stuck))
	}
}

// TestTextRefused cannot map a text, at any step: nothing is taken.
func TestTextRefused(t *testing.T) {
	arena, err := codeArena()
	if err != nil {
		t.Fatal(err)
	}
	before := slices.Clone(arena.free)
	stop := refuse(fault.Mprotect)
	_, err = Map("", pageBytes, Tables{}, func([]byte, uintptr) error { return nil })
	stop()
	if !errors.Is(err, syscall.ENOMEM) || !slices.Equal(arena.free, before) {
		t.Errorf("%v; free is %v, was %v", err, arena.free, before)
	}
}

// TestStackStuck has the system not take the memory of stacks back, by each of the calls that it takes: their slots are free the next time.
func TestStackStuck(t *testing.T) {
	region, err := stackSlots()
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range []fault.Call{fault.Mprotect, fault.Madvise} {
		var stacks []*Stack
		for range 3 {
			s, err := newStack(MinStackBytes)
			if err != nil {
				t.Fatal(err)
			}
			s.memory[5] = 0xdb
			stacks = append(stacks, s)
		}
		index := stacks[0].index
		stop := refuse(call)
		stacks[0].release()
		stacks[1].release()
		stop()
		if slices.Contains(region.free, index) {
			t.Errorf("%v: a slot that the system has not taken back is free", call)
		}
		stacks[2].release()
		if len(region.stuck) != 0 || !slices.Contains(region.free, index) {
			t.Errorf("%v: the slots %v are stuck", call, region.stuck)
		}
		s, err := newStack(MinStackBytes)
		if err != nil {
			t.Fatal(err)
		}
		if s.memory[5] != 0 {
			t.Errorf("%v: a stack begins with what was on another", call)
		}
		s.release()
	}
}

func TestOnce(t *testing.T) {
	n := 0
	get := Once(func() (int, error) {
		if n++; n < 3 {
			return 7, errors.New("not yet")
		}
		return n, nil
	})
	for _, want := range []int{7, 7, 3, 3} {
		if have, err := get(); have != want || (err == nil) != (want == 3) {
			t.Errorf("have %d, %v, want %d", have, err, want)
		}
	}
}
