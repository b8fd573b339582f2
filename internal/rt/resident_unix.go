//go:build (linux || darwin) && (amd64 || arm64) && !weft_portable

package rt

import (
	"maps"
	"slices"
	"sync"
	"unsafe"
)

// everyReservation has those of the process.
var everyReservation struct {
	mu  sync.Mutex
	all map[uintptr]uintptr // from the address to the end
}

func noteReservation(all []byte) {
	at := uintptr(unsafe.Pointer(unsafe.SliceData(all)))
	everyReservation.mu.Lock()
	defer everyReservation.mu.Unlock()
	if everyReservation.all == nil {
		everyReservation.all = map[uintptr]uintptr{}
	}
	everyReservation.all[at] = at + uintptr(len(all))
}

// dropReservation is called before another one can get the address.
func dropReservation(all []byte) {
	everyReservation.mu.Lock()
	defer everyReservation.mu.Unlock()
	delete(everyReservation.all, uintptr(unsafe.Pointer(unsafe.SliceData(all))))
}

// addresses is a range of addresses.
type addresses struct{ from, to uintptr }

// reserved lists the reservations by address.
func reserved() []addresses {
	everyReservation.mu.Lock()
	defer everyReservation.mu.Unlock()
	var all []addresses
	for _, from := range slices.Sorted(maps.Keys(everyReservation.all)) {
		all = append(all, addresses{from, everyReservation.all[from]})
	}
	return all
}
