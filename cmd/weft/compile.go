package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/weft-wasm/weft"
)

// compileOptions are the flags of weft compile.
type compileOptions struct {
	output   string
	explicit bool
}

func newCompile() *cobra.Command {
	o := &compileOptions{}
	cmd := &cobra.Command{
		Use:   "compile [flags] MODULE",
		Short: "Compile a module to a file that loads in milliseconds",
		Long: `Compile a module in the binary or the text format to machine code, in a file that weft run, and engines of the
same version of Weft on such a machine, map into memory instead of compiling. The file has the module in it.

What such a file does is not confined by anything: load only files that you would run as programs.`,
		Example: `  weft compile ruby.wasm
  weft run ruby.cwasm --version
  weft compile --output=/srv/guests/sum.cwasm sum.wat`,
		Args: usage(1, 1, "a module"),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd, args[0]) },
	}
	flags := cmd.Flags()
	flags.StringVarP(&o.output, "output", "o", "", "write to `FILE`, by default that of the module with the ending .cwasm")
	flags.BoolVar(&o.explicit, "explicit-checks", false, explicitHelp)
	return cmd
}

func (o *compileOptions) run(cmd *cobra.Command, file string) error {
	name, err := o.name(cmd, file)
	if err != nil {
		return err
	}
	engine := weft.NewEngine(weft.Config{Tier: weft.TierCompiled, ExplicitChecks: o.explicit})
	defer engine.Close()
	module, err := loadModule(cmd.Context(), cmd, engine, file)
	if err != nil {
		return err
	}
	return module.SerializeFile(name)
}

// name is the file to write.
func (o *compileOptions) name(cmd *cobra.Command, file string) (string, error) {
	switch {
	case o.output != "":
		return o.output, nil
	case file == "-":
		return "", usageError(cmd, errors.New("the module comes from standard input: say with --output where to write to"))
	case filepath.Ext(file) == ".cwasm":
		return "", usageError(cmd, fmt.Errorf("%s has the ending of what is written: say with --output where to", file))
	}
	return strings.TrimSuffix(file, filepath.Ext(file)) + ".cwasm", nil
}
