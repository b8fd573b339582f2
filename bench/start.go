package main

import (
	"context"
	"errors"
	"flag"
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
	flags := flag.NewFlagSet("start", flag.ExitOnError)
	list := flags.String("engines", "weft,wasmtime,wazero,node", "comma-separated engines")
	reps := flags.Int("reps", 3, "processes for each engine; the best counts")
	timeout := flags.Duration("timeout", time.Minute, "longest time for one process")
	jsonFile := flags.String("json", "", "write the rows to this file")
	if err := flags.Parse(args); err != nil {
		return err
	}
	names, err := engine.ParseNames(*list)
	if err != nil {
		return err
	}
	s := &startBench{reps: *reps, timeout: *timeout, best: map[Row]float64{}, failed: map[Row]error{}}
	if s.dir, err = os.MkdirTemp("", "bench-start-"); err != nil {
		return err
	}
	defer os.RemoveAll(s.dir)
	if err := s.load(ctx, names); err != nil {
		return err
	}
	for i := range coldStarts {
		if err := s.cold(ctx, i, names); err != nil {
			return err
		}
	}
	return errors.Join(s.print(), writeJSON(*jsonFile, s.rows()))
}

// startBench collects times. Rows without values are the keys.
type startBench struct {
	dir     string
	reps    int
	timeout time.Duration
	keys    []Row
	best    map[Row]float64
	failed  map[Row]error
}

// note takes in the time, or the failure, of one process.
func (s *startBench) note(name, engine string, seconds float64, err error) {
	key := Row{Name: name, Engine: engine, Unit: "s"}
	old, known := s.best[key]
	if !known && s.failed[key] == nil {
		s.keys = append(s.keys, key)
	}
	switch {
	case err != nil:
		s.failed[key] = err
	case !known || seconds < old:
		s.best[key] = seconds
	}
}

func (s *startBench) rows() []Row {
	var rows []Row
	for _, key := range s.keys {
		if v, ok := s.best[key]; ok {
			key.Value = v
			rows = append(rows, key)
		}
	}
	return rows
}

func (s *startBench) print() error {
	t := newTable(os.Stdout, "what", "engine", "time")
	for _, key := range s.keys {
		cell := fmt.Sprint(s.failed[key])
		if v, ok := s.best[key]; ok {
			cell = fmt.Sprintf("%.2f ms", v*1e3)
		}
		t.row(key.Name, key.Engine, cell)
	}
	return t.flush()
}

// child runs a process and notes how long it takes. With a report, that has the seconds.
func (s *startBench) child(ctx context.Context, name, engine string, cmd *exec.Cmd, reports bool) {
	ctx, cancel := context.WithTimeoutCause(ctx, s.timeout, fmt.Errorf("it took longer than %v", s.timeout))
	defer cancel()
	if reports {
		var seconds float64
		err := ask(ctx, cmd, &seconds)
		s.note(name, engine, seconds, err)
		return
	}
	start := time.Now()
	err := ask(ctx, cmd, nil)
	s.note(name, engine, time.Since(start).Seconds(), err)
}

// load measures the engines that have precompiled modules.
func (s *startBench) load(ctx context.Context, names []string) error {
	file, err := s.module(ctx, loadName, realworld.StarlingMonkeyModule)
	if err != nil {
		return err
	}
	for range s.reps {
		for _, name := range names {
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
func (s *startBench) cold(ctx context.Context, program int, names []string) error {
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
		s.note(p.name, cachedWeft, 0, err)
	}
	for range s.reps {
		for _, name := range names {
			cmd := engine.NodeCommand(file, p.args)
			if name != engine.Node {
				if cmd, err = self(append([]string{"exec-one", name, file}, p.args...)...); err != nil {
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
