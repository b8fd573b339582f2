package wasi

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"sync"
)

// aheadBytes is how much is read when a guest asks only whether there is anything to read, and the most that one read
// on its behalf asks for.
const (
	pollBytes  = 4 << 10
	aheadBytes = 64 << 10
)

// Input is a reader whose reads can be waited for and given up. Instances may share one: what was read for a guest that
// went away is kept for the next.
type Input struct {
	reader io.Reader
	direct bool // reading never blocks
	ready  readiness
	next   ahead[[]byte]

	mu   sync.Mutex
	kept []byte // read and not yet taken
	err  error  // follows kept; reported once, so that a terminal can be read again after its end-of-file key
}

// NewInput returns an Input over r; nil is empty.
func NewInput(r io.Reader) *Input {
	if r == nil {
		r = strings.NewReader("")
	}
	return &Input{reader: r, direct: neverBlocks(r), ready: readinessOf(r, false)}
}

// neverBlocks reports whether the host object is known to answer at once.
func neverBlocks(object any) bool {
	switch object := object.(type) {
	case *bytes.Buffer, *bytes.Reader, *strings.Reader, *strings.Builder:
		return true
	case *os.File:
		info, err := object.Stat()
		return err == nil && info.Mode().IsRegular()
	}
	return object == io.Discard
}

// Read waits for at least one byte and returns what there is, up to len(p). The end is [io.EOF]. If ctx ends first
// the error is a [*CanceledError], and the bytes are kept.
func (in *Input) Read(ctx context.Context, p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for {
		if n, err, ok := in.take(p, true); ok {
			return n, err
		}
		if ctx.Done() == nil || in.atOnce() {
			if n, err, ok := in.readInPlace(p); ok {
				return n, err
			}
		}
		if err := wait(ctx, in.fill(min(len(p), aheadBytes))); err != nil {
			return 0, err
		}
	}
}

// TryRead is Read without waiting: where Read would wait, it starts reading ahead and returns [ErrWouldBlock].
func (in *Input) TryRead(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if n, err, ok := in.take(p, true); ok {
		return n, err
	}
	if in.atOnce() {
		if n, err, ok := in.readInPlace(p); ok {
			return n, err
		}
	}
	in.fill(min(len(p), aheadBytes))
	return 0, ErrWouldBlock
}

// Peek copies what Read would return and leaves it to be read.
func (in *Input) Peek(ctx context.Context, p []byte) (int, error) {
	for {
		if n, err, ok := in.take(p, false); ok {
			return n, err
		}
		if err := wait(ctx, in.fill(pollBytes)); err != nil {
			return 0, err
		}
	}
}

// Ready returns a channel that is closed when a read may no longer block. Another reader can be faster, so the caller
// asks Buffered afterwards and waits again if need be.
func (in *Input) Ready() <-chan struct{} {
	if _, ready := in.Buffered(); ready {
		return closedChannel
	}
	return in.fill(pollBytes)
}

// Buffered reports whether a read would return at once, and how many bytes are there; 1 also if it is not known how many,
// and 0 at the end or before an error.
func (in *Input) Buffered() (bytes int, ready bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.collect()
	switch {
	case len(in.kept) > 0 || in.err != nil:
		return len(in.kept), true
	case !in.atOnce():
		return 0, false
	}
	if sized, ok := in.reader.(interface{ Len() int }); ok {
		return sized.Len(), true
	}
	return 1, true
}

// atOnce reports whether reading in place would not block.
func (in *Input) atOnce() bool { return in.direct || in.ready.now() && in.next.idle() }

// fill reads ahead.
func (in *Input) fill(bytes int) <-chan struct{} {
	return in.next.start(func() ([]byte, error) {
		p := make([]byte, bytes)
		n, err := in.reader.Read(p)
		return p[:n], err
	})
}

// readInPlace reads into the caller's memory. ok is false if somebody else is reading.
func (in *Input) readInPlace(p []byte) (n int, err error, ok bool) {
	if !in.next.claim() {
		return 0, nil, false
	}
	defer func() { in.next.release(nil, nil, false) }()
	n, err = in.reader.Read(p)
	if n > 0 && err != nil {
		in.mu.Lock()
		in.err, err = err, nil
		in.mu.Unlock()
	}
	return n, err, n > 0 || err != nil
}

// take copies what is kept, and removes it if consume. ok is false if there is nothing.
func (in *Input) take(p []byte, consume bool) (n int, err error, ok bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.collect()
	if len(in.kept) > 0 {
		n = copy(p, in.kept)
		if consume {
			in.kept = in.kept[n:]
		}
		return n, nil, true
	}
	err = in.err
	if consume {
		in.err = nil
	}
	return 0, err, err != nil
}

// collect moves the result of reading ahead to where take finds it.
func (in *Input) collect() {
	if len(in.kept) > 0 || in.err != nil {
		return
	}
	in.kept, in.err, _ = in.next.take()
}
