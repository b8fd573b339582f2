package guest

import (
	"fmt"
	"strings"

	"github.com/weft-wasm/weft/internal/abi"
)

// faulted tells which trap a fault was.
func (s *Stack) faulted() abi.Trap {
	c := s.context
	if uintptr(c.FaultAddress) >= s.low && uintptr(c.FaultAddress) < addressOf(s.memory) {
		return abi.TrapStackExhausted
	}
	pc := uintptr(c.Registers[abi.RegisterPC])
	text := Lookup(pc)
	if text == nil {
		panic(s.badFault(nil))
	}
	site, ok := text.sites.Trap(uint32(pc - text.base))
	if !ok {
		panic(s.badFault(text))
	}
	return site.trap(c)
}

// trap tells the two faults of a division apart.
func (site TrapSite) trap(c *abi.Context) abi.Trap {
	if site.Divisor == 0 {
		return site.Code
	}
	return site.Divisor.Trap(&c.Registers)
}

// BadFault is a fault of guest code at an instruction that cannot fault: the compiler or the runtime is wrong. Call panics with it, because
// nothing that the guest could touch can be trusted any more.
type BadFault struct {
	Text      string // name of the text, "" if the program counter is in none
	Offset    uint32 // in the text
	Bytes     []byte // the first of the instruction
	Signal    int
	Code      int     // si_code
	Address   uintptr // that could not be accessed
	Registers [abi.RegisterFlags + 1]uint64
}

func (s *Stack) badFault(text *Text) *BadFault {
	c := s.context
	f := &BadFault{Signal: int(c.Signal), Code: int(c.FaultCode), Address: uintptr(c.FaultAddress), Registers: c.Registers}
	if text != nil {
		f.Text = text.name
		f.Offset = uint32(uintptr(c.Registers[abi.RegisterPC]) - text.base)
		f.Bytes = append(f.Bytes, text.bytes[f.Offset:min(int(f.Offset)+15, len(text.bytes))]...)
	}
	return f
}

var registerNames = [...]string{"r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rdi", "rsi", "rbp", "rbx", "rdx", "rax", "rcx", "rsp", "rip", "flags"}

func (f *BadFault) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "weft: engine bug: signal %d (code %d, address %#x) in guest code ", f.Signal, f.Code, f.Address)
	if f.Text == "" {
		fmt.Fprintf(&b, "at %#x, which is in no mapped text", f.Registers[abi.RegisterPC])
	} else {
		fmt.Fprintf(&b, "at %s+%#x (% x), which has no trap site there", f.Text, f.Offset, f.Bytes)
	}
	for i, name := range registerNames {
		sep := " "
		if i%6 == 0 {
			sep = "\n\t"
		}
		fmt.Fprintf(&b, "%s%s=%#x", sep, name, f.Registers[i])
	}
	return b.String()
}
