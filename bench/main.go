// Bench runs Weft and its rivals side by side and prints comparable tables. It is a module of its own, so that the rivals are no
// dependency of Weft. Wasmtime is linked through cgo; without it, everything else works.
//
//	go run . interp [--reps N] [--only NAME,…] [--json FILE]          the programs of internal/realworld on both interpreters
//	go run . decode [--reps N] [--json FILE]                          reading one large module: time and peak heap
//	go run . exec   [--engines E,…] [--reps N] [--html FILE] PATH…    every .wasm below some folders on all engines
//	go run . calls  [--engines E,…] [--reps N] [--json FILE]          export calls and host calls
//	go run . instances [--engines E,…] [--reps N] [--live N] [--json FILE]  making instances, calling and closing them
//	go run . start  [--engines E,…] [--reps N] [--json FILE]          loading and streaming modules, programs from bytes to exit
//	go run . control [--engines E,…] [--reps N] [--only NAME,…] [--json FILE] [PATH…]  what it costs to keep guests under control
//	go run . soak   [--minutes N] [--rate N] [--tier T] [--json FILE]          guests of all kinds for a long time
//
// A subcommand is one file, an engine is one file of the package engine, and rows and tables are in table.go. Repetitions
// alternate between the engines, so that a disturbance of the machine hits all. What counts
// is the best of the repetitions. How programs lie in folders says command.go; how processes are kept apart, child.go.
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
	{"calls", "what calls between host and guest cost", calls},
	{"instances", "what it takes to make an instance, call it and close it", instances},
	{"start", "load a precompiled module, and run programs from bytes to exit", starts},
	{"control", "what it costs to keep guests under control", control},
	{"soak", "many guests of all kinds for a long time: does anything grow, or get through", soaking},
	{"fuzz", "look for differences between Weft and wasmtime", fuzzing},
	{"exec-one", "", executeOne},
	{"calls-one", "", callsOne},
	{"instances-one", "", instancesOne},
	{"load-one", "", loadOne},
	{"stream-one", "", streamOne},
	{"cached-one", "", cachedOne},
	{"control-one", "", controlOne},
	{"fuzz-one", "", fuzzOne},
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
		fmt.Fprintf(os.Stderr, "  %-10s %s\n", c.name, c.summary)
	}
	os.Exit(2)
}
