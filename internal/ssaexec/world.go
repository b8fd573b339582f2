package ssaexec

import (
	"encoding/binary"
	"sync"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt"
)

// windowShift is log2 of the size of a window: more than a 32-bit memory with its guard.
const windowShift = 36

// window is a range of addresses. Its methods get offsets in it.
type window interface {
	load(w *World, at uint64, to []byte, ref bool) bool
	store(w *World, at uint64, from []byte, ref bool) bool
}

// World gives addresses a meaning. Instances that share things must be of one. It is safe for concurrent use.
type World struct {
	mu      sync.RWMutex
	windows []window
	numbers map[window]uint64
}

// NewWorld returns a world without instances.
func NewWorld() *World {
	return &World{numbers: map[window]uint64{}}
}

// address is where a window begins, which it gets when it is first asked for. Equal windows are one.
func (w *World) address(x window) uint64 {
	w.mu.RLock()
	n, ok := w.numbers[x]
	w.mu.RUnlock()
	if !ok {
		n = w.add(x)
	}
	return n << windowShift
}

func (w *World) add(x window) uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, ok := w.numbers[x]
	if !ok {
		w.windows = append(w.windows, x)
		n = uint64(len(w.windows))
		w.numbers[x] = n
	}
	return n
}

// find returns the window that an address is in, nil if there is none, and the offset.
func (w *World) find(addr uint64) (x window, at uint64) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	n := addr >> windowShift
	if n == 0 || n > uint64(len(w.windows)) {
		return nil, 0
	}
	return w.windows[n-1], addr & (1<<windowShift - 1)
}

func (w *World) load(addr uint64, to []byte, ref bool) bool {
	x, at := w.find(addr)
	return x != nil && x.load(w, at, to, ref)
}

func (w *World) store(addr uint64, from []byte, ref bool) bool {
	x, at := w.find(addr)
	return x != nil && x.store(w, at, from, ref)
}

// readOnly is the store of windows that code must not write.
type readOnly struct{}

func (readOnly) store(*World, uint64, []byte, bool) bool { return false }

// loadWord loads from a word at an offset.
func loadWord(word uint64, at uint64, to []byte) bool {
	if at+uint64(len(to)) > 8 {
		return false
	}
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], word)
	copy(to, b[at:])
	return true
}

// storeWord stores to a word at an offset.
func storeWord(word *uint64, at uint64, from []byte) bool {
	if at+uint64(len(from)) > 8 {
		return false
	}
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], *word)
	copy(b[at:], from)
	*word = binary.LittleEndian.Uint64(b[:])
	return true
}

// refBytes is a reference in bytes.
func refBytes(v uint64, to []byte) { binary.LittleEndian.PutUint64(to, v) }

// record is the address of a function's record.
func (w *World) record(f *rt.Func) uint64 {
	if f.Host != nil {
		return w.address(hostRecord{f: f})
	}
	x := executorOf(f.Instance)
	return w.address(records{in: f.Instance}) + uint64(x.layout.Record(f.Index))
}

// funcAt returns the function whose record is at an address, or nil.
func (w *World) funcAt(addr uint64) *rt.Func {
	switch x, at := w.find(addr); x := x.(type) {
	case hostRecord:
		return x.f
	case records:
		return x.at(at)
	}
	return nil
}

// smallestFunc is below the address of any rt.Func, and above the number of any rt.Object that tests get to.
const smallestFunc = 1 << windowShift

// fromRT makes a reference of generated code of one of package rt.
func (w *World) fromRT(r rt.Ref) uint64 {
	if r < smallestFunc {
		return uint64(r)
	}
	return w.record(rt.FuncOf(r))
}

// toRT makes a reference of package rt of one of generated code.
func (w *World) toRT(v uint64) rt.Ref {
	if v < 1<<windowShift {
		return rt.Ref(v)
	}
	return w.funcAt(v).Ref()
}

// hostRecord is the record of a host function.
type hostRecord struct {
	readOnly
	f *rt.Func
}

func (h hostRecord) load(w *World, at uint64, to []byte, _ bool) bool {
	return loadRecord(w, h.f, at, to)
}

// records are the records of the functions that an instance's module defines.
type records struct {
	readOnly
	in *rt.Instance
}

func (r records) at(at uint64) *rt.Func {
	i := at/abi.FuncRecordBytes + uint64(executorOf(r.in).layout.ImportedFuncs)
	if i >= uint64(r.in.FuncCount()) {
		return nil
	}
	return r.in.Func(uint32(i))
}

func (r records) load(w *World, at uint64, to []byte, _ bool) bool {
	f := r.at(at)
	return f != nil && loadRecord(w, f, at%abi.FuncRecordBytes, to)
}

// loadRecord loads from the record of a function. The record is its own code.
func loadRecord(w *World, f *rt.Func, at uint64, to []byte) bool {
	switch at &^ 7 {
	case abi.FuncCode:
		return loadWord(w.record(f), at, to)
	case abi.FuncContext:
		return loadWord(w.contextOf(f), at-abi.FuncContext, to)
	case abi.FuncTypeID:
		return len(to) == 4 && loadWord(uint64(f.Type.ID), at-abi.FuncTypeID, to)
	}
	return false
}

// contextOf is the context that a function runs in, 0 for one of the host.
func (w *World) contextOf(f *rt.Func) uint64 {
	if f.Host != nil {
		return 0
	}
	return w.address(instance{in: f.Instance})
}
