package p1

import (
	"context"
	"math"
	"reflect"
	"time"

	"github.com/weft-wasm/weft/wasi"
)

// maxSubscriptions bounds what one call waits for.
const maxSubscriptions = 1 << 14

// The specification's type eventtype, and the flags used with it.
const (
	eventClock = iota
	eventRead
	eventWrite

	clockAbsolute = 1 // of subclockflags
	eventHangup   = 1 // of eventrwflags
)

// subscription is one thing waited for.
type subscription struct {
	userdata uint64
	kind     uint8
	deadline time.Duration // of the monotonic clock
	node     wasi.Node
	position uint64 // of the descriptor, in a file
	err      error  // the subscription itself is wrong
}

// event is a subscription that came to pass.
type event struct {
	*subscription
	err    error
	bytes  uint64
	hangup bool
}

func pollOneoff(c call) error {
	count := c.u32(2)
	if count == 0 || count > maxSubscriptions {
		return errnoInval
	}
	in, err := c.array(c.u32(0), count, c.abi.subscription.bytes)
	if err != nil {
		return err
	}
	out, err := c.array(c.u32(1), count, eventBytes)
	if err != nil {
		return err
	}
	happened, err := c.result(3, 4)
	if err != nil {
		return err
	}
	subscriptions := make([]subscription, count)
	for i := range subscriptions {
		subscriptions[i] = c.subscription(in[i*int(c.abi.subscription.bytes):])
	}
	events, err := c.poll(subscriptions)
	if err != nil {
		return err
	}
	for i, e := range events {
		e.put(out[i*eventBytes:][:eventBytes])
	}
	le.PutUint32(happened, uint32(len(events)))
	return nil
}

// subscription reads one subscription. All of them are read before any event is written, since a guest may use one
// buffer for both.
func (c call) subscription(p []byte) subscription {
	layout := &c.abi.subscription
	s := subscription{userdata: le.Uint64(p), kind: p[8]}
	switch s.kind {
	case eventClock:
		absolute := le.Uint16(p[layout.flags:])&clockAbsolute != 0
		s.deadline, s.err = c.deadline(le.Uint32(p[layout.clock:]), le.Uint64(p[layout.timeout:]), absolute)
	case eventRead, eventWrite:
		s.node, s.position, s.err = c.pollable(le.Uint32(p[layout.fd:]), s.kind)
	default:
		s.err = errnoInval
	}
	return s
}

// deadline returns when a clock's subscription comes to pass, by the monotonic clock. A guest that waits uses no
// processor time, so waiting for that would never end.
func (c call) deadline(clock uint32, timeout uint64, absolute bool) (time.Duration, error) {
	if clock == clockProcessCPU || clock == clockThreadCPU {
		return 0, errnoNotSup
	}
	if absolute {
		now, err := c.clock(clock)
		if err != nil {
			return 0, err
		}
		timeout -= min(now, timeout)
	} else if clock > clockThreadCPU {
		return 0, errnoInval
	}
	now := c.system.Clock.Monotonic()
	if timeout > uint64(math.MaxInt64-now) {
		return math.MaxInt64, nil
	}
	return now + time.Duration(timeout), nil
}

// pollable returns what a descriptor names, if it can be waited for.
func (c call) pollable(fd uint32, kind uint8) (wasi.Node, uint64, error) {
	d, err := c.fds.get(fd)
	if err != nil {
		return nil, 0, err
	}
	need := rightPoll | rightRead
	if kind == eventWrite {
		need = rightPoll | rightWrite
	}
	switch d.node.(type) {
	case wasi.Dir:
		return nil, 0, errnoBadF
	case *wasi.Listener:
		need = rightPoll | rightAccept
	}
	if err := d.allow(need); err != nil {
		return nil, 0, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.node, d.position, nil
}

// poll waits until at least one subscription has come to pass and returns all that have.
func (c call) poll(subscriptions []subscription) ([]event, error) {
	defer c.waiting()()
	for {
		events, waits, deadline := c.survey(subscriptions)
		if len(events) > 0 {
			return events, nil
		}
		var stop func()
		if deadline >= 0 {
			var passed <-chan struct{}
			passed, stop = c.system.Clock.After(deadline - c.system.Clock.Monotonic())
			waits = append(waits, passed)
		}
		err := waitAny(c.ctx, waits)
		if stop != nil {
			stop()
		}
		if err != nil {
			return nil, err
		}
	}
}

// survey returns what has come to pass, what to wait for, and the first deadline; -1 if there is none.
func (c call) survey(subscriptions []subscription) (events []event, waits []<-chan struct{}, deadline time.Duration) {
	deadline = -1
	now := c.system.Clock.Monotonic()
	for i := range subscriptions {
		s := &subscriptions[i]
		switch {
		case s.err != nil:
			events = append(events, event{subscription: s, err: s.err})
		case s.kind != eventClock:
			if e, ready := s.ready(); ready {
				events = append(events, e)
			} else if wait := s.wait(); !contains(waits, wait) {
				waits = append(waits, wait)
			}
		case s.deadline <= now:
			events = append(events, event{subscription: s})
		case deadline < 0 || s.deadline < deadline:
			deadline = s.deadline
		}
	}
	return events, waits, deadline
}

func contains(waits []<-chan struct{}, wait <-chan struct{}) bool {
	for _, w := range waits {
		if w == wait {
			return true
		}
	}
	return false
}

// ready reports whether a descriptor can be read or written at once.
func (s *subscription) ready() (event, bool) {
	e := event{subscription: s}
	switch node := s.node.(type) {
	case wasi.File:
		if stat, err := node.Stat(); err != nil {
			e.err = err
		} else if s.kind == eventRead {
			e.bytes = stat.Size - min(s.position, stat.Size)
		}
		return e, true
	case *wasi.Listener:
		return e, node.Pending()
	case *wasi.Stream:
		if s.kind == eventWrite {
			return e, isClosed(node.Out.Ready())
		}
		bytes, ready := node.In.Buffered()
		e.bytes, e.hangup = uint64(bytes), bytes == 0
		return e, ready
	}
	return e, true
}

// wait returns the channel that is closed when ready may have changed.
func (s *subscription) wait() <-chan struct{} {
	switch node := s.node.(type) {
	case *wasi.Listener:
		return node.Ready()
	case *wasi.Stream:
		if s.kind == eventWrite {
			return node.Out.Ready()
		}
		return node.In.Ready()
	}
	return nil
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// waitAny waits for one of the channels or the end of the context.
func waitAny(ctx context.Context, waits []<-chan struct{}) error {
	if len(waits) == 1 {
		select {
		case <-waits[0]:
			return nil
		case <-ctx.Done():
			return &wasi.CanceledError{Cause: context.Cause(ctx)}
		}
	}
	cases := make([]reflect.SelectCase, 0, len(waits)+1)
	cases = append(cases, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(ctx.Done())})
	for _, w := range waits {
		cases = append(cases, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(w)})
	}
	if chosen, _, _ := reflect.Select(cases); chosen == 0 {
		return &wasi.CanceledError{Cause: context.Cause(ctx)}
	}
	return nil
}

// put writes the event's record.
func (e *event) put(p []byte) {
	clear(p)
	le.PutUint64(p[0:], e.userdata)
	le.PutUint16(p[8:], uint16(errnoOf(e.err)))
	p[10] = e.kind
	le.PutUint64(p[16:], e.bytes)
	if e.hangup {
		le.PutUint16(p[24:], eventHangup)
	}
}
