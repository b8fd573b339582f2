package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/weft-wasm/weft/internal/validate"
	"github.com/weft-wasm/weft/internal/wasm"
)

func newValidate() *cobra.Command {
	return &cobra.Command{
		Use:   "validate FILE...",
		Short: "Check that modules are valid",
		Long: `Check that modules, in the binary or the text format, are valid by the rules of WebAssembly 3.0 with threads and wide
arithmetic. Nothing is printed about modules that are.`,
		Args: usage(1, 1<<20, "files"),
		RunE: func(cmd *cobra.Command, args []string) error {
			var errs []error
			for _, file := range args {
				errs = append(errs, validateModule(cmd, file))
			}
			for _, err := range errs {
				if err != nil {
					report(cmd.ErrOrStderr(), err)
				}
			}
			if errors.Join(errs...) != nil {
				return &exit{statusFailure, nil}
			}
			return nil
		},
	}
}

func validateModule(cmd *cobra.Command, file string) error {
	b, err := readModule(file, cmd.InOrStdin())
	if err != nil {
		return err
	}
	m, err := wasm.Decode(b, nil)
	if err == nil {
		_, err = validate.Module(m, wasm.AllFeatures)
	}
	return inFile(file, err)
}
