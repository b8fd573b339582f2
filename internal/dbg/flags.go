package dbg

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Mode is what WEFTDEBUG says about a pass.
type Mode int

// The modes.
const (
	On Mode = iota
	Off
	Dump
)

// settings is what WEFTDEBUG was parsed to.
type settings struct {
	passes      map[string]Mode // by area/name
	confined    *Funcs          // the functions that passes is about; nil for all
	dumped      *Funcs          // nil for none
	phases      []string        // that are dumped; empty for all
	interpreted *Funcs          // nil for none
	timing      bool
	verify      bool
	perf        bool
	jitdump     bool
	heat        int
}

var (
	current atomic.Pointer[settings]
	once    sync.Once

	output io.Writer  = os.Stderr
	mu     sync.Mutex // of output
)

func load() *settings {
	if s := current.Load(); s != nil {
		return s
	}
	once.Do(func() {
		s, err := parse(os.Getenv("WEFTDEBUG"))
		if err != nil {
			Printf("%v\n", err)
		}
		current.CompareAndSwap(nil, s)
	})
	return current.Load()
}

// Load reads WEFTDEBUG now rather than when the first phase asks, so that what is wrong with it is said at the start.
func Load() { load() }

// parse reads the settings that it understands; the error is about the first that it does not.
func parse(text string) (*settings, error) {
	s := &settings{passes: map[string]Mode{}}
	var first error
	for setting := range strings.SplitSeq(text, ",") {
		if setting == "" {
			continue
		}
		if err := s.set(setting); err != nil && first == nil {
			first = fmt.Errorf("weft: WEFTDEBUG: %w", err)
		}
	}
	return s, first
}

// Pass returns what WEFTDEBUG says about a pass of an area for the function with an index and a name.
func Pass(area, name string, index uint32, fn string) Mode {
	s := load()
	if len(s.passes) == 0 {
		return On
	}
	mode, ok := s.passes[area+"/"+passName(name)]
	if !ok {
		mode = s.passes[area+"/all"]
	}
	if s.confined != nil && !s.confined.Has(index, fn) {
		return On
	}
	return mode
}

// Named returns the passes and the phases that the settings name, sorted: "ssa/gvn" is a pass, "gvn" a phase. This package does not know which
// there are.
func Named() []string {
	s := load()
	names := slices.Clone(s.phases)
	for name := range s.passes {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Dumps reports whether what a phase makes of a function is to be printed.
func Dumps(phase string, index uint32, fn string) bool {
	s := load()
	return s.dumped != nil && (len(s.phases) == 0 || slices.Contains(s.phases, passName(phase))) && s.dumped.Has(index, fn)
}

// Interpreted reports whether the function with an index is to be interpreted, even by an engine that compiles. [Set] and WEFTDEBUG change
// the answer, nothing else does: it is the same each time that it is asked for.
func Interpreted(index uint32) bool {
	s := load()
	return s.interpreted != nil && s.interpreted.HasIndex(index)
}

// Verify reports whether phases are to prove right what they made.
func Verify() bool { return load().verify }

// Compiling reports whether the settings say anything about how functions are compiled, or what is to be seen of that: what was compiled without
// them is not to be taken then, and what is compiled with them not to be kept.
func Compiling() bool {
	s := load()
	return len(s.passes) > 0 || s.dumped != nil || s.interpreted != nil || s.verify
}

// Perf reports whether the places of compiled functions are to be told to perf; see package perfmap.
func Perf() bool { return load().perf }

// JITDump reports whether compiled functions are to be written down with their code; see package jitdump.
func JITDump() bool { return load().jitdump }

// Heat is after how many calls and turns of loops functions are compiled in the automatic tier, 0 if the settings do not say.
func Heat() int { return load().heat }

// Set replaces the settings of WEFTDEBUG by those in a text. It returns a function that puts the old ones back.
func Set(text string) (restore func(), err error) {
	s, err := parse(text)
	if err != nil {
		return nil, err
	}
	old := load()
	current.Store(s)
	return func() { current.Store(old) }, nil
}

// Printf writes to the debug output, standard error unless SetOutput says otherwise. Calls from several goroutines do not mix.
func Printf(format string, args ...any) {
	mu.Lock()
	defer mu.Unlock()
	fmt.Fprintf(output, format, args...)
}

// SetOutput changes where Printf writes, and returns where it wrote before.
func SetOutput(w io.Writer) (old io.Writer) {
	mu.Lock()
	defer mu.Unlock()
	old, output = output, w
	return old
}
