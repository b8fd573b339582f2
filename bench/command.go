package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/weft-wasm/weft/bench/engine"
)

// command is a program found in a folder. Beside NAME.wasm there may be NAME.args, one argument a line, NAME.stdout.expected, what it must
// print, and NAME.native, the same program compiled for this machine.
type command struct {
	name   string // path of the file below the folder that was named, without .wasm
	file   string // absolute
	args   []string
	native string // absolute path of the natively compiled program, "" if there is none
	// expected is what the program must print; nil if there is no such file.
	expected []byte
}

// findCommands returns every .wasm file below the given folders, and those given themselves, in order of their paths.
func findCommands(paths []string) ([]command, error) {
	if len(paths) == 0 {
		return nil, errors.New("exec: no folder given (go run ./corpus -o DIR makes one)")
	}
	var commands []command
	seen := map[string]string{}
	for _, root := range paths {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".wasm" {
				return err
			}
			c, err := loadCommand(root, path)
			if other := seen[c.name]; err == nil && other != "" {
				return fmt.Errorf("exec: %s and %s have the same name", other, path)
			}
			seen[c.name] = path
			commands = append(commands, c)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if len(commands) == 0 {
		return nil, fmt.Errorf("exec: no .wasm file below %s", strings.Join(paths, ", "))
	}
	return commands, nil
}

func loadCommand(root, path string) (command, error) {
	file, err := filepath.Abs(path)
	if err != nil {
		return command{}, err
	}
	stem := strings.TrimSuffix(file, ".wasm")
	name := filepath.Base(stem)
	if below, err := filepath.Rel(root, path); err == nil && below != "." {
		name = strings.TrimSuffix(filepath.ToSlash(below), ".wasm")
	}
	c := command{name: name, file: file, args: []string{filepath.Base(stem)}}
	args, err := readIfThere(stem + ".args")
	if err != nil {
		return c, err
	}
	if text := strings.TrimSuffix(string(args), "\n"); args != nil && text != "" {
		c.args = append(c.args, strings.Split(text, "\n")...)
	}
	if _, err := os.Stat(stem + ".native"); err == nil {
		c.native = stem + ".native"
	}
	c.expected, err = readIfThere(stem + ".stdout.expected")
	return c, err
}

// readIfThere returns nil for a file that does not exist.
func readIfThere(file string) ([]byte, error) {
	content, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if content == nil {
		content = []byte{}
	}
	return content, err
}

// run runs the command once on an engine, in a process of its own, and checks what it printed.
func (c *command) run(ctx context.Context, engineName string, timeout time.Duration) engine.Measurement {
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("stopped after %v", timeout))
	defer cancel()
	var m engine.Measurement
	if err := c.try(ctx, engineName, &m); err != nil {
		m.Error = err.Error()
	}
	return m
}

func (c *command) try(ctx context.Context, engineName string, m *engine.Measurement) error {
	child, err := c.child(engineName)
	if err != nil {
		return err
	}
	stdout, err := os.CreateTemp("", "bench-stdout-")
	if err != nil {
		return err
	}
	defer os.Remove(stdout.Name())
	defer stdout.Close()
	child.Dir, child.Stdout = filepath.Dir(c.file), stdout
	start := time.Now()
	report, stderr, err := runChild(ctx, child)
	m.Execute = time.Since(start).Seconds()
	if len(report) > 0 {
		err = errors.Join(err, sumReports(report, m))
	}
	if err == nil && m.Error != "" {
		err = errors.New(m.Error)
	}
	switch {
	case err != nil:
		return fmt.Errorf("%w%s", err, quoteEnd(stderr))
	case c.expected == nil:
		return nil
	}
	printed, err := os.ReadFile(stdout.Name())
	if err != nil {
		return err
	}
	return firstDifference(printed, c.expected)
}

// sumReports reads what a process reported: one measurement, or one for each region of a natively compiled program.
func sumReports(report []byte, m *engine.Measurement) error {
	m.Execute = 0
	for reader := json.NewDecoder(bytes.NewReader(report)); reader.More(); {
		var part engine.Measurement
		if err := reader.Decode(&part); err != nil {
			return err
		}
		part.Execute += m.Execute
		*m = part
	}
	return nil
}

// child returns the process that runs the command on an engine. A natively compiled program need not report; then its execution is
// the process from start to end. One that has marks may write {"execute": SECONDS} to descriptor 3, for each region one.
func (c *command) child(engineName string) (*exec.Cmd, error) {
	switch engineName {
	case engine.Native:
		return exec.Command(c.native, c.args[1:]...), nil
	case engine.Node:
		return engine.NodeCommand(c.file, c.args), nil
	}
	return self(append([]string{"exec-one", engineName, c.file}, c.args...)...)
}

// firstDifference says in which line what was printed differs from what was expected, nil if in none.
func firstDifference(have, want []byte) error {
	if bytes.Equal(have, want) {
		return nil
	}
	haveLines, wantLines := bytes.SplitAfter(have, []byte("\n")), bytes.SplitAfter(want, []byte("\n"))
	for i := 0; ; i++ {
		if i >= len(haveLines) || i >= len(wantLines) || !bytes.Equal(haveLines[i], wantLines[i]) {
			return fmt.Errorf("standard output, line %d: have %s, want %s", i+1, lineAt(haveLines, i), lineAt(wantLines, i))
		}
	}
}

func lineAt(lines [][]byte, i int) string {
	const most = 100
	switch {
	case i >= len(lines):
		return "the end"
	case len(lines[i]) > most:
		return fmt.Sprintf("%q…", lines[i][:most])
	}
	return fmt.Sprintf("%q", lines[i])
}
