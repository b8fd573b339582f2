package realworld

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// goArchive is testdata/goprog; the same source built for the host says what it must print.
func goArchive() Program {
	return Program{
		Name:   "go-archive",
		Source: "Go: files, goroutines, encoding/json, compress/flate, regexp",
		Steps: []Step{{
			Wasm:    buildForWASI("testdata/goprog"),
			Args:    []string{"goprog", "/"},
			Dialect: Preview1,
		}},
		Check: func(ctx context.Context, _ string, stdout []byte) error {
			program, err := goBuild(ctx, "testdata/goprog", thisHost)
			if err != nil {
				return err
			}
			dir, err := os.MkdirTemp("", "weft-native-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			want, err := native(ctx, program, dir)
			if err != nil {
				return err
			}
			return compareText("standard output", string(stdout), string(want))
		},
	}
}

// gofmtInputs are the files of GOROOT/src that gofmt formats, after their indentation was taken away.
var gofmtInputs = []string{"sort/sort.go", "regexp/exec.go", "text/template/exec.go"}

// gofmt is Go's own gofmt, which simplifies and rewrites files in place and lists those it changed.
func gofmt() Program {
	return Program{
		Name:   "gofmt",
		Source: "Go's cmd/gofmt, rewriting files of the standard library",
		Setup:  func(_ context.Context, root string) error { return writeUnformatted(filepath.Join(root, "src")) },
		Steps: []Step{{
			Wasm:    buildForWASI("cmd/gofmt"),
			Args:    []string{"gofmt", "-l", "-s", "-w", "/src"},
			Dialect: Preview1,
		}},
		Check: checkGofmt,
	}
}

func writeUnformatted(dir string) error {
	tools, err := toolchain()
	if err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	for _, input := range gofmtInputs {
		source, err := os.ReadFile(filepath.Join(tools.root, "src", filepath.FromSlash(input)))
		if err != nil {
			return &UnavailableError{What: "the source of Go's standard library", Err: err}
		}
		var flat bytes.Buffer
		for line := range bytes.Lines(source) {
			flat.Write(bytes.TrimLeft(line, "\t"))
		}
		if err := os.WriteFile(filepath.Join(dir, gofmtFile(input)), flat.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// gofmtFile is the name under which a file of the standard library lies in the guest's src folder.
func gofmtFile(input string) string { return strings.ReplaceAll(input, "/", "_") }

// checkGofmt has the host's gofmt do the same work and compares the files.
func checkGofmt(ctx context.Context, root string, stdout []byte) error {
	program, err := goBuild(ctx, "cmd/gofmt", thisHost)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "weft-native-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	src := filepath.Join(dir, "src")
	if err := writeUnformatted(src); err != nil {
		return err
	}
	listed, err := native(ctx, program, "-l", "-s", "-w", src)
	if err != nil {
		return err
	}
	want := strings.ReplaceAll(filepath.ToSlash(string(listed)), filepath.ToSlash(src), "/src")
	if err := compareText("standard output", string(stdout), want); err != nil {
		return err
	}
	return compareFolders(filepath.Join(root, "src"), src)
}

// compareFolders reports the first file in which two flat folders differ.
func compareFolders(got, want string) error {
	entries, err := os.ReadDir(want)
	if err != nil {
		return err
	}
	have, err := os.ReadDir(got)
	if err != nil {
		return err
	}
	if len(have) != len(entries) {
		return fmt.Errorf("%d files left, want %d", len(have), len(entries))
	}
	for _, entry := range entries {
		expected, err := os.ReadFile(filepath.Join(want, entry.Name()))
		if err != nil {
			return err
		}
		content, err := os.ReadFile(filepath.Join(got, entry.Name()))
		if err != nil {
			return err
		}
		if err := compareText(entry.Name(), string(content), string(expected)); err != nil {
			return err
		}
	}
	return nil
}
