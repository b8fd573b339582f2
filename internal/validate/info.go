package validate

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Info is what validation found out about a valid module.
type Info struct {
	Funcs []FuncInfo // one for each function defined in the module

	// The first instruction of the GC proposal and the first atomic one, or nil. Initialisers come before function bodies.
	GC, Atomic *Instr
}

// Unsupported returns the first instruction that no tier executes yet, or nil.
func (i *Info) Unsupported() *Instr {
	if i.GC == nil || i.Atomic != nil && i.Atomic.Offset < i.GC.Offset {
		return i.Atomic
	}
	return i.GC
}

// Instr says where an instruction stands.
type Instr struct {
	Op     op.Op
	Func   int   // the index of the function, imports included; -1 in an initialiser
	Offset int64 // in the module
}

// FuncInfo is what validation found out about a function.
type FuncInfo struct {
	MaxStack uint32 // the most slots its operands take at a time; a v128 takes two
	Locals   uint32 // the slots of its parameters and locals
	MaxDepth uint32 // the most blocks open at a time, the body itself included
	Flags    FuncFlags
}

// FuncFlags say which kinds of instructions stand in a function, in code that cannot be reached, too.
type FuncFlags uint32

// The flags of functions.
const (
	HasCall         FuncFlags = 1 << iota // a call of any kind that returns here
	HasIndirectCall                       // a call through a table or a reference, tail calls included
	HasTailCall
	HasLoop
	HasLoad        // memory is read by a load
	HasStore       // memory is written by a store
	HasMemoryGrow  // memory.grow
	HasBulkMemory  // memory.copy, memory.fill, memory.init, data.drop
	HasTable       // a table is read or written, calls aside
	HasGlobalSet   // global.set
	HasBranchTable // br_table
	HasThrow       // throw, throw_ref
	HasTry         // try_table
	HasSIMD        // an instruction of the SIMD proposals
	HasGC          // an instruction of the GC proposal
	HasAtomic      // an atomic instruction
	HasWide        // an instruction of the wide arithmetic proposal
	HasRefFunc     // ref.func
)

// Any returns the flags that any function has.
func (i *Info) Any() (all FuncFlags) {
	for j := range i.Funcs {
		all |= i.Funcs[j].Flags
	}
	return all
}

// Has reports whether all flags of want are set.
func (f FuncFlags) Has(want FuncFlags) bool { return f&want == want }

// opFlags has the flags that each instruction gives its function.
var opFlags = func() (t [op.Count]FuncFlags) {
	for o := range t {
		t[o] = flagsOf(op.Op(o))
	}
	return t
}()

func flagsOf(o op.Op) (f FuncFlags) {
	info := o.Info()
	if o.Has(op.FlagLoad) {
		f |= HasLoad
	}
	if o.Has(op.FlagStore) {
		f |= HasStore
	}
	if o.Has(op.FlagAtomic) {
		f |= HasAtomic
	}
	switch info.Feature {
	case op.FeatureSimd, op.FeatureRelaxed:
		f |= HasSIMD
	case op.FeatureGc:
		f |= HasGC
	case op.FeatureWide:
		f |= HasWide
	}
	for _, imm := range info.Imms {
		if imm == op.ImmTable && o != op.CallIndirect && o != op.ReturnCallIndirect {
			f |= HasTable
		}
	}
	return f | flagsByHand[o]
}

// flagsByHand has the flags that do not follow from the table.
var flagsByHand = map[op.Op]FuncFlags{
	op.Call:               HasCall,
	op.CallIndirect:       HasCall | HasIndirectCall,
	op.CallRef:            HasCall | HasIndirectCall,
	op.ReturnCall:         HasTailCall,
	op.ReturnCallIndirect: HasTailCall | HasIndirectCall,
	op.ReturnCallRef:      HasTailCall | HasIndirectCall,
	op.RefFunc:            HasRefFunc,
	op.Loop:               HasLoop,
	op.BrTable:            HasBranchTable,
	op.Throw:              HasThrow,
	op.ThrowRef:           HasThrow,
	op.TryTable:           HasTry,
	op.GlobalSet:          HasGlobalSet,
	op.MemoryGrow:         HasMemoryGrow,
	op.MemoryCopy:         HasBulkMemory,
	op.MemoryFill:         HasBulkMemory,
	op.MemoryInit:         HasBulkMemory,
	op.DataDrop:           HasBulkMemory,
}

// note records that in, of a body or of an initialiser, is of a kind that Info keeps the first of.
func (v *Validator) note(in *wasm.Instr, fn int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	first := &v.info.GC
	if in.Op.Has(op.FlagAtomic) {
		first = &v.info.Atomic
	}
	// Functions are validated in any order, the instructions of each in theirs; initialisers have fn -1.
	if *first == nil || fn < (*first).Func {
		*first = &Instr{Op: in.Op, Func: fn, Offset: in.Offset}
	}
}
