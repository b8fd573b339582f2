package guest

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"sync/atomic"

	"github.com/weft-wasm/weft/internal/abi"
)

// Tables say what may happen at which instruction of a text. Both are sorted by offset.
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
	// Owner is what whoever maps the text knows it by: frames lead back to it.
	Owner any

	name   string
	bytes  []byte
	base   uintptr
	tables Tables
}

// Map takes size bytes of code memory, has write fill them, and makes them executable. write learns the address that the bytes will have.
// The tables are kept, not copied.
func Map(name string, size int, tables Tables, write func(text []byte, base uintptr) error) (*Text, error) {
	if !tables.sorted() {
		return nil, fmt.Errorf("weft: the tables of %s are not sorted by offset", name)
	}
	arena, err := codeArena()
	if err != nil {
		return nil, err
	}
	bytes, err := arena.take(size)
	if err != nil {
		return nil, err
	}
	t := &Text{name: name, bytes: bytes[:size], base: addressOf(bytes), tables: tables}
	if err := t.fill(write); err != nil {
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

// Name is what the text was mapped as.
func (t *Text) Name() string { return t.name }

// Bytes are the text itself, which must not be written to.
func (t *Text) Bytes() []byte { return t.bytes }

// Address is where the instruction at an offset is.
func (t *Text) Address(offset uint32) uintptr { return t.base + uintptr(offset) }

func (t *Text) pages() []byte { return t.bytes[:pageRound(len(t.bytes))] }

// trapSite finds the site of an instruction.
func (t *Text) trapSite(offset uint32) (TrapSite, bool) {
	sites := t.tables.Traps
	i := sort.Search(len(sites), func(i int) bool { return sites[i].Offset >= offset })
	if i == len(sites) || sites[i].Offset != offset {
		return TrapSite{}, false
	}
	return sites[i], true
}

// frameSize finds the size of the frame at an instruction.
func (t *Text) frameSize(offset uint32) (uint32, bool) {
	sites := t.tables.Frames
	i := sort.Search(len(sites), func(i int) bool { return sites[i].Offset > offset })
	if i == 0 {
		return 0, false
	}
	return sites[i-1].Size, true
}

func (t Tables) sorted() bool {
	return slices.IsSortedFunc(t.Traps, func(a, b TrapSite) int { return int(a.Offset) - int(b.Offset) }) &&
		slices.IsSortedFunc(t.Frames, func(a, b FrameSite) int { return int(a.Offset) - int(b.Offset) })
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
