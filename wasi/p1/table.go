package p1

import (
	"errors"
	"slices"
	"sync"

	"github.com/weft-wasm/weft/wasi"
)

// fdflags are the specification's flags of a descriptor.
type fdflags uint16

// The flags, in the order of the specification's type fdflags.
const (
	flagAppend fdflags = 1 << iota
	flagDsync
	flagNonblock
	flagRsync
	flagSync
	flagsAll = 1<<iota - 1

	flagsSyncing = flagDsync | flagRsync | flagSync
)

// descriptor is one entry of a guest's table.
type descriptor struct {
	node    wasi.Node
	preopen string // the path of a mount; empty for everything else
	lent    bool   // the embedder's: closing the descriptor leaves the object open

	// mu guards what follows. It is held while data moves at the position, so that two calls do not move the same
	// bytes, and never while anything is waited for.
	mu               sync.Mutex
	base, inheriting rights
	flags            fdflags
	position         uint64 // in a file
	listing          *listing
}

// allow reports whether the descriptor has all of the rights. The error for reading and writing is what POSIX gives for
// a descriptor that was opened for the other.
func (d *descriptor) allow(need rights) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	missing := need &^ d.base
	switch {
	case missing == 0:
		return nil
	case missing&(rightRead|rightWrite) != 0:
		return errnoBadF
	}
	return errnoNotCapable
}

// has reports whether a flag is set.
func (d *descriptor) has(flag fdflags) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.flags&flag != 0
}

// close ends the descriptor, and the object unless it is the embedder's.
func (d *descriptor) close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var err error
	if d.listing != nil {
		err = d.listing.close()
	}
	if d.lent {
		return err
	}
	return errors.Join(err, d.node.Close())
}

// table maps the guest's numbers to descriptors.
type table struct {
	most  int // as wasi.Config.Descriptors has it
	mu    sync.Mutex
	slots []*descriptor
}

// get returns the descriptor of a number; there is none if the error is BADF.
func (t *table) get(fd uint32) (*descriptor, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if uint64(fd) >= uint64(len(t.slots)) || t.slots[fd] == nil {
		return nil, errnoBadF
	}
	return t.slots[fd], nil
}

// room reports that there is a free number, or MFILE: what would be opened for nothing has effects.
func (t *table) room() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.slots) >= t.most && !slices.Contains(t.slots, nil) {
		return errnoMFile
	}
	return nil
}

// insert gives the descriptor the lowest free number.
func (t *table) insert(d *descriptor) (uint32, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, slot := range t.slots {
		if slot == nil {
			t.slots[i] = d
			return uint32(i), nil
		}
	}
	if len(t.slots) >= t.most {
		return 0, errnoMFile
	}
	t.slots = append(t.slots, d)
	return uint32(len(t.slots) - 1), nil
}

// remove frees a number and returns the descriptor it had.
func (t *table) remove(fd uint32) (*descriptor, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if uint64(fd) >= uint64(len(t.slots)) || t.slots[fd] == nil {
		return nil, errnoBadF
	}
	d := t.slots[fd]
	t.slots[fd] = nil
	return d, nil
}

// renumber moves the descriptor at from to to, and returns the one that was there, which must be closed. It is nil if
// both are the same.
func (t *table) renumber(from, to uint32) (*descriptor, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	open := uint64(len(t.slots))
	if uint64(from) >= open || uint64(to) >= open || t.slots[from] == nil || t.slots[to] == nil {
		return nil, errnoBadF
	}
	if from == to {
		return nil, nil
	}
	old := t.slots[to]
	t.slots[to], t.slots[from] = t.slots[from], nil
	return old, nil
}

// closeAll closes every descriptor.
func (t *table) closeAll() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var errs []error
	for _, d := range t.slots {
		if d != nil {
			errs = append(errs, d.close())
		}
	}
	t.slots = nil
	return errors.Join(errs...)
}
