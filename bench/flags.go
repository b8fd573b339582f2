package main

import (
	"flag"
	"time"

	"github.com/weft-wasm/weft/bench/engine"
)

// rivalFlags are the flags of the subcommands that measure several engines.
type rivalFlags struct {
	*flag.FlagSet
	list     string
	names    []string // the engines, once parsed
	reps     int
	timeout  time.Duration
	jsonFile string
}

// newRivalFlags returns the flags of a subcommand, which may add its own: the engines are those of the list unless it is told otherwise, and reps
// says what is repeated and what counts.
func newRivalFlags(command, engines, reps string, timeout time.Duration) *rivalFlags {
	f := &rivalFlags{FlagSet: flag.NewFlagSet(command, flag.ExitOnError)}
	f.StringVar(&f.list, "engines", engines, "comma-separated engines")
	f.IntVar(&f.reps, "reps", 3, reps)
	f.DurationVar(&f.timeout, "timeout", timeout, "longest time for one process")
	f.StringVar(&f.jsonFile, "json", "", "write the rows to this file")
	return f
}

func (f *rivalFlags) parse(args []string) (err error) {
	if err := f.Parse(args); err != nil {
		return err
	}
	f.names, err = engine.ParseNames(f.list)
	return err
}
