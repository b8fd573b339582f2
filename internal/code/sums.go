package code

import (
	"hash/crc32"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// spanBytes is how much of a file has a checksum of its own.
const spanBytes = 1 << 20

// spanSums computes the checksums of spans.
type spanSums struct {
	sums []uint32
	sum  uint32
	have int // bytes of the span that is not complete
}

func (s *spanSums) write(b []byte) {
	for len(b) > 0 {
		n := min(len(b), spanBytes-s.have)
		s.sum = crc32.Update(s.sum, crc32.IEEETable, b[:n])
		b = b[n:]
		if s.have += n; s.have == spanBytes {
			s.sums = append(s.sums, s.sum)
			s.sum, s.have = 0, 0
		}
	}
}

func (s *spanSums) finish() []uint32 {
	if s.have > 0 {
		s.sums = append(s.sums, s.sum)
	}
	return s.sums
}

// verification compares a file with its checksums, on several goroutines.
type verification struct {
	contents  []byte
	sums      []uint32
	next, bad atomic.Int64 // spans: bad is the first one found that is not as it was written, len(sums) if there is none
	workers   sync.WaitGroup
}

// verify begins a verification and leaves one processor to its caller.
func verify(contents []byte, sums []uint32) *verification {
	v := &verification{contents: contents, sums: sums}
	v.bad.Store(int64(len(sums)))
	for range min(runtime.GOMAXPROCS(0)-1, len(sums)) {
		v.workers.Go(v.work)
	}
	return v
}

// finish helps with what is left, and returns the first span that does not have its checksum, -1 if all have.
func (v *verification) finish() int64 {
	v.work()
	v.workers.Wait()
	if bad := v.bad.Load(); bad < int64(len(v.sums)) {
		return bad
	}
	return -1
}

// abandon makes the workers end.
func (v *verification) abandon() {
	v.bad.Store(0)
	v.workers.Wait()
}

func (v *verification) work() {
	for i := v.next.Add(1) - 1; i < v.bad.Load(); i = v.next.Add(1) - 1 {
		span := v.contents[i*spanBytes : min((i+1)*spanBytes, int64(len(v.contents)))]
		if sum, ok := sumOf(span); ok && sum == v.sums[i] {
			continue
		}
		for bad := v.bad.Load(); i < bad && !v.bad.CompareAndSwap(bad, i); {
			bad = v.bad.Load()
		}
	}
}

// sumOf is the checksum of a span. It is false for a file that has become shorter since it was mapped, or that cannot be read.
func sumOf(span []byte) (sum uint32, ok bool) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	populate(span)
	return crc32.ChecksumIEEE(span), true
}
