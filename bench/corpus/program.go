package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// program is one row of the benchmark: a binary, what it is asked to do, and how its output is known.
type program struct {
	name string
	// workload says in a few words what the program does.
	workload string
	binary   binary
	args     []string
	// files are files of this folder that are placed beside the module under their base names.
	files []string
	// like, where the binary has no native build, is one that has and must print the same.
	like *program
}

// binary is a module that several programs may share.
type binary interface {
	// origin says where the source or the module comes from.
	origin() string
	// inputs returns everything that decides what build makes: two binaries with equal inputs are the same.
	inputs(ctx context.Context, shop *workshop) ([]string, error)
	// build leaves dir/program.wasm; dir/program.native where the source is C; and dir/reference where another build for
	// this machine says what the program prints.
	build(ctx context.Context, shop *workshop, dir string) error
}

// The names of the files that a binary's build leaves.
const (
	wasmFile      = "program.wasm"
	nativeFile    = "program.native"
	referenceFile = "reference"
)

// deliver puts everything that belongs to p into out.
func (p *program) deliver(ctx context.Context, shop *workshop, out string) error {
	dir, err := shop.binary(ctx, p.binary)
	if err != nil {
		return err
	}
	expected, err := p.expected(ctx, shop)
	if err != nil {
		return err
	}
	for _, file := range p.files {
		if err := install(filepath.Join(shop.tree, file), filepath.Join(out, filepath.Base(file)), 0o644); err != nil {
			return err
		}
	}
	base := filepath.Join(out, p.name)
	if err := install(filepath.Join(dir, wasmFile), base+".wasm", 0o644); err != nil {
		return err
	}
	native := filepath.Join(dir, nativeFile)
	if _, err := os.Stat(native); err == nil {
		if err := install(native, base+".native", 0o755); err != nil {
			return err
		}
	}
	if len(p.args) > 0 {
		if err := os.WriteFile(base+".args", []byte(strings.Join(p.args, "\n")+"\n"), 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(base+".stdout.expected", expected, 0o644)
}

// expected returns what p must print: what its build for this machine prints, or the one of the program it is like.
func (p *program) expected(ctx context.Context, shop *workshop) ([]byte, error) {
	source := p
	if p.like != nil {
		source = p.like
	}
	dir, err := shop.binary(ctx, source.binary)
	if err != nil {
		return nil, err
	}
	key, err := source.key(dir, shop)
	if err != nil {
		return nil, err
	}
	entry, err := shop.cached("stdout/"+key, func(path string) error {
		text, err := source.runNative(ctx, shop, dir)
		if err != nil {
			return err
		}
		return os.WriteFile(path, text, 0o644)
	})
	if err != nil {
		return nil, err
	}
	return os.ReadFile(entry)
}

// key identifies the output of p's native build in dir.
func (p *program) key(dir string, shop *workshop) (string, error) {
	parts := append([]string{filepath.Base(dir)}, p.args...)
	for _, file := range p.files {
		content, err := os.ReadFile(filepath.Join(shop.tree, file))
		if err != nil {
			return "", err
		}
		parts = append(parts, file, string(content))
	}
	return hash(parts), nil
}

func (p *program) runNative(ctx context.Context, shop *workshop, dir string) ([]byte, error) {
	native := filepath.Join(dir, nativeFile)
	if _, err := os.Stat(native); err != nil {
		native = filepath.Join(dir, referenceFile)
	}
	folder, err := os.MkdirTemp(shop.base, ".run-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	for _, file := range p.files {
		if err := install(filepath.Join(shop.tree, file), filepath.Join(folder, filepath.Base(file)), 0o644); err != nil {
			return nil, err
		}
	}
	command := exec.CommandContext(ctx, native, p.args...)
	command.Dir = folder
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := shop.run(command); err != nil {
		return nil, fmt.Errorf("the native build: %w\n%s%s", err, stdout.Bytes(), stderr.Bytes())
	}
	if stdout.Len() == 0 {
		return nil, fmt.Errorf("the native build printed nothing")
	}
	return stdout.Bytes(), nil
}

// install copies a file unless the target already has the same content. It writes beside the target and renames, so that a
// benchmark that is running sees one or the other.
func install(from, to string, mode os.FileMode) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if old, err := os.ReadFile(to); err == nil && bytes.Equal(old, content) {
		return nil
	}
	fresh, err := os.CreateTemp(filepath.Dir(to), ".fresh-")
	if err != nil {
		return err
	}
	defer os.Remove(fresh.Name())
	if _, err := fresh.Write(content); err != nil {
		fresh.Close()
		return err
	}
	if err := fresh.Close(); err != nil {
		return err
	}
	if err := os.Chmod(fresh.Name(), mode); err != nil {
		return err
	}
	return os.Rename(fresh.Name(), to)
}
