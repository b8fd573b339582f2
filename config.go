package weft

import "runtime"

// Tier says how guests are executed.
type Tier uint8

// The tiers.
const (
	TierAuto        Tier = iota // the fastest there is on this machine
	TierInterpreter             // always the interpreter
	TierCompiled                // always machine code; Compile refuses where there is none, as in this version of Weft
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
}

// Limits bound what each guest may take. A zero field is its default.
type Limits struct {
	// MemoryBytes is the most bytes that the linear memories of one instance may have together; memory.grow fails beyond it. The default is 4 GiB.
	MemoryBytes uint64
	// TableElements is the most elements that the tables of one instance may have together; table.grow fails beyond it. The default is 10,000,000.
	TableElements uint64
	// CallDepth is the most calls of guest functions that may be open at a time. The default is 50,000.
	CallDepth int
	// StackBytes is the most bytes that the frames of open calls may take. The default is 16 MiB.
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
	Tier         Tier   // what runs guests: TierInterpreter or TierCompiled
	Reason       string // why not TierCompiled, if it is not
	StableMemory bool   // the base of a memory never moves, so slices of it stay valid when it grows
	Platform     string // GOOS/GOARCH
}

func currentInfo() Info {
	return Info{
		Tier:         TierInterpreter,
		Reason:       "this version of Weft has no compiler",
		StableMemory: stableMemory,
		Platform:     runtime.GOOS + "/" + runtime.GOARCH,
	}
}
