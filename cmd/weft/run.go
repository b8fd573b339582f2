package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/wasi"
	"github.com/weft-wasm/weft/wasi/p1"
)

// runOptions are the flags of weft run.
type runOptions struct {
	dirs      []string
	env       []string
	invoke    string
	timeout   time.Duration
	maxMemory size
	tier      weft.Tier
	explicit  bool
	fuel      int64
	cache     cacheFlag
	profile   profileFlags
	core      string // the file for a core dump, "" for none
	stats     bool
}

func newRun() *cobra.Command {
	o := &runOptions{}
	cmd := &cobra.Command{
		Use:   "run [flags] MODULE [ARGUMENT...]",
		Short: "Run a program, or call a function of a module",
		Long: `Run a program built for WASI 0.1, or with --invoke a function of any module. The module is in the binary or
the text format, or what weft compile has made; - reads it from standard input. Everything behind it goes to
the program.

The program gets standard input, output and error, the clocks and random numbers; of the file system it sees only
what --dir gives it, and of the environment only what --env gives it.

The exit status is the program's. A program that traps exits with 134, and one that ctrl-C ends with 130.`,
		Example: `  weft run gofmt.wasm -l < main.go
  weft run --dir .::/src --env HOME=/src ruby.wasm /src/main.rb
  weft run --invoke add sum.wat 1 2`,
		Args: usage(1, 1<<20, "a module and its arguments"),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd, args[0], args[1:]) },
	}
	flags := cmd.Flags()
	flags.SetInterspersed(false)
	flags.StringArrayVar(&o.dirs, "dir", nil, "give the program the directory `HOST[::GUEST]`, under the name GUEST")
	flags.StringArrayVar(&o.env, "env", nil, "give the program the environment variable `NAME[=VALUE]`; without a value, the one it has here")
	flags.StringVar(&o.invoke, "invoke", "", "call the exported function `NAME` with the arguments and print its results")
	flags.DurationVar(&o.timeout, "timeout", 0, "end the program after `DURATION`, such as 1.5s or 2m")
	flags.Var(tierFlag{&o.tier}, "tier", "what runs the module: auto, interpreter or compiled")
	flags.BoolVar(&o.explicit, "explicit-checks", false, explicitHelp)
	o.cache.add(flags)
	flags.Int64Var(&o.fuel, "fuel", 0, "end the program when it has used up so many `UNITS` of fuel: one for each instruction, by and large")
	o.profile.add(flags)
	flags.StringVar(&o.core, "coredump", "", "when the program traps, write a core dump to `FILE`, for weft objdump")
	flags.BoolVar(&o.stats, "stats", false, "print at the end what the engine has counted, on standard error")
	flags.Var(&o.maxMemory, "max-memory", "the most that the memory of the program may grow to, such as 64M or 1G")
	return cmd
}

// timeoutError is why the context of a program ended: its time was over.
type timeoutError struct{ after time.Duration }

func (e *timeoutError) Error() string { return fmt.Sprintf("the timeout of %v is over", e.after) }

func (o *runOptions) run(cmd *cobra.Command, file string, args []string) error {
	ctx := cmd.Context()
	if o.timeout < 0 {
		return usageError(cmd, fmt.Errorf("--timeout %v: want a duration that is not negative", o.timeout))
	}
	if cmd.Flags().Changed("fuel") && o.fuel <= 0 {
		return usageError(cmd, fmt.Errorf("--fuel %d: want a number of units above zero", o.fuel))
	}
	if o.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, o.timeout, &timeoutError{o.timeout})
		defer cancel()
	}
	cache, err := o.cache.open()
	if err != nil {
		return err
	}
	c := weft.Config{Tier: o.tier, ExplicitChecks: o.explicit, Limits: weft.Limits{MemoryBytes: uint64(o.maxMemory)}, Cache: cache, TraceLocals: o.core != ""}
	if o.fuel > 0 {
		c.Fuel = &weft.Fuel{Initial: o.fuel}
	}
	engine := weft.NewEngine(c)
	defer engine.Close()
	if o.stats {
		defer printStats(cmd.ErrOrStderr(), engine)
	}
	module, err := loadModule(ctx, cmd, engine, file)
	if err != nil {
		return err
	}
	config, err := o.config(cmd, file, args)
	if err != nil {
		return err
	}
	linker := weft.NewLinker(engine)
	if err := p1.Add(linker, config); err != nil {
		return err
	}
	writeProfile, err := o.profile.start(engine)
	if err != nil {
		return err
	}
	note, err := o.start(cmd, ctx, linker, module, file, args)
	err = outcome(ctx, file, err, note)
	if failed := writeProfile(); failed != nil {
		if err == nil {
			return failed
		}
		cmd.PrintErrf("weft: %v\n", failed)
	}
	return err
}

