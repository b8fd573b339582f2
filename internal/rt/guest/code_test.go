//go:build linux && amd64

package guest

import (
	"testing"

	"github.com/weft-wasm/weft/internal/abi"
)

// snippet is code for the tests, put together by hand.
type snippet struct {
	code   []byte
	tables Tables
}

var frameless = []FrameSite{{Offset: 0, Size: 0}}

// add adds slot 1 to slot 0.
var add = snippet{
	code: []byte{
		0x48, 0x8b, 0x48, 0x08, // mov rcx, [rax+8]
		0x48, 0x01, 0x08, // add [rax], rcx
		0xc3, // ret
	},
	tables: Tables{Frames: frameless},
}

// empty returns at once.
var empty = snippet{code: []byte{0xc3}, tables: Tables{Frames: frameless}}

// spin never returns.
var spin = snippet{
	code:   []byte{0xeb, 0xfe}, // jmp .
	tables: Tables{Frames: frameless},
}

// count adds the numbers from slot 0 down to 1, counts the carries of the sum with a start value that makes it overflow, and leaves sum and
// carries in slots 0 and 1. The carry flag lives across several instructions.
var count = snippet{
	code: []byte{
		0x48, 0x8b, 0x08, // mov rcx, [rax]
		0x48, 0xc7, 0xc6, 0x00, 0x00, 0x00, 0xe0, // mov rsi, -0x20000000
		0x31, 0xd2, // xor edx, edx
		0xf8,             // clc
		0x48, 0x01, 0xce, // L: add rsi, rcx
		0x0f, 0x1f, 0x00, // nop
		0x49, 0x89, 0xf0, // mov r8, rsi
		0x48, 0x83, 0xd2, 0x00, // adc rdx, 0
		0x48, 0xff, 0xc9, // dec rcx
		0x75, 0xee, // jnz L
		0x4c, 0x89, 0x00, // mov [rax], r8
		0x48, 0x89, 0x50, 0x08, // mov [rax+8], rdx
		0xc3, // ret
	},
	tables: Tables{Frames: frameless},
}

// countWant is what count leaves for n.
func countWant(n uint64) (sum, carries uint64) {
	start := uint64(1<<64 - 0x20000000)
	sum = start + n*(n+1)/2
	if sum < start {
		carries = 1
	}
	return sum, carries
}

// callHost makes the number of host calls that slot 0 says, with slot 1 and following as slots. The target is StubHost.
var callHost = snippet{
	code: []byte{
		0x48, 0x83, 0xec, 0x18, // sub rsp, 24
		0x49, 0x89, 0xcc, // mov r12, rcx
		0x4c, 0x8b, 0x28, // mov r13, [rax]
		0x48, 0x8d, 0x68, 0x08, // lea rbp, [rax+8]
		0x48, 0x89, 0xe8, // L: mov rax, rbp
		0xb9, 0x07, 0x00, 0x00, 0x00, // mov ecx, 7
		0x41, 0xff, 0xd4, // call r12
		0x49, 0xff, 0xcd, // dec r13
		0x75, 0xf0, // jnz L
		0x48, 0x83, 0xc4, 0x18, // add rsp, 24
		0xc3, // ret
	},
	tables: Tables{Frames: []FrameSite{{0, 0}, {4, 24}, {34, 0}}},
}

// callHostReturn is the return address of its call.
const callHostReturn = 25

// trapStubCall traps with the code in slot 0. The target is StubTrap.
var trapStubCall = snippet{
	code: []byte{
		0x48, 0x8b, 0x00, // mov rax, [rax]
		0xff, 0xd1, // call rcx
	},
	tables: Tables{Frames: frameless},
}

// pollSpin never returns; it gives way when the goroutine's guard says so. The target is StubPoll.
var pollSpin = snippet{
	code: []byte{
		0x48, 0x83, 0xec, 0x08, // sub rsp, 8
		0x4c, 0x8b, 0x6b, abi.ContextGoroutine, // mov r13, [rbx+ContextGoroutine]
		0x49, 0x81, 0x7d, abi.GoroutineGuard, 0xde, 0xfa, 0xff, 0xff, // L: cmp qword [r13+GoroutineGuard], GoroutinePreempt
		0x75, 0xf6, // jne L
		0xff, 0xd1, // call rcx
		0xeb, 0xf2, // jmp L
	},
	tables: Tables{Frames: []FrameSite{{0, 0}, {4, 8}}},
}

// recurse calls itself for ever, with a frame of 32 bytes that it does not touch.
var recurse = snippet{
	code: []byte{
		0x48, 0x83, 0xec, 0x20, // sub rsp, 32
		0xe8, 0xf7, 0xff, 0xff, 0xff, // call recurse
	},
	tables: Tables{Frames: []FrameSite{{0, 0}, {4, 32}}},
}

// recurseFar calls itself for ever, with a frame as large as the guard allows that it writes the lower end of.
var recurseFar = snippet{
	code: []byte{
		0x48, 0x81, 0xec, 0x00, 0x00, 0x10, 0x00, // sub rsp, 1<<20
		0x48, 0x89, 0x04, 0x24, // mov [rsp], rax
		0xe8, 0xf0, 0xff, 0xff, 0xff, // call recurseFar
	},
	tables: Tables{Frames: []FrameSite{{0, 0}, {7, 1 << 20}}},
}

