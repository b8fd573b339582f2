package p1

import (
	"context"

	"github.com/weft-wasm/weft/wasi"
)

// maxVectors is the most pieces of memory that one call moves, as IOV_MAX is on a host. A call with more moves the
// first ones, which the guest takes for a short read or write.
const maxVectors = 1024

// vectors returns the pieces of memory that an iovec_array names, without the empty ones. Its pointer and length are
// parameters 1 and 2.
func (c call) vectors() (pieces [][]byte, bytes uint64, err error) {
	count := min(c.u32(2), maxVectors)
	array, err := c.array(c.u32(1), count, vectorBytes)
	if err != nil {
		return nil, 0, err
	}
	pieces = c.pieces[:0]
	for ; len(array) > 0; array = array[vectorBytes:] {
		piece, err := c.bytes(le.Uint32(array), le.Uint32(array[4:]))
		if err != nil {
			return nil, 0, err
		}
		if len(piece) > 0 {
			pieces = append(pieces, piece)
			bytes += uint64(len(piece))
		}
	}
	return pieces, bytes, nil
}

// transfer gives f the pieces of memory that a call names, with their bytes together, and stores how many bytes f moved where parameter i
// points to. All that reads and writes has this form.
func (c call) transfer(i int, f func(pieces [][]byte, bytes uint64) (uint64, error)) error {
	pieces, bytes, err := c.vectors()
	if err != nil {
		return err
	}
	count, err := c.result(i, 4)
	if err != nil {
		return err
	}
	n, err := f(pieces, bytes)
	if err != nil {
		return err
	}
	le.PutUint32(count, uint32(n))
	return nil
}

// gatherBytes is how much is copied together so that a line and its end, which C libraries write as two pieces, reach
// the host in one write.
const gatherBytes = 8 << 10

// gather joins small pieces into one.
func gather(pieces [][]byte, bytes uint64) [][]byte {
	if len(pieces) < 2 || bytes > gatherBytes {
		return pieces
	}
	joined := make([]byte, 0, bytes)
	for _, piece := range pieces {
		joined = append(joined, piece...)
	}
	return [][]byte{joined}
}

// moveChunk is how much is moved between two looks at the context: a guest may have 1024 pieces of 4 GiB each, all of them
// the same memory.
const moveChunk = 16 << 20

// move calls f for each piece, chunk by chunk, until one moves less than it could. What was moved before an error counts as
// success, since the next call will meet the error again, except an error that unwinds the guest.
func (c call) move(pieces [][]byte, f func(p []byte, done uint64) (int, error)) (total uint64, err error) {
	for _, piece := range pieces {
		for len(piece) > 0 {
			if total >= moveChunk && c.ctx.Err() != nil {
				return total, &wasi.CanceledError{Cause: context.Cause(c.ctx)}
			}
			chunk := piece[:min(len(piece), moveChunk)]
			n, err := f(chunk, total)
			total += uint64(n)
			if err != nil && (total == 0 || unwinds(err)) {
				return total, err
			}
			if err != nil || n < len(chunk) {
				return total, nil
			}
			piece = piece[n:]
		}
	}
	return total, nil
}
