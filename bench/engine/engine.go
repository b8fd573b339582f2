package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Engine compiles modules.
type Engine interface {
	// Compile does all that the engine does before it can instantiate.
	Compile(ctx context.Context, wasm []byte) (Module, error)
	// Note says what about the engine changes how its figures are to be read, "" for nothing.
	Note() string
}

// Module is a compiled module.
type Module interface {
	// Instantiate links WASI and the marks and makes an instance, whose _start has not been called.
	Instantiate(ctx context.Context, p Process) (Guest, error)
}

// Guest is an instance of a command.
type Guest interface {
	// Start calls _start. A guest that exits with a code other than 0 gives an [ExitError].
	Start(ctx context.Context) error
}

// Process is what a guest is given, besides the standard streams of this process.
type Process struct {
	// Args is the argument vector, the program's name first.
	Args []string
	// Dir is the host's folder that the guest finds open, as "." where an engine lets folders have such names.
	Dir string
	// Begin and End are the imports start and end of the module bench, which mark what is measured.
	Begin, End func()
}

// The names of the imports that mark what is measured.
const (
	markModule = "bench"
	markBegin  = "start"
	markEnd    = "end"
)

// errNoStart says that a module is no command.
var errNoStart = errors.New("no export _start")

// ExitError is the code with which a guest exited.
type ExitError int

func (e ExitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// exit returns the error for an exit code.
func exit(code int) error {
	if code == 0 {
		return nil
	}
	return ExitError(code)
}

// inProcess are the engines that are linked into this program.
var inProcess = []struct {
	name string
	open func() (Engine, error)
}{
	{"weft", openWeft},
	{Auto, openWeftAuto},
	{"weft-interpreter", openWeftInterpreter},
	{"weft-fuel", openWeftFuel},
	{"weft-profile", openWeftProfile},
	{"wasmtime", openWasmtime},
	{"wasmtime-fuel", openWasmtimeFuel},
	{"wazero", openWazero},
	{"wazero-interpreter", openWazeroInterpreter},
}

// Auto is Weft as it comes: modules are interpreted at first, and compiled while they run.
const Auto = "weft-auto"

// The engines that are processes of their own.
const (
	Node   = "node"
	Native = "native"
)

// Open returns an engine that is linked into this program.
func Open(name string) (Engine, error) {
	for _, e := range inProcess {
		if e.name == name {
			return e.open()
		}
	}
	return nil, fmt.Errorf("engine: no engine %q in this program (there are %s)", name, strings.Join(Names(), ", "))
}

// Names returns the names of all engines that run WebAssembly.
func Names() []string {
	var names []string
	for _, e := range inProcess {
		names = append(names, e.name)
	}
	return append(names, Node)
}

// ParseNames splits a list of engines at its commas, and refuses what there is not, and what is there twice.
func ParseNames(list string) ([]string, error) {
	names := strings.Split(list, ",")
	for i, name := range names {
		if !slices.Contains(Names(), name) {
			return nil, fmt.Errorf("engine: no engine %q (there are %s)", name, strings.Join(Names(), ", "))
		}
		if slices.Contains(names[:i], name) {
			return nil, fmt.Errorf("engine: %q is named twice", name)
		}
	}
	return names, nil
}
