package p1

import (
	"errors"
	"io"
	"math"

	"github.com/weft-wasm/weft/wasi"
)

func fdRead(c call) error {
	return c.transfer(3, func(pieces [][]byte, _ uint64) (uint64, error) {
		d, err := c.fds.get(c.u32(0))
		if err != nil {
			return 0, err
		}
		if _, ok := d.node.(wasi.Dir); ok {
			return 0, errnoIsDir
		}
		if err := d.allow(rightRead); err != nil {
			return 0, err
		}
		return c.read(d, pieces)
	})
}

// read reads at the descriptor's position, or what a stream has.
func (c call) read(d *descriptor, pieces [][]byte) (uint64, error) {
	switch node := d.node.(type) {
	case wasi.File:
		d.mu.Lock()
		defer d.mu.Unlock()
		n, err := c.readAt(node, pieces, d.position)
		d.position += n
		return n, err
	case *wasi.Stream:
		return c.receive(node, pieces, d.has(flagNonblock))
	}
	return 0, errnoBadF
}

// readAt fills the pieces from a file. The end of the file is no error.
func (c call) readAt(file wasi.File, pieces [][]byte, position uint64) (uint64, error) {
	return c.move(pieces, func(p []byte, done uint64) (int, error) {
		at := position + done
		if at > math.MaxInt64 {
			return 0, errnoInval
		}
		n, err := file.ReadAt(p, int64(at))
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return n, err
	})
}

// receive fills the first piece, waiting unless nonblock, and the others with what is there already.
func (c call) receive(s *wasi.Stream, pieces [][]byte, nonblock bool) (uint64, error) {
	if _, ready := s.In.Buffered(); !ready && !nonblock {
		defer c.waiting()()
	}
	return c.move(pieces, func(p []byte, done uint64) (n int, err error) {
		switch {
		case done > 0:
			if buffered, _ := s.In.Buffered(); buffered == 0 {
				return 0, nil
			}
			n, err = s.In.TryRead(p)
		case nonblock:
			n, err = s.In.TryRead(p)
		default:
			n, err = s.In.Read(c.ctx, p)
		}
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return n, err
	})
}

func fdWrite(c call) error {
	return c.transfer(3, func(pieces [][]byte, bytes uint64) (uint64, error) {
		d, err := c.fd(0, rightWrite)
		if err != nil {
			return 0, err
		}
		return c.write(d, gather(pieces, bytes))
	})
}

// write writes at the descriptor's position, at the end of a file that is appended to, or to a stream.
func (c call) write(d *descriptor, pieces [][]byte) (uint64, error) {
	switch node := d.node.(type) {
	case wasi.File:
		return c.writeFile(d, node, pieces)
	case *wasi.Stream:
		return c.send(node, pieces)
	}
	return 0, errnoBadF
}

func (c call) writeFile(d *descriptor, file wasi.File, pieces [][]byte) (uint64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.flags&flagAppend == 0 {
		n, err := c.writeAt(file, pieces, d.position)
		d.position += n
		return n, err
	}
	n, err := c.move(pieces, func(p []byte, _ uint64) (int, error) { return file.Append(p) })
	if err != nil {
		return 0, err
	}
	s, err := file.Stat()
	d.position = s.Size
	return n, err
}

// writeAt writes the pieces into a file.
func (c call) writeAt(file wasi.File, pieces [][]byte, position uint64) (uint64, error) {
	return c.move(pieces, func(p []byte, done uint64) (int, error) {
		at := position + done
		if at > math.MaxInt64-uint64(len(p)) {
			return 0, errnoFBig
		}
		return file.WriteAt(p, int64(at))
	})
}

// send writes the pieces to a stream.
func (c call) send(s *wasi.Stream, pieces [][]byte) (uint64, error) {
	return c.move(pieces, func(p []byte, _ uint64) (int, error) { return s.Out.Write(c.ctx, p) })
}

func fdPread(c call) error {
	return c.transfer(4, func(pieces [][]byte, _ uint64) (uint64, error) {
		_, file, err := c.file(0, rightRead|rightSeek)
		if err != nil {
			return 0, err
		}
		return c.readAt(file, pieces, c.u64(3))
	})
}

func fdPwrite(c call) error {
	return c.transfer(4, func(pieces [][]byte, bytes uint64) (uint64, error) {
		_, file, err := c.file(0, rightWrite|rightSeek)
		if err != nil {
			return 0, err
		}
		if c.u64(3) > math.MaxInt64 {
			return 0, errnoInval
		}
		return c.writeAt(file, gather(pieces, bytes), c.u64(3))
	})
}

func fdSeek(c call) error {
	out, err := c.result(3, 8)
	if err != nil {
		return err
	}
	offset, whence := int64(c.u64(1)), c.u32(2)
	if whence >= uint32(len(c.abi.whence)) {
		return errnoInval
	}
	from := c.abi.whence[whence]
	need := rightSeek
	if from == io.SeekCurrent && offset == 0 {
		need = rightTell
	}
	d, file, err := c.file(0, 0)
	if err != nil {
		return err
	}
	if d.allow(need) != nil && d.allow(rightSeek) != nil {
		return errnoNotCapable
	}
	position, err := d.seek(file, offset, from)
	if err != nil {
		return err
	}
	le.PutUint64(out, position)
	return nil
}

// seek moves the position and returns it. A position before the file, or beyond what numbers can say, is INVAL.
func (d *descriptor) seek(file wasi.File, offset int64, from int) (uint64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var base int64
	switch from {
	case io.SeekCurrent:
		base = int64(d.position)
	case io.SeekEnd:
		s, err := file.Stat()
		if err != nil {
			return 0, err
		}
		base = int64(s.Size)
	}
	if offset > math.MaxInt64-base || base+offset < 0 {
		return 0, errnoInval
	}
	d.position = uint64(base + offset)
	return d.position, nil
}

func fdTell(c call) error {
	out, err := c.result(1, 8)
	if err != nil {
		return err
	}
	d, _, err := c.file(0, 0)
	if err != nil {
		return err
	}
	if d.allow(rightTell) != nil && d.allow(rightSeek) != nil {
		return errnoNotCapable
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	le.PutUint64(out, d.position)
	return nil
}
