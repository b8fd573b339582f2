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
)

const fib = `
func fib(i32) -> i32 {
b1(v1 i32):
  v2 = i32.const 2
  v3 = i32.lt_s v1 v2
  if v3 -> b2(v1), b3
b2(v4 i32):
  return v4
b3:
  v5 = i32.const 1
  v6 = i32.sub v1 v5
  v7 = call v6 (i32) -> i32 func[0]
  v8 = i32.sub v1 v2
  v9 = call v8 (i32) -> i32 func[0]
  v10 = i32.add v7 v9
  jump -> b2(v10)
}`

func TestCalls(t *testing.T) {
	check(t, []string{fib}, []uint64{0}, []uint64{1}, []uint64{20})
}

// TestLoop sums words of memory, with loads and stores that join other operations.
func TestLoop(t *testing.T) {
	check(t, []string{`
func sum(i32 i32) -> i32 {
b1(v1 i32, v2 i32):
  v3 = membase
  v4 = i32.const 0
  jump -> b2(v1, v2, v4)
b2(v5 i32, v6 i32, v7 i32):
  v8 = i64.extend_i32_u v5
  v9 = i32.load v3 v8 +16 memory[0]
  v10 = i32.add v7 v9
  v11 = i64.extend_i32_u v5
  i32.store v3 v11 v10 memory[0]
  v12 = i32.const 4
  v13 = i32.add v5 v12
  v14 = i32.const 1
  v15 = i32.sub v6 v14
  v16 = i64.extend_i32_u v13
  v17 = i32.load v3 v16 memory[0]
  v18 = i32.const 77
  v19 = i32.ne v17 v18
  v20 = i32.ne v15 v4
  v21 = i32.and v19 v20
  if v21 -> b2(v13, v15, v10), b3
b3:
  return v10
}`}, []uint64{0, 1}, []uint64{64, 100}, []uint64{1000, 5000})
}

func TestSwitch(t *testing.T) {
	check(t, []string{`
func pick(i32) -> i32 {
b1(v1 i32):
  switch v1 -> b2, b3, b4, b5
b2:
  v2 = i32.const 10
  return v2
b3:
  v3 = i32.const 20
  return v3
b4:
  v4 = i32.const 30
  return v4
b5:
  v5 = i32.const 40
  return v5
}`}, []uint64{0}, []uint64{1}, []uint64{2}, []uint64{3}, []uint64{4}, []uint64{0xffffffff})
}

// TestManyArguments passes more than the registers hold, of all types, and gets as many results back, in another order.
func TestManyArguments(t *testing.T) {
	types := strings.Fields(strings.Repeat("i32 f64 v128 i64 f32 ", 6))
	params, args, reversed, projs := "", "", "", ""
	n := len(types)
	for i, typ := range types {
		params += fmt.Sprintf("v%d %s, ", i+1, typ)
		args += fmt.Sprintf(" v%d", i+1)
		reversed = fmt.Sprintf(" v%d", i+1) + reversed
		projs += fmt.Sprintf("  v%d = proj.%s v%d %d\n", n+2+i, types[n-1-i], n+1, i)
	}
	backwards := make([]string, n)
	for i := range types {
		backwards[i] = types[n-1-i]
	}
	forward, backward := strings.Join(types, " "), strings.Join(backwards, " ")
	results := ""
	for i := range types {
		results += fmt.Sprintf(" v%d", 2*n+1-i)
	}
	outer := fmt.Sprintf("func outer(%s) -> %s {\nb1(%s):\n  v%d = call%s (%s) -> %s func[1]\n%s  return%s\n}",
		forward, forward, strings.TrimSuffix(params, ", "), n+1, args, forward, backward, projs, results)
	inner := fmt.Sprintf("func inner(%s) -> %s {\nb1(%s):\n  return%s\n}", forward, backward, strings.TrimSuffix(params, ", "), reversed)
	in := make([]uint64, n)
	for i := range in {
		in[i] = uint64(i+1) * 0x01010101
	}
	check(t, []string{outer, inner}, in)
}

