//go:build unix

package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestInterrupt sends the signal of ctrl-C to programs that would never end: one that computes, and one that waits for input.
func TestInterrupt(t *testing.T) {
	const program = `(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\00\00\00\03\00\00\00up\n")
  (func (export "_start")
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 100)))
    WORK))`
	for name, work := range map[string]string{
		"computing": `(loop (br 0))`,
		"waiting":   `(drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 100)))`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			text := strings.ReplaceAll(program, "WORK", work)
			if err := os.WriteFile(filepath.Join(dir, "prog.wat"), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
			interrupt(t, dir)
		})
	}
}

// interrupt runs prog.wat in a directory and interrupts it after its first output.
func interrupt(t *testing.T, dir string) {
	cmd := newCommand(dir, "run", "prog.wat")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(stdout, make([]byte, 3)); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != statusInterrupt || stderr.String() != "weft: interrupted\n" {
		t.Errorf("have status %d and %q, want %d and that it was interrupted", code, stderr.String(), statusInterrupt)
	}
}
