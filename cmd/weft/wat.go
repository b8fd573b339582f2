package main

import (
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

func newWat() *cobra.Command {
	out := ""
	cmd := &cobra.Command{
		Use:   "wat [flags] FILE",
		Short: "Translate a module from the text format to the binary format",
		Long: `Translate a module from the text format to the binary format. Identifiers are kept in a name section. The module is not
validated; weft validate does that.`,
		Args: usage(1, 1, "a file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" && isTerminal(cmd.OutOrStdout()) {
				return errors.New("a binary module is not for a terminal: name a file with -o, or pipe the output")
			}
			return translate(cmd, args[0], out)
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "write the module to `FILE` instead of standard output")
	return cmd
}

func translate(cmd *cobra.Command, file, out string) error {
	src, err := readFile(file, cmd.InOrStdin())
	if err != nil {
		return err
	}
	m, err := wat.Parse(file, src)
	if err != nil {
		return err
	}
	return output(out, cmd.OutOrStdout(), func(w io.Writer) error {
		_, err := w.Write(wasm.Encode(m))
		return err
	})
}

// isTerminal reports whether what is written to w is for people.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && info.Name() != os.DevNull
}
