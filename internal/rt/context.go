package rt

import (
	"slices"
	"unsafe"

	"github.com/weft-wasm/weft/internal/abi"
)

// Coder is an executor whose instances are run by generated code.
type Coder interface {
	Executor

	// Bind gives code to a function that an instance defines. Context is the address of the instance's context.
	Bind(f *Func, context uintptr)

	// BindStub gives code to a stub: a call of it goes to what its Resolve returns.
	BindStub(f *Func) error

	// Unbind gives code to a function of an instance that is dead: calls of it trap.
	Unbind(f *Func)

	// Records reports whether code finds the records of the functions that its module defines by their places.
	Records() bool

	// Helpers is the address of the words that abi.InstanceHelpers leads to.
	Helpers() uintptr
}

// machineContext is the context of an instance as generated code knows it: words at an address that is a multiple of abi.ContextAlign. It
// holds no pointer that the collector has to see: what its addresses lead to is kept by the instance, and in turn by its store.
type machineContext struct {
	words []uint64
}

// newMachineContext makes a context that begins as a template. That is a multiple of abi.ContextAlign bytes, as whose copy is likely to be aligned to that.
func newMachineContext(template []uint64) machineContext {
	words := slices.Clone(template)
	if skip(words) > 0 {
		words = make([]uint64, len(template)+abi.ContextAlign/8)
		words = words[skip(words):]
		copy(words, template)
	}
	return machineContext{words}
}

// skip is how many words of a slice lie before one that a context can begin with.
func skip(words []uint64) uintptr {
	return -uintptr(unsafe.Pointer(unsafe.SliceData(words))) % abi.ContextAlign / 8
}

// address is 0 for the context of an instance that has none. Go does not move heap objects.
func (c machineContext) address() uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(c.words))) }

func (c machineContext) set(offset int, word uintptr) { c.words[offset/8] = uint64(word) }

// cell is the cell of a global at an offset: 16 bytes within the words, whose length the layout has determined.
func (c machineContext) cell(offset int) *Cell { return (*Cell)(unsafe.Pointer(&c.words[offset/8])) }

// cells are those of several globals, one behind the other.
func (c machineContext) cells(offset, n int) []Cell { return unsafe.Slice(c.cell(offset), n) }

func (c machineContext) setID(offset int, id uint32) {
	shift := offset % 8 * 8 // little-endian
	c.words[offset/8] |= uint64(id) << shift
}

// InstanceAt is the instance whose context is at an address.
//
// Sound for an address that generated code has in its context register, while its store keeps the instance: the word at abi.InstanceOwner
// is then the instance's address.
func InstanceAt(context uintptr) *Instance {
	owner := context + abi.InstanceOwner
	return **(***Instance)(unsafe.Pointer(&owner))
}

// Context is the address of the instance's context, 0 if no generated code runs it.
func (in *Instance) Context() uintptr { return in.context.address() }

// TagAddress is the word that generated code knows a tag by.
func TagAddress(t *Tag) uint64 { return uint64(uintptr(unsafe.Pointer(t))) }

// SlotsAddress is where generated code finds slots, 0 if there are none.
func SlotsAddress(slots []uint64) uint64 {
	return uint64(uintptr(unsafe.Pointer(unsafe.SliceData(slots))))
}
