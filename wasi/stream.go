package wasi

import (
	"errors"
	"io"
	"net"
	"os"
	"time"
)

// Stream is a pipe, a terminal, a device or a connection: bytes in order, without a position. A nil In or Out means
// that the direction does not exist.
type Stream struct {
	In  *Input
	Out *Output

	kind   FileType
	host   any       // what the embedder gave or a Dir opened; asked for what it can do
	closer io.Closer // nil if the embedder keeps what is underneath
}

// NewReader returns the Stream that reads from r, such as a standard input. A nil r is empty. Closing the Stream leaves
// r open.
func NewReader(r io.Reader) *Stream {
	return &Stream{In: NewInput(r), kind: streamType(r), host: r}
}

// NewWriter returns the Stream that writes to w, such as a standard output. A nil w discards. Closing the Stream leaves
// w open.
func NewWriter(w io.Writer) *Stream {
	return &Stream{Out: NewOutput(w), kind: streamType(w), host: w}
}

// NewConn returns the Stream over a connection, which closing it closes.
func NewConn(conn net.Conn) *Stream {
	kind := TypeSocketStream
	if _, ok := conn.(net.PacketConn); ok && conn.LocalAddr().Network() != "unix" {
		kind = TypeSocketDatagram
	}
	return &Stream{In: NewInput(conn), Out: NewOutput(conn), kind: kind, host: conn, closer: conn}
}

// newHostStream returns the Stream over what a Dir opened that is neither a file nor a directory.
func newHostStream(f *os.File, flags OpenFlags) *Stream {
	s := &Stream{kind: streamType(f), host: f, closer: f}
	if flags&OpenRead != 0 || flags&OpenWrite == 0 {
		s.In = NewInput(f)
	}
	if flags&OpenWrite != 0 {
		s.Out = NewOutput(f)
	}
	return s
}

// streamType says what the guest is told a host object is.
func streamType(object any) FileType {
	if f, ok := object.(*os.File); ok && f != nil {
		if info, err := f.Stat(); err == nil {
			return fileType(info.Mode())
		}
	}
	return TypeUnknown
}

// Stat describes the host's file where there is one, and otherwise says only what type the stream is.
func (s *Stream) Stat() (Stat, error) {
	if f, ok := s.host.(*os.File); ok && f != nil {
		if info, err := f.Stat(); err == nil {
			return hostStat(info, f.Name()), nil
		}
	}
	return Stat{Type: s.kind, Links: 1}, nil
}

// Type returns what the stream is.
func (s *Stream) Type() FileType { return s.kind }

// SetTimes is [ErrUnsupported] unless a Dir opened the stream.
func (s *Stream) SetTimes(accessed, modified time.Time) error {
	if f, ok := s.closer.(*os.File); ok {
		return setFileTimes(f, accessed, modified)
	}
	return ErrUnsupported
}

// Sync has nothing to wait for.
func (s *Stream) Sync(bool) error { return ErrInvalid }

// Close closes what is underneath, unless the embedder keeps it.
func (s *Stream) Close() error {
	if s.closer == nil {
		return nil
	}
	return s.closer.Close()
}

// Shutdown ends one or both directions of a connection and leaves it open.
func (s *Stream) Shutdown(read, write bool) error {
	if s.kind != TypeSocketStream && s.kind != TypeSocketDatagram {
		return ErrUnsupported
	}
	var errs []error
	if read {
		half, ok := s.host.(interface{ CloseRead() error })
		if !ok {
			return ErrUnsupported
		}
		errs = append(errs, half.CloseRead())
	}
	if write {
		half, ok := s.host.(interface{ CloseWrite() error })
		if !ok {
			return ErrUnsupported
		}
		errs = append(errs, half.CloseWrite())
	}
	return errors.Join(errs...)
}
