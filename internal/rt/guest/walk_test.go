//go:build linux && amd64

package guest

import (
	"slices"
	"testing"
	"time"

	"github.com/weft-wasm/weft/internal/abi"
)

// nest is two functions: the first calls the second twice over frames of different sizes, the second does what the target says.
var nest = snippet{
	code: []byte{
		0x48, 0x83, 0xec, 0x28, //  0 sub rsp, 40
		0xe8, 0x05, 0x00, 0x00, 0x00, //  4 call 14
		0x48, 0x83, 0xc4, 0x28, //  9 add rsp, 40
		0xc3,                   // 13 ret
		0x50,                   // 14 push rax
		0x48, 0x83, 0xec, 0x40, // 15 sub rsp, 64
		0xff, 0xd1, // 19 call rcx
		0x48, 0x83, 0xc4, 0x48, // 21 add rsp, 72
		0xc3, // 25 ret
	},
	tables: Tables{Frames: []FrameSite{{0, 0}, {4, 40}, {13, 0}, {14, 0}, {15, 8}, {19, 72}, {25, 0}}},
}

// place is a frame as the tests compare it.
type place struct {
	text   string
	offset uint32
	entry  bool
}

func places(w Walker) (all []place) {
	for {
		f, ok := w.Next()
		if !ok {
			return all
		}
		all = append(all, place{f.Text.Name(), f.Offset, f.Entry})
	}
}

func TestBacktrace(t *testing.T) {
	s := testStack(t)
	outer, leaf := mapText(t, "nest", nest), mapText(t, "illegal", illegal)
	defer outer.Unmap()
	defer leaf.Unmap()
	_, trap := call(s, outer.Address(0), leaf.Address(0))
	want := []place{{"illegal", 0, false}, {"nest", 20, false}, {"nest", 8, true}}
	if have := places(s.Backtrace()); trap != abi.TrapUnreachable || !slices.Equal(have, want) {
		t.Errorf("%v at %v, want %v", trap, have, want)
	}
}

// TestBacktraceAcrossHosts walks from a trap through guests, a host function and the guest that called it, and the same from inside.
func TestBacktraceAcrossHosts(t *testing.T) {
	s := testStack(t)
	outer, host, leaf := mapText(t, "nest", nest), mapText(t, "host", callHost), mapText(t, "illegal", illegal)
	defer outer.Unmap()
	defer host.Unmap()
	defer leaf.Unmap()
	hostPlace := place{"host", callHostReturn - 1, true}
	nested := []place{{"illegal", 0, false}, {"nest", 20, false}, {"nest", 8, true}, hostPlace}
	s.Host = hostFunc(func(s *Stack, word uint64) Action {
		if have := places(s.Callers()); !slices.Equal(have, []place{hostPlace}) {
			t.Errorf("callers %v", have)
		}
		_, trap := call(s, outer.Address(0), leaf.Address(0))
		if have := places(s.Backtrace()); !slices.Equal(have, nested) {
			t.Errorf("%v at %v, want %v", trap, have, nested)
		}
		if have := places(s.Callers()); !slices.Equal(have, []place{hostPlace}) {
			t.Errorf("callers after a nested call: %v", have)
		}
		return s.Leave(trap)
	})
	_, trap := call(s, host.Address(0), StubHost.Address(), 1, 0)
	if have := places(s.Backtrace()); trap != abi.TrapUnreachable || !slices.Equal(have, []place{hostPlace}) {
		t.Errorf("%v at %v", trap, have)
	}
}

func TestBacktraceOfStubs(t *testing.T) {
	s := testStack(t)
	outer := mapText(t, "nest", nest)
	defer outer.Unmap()
	want := []place{{"nest", 20, false}, {"nest", 8, true}}
	call(s, outer.Address(0), StubTrap.Address(), uint64(abi.TrapUnreachable))
	if have := places(s.Backtrace()); !slices.Equal(have, want) {
		t.Errorf("trap stub at %v, want %v", have, want)
	}
	spinning := mapText(t, "poll", pollSpin)
	defer spinning.Unmap()
	time.AfterFunc(time.Millisecond, s.Interrupt)
	defer s.Resume()
	call(s, spinning.Address(0), StubPoll.Address())
	// Where it is depends on whether it has polled or Go has sent a signal first.
	if have := places(s.Backtrace()); len(have) != 1 || have[0].text != "poll" || !have[0].entry {
		t.Errorf("poll stub at %v", have)
	}
}

// TestBacktraceWithoutTables stops where it does not know how to go on.
func TestBacktraceWithoutTables(t *testing.T) {
	s := testStack(t)
	text := mapText(t, "bare", snippet{code: illegal.code, tables: Tables{Traps: illegal.tables.Traps}})
	defer text.Unmap()
	call(s, text.Address(0), 0)
	if have := places(s.Backtrace()); !slices.Equal(have, []place{{"bare", 0, false}}) {
		t.Errorf("backtrace %v", have)
	}
	if have := places(stackOf(t, 0).Backtrace()); have != nil {
		t.Errorf("backtrace of nothing: %v", have)
	}
}

func BenchmarkBacktrace(b *testing.B) {
	s := testStack(b)
	code := mapSnippet(b, recurse)
	call(s, code, 0)
	frames := 0
	for b.Loop() {
		for w, ok := s.Backtrace(), true; ok; frames++ {
			_, ok = w.Next()
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(frames), "ns/frame")
}
