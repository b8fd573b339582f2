package main

import (
	"github.com/spf13/cobra"

	"github.com/weft-wasm/weft/internal/objdump"
)

func newObjdump() *cobra.Command {
	o := objdump.Options{}
	var modules []string
	cmd := &cobra.Command{
		Use:   "objdump [flags] FILE",
		Short: "Show what a module is made of",
		Long: `Show what a module is made of: the headers of its sections, or what the flags choose.

Of a core dump, as weft run --coredump writes it, show the calls that were open and the state of the instances. With the
modules that it is of, functions have names and places in the source.`,
		Example: `  weft objdump -d demo.wasm
  weft objdump --module demo.wasm core.wasm`,
		Args: usage(1, 1, "a file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := readModule(args[0], cmd.InOrStdin())
			if err != nil {
				return err
			}
			for _, name := range modules {
				m, err := readModule(name, cmd.InOrStdin())
				if err != nil {
					return err
				}
				o.Modules = append(o.Modules, m)
			}
			return inFile(args[0], objdump.Write(cmd.OutOrStdout(), b, o))
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.Headers, "headers", false, "show where the sections are")
	flags.BoolVarP(&o.Details, "details", "x", false, "show what the sections define")
	flags.BoolVarP(&o.Disassemble, "disassemble", "d", false, "show the instructions of the functions")
	flags.StringVarP(&o.Section, "section", "j", "", "show only the section `NAME`, such as type or code, or a custom section by its name")
	flags.StringArrayVar(&modules, "module", nil, "the core dump is of the module in `FILE`; one for each of its modules, in their order")
	return cmd
}
