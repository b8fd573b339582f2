package p1

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/wasi"
)

// sub describes a subscription for a test.
type sub struct {
	kind     uint8
	clock    uint32
	timeout  time.Duration
	absolute uint64 // instead of timeout, if not 0
	fd       uint32
}

// happened is a decoded event; its userdata is the subscription's position.
type happened struct {
	userdata uint64
	err      errno
	kind     uint8
	bytes    uint64
	flags    uint16
}

// poll subscribes to everything and returns the events.
func (g *guest) poll(subs ...sub) ([]happened, error) {
	g.Helper()
	layout := g.abi.subscription
	in, out, count := g.alloc(len(subs)*int(layout.bytes)), g.alloc(len(subs)*eventBytes), g.alloc(4)
	for i, s := range subs {
		p := g.mem[in+uint64(i)*uint64(layout.bytes):]
		clear(p[:layout.bytes])
		le.PutUint64(p, uint64(i))
		p[8] = s.kind
		if s.kind == eventClock {
			le.PutUint32(p[layout.clock:], s.clock)
			le.PutUint64(p[layout.timeout:], uint64(s.timeout))
			if s.absolute != 0 {
				le.PutUint64(p[layout.timeout:], s.absolute)
				le.PutUint16(p[layout.flags:], clockAbsolute)
			}
		} else {
			le.PutUint32(p[layout.fd:], s.fd)
		}
	}
	e, err := g.run("poll_oneoff", in, out, uint64(len(subs)), count)
	if err != nil {
		return nil, err
	}
	if e != errnoSuccess {
		g.Fatalf("poll_oneoff: %v", e)
	}
	var events []happened
	for i := range uint64(g.u32(count)) {
		at := out + i*eventBytes
		events = append(events, happened{g.u64(at), errno(g.u16(at + 8)), g.mem[at+10], g.u64(at + 16), g.u16(at + 24)})
	}
	return events, nil
}

// wantEvents polls and requires exactly these events.
func (g *guest) wantEvents(want []happened, subs ...sub) {
	g.Helper()
	got, err := g.poll(subs...)
	if err != nil || len(got) != len(want) {
		g.Errorf("events %v, %v, want %v", got, err, want)
		return
	}
	for i := range got {
		if got[i] != want[i] {
			g.Errorf("event %d: %+v, want %+v", i, got[i], want[i])
		}
	}
}

func TestPollClocks(t *testing.T) {
	for _, a := range []*abi{&snapshot1, &snapshot0} {
		g := newGuest(t, wasi.Config{})
		g.abi = a
		for name, s := range map[string]sub{
			"relative monotonic": {clock: clockMonotonic, timeout: 5 * time.Millisecond},
			"relative realtime":  {clock: clockRealtime, timeout: 5 * time.Millisecond},
			"absolute realtime":  {clock: clockRealtime, absolute: uint64(time.Now().UnixNano()) + 5e6},
			"absolute monotonic": {clock: clockMonotonic, absolute: uint64(g.p.system.Clock.Monotonic()) + 10e6},
		} {
			from := time.Now()
			g.wantEvents([]happened{{userdata: 1}}, sub{timeout: time.Hour}, s)
			if took := time.Since(from); took > 2*time.Second {
				t.Errorf("%s: %s: took %v", a.module, name, took)
			} else if s.timeout > 0 && took < s.timeout {
				t.Errorf("%s: %s: took only %v", a.module, name, took)
			}
		}
		g.wantEvents([]happened{{userdata: 0}, {userdata: 1}}, sub{}, sub{clock: clockRealtime, absolute: 1})
		g.wantEvents([]happened{{userdata: 0, err: errnoInval}, {userdata: 1, err: errnoNotSup}, {userdata: 2, err: errnoInval}},
			sub{clock: 9}, sub{clock: clockThreadCPU}, sub{clock: 9, absolute: 1}, sub{timeout: -1})
	}
	g := newGuest(t, wasi.Config{})
	g.want(errnoInval, "poll_oneoff", 0, 0, 0, 0)
	g.want(errnoInval, "poll_oneoff", 0, 0, maxSubscriptions+1, 0)
}

