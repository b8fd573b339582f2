package ssaexec

import (
	"context"
	"fmt"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/ssa/ssaeval"
	"github.com/weft-wasm/weft/internal/wasm"
)

// machine is what a function of an instance is executed on.
type machine struct {
	*activation
	in               *rt.Instance
	context, membase uint64
}

func (a *activation) machineFor(in *rt.Instance) *machine {
	x := instance{in: in}
	return &machine{a, in, a.world.address(x), x.memoryBase(a.world)}
}

func (m *machine) Context() uint64 { return m.context }
func (m *machine) MemBase() uint64 { return m.membase }

// CodeAddr is the address of the function's record, as that is its own code.
func (m *machine) CodeAddr(fn uint32) uint64 { return m.world.record(m.in.Func(fn)) }

func (m *machine) Load(addr uint64, to []byte, ref bool) bool { return m.world.load(addr, to, ref) }
func (m *machine) Store(addr uint64, from []byte, ref bool) bool {
	return m.world.store(addr, from, ref)
}

// Poll ends a call that has been cancelled.
func (m *machine) Poll() abi.Trap {
	if err := context.Cause(m.ctx); err != nil {
		m.err = err
		return abi.TrapInterrupted
	}
	return abi.TrapNone
}

// Meter keeps the count of fuel.
func (m *machine) Meter(left int64) (int64, abi.Trap) {
	m.in.SetFuel(left)
	if left > 0 {
		return left, abi.TrapNone
	}
	if err := m.in.Refuel(m.ctx); err != nil {
		m.err = err
		return 0, abi.TrapOutOfFuel
	}
	return m.in.Fuel(), abi.TrapNone
}

func (m *machine) Call(c *ssaeval.Call) ssaeval.Outcome {
	if c.Op == ssa.OpCallHelper {
		return m.helper(abi.Helper(c.Target), c.Args)
	}
	f, args := m.target(c)
	return m.invoke(m, f, args)
}

// target returns the function that a call is of, and its arguments.
func (m *machine) target(c *ssaeval.Call) (*rt.Func, []num.V128) {
	if c.Op == ssa.OpCall {
		return m.in.Func(c.Target), c.Args
	}
	f := m.world.funcAt(c.Args[0].Lo)
	if f == nil || c.Args[1].Lo != m.world.contextOf(f) {
		panic(fmt.Sprintf("ssaexec: a call of 0x%x with the context 0x%x", c.Args[0].Lo, c.Args[1].Lo))
	}
	return f, c.Args[2:]
}

// helper executes a service of the runtime.
func (m *machine) helper(h abi.Helper, args []num.V128) ssaeval.Outcome {
	switch h {
	case abi.HelperThrow, abi.HelperThrowRef, abi.HelperRethrow, abi.HelperCaught, abi.HelperCaughtRef:
		return m.exception(h, args)
	case abi.HelperIsSubtype:
		is := m.in.Module.Canon.IsSub(typeID(args[0]), typeID(args[1]))
		return ssaeval.Return(num.V128{Lo: truth(is)})
	case abi.HelperMemoryGrow, abi.HelperMemoryFill, abi.HelperMemoryCopy, abi.HelperMemoryInit, abi.HelperDataDrop:
		return m.memory(h, args)
	}
	return m.table(h, args)
}

// ended is the outcome of an instruction without results that may be out of bounds.
func ended(ok bool, code abi.Trap) ssaeval.Outcome {
	if !ok {
		return ssaeval.Trap(code)
	}
	return ssaeval.Return()
}

// grown is the outcome of memory.grow and table.grow.
func grown(previous uint64, ok bool) ssaeval.Outcome {
	if !ok {
		previous = ^uint64(0)
	}
	return ssaeval.Return(num.V128{Lo: previous})
}

func (m *machine) memory(h abi.Helper, args []num.V128) ssaeval.Outcome {
	i, word := uint32(args[0].Lo), func(n int) uint64 { return args[n].Lo }
	ok := true
	switch h {
	case abi.HelperMemoryGrow:
		return grown(m.in.Mems[i].Grow(word(1)))
	case abi.HelperMemoryFill:
		ok = rt.MemoryFill(m.in.Mems[i].Bytes(), word(1), byte(word(2)), word(3))
	case abi.HelperMemoryCopy:
		ok = rt.MemoryCopy(m.in.Mems[i].Bytes(), m.in.Mems[uint32(word(1))].Bytes(), word(2), word(3), word(4))
	case abi.HelperMemoryInit:
		ok = rt.MemoryCopy(m.in.Mems[uint32(word(1))].Bytes(), m.in.Data[i], word(2), word(3), word(4))
	case abi.HelperDataDrop:
		m.in.DropData(uint32(i))
	}
	return ended(ok, abi.TrapMemoryOutOfBounds)
}

func (m *machine) table(h abi.Helper, args []num.V128) ssaeval.Outcome {
	i, word := uint32(args[0].Lo), func(n int) uint64 { return args[n].Lo }
	ok := true
	switch h {
	case abi.HelperTableGrow:
		return grown(m.in.Tables[i].Grow(word(2), m.world.toRT(word(1))))
	case abi.HelperTableFill:
		ok = m.in.Tables[i].Fill(word(1), m.world.toRT(word(2)), word(3))
	case abi.HelperTableCopy:
		ok = m.in.Tables[i].Copy(m.in.Tables[uint32(word(1))], word(2), word(3), word(4))
	case abi.HelperTableInit:
		ok = m.in.Tables[uint32(word(1))].Init(m.in.Elems[i], word(2), word(3), word(4))
	case abi.HelperElemDrop:
		m.in.DropElem(uint32(i))
	default:
		panic("ssaexec: no case for helper " + h.String())
	}
	return ended(ok, abi.TrapTableOutOfBounds)
}

// exception executes the services around exceptions. What was thrown last is what handlers ask about: they do nothing in between.
func (m *machine) exception(h abi.Helper, args []num.V128) ssaeval.Outcome {
	switch h {
	case abi.HelperThrow:
		t := m.in.Tags[uint32(args[0].Lo)]
		m.thrown = &rt.Exception{Tag: t, Args: make([]uint64, t.Type.ParamSlots)}
		m.toSlots(m.thrown.Args, t.Type.Params, args[1:])
	case abi.HelperThrowRef:
		o := m.in.Store().Object(m.world.toRT(args[0].Lo))
		if o == nil || o.Exception == nil {
			return ssaeval.Trap(abi.TrapNullReference)
		}
		m.thrown = o.Exception
	case abi.HelperCaught:
		return ssaeval.Return(num.V128{Lo: m.world.address(tag{t: m.thrown.Tag})}, num.V128{Lo: m.world.address(payload{x: m.thrown})})
	case abi.HelperCaughtRef:
		// The store's NewRef sweeps no objects while the store is owned; the references that are values here it could not see.
		return ssaeval.Return(num.V128{Lo: uint64(m.in.Store().NewRef(&rt.Object{Exception: m.thrown}))})
	}
	return ssaeval.Outcome{Kind: ssaeval.Unwound}
}

func typeID(v num.V128) wasm.TypeID { return wasm.TypeID(v.Lo) }

// truth is a condition as an i32.
func truth(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
