package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/weft-wasm/weft"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Show the version of weft and what it runs modules with",
		Args:  usage(0, 0, "none"),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), version())
			return err
		},
	}
}

// version returns the version, on one line.
func version() string {
	v := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		v = info.Main.Version
	}
	engine := weft.NewEngine(weft.Config{})
	defer engine.Close()
	info := engine.Info()
	return fmt.Sprintf("weft %s %s %s, %s", v, info.Platform, runtime.Version(), info.Tier)
}
