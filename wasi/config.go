package wasi

import (
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"os"
	"path"
	"strings"
)

// Config lists what a guest gets. The zero Config gives nothing but the time and random numbers.
type Config struct {
	// Args are the program's arguments, its own name first.
	Args []string

	// Env is the environment, each "NAME=value".
	Env []string

	// Stdin is empty if nil, Stdout and Stderr discard. They stay the embedder's: no guest closes them. A read or write
	// that a cancelled guest gave up may be completed later, and what it read goes to the next guest of this Config.
	Stdin          io.Reader
	Stdout, Stderr io.Writer

	// Root, if not nil, is the guest's "/", readable and writable: short for a first Mount {"/", HostDir(Root)}.
	Root *os.Root

	// Mounts are the directories that the guest finds open, in this order. They stay the embedder's to close.
	Mounts []Mount

	// Listeners and Conns are sockets that the guest finds open, after the mounts, in this order. Listeners stay the
	// embedder's to close. A connection is closed when the guest closes it, and otherwise left to the embedder.
	Listeners []net.Listener
	Conns     []net.Conn

	// Descriptors is the most that the guest may have open at a time, those it finds open included; 1024 if 0. Each may be one of the
	// host's, which has not many more for the whole process.
	Descriptors int

	// Clock is the system's clock if nil.
	Clock Clock

	// Random is the system's source of random bytes if nil.
	Random io.Reader
}

// Mount is a directory and the path under which the guest finds it.
type Mount struct {
	Path string // for example "/" or "/data"; the guest's own library compares it with the paths the program uses
	Dir  Dir
}

const defaultDescriptors = 1024

// System is a Config that was checked and made ready to be shared by any number of instances.
type System struct {
	Args, Env             []string
	Stdin, Stdout, Stderr *Stream
	Mounts                []Mount
	Listeners             []*Listener
	Conns                 []*Stream
	Descriptors           int
	Clock                 Clock
	Random                io.Reader
}

// New checks config and returns its System. The error names the field that is wrong.
func New(config Config) (*System, error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	s := &System{
		Args:   config.Args,
		Env:    config.Env,
		Stdin:  NewReader(config.Stdin),
		Stdout: NewWriter(config.Stdout),
		Stderr: NewWriter(config.Stderr),
		Mounts: config.mounts(),
		Clock:  config.Clock,
		Random: config.Random,

		Descriptors: config.Descriptors,
	}
	if s.Descriptors == 0 {
		s.Descriptors = defaultDescriptors
	}
	if s.Clock == nil {
		s.Clock = SystemClock()
	}
	if s.Random == nil {
		s.Random = rand.Reader
	}
	for _, l := range config.Listeners {
		s.Listeners = append(s.Listeners, NewListener(l))
	}
	for _, c := range config.Conns {
		s.Conns = append(s.Conns, NewConn(c))
	}
	return s, nil
}

// mounts returns the mounts with Root in front.
func (c *Config) mounts() []Mount {
	var all []Mount
	if c.Root != nil {
		all = append(all, Mount{Path: "/", Dir: HostDir(c.Root)})
	}
	return append(all, c.Mounts...)
}

// check reports the first field that no guest could be given.
func (c *Config) check() error {
	if c.Descriptors < 0 {
		return fmt.Errorf("wasi: Config.Descriptors: %d is negative", c.Descriptors)
	}
	for i, arg := range c.Args {
		if strings.IndexByte(arg, 0) >= 0 {
			return fmt.Errorf("wasi: Config.Args[%d]: %q contains a NUL byte", i, arg)
		}
	}
	for i, v := range c.Env {
		switch {
		case strings.IndexByte(v, 0) >= 0:
			return fmt.Errorf("wasi: Config.Env[%d]: %q contains a NUL byte", i, v)
		case strings.IndexByte(v, '=') <= 0:
			return fmt.Errorf("wasi: Config.Env[%d]: %q is not of the form NAME=value", i, v)
		}
	}
	for i, m := range c.Mounts {
		switch {
		case m.Dir == nil:
			return fmt.Errorf("wasi: Config.Mounts[%d]: %q has no Dir", i, m.Path)
		case m.Path == "" || strings.IndexByte(m.Path, 0) >= 0:
			return fmt.Errorf("wasi: Config.Mounts[%d]: %q is not a path", i, m.Path)
		}
	}
	return c.checkMountsDiffer()
}

// checkMountsDiffer refuses two mounts at one path, of which a guest would find only one.
func (c *Config) checkMountsDiffer() error {
	seen := make(map[string]bool)
	for _, m := range c.mounts() {
		clean := path.Clean(m.Path)
		if seen[clean] {
			return fmt.Errorf("wasi: Config.Mounts: %q is mounted twice", clean)
		}
		seen[clean] = true
	}
	for i, l := range c.Listeners {
		if l == nil {
			return fmt.Errorf("wasi: Config.Listeners[%d] is nil", i)
		}
	}
	for i, conn := range c.Conns {
		if conn == nil {
			return fmt.Errorf("wasi: Config.Conns[%d] is nil", i)
		}
	}
	return nil
}
