package guest

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"unsafe"

	"github.com/weft-wasm/weft/internal/abi"
)

// Stack is what guest code runs on: memory for its frames, with the context block at the top and a guard below. One goroutine at a
// time uses it.
type Stack struct {
	// Host answers the calls of the code on this stack.
	Host Host
	// Attend is asked, on the goroutine of the call, whether the call is to end when the stack has been interrupted; it may wait there. If it is not
	// to end, Attend has called Resume, before it looked for reasons. A nil Attend ends all calls.
	Attend func() bool
	// Shared says that a guest on this stack shares its time with others: Attend is asked whenever it yields.
	Shared bool

	context   *abi.Context
	reserved  uintptr        // bytes below context.SP that hold the slots of the next call
	floor     atomic.Uintptr // lowest address that a call may start at: StackLimit, or noFloor while the stack is interrupted
	trap      abi.Trap       // of a host call that left, its reason
	low, high uintptr        // of the slot: the guard is from low up to memory
	memory    []byte         // the usable part with the context block, up to high
	slots     uintptr        // address of context.Slots
	size      uintptr        // of memory
	last      point          // where the last call that did not return ended
	yields    uint64
	alarm     *alarm
	pool      *Pool
	cleanup   runtime.Cleanup
	index     int
}

// newStack makes a stack of a size in a slot of the stack region.
func newStack(size int) (*Stack, error) {
	all, err := stackSlots()
	if err != nil {
		return nil, err
	}
	index, slot, err := all.take()
	if err != nil {
		return nil, err
	}
	memory := slot[len(slot)-size:]
	if err := protect(memory, accessWrite); err != nil {
		all.giveBack(index)
		return nil, fmt.Errorf("weft: stack: %w", err)
	}
	s := &Stack{low: addressOf(slot), memory: memory, index: index}
	s.high = s.low + uintptr(len(slot))
	// The context block is the last page of the slot, which is memory of this stack alone and never Go's.
	s.context = (*abi.Context)(unsafe.Pointer(&memory[size-abi.ContextBytes]))
	top := s.high - abi.ContextBytes
	s.slots, s.size = top+abi.ContextSlots, uintptr(size)
	*s.context = abi.Context{
		SP:           uint64(top),
		Args:         uint64(s.slots),
		StackLimit:   uint64(addressOf(memory)) + abi.StackSlack,
		StateMask:    stateMask(),
		DefaultMXCSR: defaultMXCSR,
	}
	s.alarm = newAlarm(s)
	s.Resume()
	s.cleanup = runtime.AddCleanup(s, func(index int) { all.giveBack(index) }, index)
	return s, nil
}

// release gives the stack's memory back for good.
func (s *Stack) release() {
	s.cleanup.Stop()
	if all, err := stackSlots(); err == nil {
		all.giveBack(s.index)
	}
}

// Context is the block that generated code and stubs share with Go.
func (s *Stack) Context() *abi.Context { return s.context }

// Yields counts how often guest code on this stack has made room for others.
func (s *Stack) Yields() uint64 { return s.yields }

// Slots are n argument slots for the next Call, which leaves its results in them too. They are valid until the next use of the stack.
// The trap is abi.TrapStackExhausted if there is no room for them. Where it is known that there are no more of them than a context block has, that
// block's Slots can be used without asking for them.
func (s *Stack) Slots(n int) ([]uint64, abi.Trap) {
	if c := s.context; n <= len(c.Slots) {
		s.dropSlots()
		return c.Slots[:n], abi.TrapNone
	}
	return s.slotsBelow(n)
}

// dropSlots ends the use of what slotsBelow has taken.
func (s *Stack) dropSlots() {
	if s.reserved != 0 {
		s.reserved = 0
		s.context.Args = uint64(s.slots)
	}
}

// slotsBelow takes the slots from the stack itself.
func (s *Stack) slotsBelow(n int) ([]uint64, abi.Trap) {
	c := s.context
	sp, limit := uintptr(c.SP)&^15, uintptr(c.StackLimit)
	if sp < limit || uintptr(n) > (sp-limit)/8 {
		return nil, abi.TrapStackExhausted
	}
	size := uintptr(n) * 8
	s.reserved = uintptr(c.SP) - (sp - size)
	c.Args = uint64(sp - size)
	return s.words(sp-size, n), abi.TrapNone
}

// HostSlots are the n slots of the host call that is being answered: its arguments, and on return its results.
func (s *Stack) HostSlots(n int) []uint64 { return s.words(uintptr(s.context.HostArgs), n) }

// HostSlot is the first of HostSlots, at least one.
func (s *Stack) HostSlot() *uint64 {
	below := s.high - uintptr(s.context.HostArgs)
	if below > s.size {
		panic("guest: the slots of a host call are not in the stack")
	}
	// In the memory, as in words.
	return (*uint64)(unsafe.Add(unsafe.Pointer(s.context), abi.ContextBytes-below))
}

// Live yields the words that the guest code which waits for the host has on the stack and in registers.
func (s *Stack) Live(yield func(words []uint64) bool) {
	sp, top := uintptr(s.context.SP), s.high-abi.ContextBytes
	if yield(s.words(sp, int(top-sp)/8)) {
		yield(s.context.HostRegisters[:])
	}
}

// words are the n words of the stack at an address. The address comes from generated code: if it is not in the stack, that code or its
// runtime is wrong, and there is nothing to go on with.
func (s *Stack) words(address uintptr, n int) []uint64 {
	offset, size := address-addressOf(s.memory), uintptr(len(s.memory))
	if offset > size || uintptr(n) > (size-offset)/8 || offset%8 != 0 {
		s.stray(address, n)
	}
	// In bounds and aligned by the check above; the memory is no Go memory, and it stays while s does.
	return unsafe.Slice((*uint64)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(s.memory)), offset)), n)
}

func (s *Stack) stray(address uintptr, n int) {
	panic(fmt.Sprintf("guest: %d slots at %#x are not in the stack from %#x to %#x", n, address, addressOf(s.memory), s.high))
}

// Interrupt makes calls on this stack end with abi.TrapInterrupted until Resume, unless Attend says otherwise: those to come at once, one that is
// on when its guest yields, which it makes it do, or comes back from a host function. Any goroutine may call it. Where threads cannot be signalled, a guest
// yields when Go asks for it, which happens when it has run for 10 ms and Go looks, every 10 ms at most.
func (s *Stack) Interrupt() {
	s.floor.Store(noFloor)
	if thread := s.thread(); thread != 0 {
		nudge(thread)
	}
}

// thread is the one that the guest is on, or was last: a call that has ended or waits for the host may have left it. 0 if that is not known.
func (s *Stack) thread() int {
	if !threadsKnown.Load() {
		return 0
	}
	return int(atomic.LoadUint64(&s.context.Thread))
}

// threadsKnown says that what guests enter with notes their threads.
var threadsKnown atomic.Bool

// Resume takes Interrupt back.
func (s *Stack) Resume() { s.floor.Store(uintptr(s.context.StackLimit)) }

// noFloor is above every stack.
const noFloor = ^uintptr(0)

func (s *Stack) interrupted() bool { return s.floor.Load() == noFloor }
