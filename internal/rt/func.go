package rt

import (
	"context"
	"unsafe"

	"github.com/weft-wasm/weft/internal/wasm"
)

// FuncType is a function type made ready for calls. Its value types name TypeIDs.
type FuncType struct {
	wasm.FuncType
	ID                      wasm.TypeID
	ParamSlots, ResultSlots int
}

// NewFuncType completes a function type whose value types name TypeIDs.
func NewFuncType(t wasm.FuncType, id wasm.TypeID) *FuncType {
	return &FuncType{FuncType: t, ID: id, ParamSlots: wasm.SlotsOf(t.Params), ResultSlots: wasm.SlotsOf(t.Results)}
}

// Slots is the length of the slice that a call of the type passes: it holds the parameters, then the results.
func (t *FuncType) Slots() int { return max(t.ParamSlots, t.ResultSlots) }

// HostFunc is a function of the host. The stack has Slots() slots: the parameters before the call, the results after. Caller is the
// instance whose code makes the call, nil if the host does.
type HostFunc func(ctx context.Context, caller *Instance, stack []uint64) error

// Func is a function instance (spec 4.2.6): a function of a guest, or one of the host.
type Func struct {
	Type     *FuncType
	Instance *Instance // of a guest's function
	Index    uint32    // in the function index space of Instance
	Host     HostFunc  // of a host's function
	Name     string    // of a host's function, for backtraces
}

// Ref is a reference in a slot: 0 is null.
type Ref uint64

// Ref returns the reference to f: its address. Go does not move heap objects, and the store keeps the function reachable for as long as
// any code can hold the reference: it holds its instances with their functions, and what came in by FuncRef.
func (f *Func) Ref() Ref {
	if f == nil {
		return 0
	}
	return Ref(uintptr(unsafe.Pointer(f)))
}

// FuncOf returns the function that a non-null function reference stands for, or nil for null.
//
// Sound because a Ref of a function type can only come from Func.Ref: validation keeps references and numbers
// apart, and the host API converts from *Func.
func FuncOf(r Ref) *Func { return *(**Func)(unsafe.Pointer(&r)) }

// FuncRef returns the reference to a function that the host hands to guests of the store, nil for null. A guest's function brings its store along.
func (s *Store) FuncRef(f *Func) Ref {
	if f == nil || f.Instance != nil && f.Instance.Store() == s.root() {
		return f.Ref()
	}
	joining.Lock()
	defer joining.Unlock()
	if f.Instance != nil {
		s.merge(f.Instance.store)
		return f.Ref()
	}
	s = s.root()
	if s.hosts == nil {
		s.hosts = make(map[*Func]bool)
	}
	s.hosts[f] = true
	return f.Ref()
}
