package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the transcripts in testdata")

// asWeft in the environment makes the test binary behave as weft itself.
const asWeft = "WEFT_TEST_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(asWeft) != "" {
		main()
	}
	os.Exit(m.Run())
}

// TestScripts plays the transcripts in testdata. Each .txtar file has files for a directory of its own, and as its last part, called
// transcript, a session in that directory: lines with a dollar are commands, and what follows is their standard output, then their
// standard error with "! " in front of each line, then "exit N" if the status is not 0. The commands are
//
//	NAME=VALUE… weft ARGUMENT… < FILE     with an environment of no more than those variables, and any of the parts left out
//	cat FILE
//
// Arguments may be in single quotes. With -update the transcripts are written anew.
func TestScripts(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("have %d transcripts (%v), want some", len(paths), err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			playFile(t, path)
		})
	}
}

func playFile(t *testing.T, path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const mark = "-- transcript --\n"
	files, want, ok := strings.Cut(string(text), mark)
	if !ok {
		t.Fatalf("%s has no transcript", path)
	}
	dir := t.TempDir()
	unpack(t, dir, files)
	have := play(t, dir, want)
	if *update {
		if err := os.WriteFile(path, []byte(files+mark+have), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if have != want {
		t.Errorf("%s: have\n%s\nwant\n%s", path, have, want)
	}
}

// unpack writes the files of an archive: each has a line "-- name --" in front.
func unpack(t *testing.T, dir, archive string) {
	files := make(map[string]string)
	name := ""
	for line := range strings.Lines(archive) {
		if n, ok := strings.CutPrefix(strings.TrimSpace(line), "-- "); ok && strings.HasSuffix(n, " --") {
			name = strings.TrimSuffix(n, " --")
			files[name] = ""
		} else if name != "" {
			files[name] += line
		}
	}
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// play runs the commands of a transcript and returns it with what they print.
func play(t *testing.T, dir, transcript string) string {
	var out strings.Builder
	for line := range strings.Lines(transcript) {
		line = strings.TrimSpace(line)
		command, ok := strings.CutPrefix(line, "$ ")
		switch {
		case ok:
			fmt.Fprintf(&out, "$ %s\n", command)
			out.WriteString(runLine(t, dir, words(command)))
		case strings.HasPrefix(line, "# "):
			fmt.Fprintln(&out, line)
		}
	}
	return out.String()
}

// words divides a command at its spaces, except for those in single quotes.
func words(command string) []string {
	var list []string
	for i, part := range strings.Split(command, "'") {
		if i%2 == 1 {
			list = append(list, part)
		} else {
			list = append(list, strings.Fields(part)...)
		}
	}
	return list
}

func runLine(t *testing.T, dir string, words []string) string {
	if words[0] == "cat" {
		b, err := os.ReadFile(filepath.Join(dir, words[1]))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	env := []string{asWeft + "=1"}
	for strings.Contains(words[0], "=") {
		env, words = append(env, words[0]), words[1:]
	}
	if words[0] != "weft" {
		t.Fatalf("the command %q is not known", words[0])
	}
	cmd := newCommand(dir, words[1:]...)
	cmd.Env = env
	if n := len(cmd.Args); n > 2 && cmd.Args[n-2] == "<" {
		stdin, err := os.Open(filepath.Join(dir, cmd.Args[n-1]))
		if err != nil {
			t.Fatal(err)
		}
		defer stdin.Close()
		cmd.Stdin, cmd.Args = stdin, cmd.Args[:n-2]
	}
	return session(t, cmd)
}

// newCommand returns a command that runs weft in a directory.
func newCommand(dir string, args ...string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Dir = dir
	cmd.Env = []string{asWeft + "=1"}
	return cmd
}

// session returns what a command prints and its status, as transcripts have it.
func session(t *testing.T, cmd *exec.Cmd) string {
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		t.Fatal(err)
	}
	out := endLine(stdout.String())
	for line := range strings.Lines(endLine(stderr.String())) {
		out += "! " + line
	}
	if code := cmd.ProcessState.ExitCode(); code != 0 {
		out += fmt.Sprintf("exit %d\n", code)
	}
	return out
}

func endLine(s string) string {
	if s != "" && !strings.HasSuffix(s, "\n") {
		s += "\n"
	}
	return s
}
