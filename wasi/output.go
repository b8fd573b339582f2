package wasi

import (
	"context"
	"io"
)

// Output is a writer whose writes can be given up.
type Output struct {
	writer io.Writer
	direct bool // writing never blocks
	ready  readiness
	next   ahead[struct{}]
	copied []byte // what the write in flight writes; touched only by whoever holds the claim
}

// NewOutput returns an Output over w; nil discards.
func NewOutput(w io.Writer) *Output {
	if w == nil {
		w = io.Discard
	}
	return &Output{writer: w, direct: neverBlocks(w), ready: readinessOf(w, true)}
}

// Write writes all of p. If ctx ends first the error is a [*CanceledError]; what the host has taken by then it goes on
// to write, and the next Write waits for that.
func (out *Output) Write(ctx context.Context, p []byte) (int, error) {
	written := 0
	for {
		if !out.next.claim() {
			if err := wait(ctx, out.next.changed()); err != nil {
				return written, err
			}
			continue
		}
		if out.atOnce(ctx, len(p)-written) {
			n, err := out.writer.Write(p[written:])
			out.next.release(struct{}{}, nil, false)
			return written + n, err
		}
		n, err := out.writeCopy(ctx, p[written:min(written+aheadBytes, len(p))])
		written += n
		if err != nil || written == len(p) {
			return written, err
		}
	}
}

// atOnceBytes is what a pipe takes without blocking once it takes anything: the least PIPE_BUF that POSIX allows.
const atOnceBytes = 512

// atOnce reports whether writing in place would not block, or need not be given up.
func (out *Output) atOnce(ctx context.Context, bytes int) bool {
	return out.direct || ctx.Done() == nil || bytes <= atOnceBytes && out.ready.now()
}

// writeCopy writes p from a copy, on a goroutine, while the caller holds the claim.
func (out *Output) writeCopy(ctx context.Context, p []byte) (int, error) {
	out.copied = append(out.copied[:0], p...)
	ended := out.next.changed()
	var n int
	var err error
	go func() {
		n, err = out.writer.Write(out.copied)
		out.next.release(struct{}{}, nil, false)
	}()
	if err := wait(ctx, ended); err != nil {
		return 0, err
	}
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	return n, err
}

// Ready returns a channel that is closed when no write is in flight.
func (out *Output) Ready() <-chan struct{} { return out.next.changed() }
