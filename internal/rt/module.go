package rt

import (
	"sync"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/sample"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Limits bound what the guests of an engine may take.
type Limits struct {
	MemoryBytes   uint64 // most bytes of an instance's memories together
	TableElements uint64 // most elements of an instance's tables together
	CallDepth     int    // most nested calls of guests
	StackSlots    int    // most slots that the frames of one call may take
}

// Module is a valid module, ready to be instantiated: its types are those of the engine.
type Module struct {
	*wasm.Module
	Canon  *wasm.TypeSet
	IDs    []wasm.TypeID // of each type index
	Sigs   []*FuncType   // of each type index; nil if it is not a function type
	Limits Limits
	Exec   Executor
	Layout *abi.InstanceLayout // of the contexts of its instances
	Host   any                 // what the embedder keeps with the module

	// Slots keeps what instances leave behind for the next ones; nil for nothing. It is set before the first instance.
	Slots *Slots

	// Fuel is how the instances are metered, nil if they are not. Their code must have been made for it.
	Fuel *Fuel

	// Counters are those of the engine; nil for none.
	Counters *Counters

	// Sampler is what profiles of the engine are taken with; nil where none are.
	Sampler *sample.Sampler

	// NoRefFunc says that no function of the module has the instruction ref.func, so that code does not ask for functions by their index.
	NoRefFunc bool

	// TailCalls says that functions of the module make tail calls, so that there may be chains of them without end.
	TailCalls bool

	// NoTableAccess says that no function of the module has an instruction on tables but calls.
	NoTableAccess bool

	// TraceLocals says that frames of backtraces are to have the values of locals, where that is possible.
	TraceLocals bool

	funcSigs     []*FuncType       // of each function index
	tableTypes   []wasm.TableType  // of the tables that the module defines, with the engine's types
	globalTypes  []wasm.GlobalType // of the globals that it defines
	initialOnce  sync.Once
	initialState initial
}

// NewModule prepares a valid module. It fails with a *LimitError if the modules of an engine have too many distinct types.
func NewModule(m *wasm.Module, types *wasm.TypeSet, limits Limits) (*Module, error) {
	r := &Module{Module: m, Canon: types, IDs: types.Add(m), Limits: limits}
	if r.IDs == nil {
		return nil, &LimitError{What: "set of distinct types", Have: wasm.MaxTypeIndex + 1, Limit: wasm.MaxTypeIndex, Unit: "types"}
	}
	r.Layout = abi.NewInstanceLayout(abi.InstanceCounts{
		Mems: m.ImportedMems + len(m.Mems), Tables: m.ImportedTables + len(m.Tables), Tags: m.ImportedTags + len(m.Tags), Types: len(m.Types),
		ImportedFuncs: m.ImportedFuncs, ImportedGlobals: m.ImportedGlobals, Globals: len(m.Globals),
	})
	r.Sigs = make([]*FuncType, len(m.Types))
	for i := range m.Types {
		if t := &m.Types[i]; t.Kind == wasm.CompFunc {
			r.Sigs[i] = NewFuncType(wasm.FuncType{Params: r.values(t.Func.Params), Results: r.values(t.Func.Results)}, r.IDs[i])
		}
	}
	r.funcSigs = make([]*FuncType, 0, m.ImportedFuncs+len(m.Funcs))
	for i := range m.Imports {
		if im := &m.Imports[i]; im.Kind == wasm.ExternFunc {
			r.funcSigs = append(r.funcSigs, r.Sigs[im.Type])
		}
	}
	for _, t := range m.Funcs {
		r.funcSigs = append(r.funcSigs, r.Sigs[t])
	}
	for i := range m.Tables {
		r.tableTypes = append(r.tableTypes, r.tableType(m.Tables[i].Type))
	}
	for i := range m.Globals {
		r.globalTypes = append(r.globalTypes, r.globalType(m.Globals[i].Type))
	}
	return r, nil
}

// FuncSig returns the type of the function with an index of the function index space.
func (m *Module) FuncSig(index uint32) *FuncType { return m.funcSigs[index] }

func (m *Module) values(ts []wasm.ValType) []wasm.ValType {
	out := make([]wasm.ValType, len(ts))
	for i, t := range ts {
		out[i] = m.Value(t)
	}
	return out
}

// Value rewrites a value type of the module to one that names the engine's TypeIDs.
func (m *Module) Value(t wasm.ValType) wasm.ValType { return m.Canon.Value(t, m.IDs) }

func (m *Module) tableType(t wasm.TableType) wasm.TableType {
	t.Elem = m.Value(t.Elem)
	return t
}

func (m *Module) globalType(t wasm.GlobalType) wasm.GlobalType {
	t.Type = m.Value(t.Type)
	return t
}
