package native

import (
	"fmt"
	"time"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/rt/guest"
	"github.com/weft-wasm/weft/internal/sample"
)

// ErrSampling is returned while a profile is being taken of compiled code.
var ErrSampling = guest.ErrTicking

// StartSampling makes the guests of the process add to the sessions of their engines where they are, each time that they have executed compiled
// code for a period. It fails with ErrSampling while that goes on already.
func (e *Engine) StartSampling(period time.Duration) (stop func(), err error) {
	if e.options.Explicit.Preempt {
		return nil, fmt.Errorf("weft: a profile of compiled code takes signals, which it goes without here: %w", e.explicit)
	}
	ticks, err := guest.StartTicks(period, tick)
	if err != nil {
		return nil, err
	}
	return ticks.Stop, nil
}

// tick runs where a guest has been interrupted.
func tick(s *guest.Stack, n int) {
	var buffer [sample.MaxDepth]sample.Point
	points := appendPoints(buffer[:0], s.Interrupted())
	if len(points) == 0 {
		return
	}
	sampler := points[0].Source.(*image).m.Sampler
	session := sampler.Session()
	if session == nil {
		return // of another engine
	}
	session.Add(points, sample.Guest, n)
	observe(s, sampler)
}

// appendPoints appends the places of the frames that a walker leads through, as many as there is room for. Those that are no calls of functions are left out
// when they are looked at.
func appendPoints(points []sample.Point, w guest.Walker) []sample.Point {
	var text *guest.Text
	var x *image
	for f, ok := w.Next(); ok && len(points) < cap(points); f, ok = w.Next() {
		if f.Text != text {
			text, x = f.Text, imageOf(f.Text)
		}
		if x != nil {
			points = append(points, sample.Point{Source: x, At: f.Offset})
		}
	}
	return points
}

// Frames returns the calls of guests that are at places of the image, without those that are none.
func (x *image) Frames(at uint32) []rt.Frame {
	if f, ok := x.frame(at); ok {
		return []rt.Frame{f}
	}
	return nil
}

// observed is a machine of which the clock of a profile looks at the calls of the host. It answers them in the machine's place.
type observed struct {
	*machine
	sampler *sample.Sampler
	call    sample.Call
}

// observe has the clock look at the calls of the host that come from a stack, until the end of the session that is on.
func observe(s *guest.Stack, sampler *sample.Sampler) {
	o, ok := s.Host.(*observed) // it has been in an earlier session
	if !ok {
		o = &observed{machine: s.Host.(*machine), sampler: sampler}
		s.Host = o
	}
	sampler.Watch(&o.call)
}

// HostCall implements guest.Host.
func (o *observed) HostCall(s *guest.Stack, word uint64) guest.Action {
	if o.sampler.Session() == nil {
		o.sampler.Forget(&o.call)
		s.Host = o.machine
		return o.machine.HostCall(s, word)
	}
	at := s.Mark()
	o.call.BeginHost()
	defer o.endHost(s, at, word)
	return o.machine.HostCall(s, word)
}

// endHost adds a sample if the clock has ticked during a call of the host.
func (o *observed) endHost(s *guest.Stack, at guest.Mark, word uint64) {
	n := o.call.EndHost()
	session := o.sampler.Session()
	if n == 0 || session == nil {
		return
	}
	host, ok := hostPoint(word)
	if !ok {
		return
	}
	var buffer [sample.MaxDepth]sample.Point
	session.Add(appendPoints(append(buffer[:0], host), s.CallersAt(at)), sample.Host, n)
}

// hostPoint is the function of the host, or the helper, that a word calls. What stands for a function of a guest is none: it looks at the clock itself.
func hostPoint(word uint64) (p sample.Point, ok bool) {
	if word&hostWord != 0 {
		f := rt.FuncAt(uintptr(word &^ hostWord))
		return sample.Point{Source: f}, f.Host != nil
	}
	return sample.Point{Source: helpers{}, At: uint32(word % abi.ContextAlign)}, word&ownWord == 0
}

// helpers are the places that stand for calls of helpers.
type helpers struct{}

// Frames returns the call of a helper as if it were one of the host's.
func (helpers) Frames(at uint32) []rt.Frame {
	return []rt.Frame{{Name: abi.Helper(at).Info().Name, Offset: -1}}
}
