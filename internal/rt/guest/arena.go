package guest

import (
	"fmt"
	"slices"
	"sync"
)

// arenaBytes is all the code memory of a process: less than a 32-bit displacement reaches.
const arenaBytes = 1 << 30

// pageBytes is the granularity of access rights.
const pageBytes = 4096

func pageRound(size int) int { return (size + pageBytes - 1) &^ (pageBytes - 1) }

// arena hands out parts of the region that code lies in. A part is inaccessible, writable or executable, and never the last two
// at once.
type arena struct {
	region
	mu    sync.Mutex
	free  []extent // sorted by start, never adjacent
	stuck [][]byte // pages that the system did not take back: it is asked again
}

// extent is a run of free pages, in bytes from the start of the arena.
type extent struct{ start, end int }

// textLow and textHigh bound the arena for the signal handler: they are written before it is installed.
var textLow, textHigh uintptr

// codeArena reserves the arena when it is first needed.
var codeArena = Once(func() (*arena, error) {
	r, err := reserve(arenaBytes, pageBytes)
	if err != nil {
		return nil, fmt.Errorf("weft: code memory: %w", err)
	}
	textLow, textHigh = r.base, r.base+arenaBytes
	return &arena{region: r, free: []extent{{0, arenaBytes}}}, nil
})

// take finds room for size bytes and returns the pages that they take, inaccessible as yet.
func (a *arena) take(size int) ([]byte, error) {
	if size <= 0 || size > arenaBytes {
		return nil, fmt.Errorf("weft: code of %d bytes: code memory has %d", size, arenaBytes)
	}
	n := pageRound(size)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.unstick()
	for i, e := range a.free {
		if e.end-e.start < n {
			continue
		}
		if e.end-e.start == n {
			a.free = slices.Delete(a.free, i, i+1)
		} else {
			a.free[i].start += n
		}
		return a.bytes[e.start : e.start+n], nil
	}
	return nil, fmt.Errorf("weft: no room for code of %d bytes in code memory of %d", size, arenaBytes)
}

// giveBack frees pages that take has returned. After an error they are freed when pages are next taken or given back.
func (a *arena) giveBack(pages []byte) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.unstick()
	if err := vacate(pages); err != nil {
		a.stuck = append(a.stuck, pages)
		return err
	}
	a.release(pages)
	return nil
}

// unstick frees what the system takes back by now.
func (a *arena) unstick() {
	a.stuck = slices.DeleteFunc(a.stuck, func(pages []byte) bool {
		if vacate(pages) != nil {
			return false
		}
		a.release(pages)
		return true
	})
}

// release puts pages that nothing is mapped in among the free ones.
func (a *arena) release(pages []byte) {
	start := int(addressOf(pages) - a.base)
	i, _ := slices.BinarySearchFunc(a.free, start, func(e extent, start int) int { return e.start - start })
	a.free = slices.Insert(a.free, i, extent{start, start + len(pages)})
	if i+1 < len(a.free) && a.free[i].end == a.free[i+1].start {
		a.free[i].end = a.free[i+1].end
		a.free = slices.Delete(a.free, i+1, i+2)
	}
	if i > 0 && a.free[i-1].end == a.free[i].start {
		a.free[i-1].end = a.free[i].end
		a.free = slices.Delete(a.free, i, i+1)
	}
}
