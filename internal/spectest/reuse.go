package spectest

import (
	"errors"
	"sync"
	"sync/atomic"

	"github.com/weft-wasm/weft"
)

// Reuse says what instances were used for before the commands of a script see them.
type Reuse uint8

// The ways to use instances again. Each is for modules that can reach nothing but what they define: making an instance of them twice makes no difference.
const (
	Fresh    Reuse = iota // for nothing
	Slots                 // an instance of the same module has left its slot to them, with its memories full of other things
	Resets                // as they are: they were filled and reset
	Snapshot              // they began as a snapshot, of an instance that has been filled since
)

// Engines are engines that scripts share.
type Engines struct {
	mu     sync.Mutex
	shared map[weft.Features]*weft.Engine
	reused atomic.Int64 // instances that were used before
}

// get returns the engine for some features.
func (e *Engines) get(c weft.Config) *weft.Engine {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.shared == nil {
		e.shared = map[weft.Features]*weft.Engine{}
	}
	if e.shared[c.Features] == nil {
		e.shared[c.Features] = weft.NewEngine(c)
	}
	return e.shared[c.Features]
}

// Close closes them.
func (e *Engines) Close() {
	for _, x := range e.shared {
		_ = x.Close()
	}
}

// used makes an instance that has been used before, as the options say.
func (r *runner) used(m *weft.Module) (*weft.Instance, error) {
	in, err := r.linker.Instantiate(r.ctx, m)
	if err != nil || r.options.Reuse == Fresh || !reachesNothing(m) {
		return in, err
	}
	if r.options.Engines != nil {
		r.options.Engines.reused.Add(1)
	}
	switch r.options.Reuse {
	case Slots:
		scribble(in)
		if err := in.Close(); err != nil {
			return nil, err
		}
		return r.linker.Instantiate(r.ctx, m)
	case Resets:
		scribble(in)
		return in, in.Reset(r.ctx)
	}
	frozen, err := in.Snapshot()
	if _, refused := errors.AsType[*weft.SnapshotError](err); refused {
		return in, nil
	}
	if err != nil {
		return nil, err
	}
	scribble(in)
	if err := in.Close(); err != nil {
		return nil, err
	}
	return frozen.Instantiate(r.ctx)
}

// reachesNothing reports whether all that a module imports is functions that print.
func reachesNothing(m *weft.Module) bool {
	for _, im := range m.Imports() {
		if im.Module != "spectest" || im.Type.Kind() != "func" {
			return false
		}
	}
	return true
}

// scribbled is how much of a memory's beginning is overwritten, and how much of its end.
const scribbled = 1 << 20

// scribble leaves other things in all that an instance exports, and grows it.
func scribble(in *weft.Instance) {
	for _, x := range in.Module().Exports() {
		switch x.Type.Kind() {
		case "memory":
			if m, err := in.ExportedMemory(x.Name); err == nil {
				scribbleMemory(m)
			}
		case "table":
			if t, err := in.ExportedTable(x.Name); err == nil {
				for i := range min(t.Size(), 1000) {
					_ = t.Set(i, nil) // a table of references that are never null stays
				}
				_, _ = t.Grow(3, nil)
			}
		case "global":
			if g, err := in.ExportedGlobal(x.Name); err == nil {
				_ = g.Set(int32(0x5eed)) // most are constant, or of another type
			}
		}
	}
	if m := in.Memory(); m != nil {
		scribbleMemory(m)
	}
}

func scribbleMemory(m *weft.Memory) {
	_, _ = m.Grow(1) // not all may
	b := m.Bytes()
	for _, part := range [][]byte{b[:min(len(b), scribbled)], b[max(len(b)-scribbled, 0):]} {
		for i := range part {
			part[i] = 0xdb
		}
	}
}