// recurseChecked calls itself until the stack has reached its limit, and traps by StubTrap, which is the target.
var recurseChecked = snippet{
	code: []byte{
		0x48, 0x3b, 0x63, abi.ContextStackLimit, // cmp rsp, [rbx+ContextStackLimit]
		0x72, 0x06, // jb over the next two
		0x50,                         // push rax
		0xe8, 0xf4, 0xff, 0xff, 0xff, // call recurseChecked
		0xb8, byte(abi.TrapStackExhausted), 0x00, 0x00, 0x00, // mov eax, TrapStackExhausted
		0xff, 0xd1, // call rcx
	},
	tables: Tables{Frames: []FrameSite{{0, 0}, {7, 8}, {12, 0}}},
}

// halt traps as unreachable, with the shortest instruction that faults.
var halt = snippet{code: []byte{0xf4}, tables: illegal.tables} // hlt

// illegal traps as unreachable.
var illegal = snippet{
	code:   []byte{0x0f, 0x0b}, // ud2
	tables: Tables{Traps: []TrapSite{{Offset: 0, Code: abi.TrapUnreachable}}, Frames: frameless},
}

// load reads the address in slot 0 and leaves what it finds there in it. It traps as an access out of bounds.
var load = snippet{
	code: []byte{
		0x48, 0x8b, 0x08, // mov rcx, [rax]
		0x48, 0x8b, 0x09, // mov rcx, [rcx]
		0x48, 0x89, 0x08, // mov [rax], rcx
		0xc3, // ret
	},
	tables: Tables{Traps: []TrapSite{{Offset: 3, Code: abi.TrapMemoryOutOfBounds}}, Frames: frameless},
}

// divide32 divides slot 0 by slot 1, signed, with 32 bits.
var divide32 = snippet{
	code: []byte{
		0x49, 0x89, 0xc0, // mov r8, rax
		0x41, 0x8b, 0x00, // mov eax, [r8]
		0x4d, 0x8b, 0x48, 0x08, // mov r9, [r8+8]
		0x99,             // cdq
		0x41, 0xf7, 0xf9, // idiv r9d
		0x49, 0x89, 0x00, // mov [r8], rax
		0xc3, // ret
	},
	tables: Tables{Traps: []TrapSite{{Offset: 11, Divisor: abi.DivideBy(abi.RegisterR9, false)}}, Frames: frameless},
}

// divide64 divides slot 0 by slot 1, signed, with 64 bits.
var divide64 = snippet{
	code: []byte{
		0x49, 0x89, 0xc0, // mov r8, rax
		0x49, 0x8b, 0x00, // mov rax, [r8]
		0x4d, 0x8b, 0x48, 0x08, // mov r9, [r8+8]
		0x48, 0x99, // cqo
		0x49, 0xf7, 0xf9, // idiv r9
		0x49, 0x89, 0x00, // mov [r8], rax
		0xc3, // ret
	},
	tables: Tables{Traps: []TrapSite{{Offset: 12, Divisor: abi.DivideBy(abi.RegisterR9, true)}}, Frames: frameless},
}

// astray faults where no site is.
var astray = snippet{
	code:   []byte{0x90, 0x0f, 0x0b}, // nop; ud2
	tables: Tables{Frames: frameless},
}

// wild calls address 0.
var wild = snippet{
	code: []byte{
		0x31, 0xc0, // xor eax, eax
		0xff, 0xd0, // call rax
	},
	tables: Tables{Frames: frameless},
}

// mapSnippet maps a snippet for the time of a test.
func mapSnippet(t testing.TB, sn snippet) uintptr {
	t.Helper()
	text := mapText(t, t.Name(), sn)
	t.Cleanup(func() {
		if err := text.Unmap(); err != nil {
			t.Error(err)
		}
	})
	return text.Address(0)
}

func mapText(t testing.TB, name string, sn snippet) *Text {
	t.Helper()
	text, err := Map(name, len(sn.code), sn.tables, func(text []byte, _ uintptr) error {
		copy(text, sn.code)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// testStack is a stack for the time of a test, with signals in place.
func testStack(t testing.TB) *Stack {
	t.Helper()
	if s := Check(); s != (Support{}) {
		t.Fatalf("Check: %+v", s)
	}
	return stackOf(t, 0)
}

func stackOf(t testing.TB, size int) *Stack {
	t.Helper()
	pool, err := NewPool(size)
	if err != nil {
		t.Fatal(err)
	}
	s, err := pool.Get()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pool.Put(s) })
	return s
}

// call runs code with slots and returns them as it leaves them.
func call(s *Stack, code, target uintptr, slots ...uint64) ([]uint64, abi.Trap) {
	args, trap := s.Slots(len(slots))
	if trap != abi.TrapNone {
		return nil, trap
	}
	copy(args, slots)
	trap = s.Call(code, target, 0)
	copy(slots, args)
	return slots, trap
}

// hostFunc is a host that is a function.
type hostFunc func(s *Stack, word uint64) Action

func (f hostFunc) HostCall(s *Stack, word uint64) Action { return f(s, word) }
