package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/weft-wasm/weft/bench/engine"
)

// execute runs the programs of some folders on several engines and prints times, ratios and means.
func execute(ctx context.Context, args []string) error {
	flags := newRivalFlags("exec", "weft,wasmtime,wazero", "runs of each program on each engine; the best times count", time.Minute)
	htmlFile := flags.String("html", "", "write a page with a plot and the table to this file")
	if err := flags.parse(args); err != nil {
		return err
	}
	programs, err := findCommands(flags.Args())
	if err != nil {
		return err
	}
	results, interrupted := runAll(ctx, programs, flags.names, flags.reps, flags.timeout)
	r := newExecReport(results, flags.names)
	return errors.Join(interrupted, r.print(os.Stdout), writeJSON(flags.jsonFile, r.rows()), r.writeHTML(*htmlFile))
}

// runAll measures programs one after the other, each in turn on all engines, reps times. If it is interrupted, it returns the results of the
// programs that it is through with.
func runAll(ctx context.Context, programs []command, names []string, reps int, timeout time.Duration) (results []execResult, err error) {
	for i, program := range programs {
		fmt.Fprintf(os.Stderr, "%d of %d: %s\n", i+1, len(programs), program.name)
		contenders := names
		if program.native != "" {
			contenders = append(contenders[:len(contenders):len(contenders)], engine.Native)
		}
		bests := make([]engine.Measurement, len(contenders))
		for rep := range reps {
			for k, name := range contenders {
				if rep > 0 && bests[k].Error != "" {
					continue
				}
				m := program.run(ctx, name, timeout)
				if ctx.Err() != nil {
					return results, context.Cause(ctx)
				}
				if rep == 0 || m.Error != "" {
					bests[k] = m
				}
				improve(&bests[k], m)
			}
		}
		for k, name := range contenders {
			results = append(results, execResult{program.name, name, bests[k]})
		}
	}
	return results, nil
}

// improve keeps the best of each time.
func improve(best *engine.Measurement, m engine.Measurement) {
	best.Compile = min(best.Compile, m.Compile)
	best.Instantiate = min(best.Instantiate, m.Instantiate)
	best.Execute = min(best.Execute, m.Execute)
}

// executeOne is the child's side of a run: bench exec-one ENGINE FILE ARGS…
func executeOne(ctx context.Context, args []string) error {
	if len(args) < 3 {
		return fmt.Errorf("exec-one is how bench starts itself: have %d arguments, want an engine, a file, and the guest's", len(args))
	}
	return reportToParent(engine.Measure(ctx, args[0], args[1], args[2:]))
}
