package realworld

import (
	"context"
	"embed"
	"fmt"
	"strings"
)

//go:embed all:testdata
var testdata embed.FS

// Program is one real guest program with its input and its expected output.
type Program struct {
	// Name identifies the program in test names and result tables.
	Name string
	// Source says in a few words where the modules come from.
	Source string
	// Setup fills the directory that the guests see as "/". It may be nil.
	Setup func(ctx context.Context, root string) error
	// Steps run one after the other in the same directory.
	Steps []Step
	// Check judges what all steps together wrote to standard output, and the files they left in root.
	Check func(ctx context.Context, root string, stdout []byte) error
}

// Step is one run of one module.
type Step struct {
	// Name is set where a program has several steps.
	Name string
	// Wasm returns the module. root is the program's directory, in which an earlier step may have left it.
	Wasm func(ctx context.Context, root string) ([]byte, error)
	// Args is the argument vector, the program's name first.
	Args []string
	// Env holds KEY=VALUE pairs.
	Env []string
	// Stdin is all of the standard input.
	Stdin string
	// Dialect is the WASI flavour that the module imports.
	Dialect Dialect
	// Stubs are imports beyond the dialect that the module names but the run never reaches.
	Stubs []Stub
	// Drive, when not nil, is run in place of _start: the module is a library.
	Drive Drive
}

// Dialect is the name of the module from which WASI functions are imported.
type Dialect string

// The dialects. Unstable has other layouts than Preview1 for file status, whence and subscriptions.
const (
	NoWASI   Dialect = ""
	Preview1 Dialect = "wasi_snapshot_preview1"
	Unstable Dialect = "wasi_unstable"
)

// Stub is an imported function that must exist for the module to link and answers every call with Result. Its parameters
// and its result are i32.
type Stub struct {
	Module, Name string
	Params       int
	// Result is returned when HasResult is set.
	Result    uint32
	HasResult bool
}

// Find returns the program of that name. The error lists the names there are.
func Find(name string) (*Program, error) {
	programs := Programs()
	names := make([]string, 0, len(programs))
	for i := range programs {
		if programs[i].Name == name {
			return &programs[i], nil
		}
		names = append(names, programs[i].Name)
	}
	return nil, fmt.Errorf("realworld: no program %q (there are %s)", name, strings.Join(names, ", "))
}

// Programs returns the whole catalogue, small programs first.
func Programs() []Program {
	return []Program{
		cStations(),
		cMosaic(),
		emscriptenLedger(),
		assemblyScriptLife(),
		goArchive(),
		gofmt(),
		sqlite(),
		quickjs(),
		php(),
		ruby(),
		python311(),
		python312(),
		clang(),
	}
}