// TestSpills has more values alive than there are registers, across a call.
func TestSpills(t *testing.T) {
	const n = 40
	body, sum := "", ""
	for i := range n {
		body += fmt.Sprintf("  v%d = i32.const %d\n  v%d = i32.mul v1 v%d\n", 2+2*i, 3*i+7, 3+2*i, 2+2*i)
	}
	last := 2*n + 2
	body += fmt.Sprintf("  v%d = call v3 (i32) -> i32 func[1]\n", last)
	for i := range n {
		sum += fmt.Sprintf("  v%d = i32.rotl v%d v%d\n  v%d = i32.add v%d v%d\n", last+1+2*i, 3+2*i, last+2*i, last+2+2*i, last+1+2*i, last+2*i)
	}
	check(t, []string{fmt.Sprintf("func spills(i32) -> i32 {\nb1(v1 i32):\n%s%s  return v%d\n}", body, sum, last+2*n), `
func twice(i32) -> i32 {
b1(v1 i32):
  v2 = i32.add v1 v1
  return v2
}`}, []uint64{1}, []uint64{12345}, []uint64{0xdeadbeef})
}

func TestTailCall(t *testing.T) {
	check(t, []string{`
func down(i32 i32) -> i32 {
b1(v1 i32, v2 i32):
  if v1 -> b2, b3
b2:
  v3 = i32.const 1
  v4 = i32.sub v1 v3
  v5 = i32.add v2 v1
  tail_call v4 v5 (i32 i32) -> i32 func[0]
b3:
  return v2
}`}, []uint64{0, 5}, []uint64{1000000, 0})
}

func TestTraps(t *testing.T) {
	check(t, []string{`
func checked(i32 i32) -> i32 {
b1(v1 i32, v2 i32):
  v3 = i32.gt_u v1 v2
  trapif v3 "out of bounds memory access"
  v4 = i32.const 3
  v5 = i32.eq v1 v4
  if v5 -> b2, b3
b2:
  trap "unreachable"
b3:
  v6 = i32.div_s v2 v1
  return v6
}`}, []uint64{4, 2}, []uint64{2, 4}, []uint64{3, 4}, []uint64{0, 4}, []uint64{0x80000000, 0xffffffff})
}

// TestCallPointer calls through an address and a context, which is another one than the caller's: the callee returns a word of its context.
func TestCallPointer(t *testing.T) {
	p := load(t, parse(t, `
func outer(i64 i64 i64) -> i64 {
b1(v1 i64, v2 i64, v3 i64):
  v4 = call_ptr v1 v2 v3 (i64) -> i64
  v5 = context
  v6 = i64.load v5 +80 context[0]!
  v7 = i64.add v4 v6
  return v7
}`), parse(t, `
func inner(i64) -> i64 {
b1(v1 i64):
  v2 = context
  v3 = i64.load v2 +80 context[0]!
  v4 = i64.mul v1 v3
  return v4
}`), parse(t, `
func leaves(i64 i64 i64) -> i64 {
b1(v1 i64, v2 i64, v3 i64):
  tail_call_ptr v1 v2 v3 (i64) -> i64
}`), parse(t, `
func middle(i64 i64 i64) -> i64 {
b1(v1 i64, v2 i64, v3 i64):
  v4 = call v1 v2 v3 (i64 i64 i64) -> i64 func[2]
  v5 = context
  v6 = i64.load v5 +80 context[0]!
  v7 = i64.add v4 v6
  return v7
}`))
	other := make([]uint64, 64)
	p.context[10], other[10] = 1000, 7
	abroad := uint64(uintptr(unsafe.Pointer(&other[0])))
	home := uint64(uintptr(unsafe.Pointer(&p.context[0])))
	code := uint64(p.text.Address(p.funcs[1]))
	for _, f := range []int{0, 3} {
		for context, want := range map[uint64]uint64{abroad: 1021, home: 4000} {
			if r, trap := p.call(f, []num.V128{{Lo: code}, {Lo: context}, {Lo: 3}}); trap != abi.TrapNone || r[0].Lo != want {
				t.Errorf("function %d: %v, %v, want %d", f, r, trap, want)
			}
		}
	}
}

// host answers calls of helpers.
type host func(s *guest.Stack, word uint64) guest.Action

func (h host) HostCall(s *guest.Stack, word uint64) guest.Action { return h(s, word) }

