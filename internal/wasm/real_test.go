package wasm

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// realModule is a module that some toolchain has made.
type realModule struct {
	name  string
	bytes []byte
}

// realModules returns the modules that are committed for package realworld: from clang, Emscripten and AssemblyScript.
func realModules(t testing.TB) (list []realModule) {
	paths, err := filepath.Glob("../realworld/testdata/*/*.wasm")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no committed modules: %v", err)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, realModule{filepath.Base(path), b})
	}
	return list
}

// goModule returns a program compiled by the Go toolchain at hand, 2.6 MB.
var goModule = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "weft-wasm")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	source := filepath.Join(dir, "main.go")
	if err := os.WriteFile(source, []byte("package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(42) }\n"), 0o600); err != nil {
		return nil, err
	}
	program := filepath.Join(dir, "main.wasm")
	build := exec.Command("go", "build", "-o", program, source)
	build.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "GO111MODULE=off", "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, &exec.Error{Name: string(out), Err: err}
	}
	return os.ReadFile(program)
})

// allModules returns the committed modules and one from Go, where there is a Go toolchain.
func allModules(t testing.TB) []realModule {
	b, err := goModule()
	if err != nil {
		t.Logf("without a module from Go: %v", err)
		return realModules(t)
	}
	return append(realModules(t), realModule{"go", b})
}
