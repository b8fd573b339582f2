//go:build linux && amd64

package guest

import (
	"runtime"
	"testing"

	"github.com/weft-wasm/weft/internal/abi"
)

func TestCall(t *testing.T) {
	s := testStack(t)
	code := mapSnippet(t, add)
	if slots, trap := call(s, code, 0, 40, 2); trap != 0 || slots[0] != 42 {
		t.Errorf("add 40 2 = %v, %v", slots, trap)
	}
}

func TestManySlots(t *testing.T) {
	s := testStack(t)
	code := mapSnippet(t, add)
	const n = 5000
	args, trap := s.Slots(n)
	if trap != 0 || len(args) != n {
		t.Fatalf("%d slots, %v", len(args), trap)
	}
	args[0], args[1], args[n-1] = 1, 2, 99
	if trap := s.Call(code, 0, 0); trap != 0 || args[0] != 3 || args[n-1] != 99 {
		t.Errorf("%v, %d and %d, want 3 and 99", trap, args[0], args[n-1])
	}
	if _, trap := s.Slots(1 << 20); trap != abi.TrapStackExhausted {
		t.Errorf("8 MiB of slots on a stack of 1 MiB: %v", trap)
	}
	if _, trap := s.Slots(1 << 61); trap != abi.TrapStackExhausted {
		t.Errorf("more slots than there are addresses: %v", trap)
	}
}

func TestHostCall(t *testing.T) {
	s := testStack(t)
	code := mapSnippet(t, callHost)
	calls := 0
	s.Host = hostFunc(func(s *Stack, word uint64) Action {
		calls++
		args := s.HostSlots(2)
		args[0] += word
		args[1]++
		return Continue
	})
	slots, trap := call(s, code, StubHost.Address(), 5, 100, 200)
	if trap != 0 || calls != 5 || slots[1] != 135 || slots[2] != 205 {
		t.Errorf("%v, %d calls, slots %v", trap, calls, slots)
	}
}

// deep needs about depth times 300 bytes of stack.
//
//go:noinline
func deep(depth int) int {
	var frame [256]byte
	frame[depth%256] = byte(depth)
	if depth == 0 {
		return int(frame[0])
	}
	return deep(depth-1) + int(frame[depth%256])
}

func TestHostGrowsGoStack(t *testing.T) {
	code := mapSnippet(t, callHost)
	done := make(chan []uint64)
	go func() { // on a new stack, which is small
		s := testStack(t)
		depth := 10
		s.Host = hostFunc(func(s *Stack, word uint64) Action {
			deep(depth)
			depth *= 3
			runtime.GC()
			s.HostSlots(1)[0] += word
			return Continue
		})
		slots, _ := call(s, code, StubHost.Address(), 8, 0)
		done <- slots
	}()
	if slots := <-done; slots[1] != 56 {
		t.Errorf("slots %v, want 56 in the second", slots)
	}
}

// TestNested calls guests from host functions called by guests, with all frames on one stack.
func TestNested(t *testing.T) {
	s := testStack(t)
	other := stackOf(t, 64<<10)
	code, sum := mapSnippet(t, callHost), mapSnippet(t, add)
	depth := 0
	s.Host = hostFunc(func(s *Stack, word uint64) Action {
		args := s.HostSlots(1)
		if depth++; depth < 50 {
			slots, trap := call(s, code, StubHost.Address(), 1, args[0]+1)
			if trap != 0 {
				t.Errorf("depth %d: %v", depth, trap)
			}
			args[0] = slots[1]
			return Continue
		}
		slots, _ := call(s, sum, 0, args[0], 1000)
		slots, _ = call(other, sum, 0, slots[0], 100000)
		args[0] = slots[0]
		return Continue
	})
	before := s.context.SP
	slots, trap := call(s, code, StubHost.Address(), 1, 0)
	if trap != 0 || slots[1] != 101049 {
		t.Errorf("%v, slots %v", trap, slots)
	}
	if s.context.SP != before {
		t.Errorf("the stack pointer is %#x, was %#x", s.context.SP, before)
	}
}

func TestHostPanic(t *testing.T) {
	s := testStack(t)
	code, sum := mapSnippet(t, callHost), mapSnippet(t, add)
	before := s.context.SP
	for i := range 100 {
		func() {
			defer func() {
				if r := recover(); r != "host" {
					t.Errorf("recovered %v", r)
				}
			}()
			s.Host = hostFunc(func(s *Stack, word uint64) Action { panic("host") })
			call(s, code, StubHost.Address(), 1, 0)
			t.Error("a call with a panic in it has returned")
		}()
		if s.context.SP != before {
			t.Fatalf("round %d: the stack pointer is %#x, was %#x", i, s.context.SP, before)
		}
	}
	if slots, _ := call(s, sum, 0, 1, 2); slots[0] != 3 {
		t.Errorf("after panics: slots %v", slots)
	}
}

