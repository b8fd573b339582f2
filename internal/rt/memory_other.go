//go:build !((linux || darwin) && (amd64 || arm64)) || weft_portable

package rt

import (
	"fmt"
	"math"

	"github.com/weft-wasm/weft/internal/wasm"
)

// StableBase reports that a memory's base may move when it grows: there is no reserved address space on this platform.
const StableBase = false

// GuardBytes is 0: nothing inaccessible follows a memory.
const GuardBytes = 0

// reservation is a Go slice; growing copies it. A shared memory may grow while other threads write to it, so all that it may ever have is
// allocated at first, and systems that give pages on first use lose nothing by that.
type reservation struct {
	all []byte // of a shared memory

	kept  int // these are for slots, which there are none of
	annex uint64
	words []uint64
}

func (r *reservation) reserve(size, limit uint64, t wasm.MemType) (bytes []byte, err error) {
	if !t.Shared {
		return allocate(size)
	}
	if r.all, err = allocate(limit); err != nil {
		return nil, err
	}
	return r.all[:size:size], nil
}

func (r *reservation) grow(old []byte, size uint64) ([]byte, error) {
	if r.all != nil {
		return r.all[:size:size], nil
	}
	bytes, err := allocate(size)
	copy(bytes, old)
	return bytes, err
}

// base is 0: no generated code runs where memories move.
func (r *reservation) base() uintptr { return 0 }

func (r *reservation) bytes(uint64) []byte { panic(noSlots) }

func (r *reservation) free() { r.all = nil }

func allocate(size uint64) (bytes []byte, err error) {
	if size > math.MaxInt {
		return nil, fmt.Errorf("weft: a memory of %d bytes does not fit the address space", size)
	}
	defer func() {
		// make panics when the length is beyond what the allocator can serve.
		if recover() != nil {
			bytes, err = nil, fmt.Errorf("weft: no memory for %d bytes", size)
		}
	}()
	return make([]byte, size), nil
}