func TestHelper(t *testing.T) {
	p := load(t, parse(t, `
func grow(i32 i64) -> i64 {
b1(v1 i32, v2 i64):
  v3 = call_helper v1 v2 (i32 i64) -> i64 helper[1]
  v4 = i64.add v3 v2
  poll
  return v4
}`))
	p.context[abi.InstanceHost/8] = 1 << 32
	p.stack.Host = host(func(s *guest.Stack, word uint64) guest.Action {
		slots := s.HostSlots(2)
		if word != 1<<32+uint64(abi.HelperMemoryGrow) || uint32(slots[0]) != 5 {
			t.Errorf("word %#x, slots %x", word, slots)
		}
		slots[0] = slots[1] * 100
		return guest.Continue
	})
	p.stack.Context().Goroutine = uint64(uintptr(unsafe.Pointer(&p.context[0])))
	if r, trap := p.call(0, []num.V128{{Lo: 5}, {Lo: 3}}); trap != abi.TrapNone || r[0].Lo != 303 {
		t.Errorf("%v, %v, want 303", r, trap)
	}
}

// throws calls the host with its argument.
const throws = `
func throws(i64) -> i64 {
b1(v1 i64):
  v2 = call_helper v1 (i64) -> i64 helper[12]
  return v2
}`

// throwFrom makes the host throw if the argument of throws, which is function 1, is so large: to the landing of function 0, which called it.
func (p *program) throwFrom(least uint64) {
	landing := p.objects[0].Landings[0]
	p.stack.Host = host(func(s *guest.Stack, word uint64) guest.Action {
		if s.HostSlots(1)[0] < least {
			return guest.Continue
		}
		sp := uintptr(s.Context().SP) + 8 + uintptr(p.objects[1].FrameBytes) + 8 // the call of the host, its frame, the call of throws
		return s.Jump(p.text.Address(landing.Handler), sp, 0, uintptr(unsafe.Pointer(&p.context[0])))
	})
}

// TestLanding has the host throw to the handler of a function that called the one which called the host.
func TestLanding(t *testing.T) {
	p := load(t, parse(t, `
func catches(i64) -> i64 {
b1(v1 i64):
  v2 = call v1 (i64) -> i64 func[1]
  try -> b2, b3
b2:
  return v2
b3:
  v3 = i64.const 1000
  v4 = i64.add v1 v3
  v5 = context
  v6 = i64.load v5 +80 context[0]!
  v7 = i64.add v4 v6
  return v7
}`), parse(t, throws))
	p.context[10] = 30
	p.throwFrom(10)
	for in, want := range map[uint64]uint64{5: 5, 10: 1040} {
		if r, trap := p.call(0, []num.V128{{Lo: in}}); trap != abi.TrapNone || r[0].Lo != want {
			t.Errorf("of %d: %v, %v, want %d", in, r, trap, want)
		}
	}
}

// TestLandingWhereBothWaysMeet has a call whose two ways lead to one block, with different arguments or with none.
func TestLandingWhereBothWaysMeet(t *testing.T) {
	for _, c := range []struct {
		ways, param, arg string
		want             map[uint64]uint64
	}{
		{"b2(v1), b2(v3)", "(v4 i64)", "v4", map[uint64]uint64{5: 35, 10: 1030}},
		{"b2, b2", "", "v3", map[uint64]uint64{5: 1030, 10: 1030}},
	} {
		p := load(t, parse(t, fmt.Sprintf(`
func catches(i64) -> i64 {
b1(v1 i64):
  v3 = i64.const 1000
  v2 = call v1 (i64) -> i64 func[1]
  try -> %s
b2%s:
  v5 = context
  v6 = i64.load v5 +80 context[0]!
  v7 = i64.add %s v6
  return v7
}`, c.ways, c.param, c.arg)), parse(t, throws))
		p.context[10] = 30
		p.throwFrom(10)
		for in, want := range c.want {
			if r, trap := p.call(0, []num.V128{{Lo: in}}); trap != abi.TrapNone || r[0].Lo != want {
				t.Errorf("%s of %d: %v, %v, want %d", c.ways, in, r, trap, want)
			}
		}
	}
}
