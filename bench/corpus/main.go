package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"time"
)

func main() {
	out := flag.String("o", "", "folder for the built programs")
	only := flag.String("only", "", "build only the programs of these names, comma-separated")
	jobs := flag.Int("j", runtime.NumCPU(), "processes that run at the same time")
	list := flag.Bool("list", false, "print the table of programs that README.md holds")
	flag.Parse()
	if *list {
		fmt.Print(table())
		return
	}
	if *out == "" || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: corpus -o DIR [-only NAME,…] [-j N], or corpus -list")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	failed, err := run(ctx, *out, *only, max(*jobs, 1))
	if err != nil {
		fmt.Fprintln(os.Stderr, "corpus:", err)
		os.Exit(1)
	}
	if failed > 0 {
		os.Exit(1)
	}
}

// run builds the wanted programs into out and returns how many failed.
func run(ctx context.Context, out, only string, jobs int) (int, error) {
	wanted, err := choose(only)
	if err != nil {
		return 0, err
	}
	shop, err := openWorkshop(ctx, jobs)
	if err != nil {
		return 0, err
	}
	defer shop.close()
	if err := os.MkdirAll(out, 0o755); err != nil {
		return 0, err
	}
	start := time.Now()
	results := make([]chan error, len(wanted))
	for i := range wanted {
		results[i] = make(chan error, 1)
	}
	// Programs are started in order, as many as there are jobs, so that reports come in order and early.
	go func() {
		free := make(chan struct{}, jobs)
		for i := range wanted {
			free <- struct{}{}
			go func() {
				results[i] <- wanted[i].deliver(ctx, shop, out)
				<-free
			}()
		}
	}()
	failed := 0
	for i := range wanted {
		if err := <-results[i]; err != nil {
			failed++
			fmt.Printf("%-18s FAILED: %v\n", wanted[i].name, err)
			continue
		}
		fmt.Printf("%-18s %s\n", wanted[i].name, wanted[i].workload)
	}
	fmt.Printf("%d built, %d failed, %.0f s, in %s\n", len(wanted)-failed, failed, time.Since(start).Seconds(), out)
	return failed, nil
}

// choose returns the programs of a comma-separated list of names, or all for an empty list.
func choose(only string) ([]program, error) {
	all := catalogue()
	if only == "" {
		return all, nil
	}
	var wanted []program
	for name := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(all, func(p program) bool { return p.name == name })
		if i < 0 {
			return nil, fmt.Errorf("no program %q", name)
		}
		wanted = append(wanted, all[i])
	}
	return wanted, nil
}

// table renders the catalogue in Markdown.
func table() string {
	var b strings.Builder
	b.WriteString("| program | source | workload |\n|---|---|---|\n")
	for _, p := range catalogue() {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", p.name, p.binary.origin(), p.workload)
	}
	return b.String()
}
