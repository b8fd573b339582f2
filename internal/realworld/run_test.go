package realworld

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestCachedIsAtomic fills one entry from several goroutines at once: all get a complete entry.
func TestCachedIsAtomic(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	const writers = 8
	contents := make(chan string, writers)
	start := make(chan struct{})
	for i := range writers {
		go func() {
			<-start
			path, err := cached("test/entry", func(path string) error {
				return os.WriteFile(path, bytes.Repeat([]byte{byte('a' + i)}, 1<<16), 0o644)
			})
			content, readErr := os.ReadFile(path)
			if err := errors.Join(err, readErr); err != nil || len(content) != 1<<16 {
				contents <- fmt.Sprintf("%d bytes, %v", len(content), err)
				return
			}
			contents <- ""
		}()
	}
	close(start)
	for range writers {
		if problem := <-contents; problem != "" {
			t.Error(problem)
		}
	}
}

func TestFindNamesTheProgramsThereAre(t *testing.T) {
	_, err := Find("cobol")
	if err == nil || !strings.Contains(err.Error(), `no program "cobol"`) || !strings.Contains(err.Error(), "gofmt") {
		t.Errorf("have error %v, want one that lists the programs", err)
	}
	if program, err := Find("gofmt"); err != nil || program.Name != "gofmt" {
		t.Errorf("have %v, %v, want gofmt", program, err)
	}
}

// failing is an engine that runs nothing, to see how a failure is told.
type failing struct{ compileErr, runErr error }

func (f failing) Compile(context.Context, []byte) (Module, error) { return f, f.compileErr }

func (f failing) Close(context.Context) error { return nil }

func (f failing) Run(_ context.Context, p Process) error {
	fmt.Fprintln(p.Stderr, "the guest's last words")
	fmt.Fprintln(p.Stdout, "wrong")
	return f.runErr
}

func TestRunTellsWhatWentWrong(t *testing.T) {
	program := cStations()
	for _, c := range []struct {
		engine failing
		want   string
	}{
		{failing{compileErr: errors.New("bad magic")}, "c-stations: compile: bad magic"},
		{failing{runErr: errors.New("exit code 3")}, "c-stations: exit code 3\nstandard error:\nthe guest's last words"},
		{failing{}, `c-stations: standard output, line 1: have "wrong", want "124138 bytes"`},
	} {
		if _, err := program.Run(t.Context(), c.engine); err == nil || err.Error() != c.want {
			t.Errorf("have error %q, want %q", err, c.want)
		}
	}
}
