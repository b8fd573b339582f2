package main

import (
	"context"
	"errors"
	"flag"
	"time"
)

// interp runs every program of the catalogue on the interpreters in turn and prints times and ratios.
func interp(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("interp", flag.ExitOnError)
	reps := flags.Int("reps", 3, "runs of each program on each engine; the best counts")
	only := flags.String("only", "", "comma-separated names of programs, all by default")
	jsonFile := flags.String("json", "", "write the rows to this file")
	timeout := flags.Duration("timeout", 5*time.Minute, "longest time for one run, where the engine can be stopped")
	if err := flags.Parse(args); err != nil {
		return err
	}
	programs, err := selectPrograms(*only)
	if err != nil {
		return err
	}
	c := comparison{
		ours: contender{"weft", newWeftInterpreter()}, theirs: contender{"wazero", newWazeroInterpreter()},
		reps: *reps, timeout: *timeout,
	}
	err = c.run(ctx, programs)
	return errors.Join(err, writeJSON(*jsonFile, c.rows))
}
