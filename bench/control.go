package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A measurement of bench control is a file of its own with an entry in this list. It has two sides:
//
//   - run is the parent's. It chooses engines and programs, and notes rows: b.note(Row{…}, err). What a process of its own measures, inTurn or b.child
//     asks for. Names of rows are the name of the measurement, or begin with it and a slash.
//   - one is the child's, started as bench control-one NAME ENGINE ARGS…: it measures one engine, once, and returns rows, whose names and
//     engines the parent fills in where they are empty. An engine that has no such feature gives errNoFeature. It is nil where run needs no children.
//
// inTurn alone is the run of a measurement whose children need no arguments. Of the repetitions the least value of each row counts.
var measurements = []measurement{
	{"host-latency", inTurn, hostLatencyOne},
	{"cancel-p99", inTurn, cancelOne},
	{"cancel-100-p99", inTurn, cancelManyOne},
	{"trap-20-frames", inTurn, trapOne},
	{"profile-geomean", against("weft-profile", "weft"), nil},
	{"fuel-geomean", fuelRatios, nil},
}

type measurement struct {
	name string
	run  func(ctx context.Context, b *controlBench) error
	one  func(ctx context.Context, engineName string, args []string) ([]Row, error)
}

// errNoFeature is the error of an engine that has not got what is to be measured.
var errNoFeature = errors.New("it has no such feature")

// controlBench is a measurement under way.
type controlBench struct {
	*rivalFlags
	*results
	name string
}

// control measures what it costs to keep guests under control.
func control(ctx context.Context, args []string) error {
	flags := newRivalFlags("control", "weft,wasmtime,wazero", "processes for each engine; the best counts", time.Minute)
	only := flags.String("only", "", "comma-separated measurements: "+strings.Join(measurementNames(), ", ")+"; all by default")
	if err := flags.parse(args); err != nil {
		return err
	}
	wanted := measurementNames()
	if *only != "" {
		wanted = strings.Split(*only, ",")
	}
	b := &controlBench{flags, newResults(), ""}
	for _, name := range wanted {
		m, err := findMeasurement(name)
		if err != nil {
			return err
		}
		b.name = name
		if err := m.run(ctx, b); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return errors.Join(b.print(), writeJSON(flags.jsonFile, b.rows()))
}

func measurementNames() (names []string) {
	for i := range measurements {
		names = append(names, measurements[i].name)
	}
	return names
}

func findMeasurement(name string) (*measurement, error) {
	i := slices.Index(measurementNames(), name)
	if i < 0 {
		return nil, fmt.Errorf("control: no measurement %q (there are %s)", name, strings.Join(measurementNames(), ", "))
	}
	return &measurements[i], nil
}

// inTurn runs a child for each engine in turn, as often as there are repetitions.
func inTurn(ctx context.Context, b *controlBench) error {
	for range b.reps {
		for _, engineName := range b.names {
			if err := b.child(ctx, engineName); err != nil {
				return err
			}
		}
	}
	return nil
}

// child runs a child, and notes its rows, or why there are none. The error is that of ctx.
func (b *controlBench) child(ctx context.Context, engineName string, args ...string) error {
	limited, cancel := context.WithTimeoutCause(ctx, b.timeout, fmt.Errorf("stopped after %v", b.timeout))
	defer cancel()
	cmd, err := self(append([]string{"control-one", b.name, engineName}, args...)...)
	if err != nil {
		return err
	}
	var rows []Row
	if err := ask(limited, cmd, &rows); ctx.Err() != nil {
		return context.Cause(ctx)
	} else if err != nil {
		b.note(Row{Name: b.name, Engine: engineName}, err)
	}
	for _, row := range rows {
		if row.Name == "" {
			row.Name = b.name
		}
		row.Engine = engineName
		b.note(row, nil)
	}
	return nil
}

// controlOne is the child's side: bench control-one NAME ENGINE ARGS…
func controlOne(ctx context.Context, args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("control-one is how bench starts itself: have %d arguments, want a measurement and an engine", len(args))
	}
	m, err := findMeasurement(args[0])
	if err != nil {
		return err
	}
	rows, err := m.one(ctx, args[1], args[2:])
	if err != nil {
		return err
	}
	return reportToParent(rows)
}
