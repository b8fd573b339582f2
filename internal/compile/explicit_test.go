//go:build linux && amd64

package compile

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/rt/guest"
	"github.com/weft-wasm/weft/internal/ssa"
)

const deep = `
func deep(i64) -> i64 {
b1(v1 i64):
  v2 = i64.const 1
  v3 = i64.add v1 v2
  v4 = call v3 (i64) -> i64 func[0]
  v5 = i64.add v4 v1
  return v5
}`

// wide is a function that calls itself with so many arguments of 16 bytes.
func wide(args int) string {
	return fmt.Sprintf("func wide(%s) -> i64 {\nb1(%sv%d v128):\n  v%d = call %s (%s) -> i64 func[0]\n  return v%d\n}",
		strings.TrimSpace(strings.Repeat("v128 ", args)), paramList(args-1), args, args+1, strings.TrimSpace(strings.Repeat("v1 ", args)),
		strings.TrimSpace(strings.Repeat("v128 ", args)), args+1)
}

func paramList(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "v%d v128, ", i+1)
	}
	return b.String()
}

// start is a function that calls the other one with so many vectors.
func start(args int) string {
	return fmt.Sprintf("func start(i64) -> i64 {\nb1(v1 i64):\n  v2 = i64x2.splat v1\n  v3 = call %s (%s) -> i64 func[1]\n  return v3\n}",
		strings.TrimSpace(strings.Repeat("v2 ", args)), strings.TrimSpace(strings.Repeat("v128 ", args)))
}

// spilling is a function that calls itself while so many vectors are alive.
func spilling(vectors int) *ssa.Func {
	f := ssa.NewFunc("spilling", ssa.Sig{Params: []ssa.Type{ssa.TypeI64}, Results: []ssa.Type{ssa.TypeI64}})
	var b ssa.Builder
	b.Reset(f)
	x := f.Params(ssa.Entry)[0]
	var kept []ssa.Value
	for i := range vectors {
		kept = append(kept, b.Emit(ssa.OpI64x2Splat, b.Emit(ssa.OpI64Add, x, b.Const64(int64(i)))))
	}
	v := b.EmitFull(ssa.OpCall, ssa.TypeI64, int64(b.AddSig(f.Sig)), 0, x)
	sum := b.Emit(ssa.OpI64x2Splat, v)
	for _, k := range kept {
		sum = b.Emit(ssa.OpI64x2Add, sum, k)
	}
	b.Return(b.EmitImm(ssa.OpI64x2ExtractLane, 1, sum))
	b.Finish()
	return f
}

// TestStackExhausted runs out of stack with frames of all sizes: smaller than a page, and larger than the guard below the stack.
func TestStackExhausted(t *testing.T) {
	for _, explicit := range []abi.Explicit{{}, everything} {
		for _, args := range []int{10, 900} {
			big := strings.ReplaceAll(wide(args), "func[0]", "func[1]")
			p := loadFor(t, explicit, parse(t, start(args)), parse(t, big))
			for range 3 {
				if _, trap := p.call(0, []num.V128{{Lo: 1}}); trap != abi.TrapStackExhausted {
					t.Errorf("explicit %v, %d arguments: %v", explicit, args, trap)
				}
			}
		}
		big := loadFor(t, explicit, spilling(abi.StackGuard/16))
		if frame := big.objects[0].FrameBytes; frame <= abi.StackGuard {
			t.Errorf("a frame of %d bytes, want more than %d", frame, abi.StackGuard)
		}
		if _, trap := big.call(0, []num.V128{{}}); trap != abi.TrapStackExhausted {
			t.Errorf("explicit %v: %v", explicit, trap)
		}
		p := loadFor(t, explicit, parse(t, deep))
		if _, trap := p.call(0, []num.V128{{}}); trap != abi.TrapStackExhausted {
			t.Errorf("explicit %v: %v", explicit, trap)
		}
		if funcs, complete := p.trace(); !complete || len(funcs) < 10_000 {
			t.Errorf("explicit %v: a trace of %d frames, complete: %v", explicit, len(funcs), complete)
		}
	}
}

