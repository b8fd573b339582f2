package engine

import (
	"context"
	"os"
	"time"
)

// Measurement is what one run of one program took, in seconds. It crosses between processes as JSON.
type Measurement struct {
	Compile     float64 `json:"compile"`
	Instantiate float64 `json:"instantiate"`
	// Execute is the time between the marks of a program that has them, summed, and that of _start otherwise.
	Execute float64 `json:"execute"`
	// Error says why the engine could not run the program.
	Error string `json:"error,omitempty"`
	Note  string `json:"note,omitempty"`
}

// Measure runs a command once, in this process, with the current folder as its own.
func Measure(ctx context.Context, engineName, file string, args []string) Measurement {
	var m Measurement
	if err := m.run(ctx, engineName, file, args); err != nil {
		m.Error = err.Error()
	}
	return m
}

func (m *Measurement) run(ctx context.Context, engineName, file string, args []string) error {
	wasm, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	e, err := Open(engineName)
	if err != nil {
		return err
	}
	m.Note = e.Note()
	start := time.Now()
	module, err := e.Compile(ctx, wasm)
	m.Compile = time.Since(start).Seconds()
	if err != nil {
		return err
	}
	var marked stopwatch
	start = time.Now()
	guest, err := module.Instantiate(ctx, Process{Args: args, Dir: ".", Begin: marked.begin, End: marked.end})
	m.Instantiate = time.Since(start).Seconds()
	if err != nil {
		return err
	}
	start = time.Now()
	err = guest.Start(ctx)
	m.Execute = time.Since(start).Seconds()
	if marked.used {
		m.Execute = marked.total.Seconds()
	}
	return err
}

// stopwatch sums the times between two marks.
type stopwatch struct {
	began time.Time
	total time.Duration
	used  bool
}

func (s *stopwatch) begin() { s.began = time.Now() }

func (s *stopwatch) end() {
	s.total += time.Since(s.began)
	s.used = true
}
