package interp

import (
	"runtime"
	"sync"
	"weak"

	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/sample"
)

// everyMachine has the machines there are: a profile that begins has those look for it that execute a call.
var everyMachine struct {
	mu       sync.Mutex
	machines map[weak.Pointer[machine]]bool
}

// newMachine makes a machine for calls that a keeps track of, nil for calls of its own.
func newMachine(a *rt.Activation) *machine {
	m := &machine{Activation: a, stack: make([]uint64, firstStack)}
	if a == nil {
		m.Activation = &m.own
		m.Trace = m.backtrace
	}
	w := weak.Make(m)
	everyMachine.mu.Lock()
	defer everyMachine.mu.Unlock()
	if everyMachine.machines == nil {
		everyMachine.machines = map[weak.Pointer[machine]]bool{}
	}
	everyMachine.machines[w] = true
	runtime.AddCleanup(m, dropMachine, w)
	return m
}

func dropMachine(w weak.Pointer[machine]) {
	everyMachine.mu.Lock()
	defer everyMachine.mu.Unlock()
	delete(everyMachine.machines, w)
}

// AskAll makes all calls look whether a profile of them is being taken.
func AskAll() {
	everyMachine.mu.Lock()
	defer everyMachine.mu.Unlock()
	for w := range everyMachine.machines {
		if m := w.Value(); m != nil {
			m.Ask()
		}
	}
}

// observe has the clocks of profiles look at the call.
func (m *machine) observe() {
	m.watch = &sample.Call{Ask: m.Ask}
	m.sampler.Watch(m.watch)
}

// sample adds a sample of where the call is, if the clock has ticked for it.
func (m *machine) sample(session *sample.Session) {
	if m.watch == nil {
		m.observe() // it began before the session
		return
	}
	if n := m.watch.TakeGuest(); n > 0 {
		var buffer [sample.MaxDepth]sample.Point
		session.Add(m.appendPoints(buffer[:0]), sample.Guest, n)
	}
}

// endHost adds a sample if the clock has ticked during a call of a function of the host.
func (m *machine) endHost(f *rt.Func) {
	n := m.watch.EndHost()
	session := m.sampler.Session()
	if n == 0 || session == nil || f.Host == nil {
		return // a guest's function, in compiled code, has samples of its own
	}
	var buffer [sample.MaxDepth]sample.Point
	session.Add(m.appendPoints(append(buffer[:0], sample.Point{Source: f})), sample.Host, n)
}

// appendPoints appends the places of the guest's calls, innermost first, as many as there is room for.
func (m *machine) appendPoints(points []sample.Point) []sample.Point {
	if m.code != nil {
		points = append(points, sample.Point{Source: m.code, At: at(m.pc)})
	}
	for i := len(m.frames) - 1; i >= 0 && len(points) < cap(points); i-- {
		if f := &m.frames[i]; f.code != nil {
			points = append(points, sample.Point{Source: f.code, At: at(f.pc)})
		}
	}
	return points
}

// at is the instruction before pc.
func at(pc int) uint32 { return uint32(max(pc-1, 0)) }

// Frames returns the call of a guest that an instruction of the function is in.
func (c *code) Frames(at uint32) []rt.Frame {
	places := c.places.Load()
	if places == nil {
		offsets := c.module.offsets(c)
		places = &offsets
		c.places.Store(places)
	}
	return []rt.Frame{{Module: c.module.m, Index: c.index, Offset: (*places)[at]}}
}
