package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/weft-wasm/weft/internal/realworld"
)

// decode measures how long the engines take to read the largest module of the catalogue, and how much memory.
func decode(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("decode", flag.ExitOnError)
	reps := flags.Int("reps", 5, "repetitions; the best counts")
	file := flags.String("module", "", "the module to read, by default ruby-3.2.0.wasm of the catalogue")
	jsonFile := flags.String("json", "", "write the rows to this file")
	if err := flags.Parse(args); err != nil {
		return err
	}
	name, wasm, err := moduleToDecode(ctx, *file)
	if err != nil {
		return err
	}
	fmt.Printf("%s, %s, %d threads\n", name, megabytes(uint64(len(wasm))), runtime.GOMAXPROCS(0))
	engines := []contender{{"weft", newWeftInterpreter()}, {"wazero", newWazeroInterpreter()}}
	t := newTable(os.Stdout, "engine", "time", "peak heap", "kept", "allocated")
	rows, err := readInTurn(ctx, engines, "decode/"+name, wasm, *reps, t)
	if err != nil {
		return err
	}
	nodeRows, nodeErr := readWithNode(ctx, "decode/"+name, wasm, *reps, t)
	if err := t.flush(); err != nil {
		return err
	}
	if nodeErr != nil {
		fmt.Println("node cannot be measured:", nodeErr)
	}
	return writeJSON(*jsonFile, append(rows, nodeRows...))
}

// readInTurn measures the engines in turn, fills the table and returns the rows.
func readInTurn(ctx context.Context, engines []contender, name string, wasm []byte, reps int, t table) ([]Row, error) {
	readings := make([]reading, len(engines))
	for range reps {
		for i, who := range engines {
			r, err := measureDecode(ctx, who.engine, wasm)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", who.name, err)
			}
			readings[i].improve(r)
		}
	}
	var rows []Row
	for i, who := range engines {
		r := readings[i]
		t.row(who.name, milliseconds(r.time), megabytes(r.peak), megabytes(r.kept), megabytes(r.allocated))
		rows = append(rows, Row{name, who.name, r.time.Seconds(), "s"}, Row{name + "/peak", who.name, float64(r.peak) / 1e6, "MB"})
	}
	return rows, nil
}

func readWithNode(ctx context.Context, name string, wasm []byte, reps int, t table) ([]Row, error) {
	var rows []Row
	for _, measure := range []struct{ engine, script string }{{"node validate", nodeValidate}, {"node Module", nodeModule}} {
		elapsed, err := nodeTime(ctx, measure.script, wasm, reps)
		if err != nil {
			return rows, err
		}
		t.row(measure.engine, milliseconds(elapsed), "", "", "")
		rows = append(rows, Row{name, measure.engine, elapsed.Seconds(), "s"})
	}
	return rows, nil
}

func moduleToDecode(ctx context.Context, file string) (string, []byte, error) {
	if file == "" {
		wasm, err := realworld.RubyModule(ctx)
		return "ruby-3.2.0.wasm", wasm, err
	}
	wasm, err := os.ReadFile(file)
	return filepath.Base(file), wasm, err
}

// reading is what one decoding took. The module's own bytes are in none of the sizes.
type reading struct {
	time time.Duration
	// peak is the most heap in use at any sampled moment, kept what the compiled module holds, allocated the sum of all
	// allocations, in bytes.
	peak, kept, allocated uint64
}

// improve keeps the best time and the largest peak of all readings.
func (r *reading) improve(other reading) {
	r.time = best(r.time, other.time)
	r.peak, r.kept, r.allocated = max(r.peak, other.peak), max(r.kept, other.kept), max(r.allocated, other.allocated)
}

// measureDecode compiles once for the time and once more for the memory, because sampling costs time.
func measureDecode(ctx context.Context, engine realworld.Engine, wasm []byte) (reading, error) {
	var r reading
	runtime.GC()
	start := time.Now()
	module, err := engine.Compile(ctx, wasm)
	r.time = time.Since(start)
	if err != nil {
		return r, err
	}
	if err := module.Close(ctx); err != nil {
		return r, err
	}
	before := heapAfterGC()
	sampler := startHeapSampler()
	module, err = engine.Compile(ctx, wasm)
	r.peak = below(sampler.stop(), before.HeapAlloc)
	if err != nil {
		return r, err
	}
	after := heapAfterGC()
	r.kept, r.allocated = below(after.HeapAlloc, before.HeapAlloc), after.TotalAlloc-before.TotalAlloc
	return r, module.Close(ctx)
}

// below returns how far base lies below value, never less than zero.
func below(value, base uint64) uint64 { return value - min(value, base) }

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.1f ms", d.Seconds()*1e3) }

func megabytes(n uint64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
