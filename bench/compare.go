package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/weft-wasm/weft/internal/realworld"
)

// contender is an engine with the name it has in tables.
type contender struct {
	name   string
	engine realworld.Engine
}

// outcome is what a contender did with one program: its best times, or why it cannot run it.
type outcome struct {
	compile, execute time.Duration
	err              error
}

func (o outcome) total() time.Duration { return o.compile + o.execute }

// comparison measures two engines on the same programs, theirs being the measure, and gathers what is reported.
type comparison struct {
	ours, theirs contender
	reps         int
	timeout      time.Duration

	rows []Row
	// notes say which programs could not be had or run.
	notes []string
	// runs and totals are the ratios ours/theirs of the programs that both ran.
	runs, totals []float64
	// failures counts the programs that an engine could not run.
	failures map[string]int
}

// selectPrograms returns the programs with the comma-separated names, the whole catalogue for none.
func selectPrograms(names string) ([]realworld.Program, error) {
	if names == "" {
		return realworld.Programs(), nil
	}
	var programs []realworld.Program
	for name := range strings.SplitSeq(names, ",") {
		program, err := realworld.Find(name)
		if err != nil {
			return nil, err
		}
		programs = append(programs, *program)
	}
	return programs, nil
}

// run measures all programs and prints the table, the notes and the summary.
func (c *comparison) run(ctx context.Context, programs []realworld.Program) error {
	c.failures = map[string]int{}
	ours, theirs := c.ours.name, c.theirs.name
	t := newTable(os.Stdout, "program", ours+" compile", "run", theirs+" compile", "run", "compile ratio", "run ratio")
	for _, program := range programs {
		a, b := c.measure(ctx, program)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if unavailable := new(realworld.UnavailableError); errors.As(a.err, &unavailable) {
			c.notes = append(c.notes, fmt.Sprintf("%s: %v", program.Name, unavailable))
			continue
		}
		cells := []string{program.Name}
		cells = append(cells, c.record(program.Name, ours, a)...)
		cells = append(cells, c.record(program.Name, theirs, b)...)
		t.row(append(cells, c.relate(program.Name, a, b)...)...)
	}
	if err := t.flush(); err != nil {
		return err
	}
	c.summarise(len(programs))
	return nil
}

// measure runs one program reps times on each engine, in turn.
func (c *comparison) measure(ctx context.Context, program realworld.Program) (a, b outcome) {
	for range c.reps {
		c.once(ctx, program, c.ours, &a)
		c.once(ctx, program, c.theirs, &b)
	}
	return a, b
}

func (c *comparison) once(ctx context.Context, program realworld.Program, who contender, o *outcome) {
	if o.err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	report, err := program.Run(ctx, who.engine)
	o.err = err
	o.compile, o.execute = best(o.compile, report.Compile), best(o.execute, report.Execute)
}

// best returns the shorter of two times, where zero means none yet.
func best(a, b time.Duration) time.Duration {
	if a == 0 {
		return b
	}
	return min(a, b)
}

// record notes one engine's outcome and returns its cells.
func (c *comparison) record(program, engine string, o outcome) []string {
	if o.err != nil {
		c.failures[engine]++
		c.notes = append(c.notes, fmt.Sprintf("%s cannot run %v", engine, o.err))
		return []string{"-", "-"}
	}
	c.rows = append(c.rows,
		Row{program + "/compile", engine, o.compile.Seconds(), "s"},
		Row{program + "/run", engine, o.execute.Seconds(), "s"})
	return []string{seconds(o.compile), seconds(o.execute)}
}

// relate notes the ratios of two outcomes and returns their cells.
func (c *comparison) relate(program string, a, b outcome) []string {
	if a.err != nil || b.err != nil {
		return []string{"-", "-"}
	}
	run, total := a.execute.Seconds()/b.execute.Seconds(), a.total().Seconds()/b.total().Seconds()
	c.runs, c.totals = append(c.runs, run), append(c.totals, total)
	c.addRatio(program+"/run", run)
	c.addRatio(program+"/total", total)
	return []string{ratio(a.compile.Seconds() / b.compile.Seconds()), ratio(run)}
}

func (c *comparison) addRatio(name string, value float64) {
	c.rows = append(c.rows, Row{name, c.ours.name, value, "x-" + c.theirs.name})
}

func (c *comparison) summarise(programs int) {
	for _, note := range c.notes {
		fmt.Println(note)
	}
	for _, who := range []contender{c.ours, c.theirs} {
		fmt.Printf("%s could not run %d of %d programs\n", who.name, c.failures[who.name], programs)
	}
	if len(c.runs) == 0 {
		return
	}
	run, total := geometricMean(c.runs), geometricMean(c.totals)
	fmt.Printf("geometric mean of %s/%s over %d programs: run %s, compile and run %s\n", c.ours.name, c.theirs.name,
		len(c.runs), ratio(run), ratio(total))
	c.addRatio("geomean/run", run)
	c.addRatio("geomean/total", total)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f s", d.Seconds()) }

func ratio(r float64) string { return fmt.Sprintf("%.2f", r) }
