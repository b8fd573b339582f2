package realworld

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"unicode/utf16"
)

// The programs of this file are committed as .wasm, with their source and the script that built them.

func cStations() Program {
	return Program{
		Name:   "c-stations",
		Source: "C, clang 19 with wasi-libc: stdio, files, malloc, qsort, libm, varargs",
		Steps: []Step{{
			Wasm:    committed("c/stations.wasm"),
			Args:    []string{"stations", "/"},
			Dialect: Preview1,
		}},
		Check: prints("c/stations.stdout"),
	}
}

func cMosaic() Program {
	return Program{
		Name:   "c-mosaic",
		Source: "C, clang 19 with -msimd128: integer and float vectors",
		Steps: []Step{{
			Wasm:    committed("c/mosaic.wasm"),
			Args:    []string{"mosaic"},
			Dialect: Preview1,
		}},
		Check: prints("c/mosaic.stdout"),
	}
}

func emscriptenLedger() Program {
	return Program{
		Name:   "emscripten-ledger",
		Source: "C++, Emscripten 3.1.6 -sSTANDALONE_WASM: containers, streams, virtual calls",
		Steps: []Step{{
			Wasm:    committed("emscripten/ledger.wasm"),
			Args:    []string{"ledger"},
			Stdin:   mustRead("emscripten/stdin"),
			Dialect: Preview1,
		}},
		Check: prints("emscripten/stdout"),
	}
}

func assemblyScriptLife() Program {
	return Program{
		Name:   "assemblyscript-life",
		Source: "AssemblyScript 0.28, a library driven through its exports and memory",
		Steps: []Step{{
			Wasm:  committed("assemblyscript/life.wasm"),
			Stubs: []Stub{{Module: "env", Name: "abort", Params: 4}},
			Drive: driveLife,
		}},
		Check: prints("assemblyscript/stdout"),
	}
}

// driveLife plays the game and writes what it finds in the exported memory.
func driveLife(ctx context.Context, g Guest, stdout io.Writer) error {
	const width, height, seed = 96, 64, 2024
	if _, err := g.Call(ctx, "reset", width, height, seed); err != nil {
		return err
	}
	for _, generations := range []uint64{0, 1, 9, 50} {
		alive, err := g.Call(ctx, "step", generations)
		if err != nil {
			return err
		}
		density, err := g.Call(ctx, "density")
		if err != nil {
			return err
		}
		fmt.Fprintf(stdout, "%d more generations: %d alive, density %.9f\n", generations, alive, math.Float64frombits(density))
	}
	if err := printCells(ctx, g, stdout, width, height); err != nil {
		return err
	}
	census, err := g.Call(ctx, "census")
	if err != nil {
		return err
	}
	text, err := assemblyScriptString(g.Memory(), census)
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, text)
	minusSeven := int64(-7)
	quotient, err := g.Call(ctx, "quotient", uint64(minusSeven), 2)
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, "quotient", int64(quotient))
	if _, err := g.Call(ctx, "quotient", 1, 0); err == nil {
		return errors.New("quotient(1, 0) returned, but its assertion fails")
	}
	fmt.Fprintln(stdout, "quotient by zero aborts")
	return nil
}

func printCells(ctx context.Context, g Guest, stdout io.Writer, width, height uint64) error {
	address, err := g.Call(ctx, "cells")
	if err != nil {
		return err
	}
	memory := g.Memory()
	if address+width*height > uint64(len(memory)) {
		return fmt.Errorf("cells at %#x reach past the memory of %d bytes", address, len(memory))
	}
	for y := range height {
		line := make([]byte, width)
		for x := range width {
			line[x] = ".#"[memory[address+y*width+x]&1]
		}
		fmt.Fprintf(stdout, "%s\n", line)
	}
	return nil
}

// assemblyScriptString reads a string object: UTF-16 at address, its length in bytes in the 32 bits before it.
func assemblyScriptString(memory []byte, address uint64) (string, error) {
	if address < 4 || address > uint64(len(memory)) {
		return "", fmt.Errorf("string at %#x is outside the memory of %d bytes", address, len(memory))
	}
	size := uint64(memory[address-4]) | uint64(memory[address-3])<<8 | uint64(memory[address-2])<<16 | uint64(memory[address-1])<<24
	if size > uint64(len(memory))-address {
		return "", fmt.Errorf("string at %#x of %d bytes reaches past the memory of %d bytes", address, size, len(memory))
	}
	units := make([]uint16, size/2)
	for i := range units {
		at := address + 2*uint64(i)
		units[i] = uint16(memory[at]) | uint16(memory[at+1])<<8
	}
	return string(utf16.Decode(units)), nil
}
