package wasi

import (
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestZeroConfigGivesNothing(t *testing.T) {
	s, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Args)+len(s.Env)+len(s.Mounts)+len(s.Listeners)+len(s.Conns) != 0 {
		t.Errorf("something is ambient: %+v", s)
	}
	if n, err := s.Stdin.In.Read(t.Context(), make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("standard input gave %d bytes, %v", n, err)
	}
	for _, out := range []*Stream{s.Stdout, s.Stderr} {
		if n, err := out.Out.Write(t.Context(), []byte("gone")); n != 4 || err != nil {
			t.Errorf("output took %d bytes, %v", n, err)
		}
	}
	if d := time.Since(s.Clock.Now()); d < 0 || d > time.Minute {
		t.Errorf("the clock is %v off", d)
	}
	p := make([]byte, 32)
	if _, err := io.ReadFull(s.Random, p); err != nil || string(p) == string(make([]byte, 32)) {
		t.Errorf("random bytes %x, %v", p, err)
	}
}

func TestConfigErrors(t *testing.T) {
	d := FSDir(testTree)
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for _, c := range []struct {
		config Config
		want   string
	}{
		{Config{Args: []string{"a", "b\x00"}}, `wasi: Config.Args[1]: "b\x00" contains a NUL byte`},
		{Config{Env: []string{"A=\x00"}}, `wasi: Config.Env[0]: "A=\x00" contains a NUL byte`},
		{Config{Env: []string{"A=1", "HOME"}}, `wasi: Config.Env[1]: "HOME" is not of the form NAME=value`},
		{Config{Mounts: []Mount{{Path: "/"}}}, `wasi: Config.Mounts[0]: "/" has no Dir`},
		{Config{Mounts: []Mount{{Dir: d}}}, `wasi: Config.Mounts[0]: "" is not a path`},
		{Config{Mounts: []Mount{{"/x", d}, {"/x/", d}}}, `wasi: Config.Mounts: "/x" is mounted twice`},
		{Config{Root: root, Mounts: []Mount{{"/", d}}}, `wasi: Config.Mounts: "/" is mounted twice`},
		{Config{Descriptors: -1}, `wasi: Config.Descriptors: -1 is negative`},
		{Config{Listeners: make([]net.Listener, 1)}, `wasi: Config.Listeners[0] is nil`},
		{Config{Conns: make([]net.Conn, 1)}, `wasi: Config.Conns[0] is nil`},
	} {
		if _, err := New(c.config); err == nil || err.Error() != c.want {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
}

func TestErrorOf(t *testing.T) {
	for _, c := range []struct {
		err  error
		want Error
	}{
		{nil, 0},
		{ErrLoop, ErrLoop},
		{fmt.Errorf("context: %w", ErrReadOnly), ErrReadOnly},
		{&fs.PathError{Op: "open", Path: "x", Err: syscall.ENOTDIR}, ErrNotDirectory},
		{&os.LinkError{Op: "rename", Err: syscall.EXDEV}, ErrCrossDevice},
		{fs.ErrNotExist, ErrNoEntry},
		{fs.ErrExist, ErrExist},
		{fs.ErrPermission, ErrAccess},
		{os.ErrClosed, ErrBadDescriptor},
		{net.ErrClosed, ErrBadDescriptor},
		{os.ErrDeadlineExceeded, ErrTimeout},
		{io.ErrUnexpectedEOF, ErrIO},
	} {
		if got := ErrorOf(c.err); got != c.want {
			t.Errorf("ErrorOf(%v) = %v, want %v", c.err, got, c.want)
		}
	}
	for _, e := range Errors() {
		if name := e.String(); name == "" || strings.Contains(name, " ") {
			t.Errorf("error %d has the name %q", e, name)
		}
	}
	if got := ErrNoEntry.Error(); got != "wasi: no-entry" {
		t.Errorf("text %q", got)
	}
}

func TestClocks(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	c := VirtualClock(start, time.Millisecond)
	if got := c.Now(); !got.Equal(start.Add(time.Millisecond)) {
		t.Errorf("Now = %v", got)
	}
	before := c.Monotonic()
	passed, stop := c.After(time.Hour)
	<-passed
	stop()
	if got := c.Monotonic() - before; got != time.Hour+time.Millisecond {
		t.Errorf("an hour took %v", got)
	}
	if c.Resolution() != time.Millisecond {
		t.Errorf("Resolution = %v", c.Resolution())
	}

	real := SystemClock()
	before = real.Monotonic()
	if before <= 0 || real.Resolution() <= 0 {
		t.Errorf("Monotonic %v, Resolution %v", before, real.Resolution())
	}
	passed, stop = real.After(2 * time.Millisecond)
	defer stop()
	<-passed
	if got := real.Monotonic() - before; got < 2*time.Millisecond {
		t.Errorf("2ms took %v", got)
	}
	passed, _ = real.After(-time.Second)
	<-passed
}
