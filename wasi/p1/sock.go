package p1

import (
	"errors"
	"io"

	"github.com/weft-wasm/weft/wasi"
)

// The specification's type riflags.
const (
	recvPeek = 1 << iota
	recvWaitAll
	recvAll = 1<<iota - 1
)

// The specification's type sdflags.
const (
	shutdownRead = 1 << iota
	shutdownWrite
	shutdownAll = 1<<iota - 1
)

// socket returns the connection that parameter 0 names, if it has the rights.
func (c call) socket(need rights) (*descriptor, *wasi.Stream, error) {
	d, err := c.fds.get(c.u32(0))
	if err != nil {
		return nil, nil, err
	}
	switch node := d.node.(type) {
	case *wasi.Stream:
		if isSocket(node) {
			return d, node, d.allow(need)
		}
	case *wasi.Listener:
		return nil, nil, errnoNotConn
	}
	return nil, nil, errnoNotSock
}

func sockAccept(c call) error {
	out, err := c.result(2, 4)
	if err != nil {
		return err
	}
	d, err := c.fds.get(c.u32(0))
	if err != nil {
		return err
	}
	l, ok := d.node.(*wasi.Listener)
	if !ok {
		return errnoNotSock
	}
	if err := d.allow(rightAccept); err != nil {
		return err
	}
	flags := c.u32(1)
	if flags > flagsAll || fdflags(flags)&^flagNonblock != 0 {
		return errnoInval
	}
	if err := c.fds.room(); err != nil {
		return err
	}
	conn, err := c.accept(l, d.has(flagNonblock))
	if err != nil {
		return err
	}
	fd, err := c.fds.insert(&descriptor{node: conn, base: connRights & d.inheriting, flags: fdflags(flags)})
	if err != nil {
		conn.Close()
		return err
	}
	le.PutUint32(out, fd)
	return nil
}

func (c call) accept(l *wasi.Listener, nonblock bool) (*wasi.Stream, error) {
	if nonblock {
		return l.TryAccept()
	}
	defer c.waiting()()
	return l.Accept(c.ctx)
}

func sockRecv(c call) error {
	outFlags, err := c.result(5, 2)
	if err != nil {
		return err
	}
	flags := c.u32(3)
	if flags > recvAll {
		return errnoInval
	}
	err = c.transfer(4, func(pieces [][]byte, bytes uint64) (uint64, error) {
		d, s, err := c.socket(rightRead)
		if err != nil {
			return 0, err
		}
		return c.recv(s, pieces, bytes, flags, d.has(flagNonblock))
	})
	if err == nil {
		le.PutUint16(outFlags, 0) // no message was cut off
	}
	return err
}

func (c call) recv(s *wasi.Stream, pieces [][]byte, bytes uint64, flags uint32, nonblock bool) (uint64, error) {
	switch {
	case len(pieces) == 0:
		return 0, nil
	case flags&recvPeek != 0:
		if _, ready := s.In.Buffered(); !ready && nonblock {
			s.In.Ready()
			return 0, errnoAgain
		}
		defer c.waiting()()
		n, err := s.In.Peek(c.ctx, pieces[0])
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return uint64(n), err
	case flags&recvWaitAll == 0 || nonblock:
		return c.receive(s, pieces, nonblock)
	}
	var total uint64
	for total < bytes {
		n, err := c.receive(s, skip(pieces, total), false)
		total += n
		if err != nil && (total == 0 || unwinds(err)) {
			return 0, err
		}
		if err != nil || n == 0 {
			break
		}
	}
	return total, nil
}

// skip returns the pieces without their first bytes.
func skip(pieces [][]byte, bytes uint64) [][]byte {
	for i, p := range pieces {
		if bytes < uint64(len(p)) {
			rest := append([][]byte{p[bytes:]}, pieces[i+1:]...)
			return rest
		}
		bytes -= uint64(len(p))
	}
	return nil
}

func sockSend(c call) error {
	if c.u32(3) != 0 { // no flags are defined
		return errnoInval
	}
	return c.transfer(4, func(pieces [][]byte, bytes uint64) (uint64, error) {
		_, s, err := c.socket(rightWrite)
		if err != nil {
			return 0, err
		}
		return c.send(s, gather(pieces, bytes))
	})
}

func sockShutdown(c call) error {
	how := c.u32(1)
	if how == 0 || how > shutdownAll {
		return errnoInval
	}
	_, s, err := c.socket(rightShutdown)
	if err != nil {
		return err
	}
	return s.Shutdown(how&shutdownRead != 0, how&shutdownWrite != 0)
}
