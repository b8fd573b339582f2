//go:build (linux || darwin) && (amd64 || arm64) && !weft_portable

package rt

import (
	"fmt"
	"runtime"
	"unsafe"

	"github.com/weft-wasm/weft/internal/wasm"
	"golang.org/x/sys/unix"
)

// StableBase reports that a memory's base never moves on this platform.
const StableBase = true

// GuardBytes follows the reservation of a 32-bit memory, inaccessible: with it, compiled code needs no bounds check for an access
// whose constant offset is below it.
const GuardBytes = 2 << 30

// Reservation32 is what a 32-bit memory reserves in front of its guard, whatever its maximum: any i32 address falls into it.
const Reservation32 = 4 << 30

// reservation is a range of address space. Its first part is accessible and grows in place.
type reservation struct {
	all     []byte
	annex   uint64 // bytes in front of the memory, accessible
	cleanup runtime.Cleanup
	kept    int  // bytes that stay resident while it is idle
	mapped  bool // contents are mapped, not copied
	own     ownPages
	words   []uint64 // of a context that no instance uses
}

// maxReservation is the most that a 64-bit memory reserves: half of what processors with four levels of page tables give to processes.
const maxReservation = 1 << 46

// reserve takes address space for limit bytes, makes the first size of them accessible and returns those. A 64-bit memory gets
// less if there is not as much; it then cannot grow as far.
func (r *reservation) reserve(size, limit uint64, t wasm.MemType) ([]byte, error) {
	limit = min(limit, maxReservation)
	if !t.Is64 {
		limit = Reservation32 + GuardBytes
	}
	if size > limit {
		return nil, &LimitError{What: "memory", Have: size, Limit: limit, Unit: "bytes"}
	}
	if limit == 0 {
		return nil, nil
	}
	all, err := mapNothing(r.annex + limit)
	for t.Is64 && err != nil && limit/2 >= max(size, PageSize) {
		limit /= 2
		all, err = mapNothing(r.annex + limit)
	}
	if err != nil {
		return nil, fmt.Errorf("weft: reserve %d bytes of address space for a memory: %w", limit, err)
	}
	r.all = all
	noteReservation(all)
	// A store that is dropped without Close takes its reservations with it.
	r.cleanup = runtime.AddCleanup(r, unreserve, all)
	if accessible := r.annex + size; accessible > 0 {
		if err := mprotect(all[:accessible], unix.PROT_READ|unix.PROT_WRITE); err != nil {
			r.free()
			return nil, fmt.Errorf("weft: make a memory of %d bytes: %w", size, err)
		}
	}
	return r.bytes(size), nil
}

// base is the address of the memory: it does not change while the reservation lasts.
func (r *reservation) base() uintptr {
	if r.all == nil {
		return 0
	}
	return uintptr(unsafe.Pointer(&r.all[r.annex]))
}

// bytes is the memory when it has a size.
func (r *reservation) bytes(size uint64) []byte { return r.all[r.annex:][:size:size] }

// mapNothing reserves address space that is not accessible.
func mapNothing(size uint64) ([]byte, error) {
	return mmap(-1, 0, int(size), unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
}

// grow makes the first size bytes accessible; old is what was accessible before.
func (r *reservation) grow(old []byte, size uint64) ([]byte, error) {
	if size == uint64(len(old)) {
		return old, nil
	}
	all := r.all[r.annex:]
	if size > uint64(len(all)) {
		return nil, &LimitError{What: "memory", Have: size, Limit: uint64(len(all)), Unit: "bytes"}
	}
	if err := mprotect(all[len(old):size], unix.PROT_READ|unix.PROT_WRITE); err != nil {
		return nil, fmt.Errorf("weft: grow a memory to %d bytes: %w", size, err)
	}
	return all[:size:size], nil
}

func (r *reservation) free() {
	if r.all != nil {
		r.cleanup.Stop()
		unreserve(r.all)
		r.all = nil
	}
}

// unreserve gives a reservation to the system. What that does not take back is lost; nothing else depends on it.
func unreserve(all []byte) {
	dropReservation(all)
	_ = munmap(all)
}