func TestPollDescriptors(t *testing.T) {
	r, w := io.Pipe()
	g := newGuest(t, wasi.Config{Stdin: r})
	read, write := sub{kind: eventRead, fd: 0}, sub{kind: eventWrite, fd: 1}
	soon := sub{clock: clockMonotonic, timeout: 5 * time.Millisecond}
	g.wantEvents([]happened{{userdata: 1}}, read, soon)
	g.wantEvents([]happened{{userdata: 1, kind: eventWrite}}, read, write, sub{timeout: time.Hour})
	go w.Write([]byte("12345"))
	g.wantEvents([]happened{{userdata: 1, kind: eventRead, bytes: 5}}, sub{timeout: time.Hour}, read)
	if got, e := g.read(0, 9); got != "12345" || e != errnoSuccess {
		t.Errorf("read %q, %v", got, e)
	}
	go w.Close()
	g.wantEvents([]happened{{kind: eventRead, flags: eventHangup}}, read, sub{timeout: time.Hour})
	g.wantEvents([]happened{
		{userdata: 0, kind: eventRead, err: errnoBadF},
		{userdata: 1, kind: eventWrite, err: errnoBadF},
		{userdata: 2, kind: 7, err: errnoInval},
	}, sub{kind: eventRead, fd: 77}, sub{kind: eventWrite, fd: 0}, sub{kind: 7})

	root, _ := newRootGuest(t)
	fd := uint32(root.mustOpen("f", openCreate, fileRights, 0))
	root.write(uint64(fd), "123456")
	root.seek(uint64(fd), 2, 0)
	root.wantEvents([]happened{
		{userdata: 0, kind: eventRead, bytes: 4},
		{userdata: 1, kind: eventWrite},
		{userdata: 2, kind: eventRead, err: errnoBadF},
	}, sub{kind: eventRead, fd: fd}, sub{kind: eventWrite, fd: fd}, sub{kind: eventRead, fd: rootFD}, sub{timeout: time.Hour})
}

// cancelSoon gives the guest a context that ends shortly, and returns the cause.
func (g *guest) cancelSoon() error {
	cause := errors.New("told to stop")
	ctx, cancel := context.WithCancelCause(g.ctx)
	g.ctx = ctx
	time.AfterFunc(10*time.Millisecond, func() { cancel(cause) })
	return cause
}

func TestCancel(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip("no loopback network:", err)
	}
	defer listener.Close()
	for name, wait := range map[string]func(g *guest) error{
		"poll a clock":        func(g *guest) error { _, err := g.poll(sub{timeout: time.Hour}); return err },
		"poll for ever":       func(g *guest) error { _, err := g.poll(sub{timeout: -1}); return err },
		"poll a descriptor":   func(g *guest) error { _, err := g.poll(sub{kind: eventRead}); return err },
		"poll both":           func(g *guest) error { _, err := g.poll(sub{kind: eventRead}, sub{timeout: time.Hour}); return err },
		"poll a listener":     func(g *guest) error { _, err := g.poll(sub{kind: eventRead, fd: 3}); return err },
		"read standard input": func(g *guest) error { v, n, _ := g.vec(4); _, err := g.run("fd_read", 0, v, n, g.alloc(4)); return err },
		"write standard output": func(g *guest) error {
			v, n := g.vecOf("x")
			_, err := g.run("fd_write", 1, v, n, g.alloc(4))
			return err
		},
		"accept": func(g *guest) error { _, err := g.run("sock_accept", 3, 0, g.alloc(4)); return err },
		"receive": func(g *guest) error {
			v, n, _ := g.vec(4)
			_, err := g.run("sock_recv", 4, v, n, 0, g.alloc(4), g.alloc(4))
			return err
		},
		"receive all": func(g *guest) error {
			v, n, _ := g.vec(4)
			_, err := g.run("sock_recv", 4, v, n, recvWaitAll, g.alloc(4), g.alloc(4))
			return err
		},
		"peek": func(g *guest) error {
			v, n, _ := g.vec(4)
			_, err := g.run("sock_recv", 4, v, n, recvPeek, g.alloc(4), g.alloc(4))
			return err
		},
		"send": func(g *guest) error {
			v, n := g.vecOf("x")
			_, err := g.run("sock_send", 4, v, n, 0, g.alloc(4))
			return err
		},
		"gigabytes of randomness": func(g *guest) error { <-g.ctx.Done(); _, err := g.run("random_get", 0, 1000); return err },
	} {
		in, _ := io.Pipe()
		_, out := io.Pipe()
		ours, theirs := net.Pipe()
		g := newGuest(t, wasi.Config{Stdin: in, Stdout: out, Listeners: []net.Listener{listener}, Conns: []net.Conn{ours}})
		cause := g.cancelSoon()
		done := make(chan error, 1)
		go func() { done <- wait(g) }()
		select {
		case err := <-done:
			var canceled *wasi.CanceledError
			if !errors.As(err, &canceled) || !errors.Is(err, cause) {
				t.Errorf("%s: %v, want a CanceledError", name, err)
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("%s: a cancelled guest still waits", name)
		}
		ours.Close()
		theirs.Close()
	}
}

