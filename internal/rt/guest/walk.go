package guest

import "github.com/weft-wasm/weft/internal/abi"

// point is a place in guest code: an instruction and the stack pointer there.
type point struct {
	pc, sp uintptr
	after  bool // pc is a return address: the instruction is the call before it
}

// Frame is one call of guest code.
type Frame struct {
	Text   *Text
	Offset uint32  // of the instruction that trapped, or of one byte of the call that has not returned
	SP     uintptr // of the frame
	Entry  bool    // it was called from Go; if a frame follows, by a host function that the frame called
}

// Walker leads through the frames of guest code, innermost first, without allocating. It stops where the tables end.
type Walker struct {
	s    *Stack
	next point
}

// Backtrace begins where the last call that did not return ended. It is valid until the stack is used again.
func (s *Stack) Backtrace() Walker { return Walker{s: s, next: s.last} }

// Callers begins at the call that the host is answering.
func (s *Stack) Callers() Walker { return Walker{s: s, next: s.callPoint()} }

// CallersAt is what Callers was when Mark returned m, in a call of the host that has not gone back to the guest.
func (s *Stack) CallersAt(m Mark) Walker { return Walker{s: s, next: s.callPointAt(uintptr(m))} }

// callPoint is where the guest has called a stub.
func (s *Stack) callPoint() point { return s.callPointAt(uintptr(s.context.SP)) }

// callPointAt is a call of a stub that has left the stack pointer at sp: the return address is on top of the stack.
func (s *Stack) callPointAt(sp uintptr) point {
	pc, _ := s.load(sp)
	return point{pc: pc, sp: sp + 8, after: true}
}

// interruptedPoint is where the guest was when a signal came.
func (s *Stack) interruptedPoint() point {
	r := &s.context.Registers
	return point{pc: uintptr(r[abi.RegisterPC]), sp: uintptr(r[abi.RegisterSP])}
}

// Next returns the next frame, and false after the last.
func (w *Walker) Next() (Frame, bool) {
	at := w.next
	pc := at.pc
	if at.after {
		pc--
	}
	text := Lookup(pc)
	if text == nil {
		w.next = point{}
		return Frame{}, false
	}
	f := Frame{Text: text, Offset: uint32(pc - text.base), SP: at.sp}
	w.next = point{}
	size, ok := text.sites.Frame(f.Offset)
	if !ok {
		return f, true
	}
	home := at.sp + uintptr(size)
	back, ok := w.s.load(home)
	if !ok {
		return f, true
	}
	w.next = point{pc: back, sp: home + 8, after: true}
	if Lookup(back-1) == nil {
		f.Entry = true
		w.outer(home + 8)
	}
	return f, true
}

// outer goes on with the guest code that called the host that made the call whose first frame ends at a record.
func (w *Walker) outer(record uintptr) {
	w.next = point{}
	sp, ok := w.s.load(record)
	if !ok {
		return
	}
	// The first call on a stack has no frame above it: its record leads to the context block, where load finds nothing.
	if pc, ok := w.s.load(sp); ok {
		w.next = point{pc: pc, sp: sp + 8, after: true}
	}
}

// load reads a word of the stack, if that is where it is.
func (s *Stack) load(address uintptr) (uintptr, bool) {
	offset := address - addressOf(s.memory)
	if offset >= uintptr(len(s.memory))-abi.ContextBytes || address%8 != 0 {
		return 0, false
	}
	return uintptr(s.words(address, 1)[0]), true
}
