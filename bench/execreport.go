package main

import (
	"fmt"
	"io"
	"math"

	"github.com/weft-wasm/weft/bench/engine"
)

// execResult is what one engine did with one program.
type execResult struct {
	program, engine string
	engine.Measurement
}

// baseline is the engine whose times are the measure.
const baseline = "wasmtime"

// phases are the times of a measurement, by the names they have in rows and tables.
var phases = []struct {
	name string
	of   func(engine.Measurement) float64
}{
	{"compile", func(m engine.Measurement) float64 { return m.Compile }},
	{"instantiate", func(m engine.Measurement) float64 { return m.Instantiate }},
	{"exec", func(m engine.Measurement) float64 { return m.Execute }},
}

// execReport is everything that a run of exec says.
type execReport struct {
	results []execResult
	engines []string
	// base has the baseline's measurements by program, without those that failed.
	base map[string]engine.Measurement
}

func newExecReport(results []execResult, names []string) *execReport {
	r := &execReport{results, names, map[string]engine.Measurement{}}
	for _, x := range results {
		if x.engine == baseline && x.Error == "" {
			r.base[x.program] = x.Measurement
		}
		if x.engine == engine.Native && r.engines[len(r.engines)-1] != engine.Native {
			r.engines = append(r.engines[:len(r.engines):len(r.engines)], engine.Native)
		}
	}
	return r
}

// ratio returns a phase's time as a multiple of the baseline's, NaN where there is none: the phase or the baseline is missing.
func (r *execReport) ratio(x execResult, of func(engine.Measurement) float64) float64 {
	base, ok := r.base[x.program]
	if !ok || x.Error != "" || of(x.Measurement) == 0 || of(base) == 0 {
		return math.NaN()
	}
	return of(x.Measurement) / of(base)
}

// ratios returns an engine's ratios in a phase over all programs that have one.
func (r *execReport) ratios(name string, of func(engine.Measurement) float64) []float64 {
	var ratios []float64
	for _, x := range r.results {
		if v := r.ratio(x, of); x.engine == name && !math.IsNaN(v) {
			ratios = append(ratios, v)
		}
	}
	return ratios
}

func (r *execReport) failures(name string) (failed, total int) {
	for _, x := range r.results {
		if x.engine == name {
			total++
			if x.Error != "" {
				failed++
			}
		}
	}
	return failed, total
}

// rows are, for each program and engine, PHASE/PROGRAM in seconds and as a ratio; and for each engine PHASE-geomean, exec-worst (its
// largest ratio) and exec-failures.
func (r *execReport) rows() []Row {
	var rows []Row
	for _, x := range r.results {
		if x.Error != "" {
			continue
		}
		for _, p := range phases {
			if x.engine == engine.Native && p.of(x.Measurement) == 0 {
				continue
			}
			rows = append(rows, Row{p.name + "/" + x.program, x.engine, p.of(x.Measurement), "s"})
			if v := r.ratio(x, p.of); !math.IsNaN(v) {
				rows = append(rows, Row{p.name + "/" + x.program, x.engine, v, "x-" + baseline})
			}
		}
	}
	for _, name := range r.engines {
		for _, p := range phases {
			if ratios := r.ratios(name, p.of); len(ratios) > 0 {
				rows = append(rows, Row{p.name + "-geomean", name, geometricMean(ratios), "x-" + baseline})
			}
		}
		if worst, _ := r.worst(name); worst > 0 {
			rows = append(rows, Row{"exec-worst", name, worst, "x-" + baseline})
		}
		failed, _ := r.failures(name)
		rows = append(rows, Row{"exec-failures", name, float64(failed), "programs"})
	}
	return rows
}

// worst returns an engine's largest ratio of execution times, and the program that has it.
func (r *execReport) worst(name string) (ratio float64, program string) {
	for _, x := range r.results {
		if v := r.ratio(x, phases[2].of); x.engine == name && v > ratio {
			ratio, program = v, x.program
		}
	}
	return ratio, program
}

// print writes the table of all programs, that of all engines, and why what failed has.
func (r *execReport) print(w io.Writer) error {
	if err := fill(newTable(w, programHeader...), r.programCells()).flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	if err := fill(newTable(w, engineHeader...), r.engineCells()).flush(); err != nil {
		return err
	}
	for _, note := range r.notes() {
		fmt.Fprintln(w, note)
	}
	return nil
}

func fill(t table, rows [][]string) table {
	for _, cells := range rows {
		t.row(cells...)
	}
	return t
}

var (
	programHeader = []string{"program", "engine", "compile", "instantiate", "execute", "compile x-" + baseline, "execute x-" + baseline}
	engineHeader  = []string{"engine", "compile geomean", "instantiate geomean", "execute geomean", "worst", "of", "failed"}
)

func (r *execReport) programCells() [][]string {
	var rows [][]string
	for _, x := range r.results {
		cells := []string{x.program, x.engine}
		for _, p := range phases {
			cells = append(cells, orDash(p.of(x.Measurement), x.Error == "", "%.4f s"))
		}
		for _, p := range []int{0, 2} {
			v := r.ratio(x, phases[p].of)
			cells = append(cells, orDash(v, !math.IsNaN(v), "%.2f"))
		}
		rows = append(rows, cells)
	}
	return rows
}

func (r *execReport) engineCells() [][]string {
	var rows [][]string
	for _, name := range r.engines {
		cells := []string{name}
		for _, p := range phases {
			ratios := r.ratios(name, p.of)
			cells = append(cells, orDash(geometricMean(ratios), len(ratios) > 0, "%.3f"))
		}
		worst, program := r.worst(name)
		failed, total := r.failures(name)
		rows = append(rows, append(cells, orDash(worst, worst > 0, "%.2f"), program, fmt.Sprintf("%d of %d", failed, total)))
	}
	return rows
}

// notes say which engine could not run which program, and what else is worth knowing about an engine.
func (r *execReport) notes() []string {
	var notes []string
	said := map[string]bool{}
	for _, x := range r.results {
		if x.Error != "" {
			notes = append(notes, fmt.Sprintf("%s cannot run %s: %s", x.engine, x.program, x.Error))
		}
		if note := x.engine + " " + x.Note; x.Note != "" && !said[note] {
			said[note] = true
			notes = append(notes, note)
		}
	}
	return notes
}

func orDash(v float64, there bool, format string) string {
	if !there || v == 0 {
		return "-"
	}
	return fmt.Sprintf(format, v)
}
