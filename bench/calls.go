package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/weft-wasm/weft/bench/engine"
)

// calls measures what crossing between host and guest costs.
func calls(ctx context.Context, args []string) error {
	flags := newRivalFlags("calls", "weft,wasmtime,wazero", "processes for each engine; the fastest counts", time.Minute)
	if err := flags.parse(args); err != nil {
		return err
	}
	costs, failures, err := costsOfCalls(ctx, flags.names, flags.reps, flags.timeout)
	if err != nil {
		return err
	}
	t := newTable(os.Stdout, "call", "engine", "time", "allocations")
	var rows []Row
	for _, k := range slices.SortedFunc(maps.Keys(costs), callKey.compare) {
		c := lowest(costs[k])
		allocations := "-"
		rows = append(rows, Row{"calls/" + k.kind, k.engine, c.Seconds, "s"})
		if c.Allocations >= 0 {
			allocations = fmt.Sprintf("%.2f", c.Allocations)
			rows = append(rows, Row{"calls/" + k.kind + "/allocations", k.engine, c.Allocations, "allocations"})
		}
		t.row(k.kind, k.engine, fmt.Sprintf("%.1f ns", c.Seconds*1e9), allocations)
	}
	if err := t.flush(); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(failures)) {
		fmt.Printf("%s cannot be measured: %v\n", name, failures[name])
	}
	return writeJSON(flags.jsonFile, rows)
}

// callKey is one kind of call on one engine.
type callKey struct{ kind, engine string }

// compare brings the calls of one kind together.
func (k callKey) compare(other callKey) int {
	if c := strings.Compare(k.kind, other.kind); c != 0 {
		return c
	}
	return strings.Compare(k.engine, other.engine)
}

// costsOfCalls runs a process for each engine in turn, reps times.
func costsOfCalls(ctx context.Context, names []string, reps int, timeout time.Duration) (map[callKey][]engine.Cost, map[string]error, error) {
	costs, failures := map[callKey][]engine.Cost{}, map[string]error{}
	for range reps {
		for _, name := range names {
			if failures[name] != nil {
				continue
			}
			all, err := callsInChild(ctx, name, timeout)
			if ctx.Err() != nil {
				return nil, nil, context.Cause(ctx)
			}
			if err != nil {
				failures[name] = err
			}
			for _, c := range all {
				k := callKey{c.Kind, name}
				costs[k] = append(costs[k], c)
			}
		}
	}
	return costs, failures, nil
}

func callsInChild(ctx context.Context, name string, timeout time.Duration) (costs []engine.Cost, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("stopped after %v", timeout))
	defer cancel()
	var child *exec.Cmd
	if name == engine.Node {
		child, err = engine.NodeCallsCommand()
	} else {
		child, err = self("calls-one", name)
	}
	if err != nil {
		return nil, err
	}
	err = ask(ctx, child, &costs)
	return costs, err
}

// callsOne is the child's side: bench calls-one ENGINE.
func callsOne(_ context.Context, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("calls-one is how bench starts itself: have %d arguments, want an engine", len(args))
	}
	costs, err := engine.MeasureCrossings(args[0])
	if err != nil {
		return err
	}
	return reportToParent(costs)
}

// lowest returns the least time and the fewest allocations. Whatever else the machine does only adds to them.
func lowest(costs []engine.Cost) engine.Cost {
	m := costs[0]
	for _, c := range costs[1:] {
		m.Seconds, m.Allocations = min(m.Seconds, c.Seconds), min(m.Allocations, c.Allocations)
	}
	return m
}
