package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/weft-wasm/weft/internal/realworld"
)

// runtimes are the language runtimes of internal/realworld with the scripts of this folder. The same script in Lua, run by
// the native build, says what they must print: the scripts do the same in each language.
func runtimes() []program {
	return []program{
		foreign("python-nbody", realBinary("python-3.12"), nil, "nbody.py", 25_000, "steps of five bodies"),
		foreign("python-words", realBinary("python-3.12"), nil, "words.py", 120_000, "words counted and sorted"),
		foreign("python-trees", realBinary("python-3.12"), nil, "trees.py", 10, "binary trees made, counted and forgotten"),
		foreign("ruby-nbody", realBinary("ruby-3.2"), []string{"--disable-gems"}, "nbody.rb", 40_000, "steps of five bodies"),
		foreign("ruby-words", realBinary("ruby-3.2"), []string{"--disable-gems"}, "words.rb", 150_000, "words counted and sorted"),
		foreign("ruby-trees", realBinary("ruby-3.2"), []string{"--disable-gems"}, "trees.rb", 11, "binary trees made, counted and forgotten"),
		foreign("php-nbody", realBinary("php-8.2"), []string{"-q"}, "nbody.php", 60_000, "steps of five bodies"),
		quick("quickjs-nbody", "nbody.js", 60_000, "steps of five bodies"),
		quick("quickjs-words", "words.js", 250_000, "words counted and sorted"),
		quick("quickjs-trees", "trees.js", 11, "binary trees made, counted and forgotten"),
		foreign("php-words", realBinary("php-8.2"), []string{"-q"}, "words.php", 250_000, "words counted and sorted"),
	}
}

// foreign is a program that runs a script on a runtime of internal/realworld; options come before the script's name.
func foreign(name string, runtime binary, options []string, file string, n int, what string) program {
	base := file[:len(file)-len(filepath.Ext(file))]
	like := script("", lua, base+".lua", n, "")
	return program{
		name:     name,
		workload: fmt.Sprintf("%s %d: %s", file, n, what),
		binary:   runtime,
		args:     append(append([]string{}, options...), file, strconv.Itoa(n)),
		files:    []string{"scripts/" + file},
		like:     &like,
	}
}

// quick is a program that runs a script on QuickJS.
func quick(name, file string, n int, what string) program {
	return foreign(name, quickJS{realBinary("quickjs")}, nil, file, n, what)
}

// quickJS is the runtime of internal/realworld, whose imports beyond WASI 0.1 are answered inside the module, so that every
// engine can run it. Binaryen, on which AssemblyScript's compiler is built, merges them.
type quickJS struct{ realBinary }

const socketsFile = "scripts/sockets.wat"

func (b quickJS) inputs(ctx context.Context, shop *workshop) ([]string, error) {
	parts, err := b.realBinary.inputs(ctx, shop)
	if err != nil {
		return nil, err
	}
	sockets, err := shop.contents(socketsFile)
	return slices.Concat([]string{assemblyScriptVersion}, parts, sockets), err
}

func (b quickJS) build(ctx context.Context, shop *workshop, dir string) error {
	if err := b.realBinary.build(ctx, shop, dir); err != nil {
		return err
	}
	compiler, err := assemblyScriptCompiler(ctx, shop)
	if err != nil {
		return err
	}
	binaryen := filepath.Join(compiler, "node_modules/binaryen/bin")
	sockets, merged := filepath.Join(dir, "sockets.wasm"), filepath.Join(dir, "merged.wasm")
	if err := shop.do(ctx, dir, "node", filepath.Join(binaryen, "wasm-as"), filepath.Join(shop.tree, socketsFile), "-o", sockets); err != nil {
		return err
	}
	// The second name given to the module of sockets is the one from which QuickJS imports them.
	err = shop.do(ctx, dir, "node", filepath.Join(binaryen, "wasm-merge"), filepath.Join(dir, wasmFile), "main",
		sockets, "wasi_snapshot_preview1", "-o", merged)
	if err != nil {
		return err
	}
	return os.Rename(merged, filepath.Join(dir, wasmFile))
}

// realBinary is the first module of the program of that name in internal/realworld, which fetches it at a pinned version.
type realBinary string

func (b realBinary) origin() string {
	p, err := realworld.Find(string(b))
	if err != nil {
		return err.Error()
	}
	source, _, _ := strings.Cut(p.Source, ",")
	return source
}

func (b realBinary) inputs(ctx context.Context, _ *workshop) ([]string, error) {
	wasm, err := b.read(ctx)
	return []string{"realworld", string(wasm)}, err
}

func (b realBinary) build(ctx context.Context, _ *workshop, dir string) error {
	wasm, err := b.read(ctx)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, wasmFile), wasm, 0o644)
}

func (b realBinary) read(ctx context.Context) ([]byte, error) {
	p, err := realworld.Find(string(b))
	if err != nil {
		return nil, err
	}
	return p.Steps[0].Wasm(ctx, "")
}
