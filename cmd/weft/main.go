// Command weft runs WebAssembly programs and looks into modules. Each verb is in the file of its name; weft help VERB says what it does.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/spf13/cobra"

	"github.com/weft-wasm/weft/internal/compile"
	"github.com/weft-wasm/weft/internal/dbg"
	"github.com/weft-wasm/weft/internal/wat"
)

// The exit statuses of weft itself. A program that runs gives its own.
const (
	statusFailure   = 1
	statusUsage     = 2
	statusInterrupt = 130 // as shells report a program that ctrl-C ended
	statusTrap      = 134 // as shells report a program that aborted
)

func main() {
	checkDebug(os.Stderr)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second ctrl-C ends the process at once
	err := newRoot().ExecuteContext(ctx)
	stop()
	dbg.PrintTimes()
	os.Exit(report(os.Stderr, err))
}

// exit is an error that says with which status to exit, after showing the error in it, if there is one.
type exit struct {
	status int
	err    error
}

func (e *exit) Error() string { return fmt.Sprintf("exit with status %d: %v", e.status, e.err) }

func (e *exit) Unwrap() error { return e.err }

// report shows an error and returns the status to exit with.
func report(w io.Writer, err error) int {
	if err == nil {
		return 0
	}
	status := statusFailure
	if e, ok := errors.AsType[*exit](err); ok {
		status, err = e.status, e.err
	}
	if err != nil {
		message := strings.TrimPrefix(err.Error(), "weft: ")
		if bug, ok := errors.AsType[*compile.Error](err); ok {
			message, _, _ = strings.Cut(message, "\n") // the rest is in the file
			message += "\n" + keep(bug)
		}
		if text, ok := errors.AsType[*wat.Error](err); ok {
			message += "\n" + text.Snippet()
		}
		fmt.Fprintf(w, "weft: %s\n", message)
	}
	return status
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "weft VERB",
		Short:         "Run WebAssembly programs and look into modules",
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE:          withoutVerb,

		SuggestionsMinimumDistance: 2,
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usageError(cmd, err) })
	root.AddCommand(newRun(), newCompile(), newWast(), newWat(), newPrint(), newValidate(), newObjdump(), newDump(), newBisect(), newVersion())
	return root
}

// withoutVerb is what weft does if its first argument is no verb.
func withoutVerb(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return cmd.Help()
	}
	hint := ""
	if known := cmd.SuggestionsFor(args[0]); len(known) > 0 {
		hint = fmt.Sprintf(" (did you mean %q?)", known[0])
	} else if _, err := os.Stat(args[0]); err == nil {
		hint = fmt.Sprintf(" (to run the file: weft run %s)", args[0])
	}
	return usageError(cmd, fmt.Errorf("unknown verb %q%s", args[0], hint))
}

// usageError makes an error of one about how weft was called.
func usageError(cmd *cobra.Command, err error) error {
	return &exit{statusUsage, fmt.Errorf("%w\nTo see how it is used: %s --help", err, cmd.CommandPath())}
}

// usage returns a check of the number of arguments, with what they are in the error.
func usage(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || len(args) > most {
			return usageError(cmd, fmt.Errorf("have %d arguments, want %s", len(args), what))
		}
		return nil
	}
}
