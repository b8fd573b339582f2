package rt

import (
	"context"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/weft-wasm/weft/internal/wasm"
)

// FuncType is a function type made ready for calls. Its value types name TypeIDs.
type FuncType struct {
	wasm.FuncType
	ID                      wasm.TypeID
	ParamSlots, ResultSlots int

	// Shim is the code that stands for functions of the type which are no generated code, once the executor has looked for it; it stays good.
	Shim atomic.Uintptr

	narrowParams, narrowResults []int // the slots of i32 and f32 among them
}

// NewFuncType completes a function type whose value types name TypeIDs.
func NewFuncType(t wasm.FuncType, id wasm.TypeID) *FuncType {
	return &FuncType{
		FuncType:      t,
		ID:            id,
		ParamSlots:    wasm.SlotsOf(t.Params),
		ResultSlots:   wasm.SlotsOf(t.Results),
		narrowParams:  narrow(t.Params),
		narrowResults: narrow(t.Results),
	}
}

// narrow returns which slots of values of the given types have a high half that must be zero.
func narrow(types []wasm.ValType) []int {
	var slots []int
	at := 0
	for _, t := range types {
		if t == wasm.I32 || t == wasm.F32 {
			slots = append(slots, at)
		}
		at += t.Slots()
	}
	return slots
}

// CleanParams zeroes the high halves of the slots of i32 and f32 in parameters that come from the host: a host that sign-extends
// must not make addresses of 64 bits.
func (t *FuncType) CleanParams(stack []uint64) {
	for _, i := range t.narrowParams {
		stack[i] = uint64(uint32(stack[i]))
	}
}

// CleanResults does the same for the results of a function of the host.
func (t *FuncType) CleanResults(stack []uint64) {
	for _, i := range t.narrowResults {
		stack[i] = uint64(uint32(stack[i]))
	}
}

// Slots is the length of the slice that a call of the type passes: it holds the parameters, then the results.
func (t *FuncType) Slots() int { return max(t.ParamSlots, t.ResultSlots) }

// HostFunc is a function of the host. The stack has Slots() slots: the parameters before the call, the results after. Caller is the
// instance whose code makes the call, nil if the host does.
type HostFunc func(ctx context.Context, caller *Instance, stack []uint64) error

// PlainFunc is a function of the host whose parameters and results are numbers and vectors. It has the slots of a HostFunc by the address of
// the first, and leaves results clean.
type PlainFunc func(ctx context.Context, caller *Instance, slots *uint64) error

// Host is what makes a function one of the host.
type Host struct {
	Call  HostFunc
	Plain PlainFunc // the same, nil if it has no such form
}

// Func is a function instance (spec 4.2.6): a function of a guest, or one of the host. It is the record that generated code calls through,
// as package abi lays it out; records of one instance's functions lie side by side.
type Func struct {
	code    uintptr // what generated code calls; 0 if none does
	context uintptr // and what it is to find in the context register
	id      wasm.TypeID
	Index   uint32 // in the function index space of Instance

	Type     *FuncType
	Instance *Instance // of a guest's function
	Host     *Host     // of a host's function
	Name     string    // of a host's function, for backtraces
}

// NewHostFunc makes a function of the host.
func NewHostFunc(t *FuncType, name string, host HostFunc) *Func {
	return &Func{id: t.ID, Type: t, Host: &Host{Call: host}, Name: name}
}

// NewPlainFunc is NewHostFunc for one that has a plain form.
func NewPlainFunc(t *FuncType, name string, plain PlainFunc) *Func {
	f := NewHostFunc(t, name, func(ctx context.Context, caller *Instance, stack []uint64) error {
		return plain(ctx, caller, unsafe.SliceData(stack))
	})
	f.Host.Plain = plain
	return f
}

// Code is what generated code calls, as Bind has set it.
func (f *Func) Code() uintptr { return f.code }

// CodeAddress is where Code has what it returns.
func (f *Func) CodeAddress() *uintptr { return &f.code }

// Address is where the record of f is. It is what a reference to f is made of.
func (f *Func) Address() uintptr { return uintptr(unsafe.Pointer(f)) }

// FuncAt is the function whose record is at an address.
//
// Sound for an address that comes from [Func.Address] by way of generated code, for as long as its store keeps the function.
func FuncAt(address uintptr) *Func { return *(**Func)(unsafe.Pointer(&address)) }

// Bind gives f code. The context is that of its instance, or its own record for what is no generated code.
func (f *Func) Bind(code, context uintptr) { f.code, f.context = code, context }

// Ref is a reference in a slot: 0 is null.
type Ref uint64

// Ref returns the reference to f: its address. Go does not move heap objects, and the store keeps the function reachable for as long as
// any code can hold the reference: it holds its instances with their functions, and what came in by FuncRef.
func (f *Func) Ref() Ref {
	if f == nil {
		return 0
	}
	return Ref(f.Address())
}

// FuncOf returns the function that a non-null function reference stands for, or nil for null.
//
// Sound because a Ref of a function type can only come from Func.Ref: validation keeps references and numbers
// apart, and the host API converts from *Func.
func FuncOf(r Ref) *Func { return *(**Func)(unsafe.Pointer(&r)) }

// FuncRef returns the reference to a function that the host hands to guests of the store, nil for null. A guest's function brings its
// store along; while a guest's code runs in that on another goroutine, FuncRef waits.
func (s *Store) FuncRef(f *Func) Ref {
	switch {
	case f == nil:
	case f.Instance != nil:
		for wait := time.Microsecond; s.merge(f.Instance.store) != nil; wait = min(2*wait, time.Millisecond) {
			time.Sleep(wait)
		}
	default:
		s.keep(f)
	}
	return f.Ref()
}