// TestEntryWithManyArguments has arguments that the stack has no room for twice: for the slots and for where the callee wants them.
func TestEntryWithManyArguments(t *testing.T) {
	p := loadFor(t, everything, parse(t, fmt.Sprintf("func wide(%s) -> i64 {\nb1(%sv%d v128):\n  v%d = i64x2.extract_lane v%d 1\n  return v%d\n}",
		strings.TrimSpace(strings.Repeat("v128 ", 35_000)), paramList(34_999), 35_000, 35_001, 35_000, 35_001)))
	if _, trap := p.call(0, make([]num.V128, 35_000)); trap != abi.TrapStackExhausted {
		t.Errorf("have %v", trap)
	}
}

// TestPolls has the host ask for the goroutine, in the way in which Go does, while a guest is in a loop.
func TestPolls(t *testing.T) {
	p := loadFor(t, everything, parse(t, `
func spins(i64) -> i64 {
b1(v1 i64):
  jump -> b2(v1)
b2(v2 i64):
  poll
  v3 = i64.const 1
  v4 = i64.sub v2 v3
  v5 = call_helper v4 (i64) -> i64 helper[1]
  v6 = i64.eqz v4
  if v6 -> b3, b2(v4)
b3:
  v7 = i64.add v4 v5
  return v7
}`))
	descriptor := make([]int64, 8) // all of the goroutine's that the way back to the guest looks at
	p.stack.Host = host(func(s *guest.Stack, word uint64) guest.Action {
		n := s.HostSlots(1)[0]
		if g := uintptr(s.Context().Goroutine); g != uintptr(unsafe.Pointer(&descriptor[0])) {
			descriptor[abi.GoroutineMachine/8] = *(*int64)(unsafe.Add(*(*unsafe.Pointer)(unsafe.Pointer(&g)), abi.GoroutineMachine))
			s.Context().Goroutine = uint64(uintptr(unsafe.Pointer(&descriptor[0])))
		}
		descriptor[abi.GoroutineGuard/8] = 0
		if n < 3 {
			descriptor[abi.GoroutineGuard/8] = abi.GoroutinePreempt
		}
		return guest.Continue
	})
	before := p.stack.Yields()
	r, trap := p.call(0, []num.V128{{Lo: 10}})
	if yields := p.stack.Yields() - before; trap != abi.TrapNone || r[0].Lo != 0 || yields != 2 {
		t.Errorf("%v, %v, %d yields, want 0 and 2 yields", r, trap, yields)
	}
}

// TestCheckedAccess traps by checks of its own only, with positions and traces as by faults.
func TestCheckedAccess(t *testing.T) {
	for code := abi.TrapUnreachable; code < abi.TrapCount; code++ {
		text := fmt.Sprintf(`
func checked(i64) -> i64 {
b1(v1 i64):
  v2 = i64.const 5 @1
  v3 = i64.gt_u v1 v2 @2
  trapif v3 %q @7
  v4 = i64.add v1 v2 @9
  return v4 @10
}`, code.String())
		for _, explicit := range []abi.Explicit{{}, everything} {
			p := loadFor(t, explicit, parse(t, text))
			if r, trap := p.call(0, []num.V128{{Lo: 4}}); trap != abi.TrapNone || r[0].Lo != 9 {
				t.Errorf("%v, %v", r, trap)
			}
			if _, trap := p.call(0, []num.V128{{Lo: 6}}); trap != code {
				t.Errorf("have %v, want %v", trap, code)
			}
			w := p.stack.Backtrace()
			f, _ := w.Next()
			if source, ok := p.objects[0].SourceAt(f.Offset - p.funcs[0]); !ok || source != 7 {
				t.Errorf("%v: at %d, %v, want 7", code, source, ok)
			}
		}
	}
}