// TestNestedPanic has a host function recover from the panic of one that is called by a guest called by it, and return to its own guest.
func TestNestedPanic(t *testing.T) {
	s := testStack(t)
	code := mapSnippet(t, callHost)
	inner, recovered := false, 0
	var innerSP []uint64
	s.Host = hostFunc(func(s *Stack, word uint64) Action {
		if inner {
			innerSP = append(innerSP, s.context.SP)
			panic("inner")
		}
		for range 3 {
			func() {
				defer func() {
					if recover() == "inner" {
						recovered++
					}
					inner = false
				}()
				inner = true
				call(s, code, StubHost.Address(), 1, 0)
			}()
		}
		return Continue
	})
	if _, trap := call(s, code, StubHost.Address(), 2, 0); trap != 0 || recovered != 6 || len(innerSP) != 6 {
		t.Errorf("%v, recovered %d times from %d calls, want 6", trap, recovered, len(innerSP))
	}
	for _, sp := range innerSP {
		if sp != innerSP[0] {
			t.Errorf("stack pointers of calls from one place differ: %x", innerSP)
		}
	}
}

func TestHostGoexit(t *testing.T) {
	s := testStack(t)
	code, sum := mapSnippet(t, callHost), mapSnippet(t, add)
	done := make(chan bool)
	go func() {
		defer close(done)
		s.Host = hostFunc(func(s *Stack, word uint64) Action {
			runtime.Goexit()
			return Continue
		})
		call(s, code, StubHost.Address(), 1, 0)
		t.Error("a call that ended the goroutine has returned")
	}()
	<-done
	if slots, _ := call(s, sum, 0, 1, 2); slots[0] != 3 {
		t.Errorf("after Goexit: slots %v", slots)
	}
}

func TestLeave(t *testing.T) {
	s := testStack(t)
	code := mapSnippet(t, callHost)
	s.Host = hostFunc(func(s *Stack, word uint64) Action { return s.Leave(abi.TrapHostError) })
	if _, trap := call(s, code, StubHost.Address(), 3, 0); trap != abi.TrapHostError {
		t.Errorf("trap %v", trap)
	}
}

// TestJump has a host call go on in the guest at a landing pad that reports what it was given.
func TestJump(t *testing.T) {
	s := testStack(t)
	code := mapSnippet(t, callHost)
	pad := mapSnippet(t, snippet{
		code: []byte{
			0x48, 0x89, 0x8b, (abi.ContextSlots + 8) % 256, abi.ContextSlots / 256, 0, 0, // mov [rbx+ContextSlots+8], rcx
			0x4c, 0x89, 0xb3, (abi.ContextSlots + 16) % 256, abi.ContextSlots / 256, 0, 0, // mov [rbx+ContextSlots+16], r14
			0x48, 0x83, 0xc4, 0x18, // add rsp, 24
			0xc3, // ret
		},
		tables: Tables{Frames: []FrameSite{{0, 24}, {18, 0}}},
	})
	s.Host = hostFunc(func(s *Stack, word uint64) Action {
		callers := s.Callers()
		frame, _ := callers.Next()
		return s.Jump(pad, frame.SP, 11, 22)
	})
	slots, trap := call(s, code, StubHost.Address(), 3, 0, 0)
	if trap != 0 || slots[1] != 11 || slots[2] != 22 {
		t.Errorf("%v, slots %v", trap, slots)
	}
}

func TestTrapStub(t *testing.T) {
	s := testStack(t)
	code := mapSnippet(t, trapStubCall)
	for _, want := range []abi.Trap{abi.TrapUnreachable, abi.TrapMemoryOutOfBounds, abi.TrapNullReference} {
		if _, have := call(s, code, StubTrap.Address(), uint64(want)); have != want {
			t.Errorf("trap %v, want %v", have, want)
		}
	}
}

func TestCallAllocatesNothing(t *testing.T) {
	s := testStack(t)
	code, host, trap := mapSnippet(t, add), mapSnippet(t, callHost), mapSnippet(t, illegal)
	s.Host = hostFunc(func(s *Stack, word uint64) Action { return Continue })
	for name, run := range map[string]func(){
		"call": func() { s.Slots(2); s.Call(code, 0, 0) },
		"host call": func() {
			args, _ := s.Slots(2)
			args[0] = 1
			s.Call(host, StubHost.Address(), 0)
		},
		"trap": func() {
			s.Slots(0)
			s.Call(trap, 0, 0)
			for w := s.Backtrace(); ; {
				if _, ok := w.Next(); !ok {
					break
				}
			}
		},
	} {
		if n := testing.AllocsPerRun(100, run); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
