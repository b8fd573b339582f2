package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// Every measurement is made in a process of its own. Engines disturb each other otherwise (Go, Weft and wasmtime all want the
// signals of memory faults), a crash would end the whole run, and not every engine can be stopped. The child is this
// program, started with a subcommand that is not for people, or node; what it found out it writes as JSON to descriptor 3, so
// that the guest has the standard streams for itself.

const reportDescriptor = 3

// reportToParent is the child's side.
func reportToParent(v any) error {
	pipe := os.NewFile(reportDescriptor, "report")
	if pipe == nil {
		return errors.New("there is no parent to report to")
	}
	return errors.Join(json.NewEncoder(pipe).Encode(v), pipe.Close())
}

// self returns a command that runs this program with other arguments.
func self(args ...string) (*exec.Cmd, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return exec.Command(path, args...), nil
}

// runChild runs a process until it ends or the context does, and returns what it reported and what it wrote to standard error. The error
// says how it ended.
func runChild(ctx context.Context, child *exec.Cmd) (report []byte, stderr string, err error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, "", err
	}
	defer read.Close()
	var said bytes.Buffer
	child.ExtraFiles, child.Stderr = []*os.File{write}, &said
	if err := child.Start(); err != nil {
		return nil, "", errors.Join(err, write.Close())
	}
	stop := context.AfterFunc(ctx, func() { child.Process.Kill() })
	defer stop()
	write.Close()
	report, readErr := io.ReadAll(read)
	err = errors.Join(child.Wait(), readErr)
	switch {
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	case err != nil:
		err = fmt.Errorf("the process ended: %w", err)
	}
	return report, said.String(), err
}

// quoteEnd renders the first and last lines of what a failed process wrote to standard error.
func quoteEnd(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	lines := strings.Split(text, "\n")
	if len(lines) > 4 {
		lines = append(lines[:2:2], append([]string{"…"}, lines[len(lines)-2:]...)...)
	}
	return ": " + strings.Join(lines, " | ")
}

// ask is runChild for a child that reports a value as JSON, or nothing that matters if value is nil. The error has the end of what it wrote to standard error.
func ask(ctx context.Context, child *exec.Cmd, value any) error {
	report, stderr, err := runChild(ctx, child)
	if err != nil {
		return fmt.Errorf("%w%s", err, quoteEnd(stderr))
	}
	if value == nil {
		return nil
	}
	return json.Unmarshal(report, value)
}
