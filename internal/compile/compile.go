package compile

import (
	"fmt"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/dbg"
	"github.com/weft-wasm/weft/internal/isa/amd64"
	"github.com/weft-wasm/weft/internal/regalloc"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Compiler compiles functions, one after the other.
type Compiler struct {
	// Explicit is what the code does for itself; the front end has to be told as well.
	Explicit abi.Explicit
	// Words makes code call functions of its module by way of words that have their addresses; see amd64.Thunks.
	Words bool
	// Check proves the IR right behind each pass, and the allocation of registers, and panics if one is not. It is for tests.
	Check bool
	// After is called behind each phase, if it is not nil, with the phase's name.
	After func(phase string, f *ssa.Func)
	// Show is called behind each phase, if it is not nil, with what the phase made as text.
	Show func(phase, text string)
	// Listing makes [Compiler.LastListing] available.
	Listing bool

	passes   []ssa.Pass
	lowerer  amd64.Lowerer
	alloc    *regalloc.Allocator
	emitter  amd64.Emitter
	phase    string
	pass     int // how many passes have begun
	finished *code.Object
	listed   bool // finished has a listing
}

// New returns a compiler.
func New() *Compiler {
	return &Compiler{passes: ssa.Passes(), alloc: regalloc.New(amd64.Target, ssa.OpAMD64)}
}

// Func compiles f, which it changes, into o, whose memory it reuses. The error is an [Error], or an amd64.UnsupportedError.
func (c *Compiler) Func(f *ssa.Func, o *code.Object) (err error) {
	c.finished = nil
	defer c.recovered(f, &err)
	c.pass, c.phase = 0, "build"
	c.show(f, "build", f.String)
	pipeline := ssa.Pipeline{Passes: c.passes, Check: c.Check, After: c.afterPass}
	c.nextPass()
	pipeline.Run(f)
	if err := c.lower(f); err != nil {
		return err
	}
	allocation := c.allocate(f)
	c.emit(f, allocation, o)
	c.finished = o
	c.show(f, "emit", c.LastListing)
	return nil
}

// Entry makes the code through which Go calls functions of a signature; see amd64.Emitter.Trampoline.
func (c *Compiler) Entry(sig *ssa.Sig, o *code.Object) {
	c.emitter.Asm.Reset()
	c.emitter.Trampoline(sig, o)
}

// WordEntry makes the code through which Go calls functions of a signature with numbers in general registers; see amd64.Emitter.WordEntry.
func (c *Compiler) WordEntry(sig *ssa.Sig, o *code.Object) {
	c.emitter.Asm.Reset()
	c.emitter.WordEntry(sig, o)
}

// HostShim makes the code that stands for functions of a signature that no generated code implements; see amd64.Emitter.HostShim.
func (c *Compiler) HostShim(sig *ssa.Sig, o *code.Object) {
	c.emitter.Asm.Reset()
	c.emitter.HostShim(sig, o)
}

// OwnShim makes the code that stands for functions of a signature that are interpreted, for calls by their own module; see amd64.Emitter.OwnShim.
func (c *Compiler) OwnShim(sig *ssa.Sig, o *code.Object) {
	c.emitter.Asm.Reset()
	c.emitter.OwnShim(sig, o)
}

// Where the thunks of a function are in those of a module; see [Thunks].
const (
	ThunkBytes = amd64.ThunkBytes
	ThunkLazy  = amd64.ThunkLazy
)

// Thunks makes the code by which functions of a module are called that get code one after the other; see amd64.Thunks.
func Thunks(types []uint32, imported int, o *code.Object) { amd64.Thunks(types, imported, o) }

// TrapShim makes code that traps, for functions of any signature; see amd64.Emitter.TrapShim.
func (c *Compiler) TrapShim(trap abi.Trap, o *code.Object) {
	c.emitter.Asm.Reset()
	c.emitter.TrapShim(trap, o)
}

// LastListing is the assembly listing of the function that was compiled last.
func (c *Compiler) LastListing() string {
	if c.finished == nil || !c.listed {
		return ""
	}
	return c.emitter.Asm.Listing(c.finished)
}

func (c *Compiler) lower(f *ssa.Func) error {
	c.phase = "lower"
	start := dbg.Now()
	if err := c.lowerer.Lower(f); err != nil {
		return err
	}
	dbg.Spent(c.phase, start)
	if c.checks() {
		if err := ssa.Check(f); err != nil {
			panic(fmt.Sprintf("%v\n%s", err, f))
		}
	}
	c.done(f)
	c.show(f, c.phase, f.String)
	return nil
}

func (c *Compiler) allocate(f *ssa.Func) *regalloc.Allocation {
	c.phase = "allocate"
	start := dbg.Now()
	allocation := c.alloc.Allocate(f)
	dbg.Spent(c.phase, start)
	if c.checks() {
		if err := regalloc.Check(f, amd64.Target, ssa.OpAMD64, allocation); err != nil {
			panic(fmt.Sprintf("%v\n%s", err, f))
		}
	}
	c.done(f)
	c.show(f, c.phase, func() string { return allocation.Text(f, amd64.Target) })
	return allocation
}

func (c *Compiler) emit(f *ssa.Func, allocation *regalloc.Allocation, o *code.Object) {
	c.phase = "emit"
	start := dbg.Now()
	c.emitter.Explicit, c.emitter.Words = c.Explicit, c.Words
	c.emitter.Asm.Reset()
	if c.listed = c.lists(f); c.listed {
		c.emitter.Asm.List()
	}
	c.emitter.Emit(f, allocation, o)
	dbg.Spent(c.phase, start)
}

func (c *Compiler) done(f *ssa.Func) {
	if c.After != nil {
		c.After(c.phase, f)
	}
}