// start makes an instance and calls what is to be called in it. The note is for the end of the error.
func (o *runOptions) start(cmd *cobra.Command, ctx context.Context, linker *weft.Linker, module *weft.Module, file string, args []string) (note string, err error) {
	in, err := linker.Instantiate(ctx, module)
	if err != nil {
		return o.noCore(err), hintWASI(err)
	}
	defer in.Close()
	err = o.call(cmd, ctx, in, args)
	return o.dumpCore(in, file, err), err
}

// config is what the program may reach.
func (o *runOptions) config(cmd *cobra.Command, file string, args []string) (c wasi.Config, err error) {
	c.Args = append([]string{filepath.Base(file)}, args...)
	c.Stdin, c.Stdout, c.Stderr = cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr()
	if c.Env, err = environment(o.env); err != nil {
		return c, usageError(cmd, err)
	}
	c.Mounts, err = mounts(o.dirs)
	return c, err
}

// call calls what is to be called in the instance.
func (o *runOptions) call(cmd *cobra.Command, ctx context.Context, in *weft.Instance, args []string) error {
	if o.invoke != "" {
		return invoke(ctx, cmd.OutOrStdout(), in, o.invoke, args)
	}
	code, err := p1.Run(ctx, in)
	if missing, ok := errors.AsType[*weft.ExportError](err); ok {
		return fmt.Errorf("%w, so it is not a program%s", missing, listFuncs(in.Module()))
	}
	if err == nil && code != 0 {
		return &weft.ExitError{Code: code}
	}
	return err
}

// outcome makes what weft exits with of how a program ended. A note goes behind its backtrace.
func outcome(ctx context.Context, file string, err error, note string) error {
	if err == nil {
		return nil
	}
	if code, ok := errors.AsType[*weft.ExitError](err); ok {
		return &exit{int(code.Code), nil}
	}
	trace := ""
	if trap, ok := errors.AsType[*weft.Trap](err); ok {
		trace = "\n" + trap.Backtrace()
	} else if x, ok := errors.AsType[*weft.Exception](err); ok {
		trace = "\n" + x.Backtrace()
	}
	trace += note
	cause := context.Cause(ctx)
	switch timeout, isTimeout := errors.AsType[*timeoutError](cause); {
	case cause != nil && !isTimeout:
		return &exit{statusInterrupt, errors.New("interrupted")}
	case isTimeout:
		return &exit{statusTrap, errors.New(file + ": " + timeout.Error() + strings.TrimRight(trace, "\n"))}
	case trace != "":
		return &exit{statusTrap, errors.New(inFile(file, err).Error() + strings.TrimRight(trace, "\n"))}
	}
	return inFile(file, err)
}

// hintWASI adds to an error about a missing import what there is.
func hintWASI(err error) error {
	link, ok := errors.AsType[*weft.LinkError](err)
	if !ok || link.Have != "" || link.Hint != "" {
		return err
	}
	return fmt.Errorf("%w: weft run provides wasi_snapshot_preview1 and wasi_unstable, and nothing else", err)
}
