// Bench runs Weft and its rivals side by side on the programs of internal/realworld and prints comparable tables. It is a
// module of its own, so that the rivals are no dependency of Weft.
//
//	go run . interp [--reps N] [--only NAME,…] [--json FILE]   all programs on both interpreters, with ratios
//	go run . decode [--reps N] [--json FILE]                   reading one large module: time and peak heap
//
// A subcommand is one file, an engine is one file, and rows and tables are in table.go. Times are the best of N
// repetitions, and repetitions alternate between the engines, so that a disturbance of the machine hits both.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
)

// subcommand is what the first argument names. One without a summary is how this program starts itself.
type subcommand struct {
	name, summary string
	run           func(ctx context.Context, args []string) error
}

// commands are the subcommands. Each parses its own flags.
var commands = []subcommand{
	{"interp", "run all programs on the interpreters of Weft and wazero", interp},
	{"decode", "decode and validate a 24.5 MB module", decode},
	{"exec", "run folders of programs on several engines", execute},
	{"exec-one", "", executeOne},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if len(os.Args) < 2 {
		usage()
	}
	for _, c := range commands {
		if c.name != os.Args[1] {
			continue
		}
		if err := c.run(ctx, os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	usage()
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: bench COMMAND [flags]")
	for _, c := range commands {
		if c.summary == "" {
			continue
		}
		fmt.Fprintf(os.Stderr, "  %-8s %s\n", c.name, c.summary)
	}
	os.Exit(2)
}
