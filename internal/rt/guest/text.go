package guest

import (
	"errors"
	"os"
	"slices"
	"sort"
	"sync/atomic"

	"github.com/weft-wasm/weft/internal/abi"
)

// Sites say what may happen at which instruction of a text.
type Sites interface {
	// Trap returns what a fault of the instruction at an offset means, false if it cannot fault.
	Trap(offset uint32) (TrapSite, bool)

	// Frame returns how far it is from the stack pointer up to the return address in front of the instruction at an offset, in bytes. It is false
	// where nothing is known of the frame, so that a backtrace ends there.
	Frame(offset uint32) (size uint32, ok bool)
}

// Tables are sites listed one by one. Both are sorted by offset.
type Tables struct {
	Traps  []TrapSite
	Frames []FrameSite
}

// TrapSite is an instruction that traps by faulting.
type TrapSite struct {
	Offset  uint32 // of the instruction in the text
	Code    abi.Trap
	Divisor abi.Divisor // of an instruction that divides: which of its two traps it was; Code does not count then
}

// FrameSite is the size of the frame from an instruction up to the next site: from the stack pointer up to the return address.
// The sites of a function begin at its first instruction, with size 0.
type FrameSite struct {
	Offset uint32
	Size   uint32 // bytes
}

// Text is a block of executable memory.
type Text struct {
	owner atomic.Value
	name  string
	bytes []byte
	base  uintptr
	sites Sites
}

// Map takes size bytes of code memory, has write fill them, and makes them executable. write learns the address that the bytes will have.
func Map(name string, size int, sites Sites, write func(text []byte, base uintptr) error) (*Text, error) {
	return newText(name, size, sites, func(t *Text) error { return t.fill(write) })
}

// MapFile makes a part of a file executable where it is: nothing of it is read until it runs, and processes share it. Offset is a multiple of
// the size of a page. The file must not change from then on. It fails for a file on a file system that nothing may be executed from, for one.
func MapFile(name string, file *os.File, offset int64, size int, sites Sites) (*Text, error) {
	return newText(name, size, sites, func(t *Text) error { return mapExecutable(t.pages(), file, offset) })
}

// newText makes a text of what fill puts there.
func newText(name string, size int, sites Sites, fill func(*Text) error) (*Text, error) {
	arena, err := codeArena()
	if err != nil {
		return nil, err
	}
	bytes, err := arena.take(size)
	if err != nil {
		return nil, err
	}
	t := &Text{name: name, bytes: bytes[:size], base: addressOf(bytes), sites: sites}
	if err := fill(t); err != nil {
		return nil, errors.Join(err, arena.giveBack(bytes))
	}
	publish(t)
	return t, nil
}

// fill writes the text while it is writable and nothing can execute it, then makes it executable and no longer writable.
func (t *Text) fill(write func(text []byte, base uintptr) error) error {
	if err := protect(t.pages(), accessWrite); err != nil {
		return err
	}
	if err := write(t.bytes, t.base); err != nil {
		return err
	}
	return protect(t.pages(), accessExecute)
}

// Unmap gives the memory back. No guest may be in the text.
func (t *Text) Unmap() error {
	arena, err := codeArena()
	if err != nil {
		return err
	}
	withdraw(t)
	pages := t.pages()
	t.bytes = nil
	return arena.giveBack(pages)
}

// SetOwner says what whoever has mapped the text knows it by: frames lead back to it. It is called once, before anything runs there.
func (t *Text) SetOwner(owner any) { t.owner.Store(owner) }

// Owner is what SetOwner has said, nil if it has not been called.
func (t *Text) Owner() any { return t.owner.Load() }

// Name is what the text was mapped as.
func (t *Text) Name() string { return t.name }

// Bytes are the text itself, which must not be written to.
func (t *Text) Bytes() []byte { return t.bytes }

// Address is where the instruction at an offset is.
func (t *Text) Address(offset uint32) uintptr { return t.base + uintptr(offset) }

func (t *Text) pages() []byte { return t.bytes[:pageRound(len(t.bytes))] }

// Trap implements Sites.
func (t Tables) Trap(offset uint32) (TrapSite, bool) {
	i := sort.Search(len(t.Traps), func(i int) bool { return t.Traps[i].Offset >= offset })
	if i == len(t.Traps) || t.Traps[i].Offset != offset {
		return TrapSite{}, false
	}
	return t.Traps[i], true
}

// Frame implements Sites.
func (t Tables) Frame(offset uint32) (uint32, bool) {
	i := sort.Search(len(t.Frames), func(i int) bool { return t.Frames[i].Offset > offset })
	if i == 0 {
		return 0, false
	}
	return t.Frames[i-1].Size, true
}

// mapped holds all texts, sorted by address. It is replaced as a whole, so that Lookup takes no lock and allocates nothing.
var mapped atomic.Pointer[[]*Text]

// Lookup finds the text that an address lies in, nil if there is none. It may be called anywhere, in a signal handler as well.
func Lookup(pc uintptr) *Text {
	all := mapped.Load()
	if all == nil {
		return nil
	}
	low, high := 0, len(*all)
	for low < high {
		mid := int(uint(low+high) / 2)
		if (*all)[mid].base <= pc {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low == 0 {
		return nil
	}
	t := (*all)[low-1]
	if pc-t.base >= uintptr(len(t.bytes)) {
		return nil
	}
	return t
}

func publish(t *Text) {
	replace(func(all []*Text) []*Text {
		i, _ := slices.BinarySearchFunc(all, t.base, func(u *Text, base uintptr) int {
			if u.base < base {
				return -1
			}
			return 1
		})
		return slices.Insert(all, i, t)
	})
}

func withdraw(t *Text) {
	replace(func(all []*Text) []*Text {
		return slices.DeleteFunc(all, func(u *Text) bool { return u == t })
	})
}

// replace changes a copy of the list of texts and puts it in the place of the list.
func replace(change func([]*Text) []*Text) {
	for {
		old := mapped.Load()
		var all []*Text
		if old != nil {
			all = slices.Clone(*old)
		}
		all = change(all)
		if mapped.CompareAndSwap(old, &all) {
			return
		}
	}
}
