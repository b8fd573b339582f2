package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/weft-wasm/weft/bench/engine"
	"github.com/weft-wasm/weft/internal/realworld"
)

// instanceGuests are the modules that instances are made of, by the names of their rows.
var instanceGuests = []struct {
	name string
	wasm func(context.Context) ([]byte, error)
}{
	{"instance-1MiB", func(context.Context) ([]byte, error) { return engine.SmallGuest() }},
	{"instance-starlingmonkey", realworld.StarlingMonkeyModule},
}

// instances measures what it takes to make an instance, call it and close it, and what instances take that do nothing.
func instances(ctx context.Context, args []string) error {
	flags := newRivalFlags("instances", "weft,wasmtime,wazero", "processes for each engine; the median counts", 5*time.Minute)
	live := flags.Int("live", 10_000, "instances that live at the same time; 0 for none. Not on wazero, which would take as many times its memory")
	if err := flags.parse(args); err != nil {
		return err
	}
	t := newTable(os.Stdout, "guest", "call", "engine", "cycle", "p50", "p99", "2 goroutines", fmt.Sprintf("%d live", *live))
	var rows []Row
	for _, guest := range instanceGuests {
		file, err := guestFile(ctx, guest.wasm)
		if err != nil {
			return err
		}
		defer os.Remove(file)
		reports, failures := map[string][]instancesReport{}, map[string]error{}
		for range flags.reps {
			for _, name := range flags.names {
				report, err := instancesInChild(ctx, name, file, *live, flags.timeout)
				if ctx.Err() != nil {
					return context.Cause(ctx)
				}
				if err != nil {
					failures[name] = err
					continue
				}
				reports[name] = append(reports[name], report)
			}
		}
		for _, name := range flags.names {
			if len(reports[name]) > 0 {
				rows = append(rows, instanceRows(t, guest.name, name, reports[name])...)
			}
			if failures[name] != nil {
				fmt.Printf("%s: %s cannot be measured: %v\n", guest.name, name, failures[name])
			}
		}
	}
	if err := t.flush(); err != nil {
		return err
	}
	return writeJSON(flags.jsonFile, rows)
}

// instanceRows renders the medians of an engine's reports.
func instanceRows(t table, guest, engineName string, reports []instancesReport) (rows []Row) {
	const mb = 1 << 20
	middle := func(of func(r *instancesReport) float64) float64 {
		var all []float64
		for i := range reports {
			all = append(all, of(&reports[i]))
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	for i, c := range reports[0].Cycles {
		seconds := middle(func(r *instancesReport) float64 { return r.Cycles[i].Seconds })
		p50 := middle(func(r *instancesReport) float64 { return r.Cycles[i].P50 })
		p99 := middle(func(r *instancesReport) float64 { return r.Cycles[i].P99 })
		parallel := middle(func(r *instancesReport) float64 { return r.Cycles[i].Parallel })
		name, call, resident := guest, "nop", "-"
		if c.Export == engine.WriteExport {
			name, call = guest+"/64KiB", "writes 64 KiB"
		} else if reports[0].Live > 0 {
			bytes := middle(func(r *instancesReport) float64 { return float64(r.LiveBytes) })
			resident = fmt.Sprintf("%.0f MB", bytes/mb)
			rows = append(rows, Row{guest + "/live", engineName, bytes / mb, "MB"})
		}
		rows = append(rows, Row{name, engineName, seconds, "s"}, Row{name + "/p50", engineName, p50, "s"}, Row{name + "/p99", engineName, p99, "s"},
			Row{name + "/2-goroutines", engineName, parallel, "x"})
		micro := func(s float64) string { return fmt.Sprintf("%.2f µs", s*1e6) }
		t.row(guest, call, engineName, micro(seconds), micro(p50), micro(p99), fmt.Sprintf("%.2fx", parallel), resident)
	}
	return rows
}

// guestFile writes a guest with the exports that are called to a file, for all engines to read.
func guestFile(ctx context.Context, wasm func(context.Context) ([]byte, error)) (name string, err error) {
	guest, err := wasm(ctx)
	if err == nil {
		guest, err = engine.WithCycleExports(guest)
	}
	if err != nil {
		return "", err
	}
	file, err := os.CreateTemp("", "bench-instances-*.wasm")
	if err != nil {
		return "", err
	}
	defer file.Close()
	_, err = file.Write(guest)
	return file.Name(), err
}

// instancesReport is what a child found out.
type instancesReport struct {
	Cycles    []engine.CycleCost `json:"cycles"`
	Live      int                `json:"live"`
	LiveBytes int64              `json:"live_bytes"`
}

func instancesInChild(ctx context.Context, name, file string, live int, timeout time.Duration) (r instancesReport, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("stopped after %v", timeout))
	defer cancel()
	if name == "wazero" {
		live = 0
	}
	child, err := self("instances-one", name, file, strconv.Itoa(live))
	if err != nil {
		return r, err
	}
	err = ask(ctx, child, &r)
	return r, err
}

// instancesOne is the child's side: bench instances-one ENGINE FILE LIVE.
func instancesOne(_ context.Context, args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("instances-one is how bench starts itself: have %d arguments, want an engine, a file and a number", len(args))
	}
	guest, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	c, err := engine.Cycles(args[0], guest)
	if err != nil {
		return err
	}
	var r instancesReport
	if r.Live, err = strconv.Atoi(args[2]); err != nil {
		return err
	}
	if r.Live > 0 {
		if r.LiveBytes, err = engine.MeasureLive(c, r.Live); err != nil {
			return err
		}
	}
	if r.Cycles, err = engine.MeasureCycles(c); err != nil {
		return err
	}
	return reportToParent(r)
}
