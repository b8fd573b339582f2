package weft_test

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/wasi"
	"github.com/weft-wasm/weft/wasi/p1"
)

func TestSmoke(t *testing.T) {
	cmd := exec.Command("go", "build", "-o", "/tmp/gofmt.wasm", "cmd/gofmt")
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatal(string(out))
	}
	b, _ := os.ReadFile("/tmp/gofmt.wasm")
	e := weft.NewEngine(weft.Config{})
	ctx := context.Background()
	m, err := e.Compile(ctx, b)
	if err != nil {
		t.Fatal(err)
	}
	l := weft.NewLinker(e)
	f, _ := os.Open("/usr/local/go/src/fmt/print.go")
	if err := p1.Add(l, wasi.Config{Args: []string{"gofmt", "-l"}, Stdin: f, Stdout: os.Stdout, Stderr: os.Stderr}); err != nil {
		t.Fatal(err)
	}
	in, err := l.Instantiate(ctx, m)
	if err != nil {
		t.Fatal(err)
	}
	start, err := in.Func("_start")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := start.Call(ctx); err != nil {
		t.Fatalf("%v", err)
	}
}
