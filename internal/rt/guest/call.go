package guest

import (
	"fmt"
	"unsafe"

	"github.com/weft-wasm/weft/internal/abi"
)

// Host answers the calls that guest code makes through StubHost.
type Host interface {
	// HostCall answers one call: word says what is called, s.HostSlots has the arguments and takes the results. It runs on the
	// goroutine's stack and may do anything: call the guest again, grow the stack, panic, end the goroutine.
	HostCall(s *Stack, word uint64) Action
}

// Fueller is a host whose guests are metered: their code calls StubFuel.
type Fueller interface {
	// OutOfFuel gives the instance that has the address instance as its context fuel, or ends the call by Stack.Leave. What HostCall may do it may do too, save to
	// Jump. The guest's registers are in the stack's context block meanwhile, so no other call may use this stack.
	OutOfFuel(s *Stack, instance uintptr) Action
}

// Action is how a host call ends.
type Action uint64

// Continue returns to the guest. The others are made by [Stack.Leave] and [Stack.Jump].
const Continue Action = actionContinue

const (
	actionContinue = iota
	actionLeave
	actionJump
)

// Why the guest has left, in the context block: the last time that it has not simply returned, since Restore.
const (
	exitReturn = iota
	exitHost
	exitYield
	exitTrap
	exitFault
	exitFuel
)

// Stub is an entry of the runtime that generated code calls.
type Stub int

// The stubs; enter_linux_amd64.s says what they take and preserve. Their order is that of the entries of package amd64.
const (
	StubHost Stub = iota // call the host: AX argument slots, CX word
	StubTrap             // trap: AX code
	StubPoll             // give way, after an explicit check
	StubCopy             // memory.copy, as in bulk_linux_amd64.s
	StubFill             // memory.fill, likewise
	StubFuel             // wait for fuel
	StubCount
)

// Address is where generated code calls the stub.
func (s Stub) Address() uintptr { return stubTable[s] }

// recordBytes is what Call puts on top of the first frame: the stack pointer of the guest code that called the host that calls now.
const recordBytes = 8

// Call enters the code at an address, with the slots that [Stack.Slots] has returned, and reports how it ended: abi.TrapNone if it
// returned. A panic of a host function comes out as a panic. After a trap, [Stack.Backtrace] leads through the frames.
//
// The code must be that of a mapped [Text] and have the contract of the package's comment.
func (s *Stack) Call(code, target, instance uintptr) abi.Trap {
	// However the call ends, the stack is as it was before: the frames of a guest that a panic has gone through are dropped.
	defer s.Restore(s.Mark())
	return s.Enter(code, target, instance)
}

// Enter is Call for a caller that has a deferred function anyway: if the call panics or ends the goroutine, the caller has to Restore
// what Mark has returned before.
func (s *Stack) Enter(code, target, instance uintptr) abi.Trap {
	c := s.context
	outer := c.SP
	start := (uintptr(outer) - s.reserved - recordBytes) &^ 15
	if start < s.floor.Load() {
		if trap := s.refuse(start); trap != abi.TrapNone {
			return trap
		}
	}
	*s.record(start) = outer
	trap := abi.TrapNone
	if enter(s, code, target, instance, start) {
		trap = s.ended()
	}
	s.Restore(Mark(outer))
	return trap
}

// Mark is the state of a stack between calls.
type Mark uint64

// Mark returns the state of the stack, to which Restore brings it back.
func (s *Stack) Mark() Mark { return Mark(s.context.SP) }

// Restore drops the frames of calls that have been entered since the mark was taken and have ended by a panic or with their goroutine.
func (s *Stack) Restore(m Mark) {
	s.context.SP = uint64(m)
	s.dropSlots()
	if s.context.Exit != exitReturn {
		s.context.Exit = exitReturn
	}
}

// refuse ends a call that starts below the floor, before it has entered anything. An interrupt that is not for this call does not end it.
func (s *Stack) refuse(start uintptr) abi.Trap {
	s.last = point{}
	trap := abi.TrapNone
	switch {
	case s.interrupted() && s.attend():
		trap = abi.TrapInterrupted
	case start < uintptr(s.context.StackLimit):
		trap = abi.TrapStackExhausted
	default:
		return abi.TrapNone
	}
	s.Restore(s.Mark())
	return trap
}

// record is the word at the start of a call's frames. start is not below StackLimit, which Call has checked, nor above the stack
// pointer that it comes from: so it is in the memory of the stack, which ends with the context block.
func (s *Stack) record(start uintptr) *uint64 {
	return (*uint64)(unsafe.Add(unsafe.Pointer(s.context), int(start)-int(s.slots-abi.ContextSlots)))
}

// ended finds out why a call did not return.
func (s *Stack) ended() abi.Trap {
	c := s.context
	switch c.Exit {
	case exitHost:
		s.last = s.callPoint()
		return s.trap
	case exitTrap:
		s.last = s.callPoint()
		return abi.Trap(c.Word)
	case exitYield:
		s.last = s.interruptedPoint()
		return abi.TrapInterrupted
	case exitFuel:
		s.last = s.interruptedPoint()
		return s.trap
	case exitFault:
		s.last = s.interruptedPoint()
		return s.faulted()
	}
	panic(fmt.Sprintf("guest: the guest left for reason %d, which does not exist", c.Exit))
}

// hostCall answers a call of the guest. It runs on top of enter's frame.
func hostCall(s *Stack) uint64 {
	c := s.context
	action := s.Host.HostCall(s, c.Word)
	c.Exit = exitHost // guests called by the host have left their own
	if action == Continue && s.interrupted() && s.attends() {
		// A guest that does little but call the host would hardly ever yield: Go interrupts what it spends its time in.
		action = s.Leave(abi.TrapInterrupted)
	}
	return uint64(action)
}

// yielded runs on top of enter's frame when the guest has been made to give way. The check in its own prologue does so, which it has only
// because it calls a function: Go leaves the check out of small functions that call none.
func yielded(s *Stack) uint64 { return s.afterYield() }

//go:noinline
func (s *Stack) afterYield() uint64 {
	if s.context.Exit == exitFuel {
		return uint64(s.refuel())
	}
	s.yields++
	s.pool.yields.Add(1)
	s.ticked()
	if s.Shared && s.attend() || s.attends() {
		return actionLeave
	}
	return actionContinue
}

// attends asks until there is no interrupt: one that comes meanwhile signals a thread that is not in the guest.
func (s *Stack) attends() bool {
	for s.interrupted() {
		if s.attend() {
			return true
		}
	}
	return false
}

// attend reports whether an interrupt is to end the call.
func (s *Stack) attend() bool { return s.Attend == nil || s.Attend() }

// refuel has the host give the instance that runs fuel, or end its call.
func (s *Stack) refuel() Action {
	c := s.context
	action := s.Host.(Fueller).OutOfFuel(s, uintptr(c.Registers[abi.RegisterR14]))
	c.Exit = exitFuel // guests called by the host have left their own
	if action == Continue && s.interrupted() && s.attend() {
		action = s.Leave(abi.TrapInterrupted)
	}
	return action
}

// Leave ends the guest's call with a trap, in answer to a host call.
func (s *Stack) Leave(trap abi.Trap) Action {
	s.trap = trap
	return actionLeave
}

// Jump goes on in the guest at another place, in answer to a host call: pc is a landing pad of a function whose frame begins at sp. The
// pad finds value in CX and instance in R14.
func (s *Stack) Jump(pc, sp, value, instance uintptr) Action {
	c := s.context
	c.Code, c.SP, c.Target, c.Instance = uint64(pc), uint64(sp), uint64(value), uint64(instance)
	return actionJump
}
