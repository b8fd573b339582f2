package realworld

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// goTarget is a platform that the Go toolchain builds for.
type goTarget struct{ os, arch string }

var (
	wasip1   = goTarget{"wasip1", "wasm"}
	thisHost = goTarget{runtime.GOOS, runtime.GOARCH}
)

// toolchain is the Go installation on the PATH, asked once.
var toolchain = sync.OnceValues(func() (t struct{ version, root string }, err error) {
	output, err := exec.Command("go", "env", "GOVERSION", "GOROOT").Output()
	if err != nil {
		return t, &UnavailableError{What: "the Go toolchain", Err: err}
	}
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	if len(lines) != 2 {
		return t, fmt.Errorf("realworld: go env printed %q, want two lines", output)
	}
	t.version, t.root = strings.TrimSpace(lines[0]), strings.TrimSpace(lines[1])
	return t, nil
})

// goBuild returns the path of a Go command built for target. The package is either the path of one in the standard library
// (cmd/gofmt) or a folder of testdata.
func goBuild(ctx context.Context, pkg string, target goTarget) (string, error) {
	tools, err := toolchain()
	if err != nil {
		return "", err
	}
	source, err := goSource(pkg)
	if err != nil {
		return "", err
	}
	key := fmt.Sprintf("go/%s-%s-%s-%s-%x", path.Base(pkg), tools.version, target.os, target.arch, source.sum)
	return cached(key, func(out string) error {
		dir, err := os.MkdirTemp("", "weft-go-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		what := pkg
		if len(source.files) > 0 {
			what = "."
			if err := source.write(dir); err != nil {
				return err
			}
		}
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", out, what)
		build.Dir = dir
		build.Env = append(os.Environ(), "GOOS="+target.os, "GOARCH="+target.arch, "GOWORK=off", "GOFLAGS=", "CGO_ENABLED=0",
			"GO111MODULE=on")
		if output, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("realworld: go build %s for %s/%s: %w\n%s", pkg, target.os, target.arch, err, output)
		}
		return nil
	})
}

// buildForWASI is the Wasm function of a step whose module is a Go command.
func buildForWASI(pkg string) func(context.Context, string) ([]byte, error) {
	return func(ctx context.Context, _ string) ([]byte, error) {
		file, err := goBuild(ctx, pkg, wasip1)
		if err != nil {
			return nil, err
		}
		return os.ReadFile(file)
	}
}

// goSources are the files of a Go package below testdata, none for a package of the standard library.
type goSources struct {
	files map[string][]byte
	sum   []byte
}

func goSource(pkg string) (goSources, error) {
	s := goSources{files: map[string][]byte{}}
	if !strings.HasPrefix(pkg, "testdata/") {
		return s, nil
	}
	entries, err := fs.ReadDir(testdata, pkg)
	if err != nil {
		return s, err
	}
	hash := sha256.New()
	for _, entry := range entries {
		content, err := testdata.ReadFile(pkg + "/" + entry.Name())
		if err != nil {
			return s, err
		}
		s.files[entry.Name()] = content
		fmt.Fprintf(hash, "%s %d\n%s", entry.Name(), len(content), content)
	}
	s.sum = hash.Sum(nil)[:8]
	return s, nil
}

func (s goSources) write(dir string) error {
	mod := []byte("module guest\n\ngo 1.25\n")
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), mod, 0o644); err != nil {
		return err
	}
	for name, content := range s.files {
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// native runs a program of the host and returns what it printed.
func native(ctx context.Context, program string, args ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, program, args...)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("realworld: %s natively: %w: %s", filepath.Base(program), err, lastLine(stderr.Bytes()))
	}
	return output, nil
}
