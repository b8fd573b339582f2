package weft

import (
	"runtime"
	"strings"

	"github.com/weft-wasm/weft/internal/rt"
)

// Tier says how guests are executed.
type Tier uint8

// The tiers.
const (
	TierAuto        Tier = iota // the interpreter at first, and machine code for what is used a lot, where there can be any
	TierInterpreter             // always the interpreter
	TierCompiled                // always machine code; Compile refuses where there is none
)

func (t Tier) String() string {
	switch t {
	case TierInterpreter:
		return "interpreter"
	case TierCompiled:
		return "compiled"
	}
	return "auto"
}

// Config is what an engine is made from. Its zero value is a good one.
type Config struct {
	Tier     Tier
	Features Features // the language; zero is AllFeatures, Version1 none of them
	Limits   Limits   // what guests may take; zero fields are defaults
	Cache    *Cache   // where compiled modules are looked for and kept, nil for nowhere; with one, TierAuto compiles whole modules before they answer

	// Fuel makes the engine meter guests; nil is for not. Code is made for it: a module that was compiled with other costs is not loaded.
	Fuel *Fuel

	// Total is what all instances of the engine may take together; nil neither limits nor counts it. Tenants divide it up: see Engine.NewTenant.
	Total *TenantLimits

	// Scheduler shares processors among the guests; nil leaves that to Go.
	Scheduler *Scheduler

	// ExplicitChecks makes compiled code look for itself whether an access is in bounds, the stack is exhausted and it is to give way, instead of
	// relying on hardware faults and signals. It is slower. Engines use it of themselves where signals do not work; see Info.
	ExplicitChecks bool

	// TraceLocals makes traps and exceptions keep the values that the locals of interpreted functions had, for Instance.CoreDump.
	TraceLocals bool
}

// Limits bound what each guest may take. A zero field is its default.
type Limits struct {
	// MemoryBytes is the most bytes that the linear memories of one instance may have together; memory.grow fails beyond it. The default is 4 GiB.
	MemoryBytes uint64
	// TableElements is the most elements that the tables of one instance may have together; table.grow fails beyond it. The default is 10,000,000.
	TableElements uint64
	// CallDepth is the most calls of interpreted functions that may be open at a time, and of compiled ones the most that the host has made. The
	// default is 50,000.
	CallDepth int
	// StackBytes is the most bytes that the frames of open calls may take. The default is 16 MiB. Compiled code has them in stacks, one for each
	// open call of the host, of this size rounded up to a power of two from 32 KiB to 8 MiB, by default 1 MiB; when those of the calls around it take
	// as many bytes, there are no more calls.
	StackBytes int
}

const (
	defaultMemoryBytes   = 4 << 30
	defaultTableElements = 10_000_000
	defaultCallDepth     = 50_000
	defaultStackBytes    = 16 << 20
)

// withDefaults fills in the fields that are zero.
func (l Limits) withDefaults() Limits {
	if l.MemoryBytes == 0 {
		l.MemoryBytes = defaultMemoryBytes
	}
	if l.TableElements == 0 {
		l.TableElements = defaultTableElements
	}
	if l.CallDepth <= 0 {
		l.CallDepth = defaultCallDepth
	}
	if l.StackBytes <= 0 {
		l.StackBytes = defaultStackBytes
	}
	return l
}

// Info says what an engine uses, and why it does not use what it does not.
type Info struct {
	Tier           Tier   // what runs guests: TierInterpreter or TierCompiled
	Reason         string // why not TierCompiled, if it is not
	Gradual        bool   // modules answer at once: functions are interpreted until they have been used a lot and are compiled in the background
	ExplicitChecks string // why compiled code checks for itself what faults and signals tell otherwise; "" if it does not
	StableMemory   bool   // the base of a memory never moves, so slices of it stay valid when it grows
	Platform       string // GOOS/GOARCH
}

// Info says what the engine uses to run guests.
func (e *Engine) Info() Info {
	i := Info{Tier: TierInterpreter, StableMemory: rt.StableBase, Platform: runtime.GOOS + "/" + runtime.GOARCH}
	switch {
	case e.native == nil:
		i.Reason = strings.TrimPrefix(e.whyNot.Error(), "weft: ")
	default:
		i.Tier, i.Gradual = TierCompiled, e.tiers()
		if why := e.native.Explicit(); why != nil {
			i.ExplicitChecks = strings.TrimPrefix(why.Error(), "weft: ")
		}
	}
	return i
}
