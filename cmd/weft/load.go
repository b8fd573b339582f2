package main

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weft-wasm/weft"
)

// loadModule compiles a module in either format, or loads one that is compiled already. How far compiling is shows on the terminal.
func loadModule(ctx context.Context, cmd *cobra.Command, engine *weft.Engine, file string) (*weft.Module, error) {
	precompiled, text, err := kindOf(file)
	switch {
	case err != nil:
		return nil, err
	case precompiled:
		return engine.DeserializeFile(file)
	}
	progress := newBar(cmd.ErrOrStderr())
	defer progress.finish()
	ctx = weft.WithProgress(ctx, progress.progress)
	if !text && file != "-" {
		m, err := engine.CompileFile(ctx, file)
		if errors.As(err, new(*os.PathError)) {
			return nil, err
		}
		return m, inFile(file, err)
	}
	b, err := readModule(file, cmd.InOrStdin())
	if err != nil {
		return nil, err
	}
	if weft.IsPrecompiled(b) {
		m, err := engine.Deserialize(b)
		return m, inFile(file, err)
	}
	m, err := engine.Compile(ctx, b)
	return m, inFile(file, err)
}

// kindOf tells from its beginning what a file has. Of standard input nothing is known.
func kindOf(file string) (precompiled, text bool, err error) {
	if file == "-" {
		return false, false, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return false, false, err
	}
	defer f.Close()
	b := make([]byte, 512)
	n, err := io.ReadFull(f, b)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return false, false, err
	}
	return weft.IsPrecompiled(b[:n]), isText(file, b[:n]), nil
}

// cacheFlag is --cache[=DIR].
type cacheFlag struct {
	dir string // "" for none
}

// defaultCache stands for the default directory.
const defaultCache = "default"

func (c *cacheFlag) add(flags *pflag.FlagSet) {
	flags.StringVar(&c.dir, "cache", "", "keep compiled modules in `DIR`, by default weft in the user's directory for caches")
	flags.Lookup("cache").NoOptDefVal = defaultCache
}

// open opens the cache, if there is to be one.
func (c *cacheFlag) open() (*weft.Cache, error) {
	switch c.dir {
	case "":
		return nil, nil
	case defaultCache:
		return weft.OpenCache("", 0)
	}
	return weft.OpenCache(c.dir, 0)
}
