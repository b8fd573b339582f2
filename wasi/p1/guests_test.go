package p1_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
	"github.com/weft-wasm/weft/wasi"
	"github.com/weft-wasm/weft/wasi/p1"
)

// buildGo compiles a guest below testdata with the Go tool.
func buildGo(t *testing.T, dir string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "guest.wasm")
	cmd := exec.Command("go", "build", "-o", out, "./testdata/"+dir)
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building the guest: %v\n%s", err, text)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// assemble translates a module's text.
func assemble(tb testing.TB, text string) []byte {
	tb.Helper()
	m, err := wat.Parse("guest.wat", []byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return wasm.Encode(m)
}

// instantiate links a guest with WASI and nothing else.
func instantiate(tb testing.TB, code []byte, config wasi.Config) *weft.Instance {
	tb.Helper()
	engine := weft.NewEngine(weft.Config{})
	module, err := engine.Compile(tb.Context(), code)
	if err != nil {
		tb.Fatal(err)
	}
	linker := weft.NewLinker(engine)
	if err := p1.Add(linker, config); err != nil {
		tb.Fatal(err)
	}
	in, err := linker.Instantiate(tb.Context(), module)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := in.Close(); err != nil {
			tb.Error("closing the instance:", err)
		}
		if err := engine.Close(); err != nil {
			tb.Error("closing the engine:", err)
		}
	})
	return in
}

// openRoot makes a directory with files and opens it.
func openRoot(t *testing.T, files map[string]string) *os.Root {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root
}

// TestGoProgramUsesFiles runs a program of Go's own, which checks each part of package os from inside.
func TestGoProgramUsesFiles(t *testing.T) {
	root, ro := openRoot(t, nil), openRoot(t, map[string]string{"given": "from the host"})
	if err := os.Symlink("../../secret", filepath.Join(root.Name(), "escape")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(root.Name(), "absolute")); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	in := instantiate(t, buildGo(t, "files"), wasi.Config{
		Args:  []string{"files", "an argument", ""},
		Env:   []string{"GREETING=hello world", "PWD=/"},
		Stdin: io.MultiReader(strings.NewReader("first\nsec"), strings.NewReader("ond\n")),

		Stdout: &stdout, Stderr: &stderr,
		Root: root,
		Mounts: []wasi.Mount{
			{Path: "/ro", Dir: wasi.ReadOnly(wasi.HostDir(ro))},
			{Path: "/fs", Dir: wasi.FSDir(fstest.MapFS{"dir/embedded": {Data: []byte("from fs.FS")}})},
		},
	})
	code, err := p1.Run(t.Context(), in)
	if code != 42 || err != nil || stdout.String() != "all is well\n" || stderr.Len() > 0 {
		t.Errorf("code %d, %v\n%s%s", code, err, stdout.String(), stderr.String())
	}
}

// TestGoProgramServes lets a program of Go's own accept on a listener that it was given.
func TestGoProgramServes(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip("no loopback network:", err)
	}
	defer listener.Close()
	in := instantiate(t, buildGo(t, "server"), wasi.Config{Listeners: []net.Listener{listener}, Stderr: os.Stderr})
	ended := make(chan error, 1)
	go func() {
		code, err := p1.Run(t.Context(), in)
		if code != 0 {
			err = fmt.Errorf("code %d", code)
		}
		ended <- err
	}()
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	lines := bufio.NewScanner(client)
	for _, line := range []string{"one", "two words"} {
		fmt.Fprintln(client, line)
		if !lines.Scan() || lines.Text() != strings.ToUpper(line) {
			t.Errorf("the server answered %q, %v", lines.Text(), lines.Err())
		}
	}
	fmt.Fprintln(client, "bye")
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// hello writes a line through one import module and exits through the other, as no program should and any may.
const hello = `(module
	(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
	(import "wasi_unstable" "proc_exit" (func $exit (param i32)))
	(memory (export "memory") 1)
	(data (i32.const 0) "\10\00\00\00\06\00\00\00")
	(data (i32.const 16) "hello\n")
	(func (export "_start")
		(call $exit (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
	)
)`

