//go:build unix

package compile

import (
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/ssagen"
	"github.com/weft-wasm/weft/internal/validate"
	"github.com/weft-wasm/weft/internal/wasm"
)

const (
	manyValues = 500
	someValues = 20
)

// module is a module whose function 0 has the shape, and is of about n bytes.
func (s *shape) module(t testing.TB, n int) *wasm.Module {
	var b body
	s.write(&b, n)
	b.op(op.End)
	m := &wasm.Module{
		Mems:  []wasm.MemType{{Limits: wasm.Limits{Min: 1}}},
		Funcs: []uint32{0, callNothing, callTake, callGive, callMany},
		Code:  []wasm.Code{{Locals: []wasm.Locals{{Count: uint32(s.locals(n)), Type: wasm.I32}}, Body: b.bytes}},
	}
	for _, sig := range [][2]int{{params, 0}, {0, 0}, {1, 0}, {0, 1}, {manyValues, manyValues}, {someValues, someValues}} {
		i32s := slices.Repeat([]wasm.ValType{wasm.I32}, max(sig[0], sig[1]))
		m.Types = append(m.Types, wasm.SubType{Final: true, Func: wasm.FuncType{Params: i32s[:sig[0]], Results: i32s[:sig[1]]}})
		m.Groups = append(m.Groups, wasm.Group{Len: 1})
	}
	var trap body
	trap.op(op.Unreachable, op.End)
	for range m.Funcs[1:] {
		m.Code = append(m.Code, wasm.Code{Body: trap.bytes})
	}
	if _, err := validate.Module(m, wasm.AllFeatures); err != nil {
		t.Fatal(err)
	}
	return m
}

// cost is what it took to compile a function.
type cost struct {
	time  time.Duration // of processors
	bytes uint64        // that were allocated, from nothing
}

// processorTime is the time that this process has had so far. Unlike the time of day it does not pass when others use the machine.
func processorTime(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (s *shape) cost(t *testing.T, n int) cost {
	m := s.module(t, n)
	var g ssagen.Generator
	g.Reset(built(m, guarded))
	c := New()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := processorTime(t)
	var f ssa.Func
	if err := g.Func(&f, 0); err != nil {
		t.Fatal(err)
	}
	if err := c.Func(&f, new(code.Object)); err != nil {
		t.Fatal(err)
	}
	took := processorTime(t) - start
	runtime.ReadMemStats(&after)
	return cost{took, after.TotalAlloc - before.TotalAlloc}
}

// TestSize compiles functions of many shapes, and the same ones eight times as large. That costs eight times as much, give or take; if anything had to
// do with the square of the size it would be 64 times.
func TestSize(t *testing.T) {
	const (
		small, factor = 1 << 15, 8
		attempts      = 3 // the shortest times count
	)
	for _, s := range shapes {
		t.Run(s.name, func(t *testing.T) {
			x, y := s.cost(t, small), s.cost(t, factor*small)
			for range attempts - 1 {
				if y.time <= most(factor*x.time) {
					break
				}
				x.time, y.time = min(x.time, s.cost(t, small).time), min(y.time, s.cost(t, factor*small).time)
			}
			t.Logf("%d KB: %v, %d MB; %d KB: %v, %d MB", small>>10, x.time, x.bytes>>20, factor*small>>10, y.time, y.bytes>>20)
			if y.time > most(factor*x.time) {
				t.Errorf("%v for %d bytes, %v for %d", x.time, small, y.time, factor*small)
			}
			if y.bytes > 2*factor*x.bytes || y.bytes > maxBytesPerByte*factor*small {
				t.Errorf("%d bytes of memory for %d bytes, %d for %d", x.bytes, small, y.bytes, factor*small)
			}
		})
	}
}

// most is what may take longer than it should: caches hold less of what is large, and short times are measured badly.
func most(d time.Duration) time.Duration { return 5*d/2 + 50*time.Millisecond }

// maxBytesPerByte is the memory allocated for each byte of a body, counted with what slices leave behind as they grow.
const maxBytesPerByte = 4000
