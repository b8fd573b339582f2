package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// cBinary is a program in C: a driver of ours and the sources of libraries.
//
// Paths are written PACKAGE/PATH, where PACKAGE is one of packages or data, or "c" for the folder of that name here.
type cBinary struct {
	// packages are Debian source packages.
	packages []string
	// data are Debian binary packages that hold input.
	data []string
	// sources are patterns of C files; one that starts with "!" takes files away again.
	sources []string
	// include are folders in which headers are found.
	include []string
	// flags are given to both compilations.
	flags []string
	// wasmFlags and nativeFlags are for one of the two.
	wasmFlags, nativeFlags []string
	// copies are files that the library's own build would make from a template: the name in a folder of headers, and the
	// file to copy there.
	copies map[string]string
	// prepare, when not nil, leaves more sources and headers in dir; patterns reach them as "made/…".
	prepare func(ctx context.Context, shop *workshop, at placer, dir string) error
}

// placer turns PACKAGE/PATH into a path on this machine.
type placer map[string]string

func (at placer) place(path string) (string, error) {
	head, rest, _ := strings.Cut(path, "/")
	dir, ok := at[head]
	if !ok {
		return "", fmt.Errorf("%s: no package %q in this recipe", path, head)
	}
	return filepath.Join(dir, rest), nil
}

func (b *cBinary) origin() string {
	if len(b.packages) == 0 {
		return "C of ours"
	}
	return "C, Debian " + strings.Join(slices.Concat(b.packages, b.data), ", ")
}

func (b *cBinary) inputs(ctx context.Context, shop *workshop) ([]string, error) {
	parts := []string{shop.tools.version, strings.Join(wasmFlags, " "), strings.Join(nativeFlags, " ")}
	froms, err := b.fetch(ctx, shop)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(froms)) {
		parts = append(parts, name, froms[name].version)
	}
	for _, list := range [][]string{b.sources, b.include, b.flags, b.wasmFlags, b.nativeFlags} {
		parts = append(parts, strings.Join(list, "\n"))
	}
	parts = append(parts, fmt.Sprint(b.copies))
	ours := []string{"c/include", "c/wasm"}
	for _, path := range slices.Concat(b.sources, b.include) {
		if strings.HasPrefix(path, "c/") {
			ours = append(ours, path)
		}
	}
	contents, err := shop.contents(ours...)
	return append(parts, contents...), err
}

// wasmFlags are the flags of every compilation for WebAssembly: what wasm32-wasi toolchains enable by now.
var wasmFlags = []string{
	"--target=wasm32-wasi", "--sysroot=/usr", "-O2",
	"-mbulk-memory", "-mnontrapping-fptoint", "-msign-ext", "-mmutable-globals",
	"-D_WASI_EMULATED_SIGNAL", "-D_WASI_EMULATED_PROCESS_CLOCKS", "-D_WASI_EMULATED_GETPID",
}

// wasmLibraries are linked into every program for WebAssembly; what is not called stays out.
var wasmLibraries = []string{"-lwasi-emulated-signal", "-lwasi-emulated-process-clocks", "-lwasi-emulated-getpid", "-lm"}

// nativeFlags are the flags of every compilation for this machine.
var nativeFlags = []string{"-O3"}

// fetch returns the packages of b by name.
func (b *cBinary) fetch(ctx context.Context, shop *workshop) (map[string]source, error) {
	froms := map[string]source{}
	var err error
	for _, name := range b.packages {
		if froms[name], err = shop.debs.find(ctx, name); err != nil {
			return nil, err
		}
	}
	for _, name := range b.data {
		if froms[name], err = shop.debs.findBinary(ctx, name); err != nil {
			return nil, err
		}
	}
	return froms, nil
}