func TestNonblockingInput(t *testing.T) {
	r, w := io.Pipe()
	g := newGuest(t, wasi.Config{Stdin: r})
	g.want(errnoSuccess, "fd_fdstat_set_flags", 0, uint64(flagNonblock))
	if _, e := g.read(0, 4); e != errnoAgain {
		t.Errorf("read of nothing: %v", e)
	}
	go func() { w.Write([]byte("data")); w.Close() }()
	g.wantEvents([]happened{{kind: eventRead, bytes: 4}}, sub{kind: eventRead})
	if got, e := g.read(0, 9); got != "data" || e != errnoSuccess {
		t.Errorf("read %q, %v", got, e)
	}
}

func TestClocksAndVirtualTime(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	g := newGuest(t, wasi.Config{Clock: wasi.VirtualClock(start, 0)})
	out := g.alloc(8)
	read := func(clock uint64) uint64 {
		t.Helper()
		g.want(errnoSuccess, "clock_time_get", clock, 1000, out)
		return g.u64(out)
	}
	if got := read(clockRealtime); got != uint64(start.UnixNano()) {
		t.Errorf("realtime %d", got)
	}
	monotonic := read(clockMonotonic)
	from := time.Now()
	g.wantEvents([]happened{{}}, sub{clock: clockMonotonic, timeout: time.Hour})
	if time.Since(from) > time.Minute {
		t.Error("virtual time passed slowly")
	}
	if got := read(clockMonotonic) - monotonic; got != uint64(time.Hour) {
		t.Errorf("an hour took %d ns", got)
	}
	for _, cpu := range []uint64{clockProcessCPU, clockThreadCPU} {
		if got := read(cpu); got != 0 {
			t.Errorf("sleeping took %d ns of processor time", got)
		}
	}
	for clock := range uint64(4) {
		g.want(errnoSuccess, "clock_res_get", clock, out)
		if g.u64(out) == 0 {
			t.Errorf("clock %d has no resolution", clock)
		}
	}
	g.want(errnoInval, "clock_time_get", 4, 0, out)
	g.want(errnoInval, "clock_res_get", 4, out)

	real := newGuest(t, wasi.Config{})
	real.want(errnoSuccess, "clock_time_get", clockProcessCPU, 0, out)
	before := real.u64(out)
	for busy := time.Now(); time.Since(busy) < 2*time.Millisecond; {
	}
	real.want(errnoSuccess, "clock_time_get", clockProcessCPU, 0, out)
	if spent := real.u64(out) - before; spent < 1e6 {
		t.Errorf("two busy milliseconds were %d ns", spent)
	}
}

func TestArgsEnvRandomAndEnd(t *testing.T) {
	g := newGuest(t, wasi.Config{
		Args: []string{"prog", "", "héllo"}, Env: []string{"A=1", "B="}, Random: strings.NewReader("not random at all"),
	})
	count, bytes := g.alloc(4), g.alloc(4)
	pointers, buffer := g.alloc(12), g.alloc(32)
	for _, c := range []struct {
		name string
		want []string
	}{{"args", g.p.system.Args}, {"environ", g.p.system.Env}} {
		g.want(errnoSuccess, c.name+"_sizes_get", count, bytes)
		if int(g.u32(count)) != len(c.want) || int(g.u32(bytes)) != len(strings.Join(c.want, "."))+1 {
			t.Errorf("%s: %d strings, %d bytes", c.name, g.u32(count), g.u32(bytes))
		}
		g.want(errnoSuccess, c.name+"_get", pointers, buffer)
		for i, want := range c.want {
			at := uint64(g.u32(pointers + 4*uint64(i)))
			if got := g.str(at, uint32(len(want)+1)); got != want+"\x00" {
				t.Errorf("%s[%d] = %q, want %q", c.name, i, got, want)
			}
		}
	}
	g.want(errnoSuccess, "random_get", buffer, 10)
	if got := g.str(buffer, 10); got != "not random" {
		t.Errorf("random %q", got)
	}
	g.want(errnoIO, "random_get", buffer, 10)
	g.want(errnoSuccess, "sched_yield")

	for _, c := range []struct {
		name string
		arg  uint64
		code uint32
	}{{"proc_exit", 0, 0}, {"proc_exit", 7, 7}, {"proc_exit", 1<<32 - 1, 1<<32 - 1}, {"proc_raise", 6, 134}, {"proc_raise", 30, 158}} {
		_, err := g.run(c.name, c.arg)
		var exit *weft.ExitError
		if !errors.As(err, &exit) || exit.Code != c.code {
			t.Errorf("%s(%d): %v, want the code %d", c.name, c.arg, err, c.code)
		}
	}
	g.want(errnoSuccess, "proc_raise", 13)
	g.want(errnoNotSup, "proc_raise", 18)
	g.want(errnoInval, "proc_raise", 31)
}
