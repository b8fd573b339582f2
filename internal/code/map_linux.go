package code

import "golang.org/x/sys/unix"

// populate has the kernel map all pages of a span at once, instead of some at each fault. Kernels before 5.14 do not know how.
func populate(span []byte) { _ = unix.Madvise(span, unix.MADV_POPULATE_READ) }
