package p1

import (
	"sync/atomic"
	"time"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/wasi"
)

// process is what one instance has done with its capabilities.
type process struct {
	system  *wasi.System
	memory  *weft.Memory // of the instance; nil if it has none
	fds     table
	pieces  [8][]byte     // room for what call.vectors returns, if it is no more: an instance makes one call at a time
	started time.Duration // of the monotonic clock
	idle    atomic.Int64  // nanoseconds spent waiting for the host
}

// newProcess opens the descriptors that a guest starts with.
func newProcess(system *wasi.System) *process {
	p := &process{system: system, started: system.Clock.Monotonic()}
	p.fds.most = system.Descriptors
	for _, s := range []*wasi.Stream{system.Stdin, system.Stdout, system.Stderr} {
		p.give(s, "", true)
	}
	for _, m := range system.Mounts {
		p.give(m.Dir, m.Path, true)
	}
	for _, l := range system.Listeners {
		p.give(l, "", true)
	}
	for _, c := range system.Conns {
		p.give(c, "", true)
	}
	return p
}

// give adds an object with every right that it can have. The table has room: it is new.
func (p *process) give(node wasi.Node, preopen string, lent bool) {
	d := &descriptor{node: node, preopen: preopen, lent: lent, base: rightsOf(node)}
	switch node.(type) {
	case wasi.Dir:
		d.inheriting = mountInherits
	case *wasi.Listener:
		d.inheriting = connRights
	}
	p.fds.slots = append(p.fds.slots, d)
}

// Close closes what the guest has open, as the end of a process does.
func (p *process) Close() error { return p.fds.closeAll() }

// waiting notes that the guest waits until the returned function is called.
func (p *process) waiting() (done func()) {
	from := p.system.Clock.Monotonic()
	return func() { p.idle.Add(int64(p.system.Clock.Monotonic() - from)) }
}

// cpuTime is the time that the guest has been running rather than waiting for the host. It stands for the processor
// time that the specification asks for, which the host knows only of all its goroutines together.
func (p *process) cpuTime() time.Duration {
	return p.system.Clock.Monotonic() - p.started - time.Duration(p.idle.Load())
}
