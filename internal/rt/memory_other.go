//go:build !((linux || darwin) && (amd64 || arm64))

package rt

import (
	"fmt"
	"math"
)

// StableBase reports that a memory's base may move when it grows: there is no reserved address space on this platform.
const StableBase = false

// reservation is a Go slice; growing copies it.
type reservation struct{}

func (r *reservation) reserve(size, limit uint64, is32 bool) ([]byte, error) {
	return r.grow(nil, size)
}

func (r *reservation) grow(old []byte, size uint64) (bytes []byte, err error) {
	if size > math.MaxInt {
		return nil, fmt.Errorf("weft: a memory of %d bytes does not fit the address space", size)
	}
	defer func() {
		// make panics when the length is beyond what the allocator can serve.
		if recover() != nil {
			bytes, err = nil, fmt.Errorf("weft: no memory for %d bytes", size)
		}
	}()
	bytes = make([]byte, size)
	copy(bytes, old)
	return bytes, nil
}

func (r *reservation) free() {}
