package guest

import (
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/sys/unix"

	"github.com/weft-wasm/weft/internal/abi"
)

// The instructions that Check runs, one call each. Every call's code begins where the comment says.
const (
	tryReturn  = 0  // writes the slot and returns
	tryIllegal = 16 // ud2
	tryGuard   = 32 // reads from the guard of its stack
	tryDivide  = 48 // divides by zero
	tryYield   = 64 // sends its own thread a preemption signal: slots are process, thread, and the system call's result
	tryBytes   = 128
)

var tryCode = map[int][]byte{
	tryReturn: {
		0x48, 0xc7, 0x00, 0x2a, 0x00, 0x00, 0x00, // mov qword [rax], 42
		0xc3, // ret
	},
	tryIllegal: {
		0x0f, 0x0b, // ud2
	},
	tryGuard: {
		0x48, 0x8b, 0x83, 0x00, 0x00, 0x80, 0xff, // mov rax, [rbx-0x800000]
		0xc3, // ret
	},
	tryDivide: {
		0x31, 0xc9, // xor ecx, ecx
		0x31, 0xd2, // xor edx, edx
		0xf7, 0xf1, // div ecx
		0xc3, // ret
	},
	tryYield: {
		0x49, 0x89, 0xc4, // mov r12, rax
		0x49, 0x8b, 0x3c, 0x24, // mov rdi, [r12]
		0x49, 0x8b, 0x74, 0x24, 0x08, // mov rsi, [r12+8]
		0xba, 0x17, 0x00, 0x00, 0x00, // mov edx, 23 (SIGURG)
		0xb8, 0xea, 0x00, 0x00, 0x00, // mov eax, 234 (tgkill)
		0x0f, 0x05, // syscall
		0x49, 0x89, 0x44, 0x24, 0x10, // mov [r12+16], rax
		0xc3, // ret
	},
}

var tryTables = Tables{
	Traps: []TrapSite{
		{Offset: tryIllegal, Code: abi.TrapUnreachable},
		{Offset: tryDivide + 4, Code: abi.TrapDivideByZero, Divisor: abi.DivideBy(abi.RegisterCX, false)},
	},
	Frames: []FrameSite{{Offset: 0, Size: 0}},
}

// tryText maps the instructions when they are first needed, and keeps them.
var tryText = Once(func() (*Text, error) {
	return Map("self-test", tryBytes, tryTables, func(text []byte, _ uintptr) error {
		for offset, code := range tryCode {
			copy(text[offset:], code)
		}
		return nil
	})
})

var tryPool = &Pool{size: MinStackBytes}

// try calls one of the instructions with slots.
func try(offset uint32, slots ...uint64) (trap abi.Trap, results []uint64, yields uint64, err error) {
	text, err := tryText()
	if err != nil {
		return 0, nil, 0, err
	}
	s, err := tryPool.Get()
	if err != nil {
		return 0, nil, 0, err
	}
	defer tryPool.Put(s)
	args, _ := s.Slots(len(slots))
	copy(args, slots)
	before := s.Yields()
	trap = s.Call(text.Address(offset), 0, 0)
	copy(slots, args)
	return trap, slots, s.Yields() - before, nil
}

func tryRun() error {
	if err := checkProcessor(); err != nil {
		return err
	}
	if low, guard := goroutineGuard(); !plausibleGuard(low, guard) {
		return fmt.Errorf("the goroutine's guard is %#x with a stack from %#x: this version of Go keeps it elsewhere", guard, low)
	}
	trap, results, _, err := try(tryReturn, 0)
	if err != nil {
		return err
	}
	if trap != abi.TrapNone || results[0] != 42 {
		return fmt.Errorf("a call ended with %v and %d, want 42", trap, results[0])
	}
	return nil
}

// plausibleGuard reports whether a guard is what Go's prologues compare with: an address a little above the lower end of the stack,
// or the request to give way.
func plausibleGuard(low, guard uintptr) bool {
	const most = 16 << 10
	preempt := int64(guard) == abi.GoroutinePreempt
	return preempt || guard > low && guard-low < most
}

func tryFaults() error {
	if err := installFaultHandlers(); err != nil {
		return err
	}
	for offset, want := range map[uint32]abi.Trap{
		tryIllegal: abi.TrapUnreachable,
		tryGuard:   abi.TrapStackExhausted,
		tryDivide:  abi.TrapDivideByZero,
	} {
		trap, _, _, err := try(offset)
		if err != nil {
			return err
		}
		if trap != want {
			return fmt.Errorf("a fault became %q, want %q", trap, want)
		}
	}
	return nil
}

func tryPreempt() error {
	if asyncPreemptOff {
		return errors.New("GODEBUG has asyncpreemptoff=1")
	}
	if err := installHandler(unix.SIGURG); err != nil {
		return err
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	threadsKnown.Store(goroutineThread() == uint64(unix.Gettid()))
	trap, results, yields, err := try(tryYield, uint64(unix.Getpid()), uint64(unix.Gettid()), 0)
	if err != nil {
		return err
	}
	if trap != abi.TrapNone || results[2] != 0 || yields == 0 {
		return fmt.Errorf("a signal sent to a guest ended in %q, result %d and %d yields", trap, int64(results[2]), yields)
	}
	return nil
}