func (b *cBinary) build(ctx context.Context, shop *workshop, dir string) error {
	at := placer{"c": filepath.Join(shop.tree, "c")}
	froms, err := b.fetch(ctx, shop)
	if err != nil {
		return err
	}
	for name, from := range froms {
		at[name] = from.dir
	}
	made := filepath.Join(dir, "made")
	if err := os.Mkdir(made, 0o755); err != nil {
		return err
	}
	defer os.RemoveAll(made)
	at["made"] = made
	if err := b.make(ctx, shop, at, made); err != nil {
		return err
	}
	sources, err := at.expand(b.sources)
	if err != nil {
		return err
	}
	flags := []string{"-g0", "-w", "-ffp-contract=off", "-I" + filepath.Join(at["c"], "include"), "-I" + made,
		"--embed-dir=" + made}
	for _, path := range b.include {
		folder, err := at.place(path)
		if err != nil {
			return err
		}
		flags = append(flags, "-I"+folder)
	}
	flags = append(flags, b.flags...)
	system := []string{"-isystem", filepath.Join(at["c"], "wasm"), "-isystem", "/usr/include/wasm32-wasi"}
	wasm := slices.Concat(wasmFlags, system, flags, b.wasmFlags)
	missing := filepath.Join(at["c"], "wasm/missing.c")
	objects, err := compile(ctx, shop, filepath.Join(made, "wasm"), wasm, append(slices.Clone(sources), missing))
	if err != nil {
		return err
	}
	link := []string{"--target=wasm32-wasi", "--sysroot=/usr", "-L/usr/lib/wasm32-wasi", "-fuse-ld=" + shop.tools.linker,
		"-Wl,--strip-debug", "-Wl,-z,stack-size=1048576", "-Wl,--stack-first", "-o", filepath.Join(dir, wasmFile)}
	if err := shop.do(ctx, made, shop.tools.clang, slices.Concat(link, objects, wasmLibraries)...); err != nil {
		return err
	}
	native := slices.Concat(nativeFlags, flags, b.nativeFlags)
	if objects, err = compile(ctx, shop, filepath.Join(made, "native"), native, sources); err != nil {
		return err
	}
	return shop.do(ctx, made, shop.tools.clang, slices.Concat([]string{"-o", filepath.Join(dir, nativeFile)}, objects, []string{"-lm"})...)
}

// make fills the folder of made sources and headers.
func (b *cBinary) make(ctx context.Context, shop *workshop, at placer, made string) error {
	for name, template := range b.copies {
		from, err := at.place(template)
		if err != nil {
			return err
		}
		if err := install(from, filepath.Join(made, name), 0o644); err != nil {
			return err
		}
	}
	if b.prepare == nil {
		return nil
	}
	return b.prepare(ctx, shop, at, made)
}

// expand returns the files that the patterns name.
func (at placer) expand(patterns []string) ([]string, error) {
	var files []string
	for _, pattern := range patterns {
		pattern, without := strings.CutPrefix(pattern, "!")
		full, err := at.place(pattern)
		if err != nil {
			return nil, err
		}
		found, err := filepath.Glob(full)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("%s: no such file", pattern)
		}
		if without {
			files = slices.DeleteFunc(files, func(file string) bool { return slices.Contains(found, file) })
			continue
		}
		files = append(files, found...)
	}
	return files, nil
}

// compile makes one object file in dir of each source, side by side, and returns them in the order of the sources.
func compile(ctx context.Context, shop *workshop, dir string, flags, sources []string) ([]string, error) {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return nil, err
	}
	objects := make([]string, len(sources))
	failures := make([]error, len(sources))
	var group sync.WaitGroup
	for i, file := range sources {
		objects[i] = filepath.Join(dir, fmt.Sprintf("%d.o", i))
		group.Go(func() {
			failures[i] = shop.do(ctx, dir, shop.tools.clang, append(slices.Clone(flags), "-c", file, "-o", objects[i])...)
		})
	}
	group.Wait()
	for _, err := range failures {
		if err != nil {
			return nil, err
		}
	}
	return objects, nil
}
