package wasi

import (
	"context"
	"net"
	"time"
)

// Listener is a socket that accepts connections. Instances may share one: a connection that arrived for a guest that
// went away is kept for the next.
type Listener struct {
	listener net.Listener
	next     ahead[net.Conn]
}

// NewListener returns the Listener over l, which stays the embedder's to close.
func NewListener(l net.Listener) *Listener { return &Listener{listener: l} }

// Accept waits for a connection. If ctx ends first the error is a [*CanceledError].
func (l *Listener) Accept(ctx context.Context) (*Stream, error) {
	for {
		if conn, err, ok := l.next.take(); ok {
			return accepted(conn, err)
		}
		if err := wait(ctx, l.Ready()); err != nil {
			return nil, err
		}
	}
}

// TryAccept is Accept without waiting: where Accept would wait, it returns [ErrWouldBlock].
func (l *Listener) TryAccept() (*Stream, error) {
	if conn, err, ok := l.next.take(); ok {
		return accepted(conn, err)
	}
	l.Ready()
	return nil, ErrWouldBlock
}

func accepted(conn net.Conn, err error) (*Stream, error) {
	if err != nil {
		return nil, err
	}
	return NewConn(conn), nil
}

// Ready returns a channel that is closed when Accept may no longer block. Another instance can be faster, so the caller
// asks Pending afterwards and waits again if need be.
func (l *Listener) Ready() <-chan struct{} { return l.next.start(l.listener.Accept) }

// Pending reports whether a connection, or an error, has arrived.
func (l *Listener) Pending() bool {
	l.next.mu.Lock()
	defer l.next.mu.Unlock()
	return l.next.full
}

// Stat says only that it is a socket.
func (l *Listener) Stat() (Stat, error) { return Stat{Type: TypeSocketStream, Links: 1}, nil }

// SetTimes is [ErrUnsupported].
func (l *Listener) SetTimes(time.Time, time.Time) error { return ErrUnsupported }

// Sync has nothing to wait for.
func (l *Listener) Sync(bool) error { return ErrInvalid }

// Close leaves the host's listener open.
func (l *Listener) Close() error { return nil }
