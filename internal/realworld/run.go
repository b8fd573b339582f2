package realworld

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// Engine compiles modules. Implementations must be usable for any number of programs in turn.
type Engine interface {
	Compile(ctx context.Context, wasm []byte) (Module, error)
}

// Module is a compiled module.
type Module interface {
	// Run makes an instance with the process's capabilities and calls its _start, or hands it to Drive where that is set.
	// A guest that exits with code 0 has succeeded; any other code is an error.
	Run(ctx context.Context, p Process) error
	Close(ctx context.Context) error
}

// Process is what one run of a guest is given.
type Process struct {
	Args, Env      []string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Root is the host directory that the guest sees as "/", writable.
	Root    string
	Dialect Dialect
	Stubs   []Stub
	Drive   Drive
}

// Drive calls the exports of an instance and writes what it sees to stdout.
type Drive func(ctx context.Context, g Guest, stdout io.Writer) error

// Guest is a running instance as a [Drive] sees it.
type Guest interface {
	// Call calls an exported function with at most one result. Arguments and result are the 64-bit slots of the raw
	// calling convention: i32 zero-extended, f64 as its bits.
	Call(ctx context.Context, export string, args ...uint64) (uint64, error)
	// Memory returns the exported memory as it is now.
	Memory() []byte
}

// Report says how long the parts of a run took, summed over the steps.
type Report struct {
	WasmBytes int64
	Compile   time.Duration
	// Execute covers instantiation and the run.
	Execute time.Duration
	Stdout  []byte
}

// Run runs all steps of p in a fresh temporary directory and checks the output. An error that is an [UnavailableError] means
// that the program could not be obtained here; any other error means that the engine failed.
func (p *Program) Run(ctx context.Context, engine Engine) (Report, error) {
	root, err := os.MkdirTemp("", "weft-"+p.Name+"-")
	if err != nil {
		return Report{}, err
	}
	defer os.RemoveAll(root)
	if p.Setup != nil {
		if err := p.Setup(ctx, root); err != nil {
			return Report{}, fmt.Errorf("%s: set-up: %w", p.Name, err)
		}
	}
	var report Report
	var stdout bytes.Buffer
	for _, step := range p.Steps {
		if err := step.run(ctx, engine, root, &stdout, &report); err != nil {
			return report, fmt.Errorf("%s: %w", strings.TrimSuffix(p.Name+"/"+step.Name, "/"), err)
		}
	}
	report.Stdout = stdout.Bytes()
	if err := p.Check(ctx, root, stdout.Bytes()); err != nil {
		return report, fmt.Errorf("%s: %w", p.Name, err)
	}
	return report, nil
}

func (s *Step) run(ctx context.Context, engine Engine, root string, stdout io.Writer, report *Report) error {
	wasm, err := s.Wasm(ctx, root)
	if err != nil {
		return err
	}
	report.WasmBytes += int64(len(wasm))
	start := time.Now()
	module, err := engine.Compile(ctx, wasm)
	report.Compile += time.Since(start)
	if err != nil {
		return fmt.Errorf("compile: %w", err)
	}
	var stderr bytes.Buffer
	start = time.Now()
	err = module.Run(ctx, Process{
		Args: s.Args, Env: s.Env, Stdin: strings.NewReader(s.Stdin), Stdout: stdout, Stderr: &stderr,
		Root: root, Dialect: s.Dialect, Stubs: s.Stubs, Drive: s.Drive,
	})
	report.Execute += time.Since(start)
	if err != nil {
		return fmt.Errorf("%w%s", err, quoteStderr(stderr.String()))
	}
	return module.Close(ctx)
}

// quoteStderr renders the last lines of a failed guest's standard error.
func quoteStderr(text string) string {
	const most = 2000
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	if len(text) > most {
		text = "…" + text[len(text)-most:]
	}
	return "\nstandard error:\n" + text
}
