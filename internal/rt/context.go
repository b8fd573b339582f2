package rt

import (
	"unsafe"

	"github.com/weft-wasm/weft/internal/abi"
)

// Coder is an executor whose instances are run by generated code.
type Coder interface {
	Executor

	// Bind gives code to the functions that an instance defines. Context is the address of the instance's context.
	Bind(funcs []Func, context uintptr)

	// Helpers is the address of the words that abi.InstanceHelpers leads to.
	Helpers() uintptr
}

// machineContext is the context of an instance as generated code knows it: words at an address that is a multiple of abi.ContextAlign. It
// holds no pointer that the collector has to see: what its addresses lead to is kept by the instance, and in turn by its store.
type machineContext struct {
	words []uint64
}

func newMachineContext(l *abi.InstanceLayout) machineContext {
	all := make([]uint64, (l.SizeBytes+abi.ContextAlign)/8)
	skip := -uintptr(unsafe.Pointer(&all[0])) % abi.ContextAlign / 8
	return machineContext{all[skip:]}
}

// address is 0 for the context of an instance that has none. Go does not move heap objects.
func (c machineContext) address() uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(c.words))) }

func (c machineContext) set(offset int, word uintptr) { c.words[offset/8] = uint64(word) }

// cell is the cell of a global at an offset: 16 bytes within the words, whose length the layout has determined.
func (c machineContext) cell(offset int) *Cell { return (*Cell)(unsafe.Pointer(&c.words[offset/8])) }

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

// fillContext tells generated code where everything is.
func (in *Instance) fillContext(x Coder) {
	c, l := in.context, in.Module.Layout
	c.set(abi.InstanceHelpers, x.Helpers())
	c.set(abi.InstanceHost, c.address())
	c.set(abi.InstanceOwner, uintptr(unsafe.Pointer(in)))
	for i, m := range in.Mems {
		c.set(l.Memory(uint32(i)), uintptr(unsafe.Pointer(&m.descriptor)))
	}
	if len(in.Mems) > 0 {
		c.set(abi.InstanceMemoryBase, in.Mems[0].descriptor.base)
	}
	for i, t := range in.Tables {
		// A slice is the address and the number of its elements, in that order, and then its capacity: as abi has a table's descriptor.
		c.set(l.Table(uint32(i)), uintptr(unsafe.Pointer(&t.Elems)))
	}
	for i, g := range in.Globals[:l.ImportedGlobals] {
		offset, _ := l.Global(uint32(i))
		c.set(offset, uintptr(unsafe.Pointer(g.Cell)))
	}
	for i, f := range in.Funcs[:l.ImportedFuncs] {
		c.set(l.ImportedFunc(uint32(i)), f.Address())
	}
	for i, t := range in.Tags {
		c.set(l.Tag(uint32(i)), uintptr(unsafe.Pointer(t)))
	}
	for i, id := range in.Module.IDs {
		c.setID(l.TypeID(uint32(i)), uint32(id))
	}
	if own := in.Funcs[l.ImportedFuncs:]; len(own) > 0 {
		c.set(abi.InstanceRecords, own[0].Address())
	}
}

// TagAddress is the word that generated code knows a tag by.
func TagAddress(t *Tag) uint64 { return uint64(uintptr(unsafe.Pointer(t))) }

// SlotsAddress is where generated code finds slots, 0 if there are none.
func SlotsAddress(slots []uint64) uint64 {
	return uint64(uintptr(unsafe.Pointer(unsafe.SliceData(slots))))
}