func TestEachInstanceHasItsOwnProcess(t *testing.T) {
	// The guest closes descriptor 1 and reports what fd_close said: 0 the first time in each instance.
	code := assemble(t, `(module
		(import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
		(memory (export "memory") 1)
		(func (export "close") (param i32) (result i32) (call $close (local.get 0)))
	)`)
	engine := weft.NewEngine(weft.Config{})
	defer engine.Close()
	module, err := engine.Compile(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	linker := weft.NewLinker(engine)
	if err := p1.Add(linker, wasi.Config{}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		in, err := linker.Instantiate(t.Context(), module)
		if err != nil {
			t.Fatal(err)
		}
		closeFD, err := weft.Lookup1[int32, int32](in, "close")
		if err != nil {
			t.Fatal(err)
		}
		const badf = 8
		for _, want := range []int32{0, badf} {
			if got, err := closeFD(t.Context(), 1); got != want || err != nil {
				t.Errorf("close = %d, %v, want %d", got, err, want)
			}
		}
		in.Close()
	}
	if err := p1.Add(weft.NewLinker(engine), wasi.Config{Env: []string{"bad"}}); err == nil {
		t.Error("a wrong Config was accepted")
	}
}

// TestCanceledGuest ends a guest that sleeps for ever, and uses its instance again.
func TestCanceledGuest(t *testing.T) {
	in := instantiate(t, assemble(t, `(module
		(import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
		(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
		(memory (export "memory") 1)
		(data (i32.const 24) "\ff\ff\ff\ff\ff\ff\ff\7f")
		(func (export "_start") (drop (call $poll (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 128))))
		(func (export "after") (call $exit (i32.const 3)))
	)`), wasi.Config{})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := p1.Run(ctx, in)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	after, err := weft.Lookup0[weft.None](in, "after")
	if err != nil {
		t.Fatal(err)
	}
	_, err = after(t.Context())
	var exit *weft.ExitError
	if !errors.As(err, &exit) || exit.Code != 3 {
		t.Errorf("after being cancelled: %v", err)
	}
}

// TestNoMemory calls functions from a module that has no memory: every pointer is bad, and nothing else happens.
func TestNoMemory(t *testing.T) {
	in := instantiate(t, assemble(t, `(module
		(import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
		(func (export "random") (param i32) (result i32) (call $random (i32.const 0) (local.get 0)))
	)`), wasi.Config{})
	random, err := weft.Lookup1[int32, int32](in, "random")
	if err != nil {
		t.Fatal(err)
	}
	const fault = 21
	for length, want := range map[int32]int32{0: 0, 1: fault, -1: fault} {
		if got, err := random(t.Context(), length); got != want || err != nil {
			t.Errorf("random_get of %d bytes = %d, %v, want %d", length, got, err, want)
		}
	}
}

func BenchmarkClockTimeGet(b *testing.B) {
	in := instantiate(b, assemble(b, `(module
		(import "wasi_snapshot_preview1" "clock_time_get" (func $time (param i32 i64 i32) (result i32)))
		(memory (export "memory") 1)
		(func (export "run") (param i32)
			(loop (drop (call $time (i32.const 1) (i64.const 0) (i32.const 0)))
				(br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
	)`), wasi.Config{})
	run, err := weft.Lookup1[int32, weft.None](in, "run")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	run(b.Context(), int32(b.N))
}

func BenchmarkWrite(b *testing.B) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer null.Close()
	for name, w := range map[string]io.Writer{"discard": nil, "device": null} {
		b.Run(name, func(b *testing.B) {
			in := instantiate(b, assemble(b, strings.Replace(hello, `(func (export "_start")`,
				`(func (export "run") (param i32)
					(loop (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
						(br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
				(func (export "_start")`, 1)), wasi.Config{Stdout: w})
			run, err := weft.Lookup1[int32, weft.None](in, "run")
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			run(b.Context(), int32(b.N))
		})
	}
}
