package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/bench/engine"
	"github.com/weft-wasm/weft/internal/realworld"
	"github.com/weft-wasm/weft/wasi"
	"github.com/weft-wasm/weft/wasi/p1"
)

// coldStarts are the programs that are run from bytes to exit, by the names of their rows.
var coldStarts = []struct {
	name string
	wasm func(context.Context) ([]byte, error)
	args []string
}{
	{"cold-ruby", realworld.RubyModule, []string{"ruby", "-e", "puts 1"}},
	{"cold-python", python312Module, []string{"python", "-c", "print(1)"}},
}

func python312Module(ctx context.Context) ([]byte, error) {
	p, err := realworld.Find("python-3.12")
	if err != nil {
		return nil, err
	}
	return p.Steps[0].Wasm(ctx, "")
}

// The engine with what makes it start faster: Weft with a cache that has the module.
const cachedWeft = "weft --cache"

// loadName is the row of loading a precompiled module.
const loadName = "load-starlingmonkey"

// starts measures what it takes to get going: to load a precompiled module, and to run a program in a process of its own.
func starts(ctx context.Context, args []string) error {
	flags := newRivalFlags("start", "weft,wasmtime,wazero,node", "processes for each engine; the best counts", time.Minute)
	if err := flags.parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "bench-start-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s := &startBench{flags, newResults(), dir}
	if err := s.load(ctx); err != nil {
		return err
	}
	if err := s.stream(ctx); err != nil {
		return err
	}
	for i := range coldStarts {
		if err := s.cold(ctx, i); err != nil {
			return err
		}
	}
	return errors.Join(s.print(), writeJSON(s.jsonFile, s.rows()))
}

// startBench is a run of bench start, with a folder for its files.
type startBench struct {
	*rivalFlags
	*results
	dir string
}

// seconds notes how long something took.
func (s *startBench) seconds(name, engine string, seconds float64, err error) {
	s.note(Row{name, engine, seconds, "s"}, err)
}

// child runs a process and notes how long it takes. With a report, that has the seconds.
func (s *startBench) child(ctx context.Context, name, engine string, cmd *exec.Cmd, reports bool) {
	ctx, cancel := context.WithTimeoutCause(ctx, s.timeout, fmt.Errorf("it took longer than %v", s.timeout))
	defer cancel()
	if reports {
		var seconds float64
		err := ask(ctx, cmd, &seconds)
		s.seconds(name, engine, seconds, err)
		return
	}
	start := time.Now()
	err := ask(ctx, cmd, nil)
	s.seconds(name, engine, time.Since(start).Seconds(), err)
}

// load measures the engines that have precompiled modules.
func (s *startBench) load(ctx context.Context) error {
	file, err := s.module(ctx, loadName, realworld.StarlingMonkeyModule)
	if err != nil {
		return err
	}
	for range s.reps {
		for _, name := range s.names {
			if e, err := engine.Open(name); err != nil {
				continue // a process of its own: it has no such files
			} else if _, ok := e.(engine.Precompiler); !ok {
				continue
			}
			cmd, err := self("load-one", name, file, filepath.Join(s.dir, name+".cwasm"))
			if err != nil {
				return err
			}
			s.child(ctx, loadName, name, cmd, true)
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
		}
	}
	return nil
}

// module writes a module to a file.
func (s *startBench) module(ctx context.Context, name string, wasm func(context.Context) ([]byte, error)) (string, error) {
	b, err := wasm(ctx)
	if err != nil {
		return "", err
	}
	file := filepath.Join(s.dir, name+".wasm")
	return file, os.WriteFile(file, b, 0o600)
}

// cold measures a program on all engines, and on Weft with a cache: its first run there fills it and does not count.
func (s *startBench) cold(ctx context.Context, program int) error {
	p := &coldStarts[program]
	file, err := s.module(ctx, p.name, p.wasm)
	if err != nil {
		return err
	}
	cached := func() (*exec.Cmd, error) {
		return self(append([]string{"cached-one", filepath.Join(s.dir, "cache"), file}, p.args...)...)
	}
	if cmd, err := cached(); err != nil {
		return err
	} else if err := ask(ctx, cmd, nil); err != nil {
		s.seconds(p.name, cachedWeft, 0, err)
	}
	for range s.reps {
		for _, name := range s.names {
			cmd := engine.NodeCommand(file, p.args)
			if name != engine.Node {
				if cmd, err = self(append([]string{"exec-one", asItComes(name), file}, p.args...)...); err != nil {
					return err
				}
			}
			cmd.Dir = s.dir
			s.child(ctx, p.name, name, cmd, false)
		}
		cmd, err := cached()
		if err != nil {
			return err
		}
		s.child(ctx, p.name, cachedWeft, cmd, false)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return nil
}

// asItComes is the engine for one from bytes to exit: for Weft, the one that does not wait for the compiler.
func asItComes(name string) string {
	if name == "weft" {
		return engine.Auto
	}
	return name
}

// loads is how often a process loads a precompiled module.
const loads = 10

// loadOne is the child's side of loading: bench load-one ENGINE MODULE FILE. The process precompiles the module to the file unless it is there.
func loadOne(ctx context.Context, args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("load-one is how bench starts itself: have %d arguments, want an engine, a module and a file", len(args))
	}
	e, err := engine.Open(args[0])
	if err != nil {
		return err
	}
	p := e.(engine.Precompiler)
	if _, err := os.Stat(args[2]); err != nil {
		wasm, err := os.ReadFile(args[1])
		if err != nil {
			return err
		}
		if err := p.Precompile(ctx, wasm, args[2]); err != nil {
			return err
		}
	}
	var shortest time.Duration
	for range loads {
		start := time.Now()
		unload, err := p.Load(args[2])
		shortest = best(shortest, time.Since(start))
		if err != nil {
			return err
		}
		if err := unload(); err != nil {
			return err
		}
	}
	return reportToParent(shortest.Seconds())
}

// cachedOne is the child's side of a run with a cache: bench cached-one DIR FILE ARGS…
func cachedOne(ctx context.Context, args []string) error {
	if len(args) < 3 {
		return fmt.Errorf("cached-one is how bench starts itself: have %d arguments, want a directory, a file, and the guest's", len(args))
	}
	cache, err := weft.OpenCache(args[0], 0)
	if err != nil {
		return err
	}
	e := weft.NewEngine(weft.Config{Cache: cache})
	module, err := e.CompileFile(ctx, args[1])
	if err != nil {
		return err
	}
	linker := weft.NewLinker(e)
	if err := p1.Add(linker, wasi.Config{Args: args[2:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}); err != nil {
		return err
	}
	instance, err := linker.Instantiate(ctx, module)
	if err != nil {
		return err
	}
	code, err := p1.Run(ctx, instance)
	if err == nil && code != 0 {
		err = engine.ExitError(code)
	}
	return err
}
