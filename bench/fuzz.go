package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/weft-wasm/weft/bench/fuzz"
)

// fuzzing looks for differences between executors.
func fuzzing(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("fuzz", flag.ExitOnError)
	list := flags.String("executors", strings.Join(fuzz.Names(), ","), "comma-separated executors; all are compared with the first")
	minutes := flags.Float64("cpu-minutes", 10, "how long, in minutes of all processes together; 0 is until interrupted")
	seed := flags.Uint64("seed", 0, "the first seed")
	count := flags.Uint64("count", 0, "how many seeds; 0 is as many as there is time for")
	findings := flags.Int("findings", 5, "stop after so many differences; 0 is never")
	jobs := flags.Int("jobs", runtime.GOMAXPROCS(0), "trials that run at a time")
	folder := flags.String("out", "fuzz-findings", "folder for what differs")
	modules := flags.String("modules", "../internal/realworld/testdata", "comma-separated folders with modules that are mutated")
	replay := flags.String("replay", "", "run one .trial file that was written here before")
	if err := flags.Parse(args); err != nil {
		return err
	}
	names := strings.Split(*list, ",")
	if *replay != "" {
		return replayTrial(*replay, names)
	}
	real, err := fuzz.Load(strings.FieldsFunc(*modules, func(r rune) bool { return r == ',' }))
	if err != nil {
		return err
	}
	fmt.Printf("%d modules to mutate; seeds from %d\n", len(real), *seed)
	c := &fuzz.Campaign{
		Source: &fuzz.Source{Modules: real}, Executors: names, Start: startExecutor,
		Seed: *seed, Count: *count, CPU: time.Duration(*minutes * float64(time.Minute)), Findings: *findings, Jobs: *jobs,
		Folder: *folder, Log: func(line string) { fmt.Println(line) }, Patience: 2 * time.Minute,
	}
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	tick := time.NewTicker(30 * time.Second)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			printStats(c.Stats())
			fmt.Printf("%.1f CPU minutes in all, with starting processes and making trials\n", cpuUsed().Minutes())
			if n := c.Stats().Findings; err == nil && n > 0 {
				err = fmt.Errorf("fuzz: %d differences", n)
			}
			return err
		case <-tick.C:
			printStats(c.Stats())
		}
	}
}

// cpuUsed is what this process has used, and those that it started and that have ended.
func cpuUsed() (used time.Duration) {
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if syscall.Getrusage(who, &u) == nil {
			used += time.Duration(u.Utime.Nano() + u.Stime.Nano())
		}
	}
	return used
}

func startExecutor(name string) (*exec.Cmd, error) { return self("fuzz-one", name) }

// fuzzOne is the child's side: bench fuzz-one EXECUTOR.
func fuzzOne(_ context.Context, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("fuzz-one is how bench starts itself: have %d arguments, want an executor", len(args))
	}
	return fuzz.Serve(args[0], os.Stdin, os.NewFile(reportDescriptor, "outcomes"))
}

func replayTrial(file string, names []string) error {
	differences, err := fuzz.Replay(file, names, startExecutor)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(differences)) {
		if d := differences[name]; d != "" {
			fmt.Println(d)
			err = fmt.Errorf("fuzz: %s shows a difference", file)
		} else {
			fmt.Printf("%s does as %s\n", name, names[0])
		}
	}
	return err
}

func printStats(s fuzz.Stats) {
	fmt.Printf("%d trials, %.1f CPU minutes, %d differences, %d exhausted a stack; next seed %d\n",
		s.Trials, s.CPU.Minutes(), s.Findings, s.Exhausted, s.Next)
	const most = 5
	for i, refusal := range slices.Sorted(maps.Keys(s.Refused)) {
		if i == most {
			fmt.Printf("  and %d other refusals\n", len(s.Refused)-most)
			break
		}
		fmt.Printf("  refused %d times: %s\n", s.Refused[refusal], strings.ReplaceAll(refusal, "\n", " "))
	}
}
