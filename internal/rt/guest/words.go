package guest

import (
	"errors"
	"sync/atomic"
	"unsafe"
)

// Words are words in code memory that code reads by their distance, as those that have the addresses of functions: they can be written to while it runs, and
// never be executed.
type Words struct{ pages []byte }

// MapWords makes n words, each of which is 0.
func MapWords(n int) (*Words, error) {
	arena, err := codeArena()
	if err != nil {
		return nil, err
	}
	pages, err := arena.take(max(n, 1) * wordBytes)
	if err != nil {
		return nil, err
	}
	if err := protect(pages, accessWrite); err != nil {
		return nil, errors.Join(err, arena.giveBack(pages))
	}
	return &Words{pages}, nil
}

const wordBytes = 8

// Address is where a word is.
func (w *Words) Address(i int) uintptr { return addressOf(w.pages) + uintptr(i)*wordBytes }

// Set sets a word, which code may be reading.
func (w *Words) Set(i int, value uintptr) { atomic.StoreUintptr(w.word(i), value) }

// Get is what a word has been set to.
func (w *Words) Get(i int) uintptr { return atomic.LoadUintptr(w.word(i)) }

// word is within the pages, which the slice proves, and aligned, as they are; it is no Go memory, and stays until Unmap.
func (w *Words) word(i int) *uintptr {
	return (*uintptr)(unsafe.Pointer(unsafe.SliceData(w.pages[i*wordBytes : (i+1)*wordBytes])))
}

// Unmap gives the memory back. No code that reads it may run.
func (w *Words) Unmap() error {
	arena, err := codeArena()
	if err != nil {
		return err
	}
	pages := w.pages
	w.pages = nil
	return arena.giveBack(pages)
}
