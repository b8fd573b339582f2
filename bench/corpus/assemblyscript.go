package main

import (
	"context"
	"os"
	"path/filepath"
)

// assemblyScripts are programs of ours in AssemblyScript. Each does the work of a program that has a native build.
func assemblyScripts() []program {
	build := func(name, workload string, like program) program {
		return program{name: "as-" + name, workload: workload, binary: asBinary(name), like: &like}
	}
	return []program{
		build("life", "150 generations of 512 by 512 cells",
			program{binary: &cBinary{sources: []string{"c/kernels/life.c"}, wasmFlags: []string{"-O3"}}, args: []string{"150"}}),
		build("trees", "binary trees 14 deep made, counted and collected", script("", lua, "trees.lua", 14, "")),
		build("words", "400,000 words counted and sorted", script("", lua, "words.lua", 400_000, "")),
	}
}

// assemblyScriptVersion is that of the compiler, from npm.
const assemblyScriptVersion = "0.28.20"

// asBinary is the program of that name in the folder assemblyscript.
type asBinary string

func (b asBinary) origin() string {
	return "AssemblyScript of ours, npm assemblyscript@" + assemblyScriptVersion
}

func (b asBinary) inputs(_ context.Context, shop *workshop) ([]string, error) {
	contents, err := shop.contents("assemblyscript/"+string(b)+".ts", "assemblyscript/wasi.ts")
	return append([]string{"assemblyscript", assemblyScriptVersion}, contents...), err
}

func (b asBinary) build(ctx context.Context, shop *workshop, dir string) error {
	compiler, err := assemblyScriptCompiler(ctx, shop)
	if err != nil {
		return err
	}
	source := filepath.Join(shop.tree, "assemblyscript")
	return shop.do(ctx, source, "node", filepath.Join(compiler, "node_modules/assemblyscript/bin/asc.js"), string(b)+".ts",
		"-O3", "--runtime", "incremental", "--use", "abort=wasi/fail", "--outFile", filepath.Join(dir, wasmFile))
}

// assemblyScriptCompiler returns the folder in which npm has installed the compiler.
func assemblyScriptCompiler(ctx context.Context, shop *workshop) (string, error) {
	return shop.cached("assemblyscript/"+assemblyScriptVersion, func(path string) error {
		if err := os.MkdirAll(path, 0o755); err != nil {
			return err
		}
		return shop.do(ctx, path, "npm", "install", "--silent", "--no-fund", "--no-audit", "--ignore-scripts", "--prefix", path,
			"assemblyscript@"+assemblyScriptVersion)
	})
}
