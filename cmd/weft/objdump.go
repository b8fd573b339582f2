package main

import (
	"github.com/spf13/cobra"

	"github.com/weft-wasm/weft/internal/objdump"
)

func newObjdump() *cobra.Command {
	o := objdump.Options{}
	cmd := &cobra.Command{
		Use:   "objdump [flags] FILE",
		Short: "Show what a module is made of",
		Long:  `Show what a module is made of: the headers of its sections, or what the flags choose.`,
		Args:  usage(1, 1, "a file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := readModule(args[0], cmd.InOrStdin())
			if err != nil {
				return err
			}
			return inFile(args[0], objdump.Write(cmd.OutOrStdout(), b, o))
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.Headers, "headers", false, "show where the sections are")
	flags.BoolVarP(&o.Details, "details", "x", false, "show what the sections define")
	flags.BoolVarP(&o.Disassemble, "disassemble", "d", false, "show the instructions of the functions")
	flags.StringVarP(&o.Section, "section", "j", "", "show only the section `NAME`, such as type or code, or a custom section by its name")
	return cmd
}
