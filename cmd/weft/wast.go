package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/spectest"
)

func newWast() *cobra.Command {
	o := spectest.Options{}
	tier := tierFlag{&o.Tier}
	cmd := &cobra.Command{
		Use:   "wast [flags] PATH...",
		Short: "Run scripts of the specification's test suite",
		Long: `Run scripts of the specification's test suite: .wast files, and all in folders. A line is printed for each command
that fails, and at the end the number of assertions that passed and of commands that failed. The exit status is 1 if any failed.`,
		Args: usage(1, 1<<20, "files or folders"),
		RunE: func(cmd *cobra.Command, args []string) error { return wast(cmd, args, o) },
	}
	cmd.Flags().Var(tier, "tier", "what runs the modules: auto, interpreter or compiled")
	cmd.Flags().BoolVar(&o.Explicit, "explicit-checks", false, explicitHelp)
	return cmd
}

func wast(cmd *cobra.Command, paths []string, o spectest.Options) error {
	files, err := spectest.Files(paths)
	if err != nil {
		return err
	}
	passed, failed := 0, 0
	err = spectest.RunFiles(cmd.Context(), files, o, func(r *spectest.Result) error {
		passed += r.Passed
		failed += len(r.Failures)
		for _, f := range r.Failures {
			if _, err := fmt.Fprintln(cmd.OutOrStdout(), f); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%d passed, %d failed\n", passed, failed)
	if failed > 0 {
		return &exit{statusFailure, nil}
	}
	return nil
}

const explicitHelp = "compile code that checks for itself what faults and signals tell otherwise"

// tierFlag is a tier as a flag.
type tierFlag struct{ tier *weft.Tier }

func (f tierFlag) Set(text string) error {
	for _, t := range []weft.Tier{weft.TierAuto, weft.TierInterpreter, weft.TierCompiled} {
		if t.String() == text {
			*f.tier = t
			return nil
		}
	}
	return fmt.Errorf("have %q, want auto, interpreter or compiled", text)
}

func (f tierFlag) String() string {
	if f.tier == nil {
		return ""
	}
	return f.tier.String()
}

// Type is the name of the value in the help.
func (f tierFlag) Type() string { return "NAME" }
