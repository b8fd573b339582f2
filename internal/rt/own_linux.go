//go:build (amd64 || arm64) && !weft_portable

package rt

import (
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// A page of a slot becomes its own when it is faulted in, and the kernel counts the page faults of a process. So as long as that count is what it was when
// the kernel listed the own pages of a slot, the list is right, whoever has written to the slot since: a guest on any thread, the host, or the kernel for it. To
// ask for the count takes half as long as to ask for a list, where there are not too many threads; slots that are used in turn need no other pages after the
// first few instances, and a process that does little else has no faults.
//
// Only huge pages come without a fault, which a thread of the kernel may make of small ones, with more around them. Slots whose lists are kept do without.

// ownPages is what is known of the pages that a slot has of its own.
type ownPages struct {
	list   []span
	faults int64 // the count when they were listed, 0 if they are not known
	uses   int   // of the list since
	wait   int   // how many resets list them before the next list is kept
	misses int   // lists in a row that were of no use
	small  bool  // the slot has no huge pages
}

const (
	// firstList is how often a slot is put back before a list is kept: many are used only once.
	firstList = 2
	// maxUses is how often a list is used. What the count takes may have changed then.
	maxUses = 1024
	// maxMisses bounds how long to wait after lists that were of no use: 2 to the power of it.
	maxMisses = 6
	// maxCounting is how long the count may take to be worth it.
	maxCounting = 1200 * time.Nanosecond
)

// likely returns the pages that were listed last, if they are worth to be confirmed.
func (o *ownPages) likely() (pages []span, ok bool) {
	return o.list, o.faults != 0 && o.uses < maxUses
}

// confirm reports whether the slot had no other pages than those that were listed last when the count was as it is now.
func (o *ownPages) confirm(faults int64) bool {
	if faults == o.faults {
		o.uses++
		return true
	}
	o.faults = 0
	if o.uses == 0 {
		o.miss()
	} else {
		o.misses, o.wait = 0, 0
	}
	return false
}

// miss notes that a list was of no use.
func (o *ownPages) miss() {
	o.misses = min(o.misses+1, maxMisses)
	o.wait = 1 << o.misses
}

// begin returns the count for a list that is to be kept, else 0. It is asked for before the pages are listed, so what comes in between is not missed.
func (o *ownPages) begin(slot []byte) (faults int64) {
	switch {
	case o.wait > 0:
		o.wait--
		return 0
	case len(slot) > quickBytes || !faultsCount():
		return 0
	case !o.small:
		// Where there are no huge pages at all, the advice is not known.
		if err := madvise(slot, unix.MADV_NOHUGEPAGE); err != nil && err != unix.EINVAL {
			o.miss()
			return 0
		}
		o.small = true
	}
	start := time.Now()
	faults = pageFaults()
	if time.Since(start) > maxCounting {
		o.miss()
		return 0
	}
	return faults
}

// keep keeps a list that was made after the count was as begin has returned it.
func (o *ownPages) keep(list []span, faults int64) {
	if faults != 0 {
		o.list, o.faults, o.uses = append(o.list[:0], list...), faults, 0
	}
}

// faultsCount reports whether the system counts page faults.
var faultsCount = sync.OnceValue(func() bool {
	page, err := mmap(-1, 0, contentPage, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return false
	}
	defer munmap(page)
	before := pageFaults()
	page[0] = 1
	return before > 0 && pageFaults() > before
})
