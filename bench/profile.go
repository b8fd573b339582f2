package main

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// against returns the run of a measurement whose value is what an engine with some feature takes for the programs of the folders that bench control is
// given, as a multiple of what the engine takes without: the geometric mean over the best times of each. There is a row for each program too.
func against(featured, plain string) func(ctx context.Context, b *controlBench) error {
	return func(ctx context.Context, b *controlBench) error {
		if b.NArg() == 0 {
			b.note(Row{Name: b.name, Engine: featured}, errors.New("no folder of programs given (go run ./corpus -o DIR makes one)"))
			return nil
		}
		programs, err := findCommands(b.Args())
		if err != nil {
			return err
		}
		var ratios []float64
		for i := range programs {
			p := &programs[i]
			fmt.Fprintf(os.Stderr, "%d of %d: %s\n", i+1, len(programs), p.name)
			ratio, err := b.ratio(ctx, p, featured, plain)
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			b.note(Row{b.name + "/" + p.name, featured, ratio, "x-" + plain}, err)
			if err == nil {
				ratios = append(ratios, ratio)
			}
		}
		if len(ratios) > 0 {
			b.note(Row{b.name, featured, geometricMean(ratios), "x-" + plain}, nil)
		}
		return nil
	}
}

// ratio runs a program in turn on an engine with a feature and without.
func (b *controlBench) ratio(ctx context.Context, p *command, featured, plain string) (float64, error) {
	times := map[string]float64{}
	for range b.reps {
		for _, name := range []string{featured, plain} {
			m := p.run(ctx, name, b.timeout)
			if m.Error != "" {
				return 0, errors.New(m.Error)
			}
			if least, ok := times[name]; !ok || m.Execute < least {
				times[name] = m.Execute
			}
		}
	}
	return times[featured] / times[plain], nil
}
