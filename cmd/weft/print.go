package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

func newPrint() *cobra.Command {
	out, o := "", wat.PrintOptions{}
	cmd := &cobra.Command{
		Use:   "print [flags] FILE",
		Short: "Translate a module from the binary format to the text format",
		Args:  usage(1, 1, "a file"),
		RunE:  func(cmd *cobra.Command, args []string) error { return printModule(cmd, args[0], out, o) },
	}
	flags := cmd.Flags()
	flags.StringVarP(&out, "output", "o", "", "write the text to `FILE` instead of standard output")
	flags.BoolVar(&o.Folded, "folded", false, "put instructions in parentheses around their operands")
	flags.BoolVar(&o.Offsets, "offsets", false, "say in comments where instructions are in the binary module")
	return cmd
}

func printModule(cmd *cobra.Command, file, out string, o wat.PrintOptions) error {
	b, err := readModule(file, cmd.InOrStdin())
	if err != nil {
		return err
	}
	m, err := wasm.Decode(b, nil)
	if err != nil {
		return inFile(file, err)
	}
	return output(out, cmd.OutOrStdout(), func(w io.Writer) error { return inFile(file, wat.Print(w, m, o)) })
}
