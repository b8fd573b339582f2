package ssaeval

import (
	"encoding/binary"
	"fmt"
	"slices"
	"sync"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Eval executes f, which holds generic operations only, with the given arguments.
func Eval(f *ssa.Func, m Machine, args []num.V128) Outcome {
	e := evaluations.Get().(*evaluation)
	defer e.release()
	e.f, e.m = f, m
	e.values = slices.Grow(e.values[:0], f.NumValues())[:f.NumValues()]
	for i, p := range f.Params(ssa.Entry) {
		e.values[p] = args[i]
	}
	for b := ssa.Entry; b != 0; {
		b = e.block(b)
	}
	return e.out
}

var evaluations = sync.Pool{New: func() any { return new(evaluation) }}

func (e *evaluation) release() {
	clear(e.values)
	*e = evaluation{values: e.values, moved: e.moved}
	evaluations.Put(e)
}

type evaluation struct {
	f      *ssa.Func
	m      Machine
	values []num.V128
	tuples map[ssa.Value][]num.V128
	slots  map[int64]num.V128 // of the frame
	moved  []num.V128
	out    Outcome
	threw  bool // the latest call unwound
}

// block executes a block and returns the one where execution goes on, or 0 at the end.
func (e *evaluation) block(b ssa.Block) ssa.Block {
	v := e.f.First(b)
	for ; !e.f.Op(v).IsTerm(); v = e.f.Next(v) {
		if !e.step(v) {
			return 0
		}
		if e.threw && e.f.Op(e.f.Next(v)) != ssa.OpTry {
			e.out = Outcome{Kind: Unwound}
			return 0
		}
	}
	return e.terminate(b, v)
}

func (e *evaluation) terminate(b ssa.Block, v ssa.Value) ssa.Block {
	switch o := e.f.Op(v); o {
	case ssa.OpJump:
		return e.follow(b, 0)
	case ssa.OpIf:
		if uint32(e.arg(v, 0).Lo) != 0 {
			return e.follow(b, 0)
		}
		return e.follow(b, 1)
	case ssa.OpSwitch:
		last := e.f.NumSuccs(b) - 1
		return e.follow(b, int(min(uint64(uint32(e.arg(v, 0).Lo)), uint64(last))))
	case ssa.OpTry:
		threw := e.threw
		if e.threw = false; threw {
			return e.follow(b, 1)
		}
		return e.follow(b, 0)
	case ssa.OpReturn:
		e.out = Return(e.args(v)...)
	case ssa.OpTrap:
		e.out = Trap(abi.Trap(e.f.Aux(v)))
	case ssa.OpTailCall, ssa.OpTailCallPtr:
		c := e.call(v)
		if c.Op = ssa.OpCall; o == ssa.OpTailCallPtr {
			c.Op = ssa.OpCallPtr
		}
		e.out = Outcome{Kind: TailCalled, Tail: c}
	default:
		panic("ssaeval: no case for " + o.String())
	}
	return 0
}

// follow goes along an edge: all its arguments are read before a parameter is written.
func (e *evaluation) follow(b ssa.Block, i int) ssa.Block {
	edge := e.f.Succ(b, i)
	to := e.f.To(edge)
	e.moved = e.moved[:0]
	for _, a := range e.f.EdgeArgs(edge) {
		e.moved = append(e.moved, e.values[a])
	}
	for i, p := range e.f.Params(to) {
		e.values[p] = e.moved[i]
	}
	return to
}

func (e *evaluation) arg(v ssa.Value, i int) num.V128 { return e.values[e.f.Arg(v, i)] }

func (e *evaluation) args(v ssa.Value) []num.V128 {
	list := make([]num.V128, e.f.NumArgs(v))
	for i, a := range e.f.Args(v) {
		list[i] = e.values[a]
	}
	return list
}

// step executes one value that is no terminator. It returns false if that ended the execution.
func (e *evaluation) step(v ssa.Value) bool {
	f := e.f
	switch o := f.Op(v); o {
	case ssa.OpCopy:
		e.values[v] = e.arg(v, 0)
	case ssa.OpRefAddr, ssa.OpAddrRef:
		e.values[v] = e.arg(v, 0)
	case ssa.OpProj:
		e.values[v] = e.tuples[f.Arg(v, 0)][f.Imm(v)]
	case ssa.OpSelect:
		i := 1
		if uint32(e.arg(v, 0).Lo) == 0 {
			i = 2
		}
		e.values[v] = e.arg(v, i)
	case ssa.OpRefNull:
		e.values[v] = num.V128{}
	case ssa.OpContext:
		e.values[v].Lo = e.m.Context()
	case ssa.OpMembase:
		e.values[v].Lo = e.m.MemBase()
	case ssa.OpCodeAddr:
		e.values[v].Lo = e.m.CodeAddr(f.Aux(v))
	case ssa.OpTrapif:
		if uint32(e.arg(v, 0).Lo) != 0 {
			return e.trap(abi.Trap(f.Aux(v)))
		}
	case ssa.OpPoll:
		return e.trap(e.m.Poll())
	case ssa.OpCharge:
		e.values[v].Lo = e.arg(v, 0).Lo - uint64(f.Imm(v))
	case ssa.OpMeter:
		left, trap := e.m.Meter(int64(e.arg(v, 0).Lo) - f.Imm(v))
		e.values[v].Lo = uint64(left)
		return e.trap(trap)
	case ssa.OpCall, ssa.OpCallPtr, ssa.OpCallHelper:
		return e.doCall(v)
	case ssa.OpSpill:
		if e.slots == nil {
			e.slots = map[int64]num.V128{}
		}
		e.slots[f.Imm(v)] = e.arg(v, 0)
	case ssa.OpReload:
		e.values[v] = e.slots[f.Imm(v)]
	default:
		switch {
		case o.IsConst():
			e.values[v] = f.Bits(v)
		case o.Info().Imm == ssa.ImmOff:
			return e.access(v, o)
		default:
			return e.compute(v, o)
		}
	}
	return true
}

// trap ends the execution if code is one.
func (e *evaluation) trap(code abi.Trap) bool {
	if code != abi.TrapNone {
		e.out = Trap(code)
	}
	return code == abi.TrapNone
}

func (e *evaluation) compute(v ssa.Value, o ssa.Op) bool {
	var lanes num.V128
	if o == ssa.OpI8x16Shuffle {
		lanes = e.f.Lanes(v)
	}
	var s [4]num.V128
	for i, a := range e.f.Args(v) {
		s[i] = e.values[a]
	}
	lo, hi, trap := numeric(o, s[:], uint8(e.f.Imm(v)), lanes)
	if e.f.Type(v) == ssa.TypeTuple {
		e.setTuple(v, []num.V128{lo, hi})
	} else {
		e.values[v] = lo
	}
	return e.trap(trap)
}

func (e *evaluation) setTuple(v ssa.Value, values []num.V128) {
	if e.tuples == nil {
		e.tuples = map[ssa.Value][]num.V128{}
	}
	e.tuples[v] = values
}

// access executes a load or store at base + index + Imm, where index may be missing.
func (e *evaluation) access(v ssa.Value, o ssa.Op) bool {
	f := e.f
	args := f.Args(v)
	addr := e.values[args[0]].Lo + uint64(f.Imm(v))
	isStore := f.Type(v) == ssa.TypeNone
	operands := len(args)
	if isStore {
		operands--
	}
	if operands == 2 {
		addr += e.values[args[1]].Lo
	}
	var b [16]byte
	bytes := b[:o.AccessBytes()]
	var ok bool
	if isStore {
		x := e.values[args[len(args)-1]]
		binary.LittleEndian.PutUint64(b[:8], x.Lo)
		binary.LittleEndian.PutUint64(b[8:], x.Hi)
		ok = e.m.Store(addr, bytes, o == ssa.OpRefStore)
	} else if ok = e.m.Load(addr, bytes, o == ssa.OpRefLoad); ok {
		if o == ssa.OpRefLoad {
			o = ssa.OpI64Load
		}
		e.values[v] = loaded(o, bytes)
	}
	if ok {
		return true
	}
	if ssa.Region(f.Aux(v))&ssa.RegionSafe != 0 {
		panic(fmt.Sprintf("ssaeval: %s: an access that cannot trap is to 0x%x: %s", f.Name, addr, f.Text(v)))
	}
	return e.trap(abi.TrapMemoryOutOfBounds)
}

func (e *evaluation) call(v ssa.Value) *Call {
	return &Call{Op: e.f.Op(v), Target: e.f.Aux(v), Sig: e.f.CallSig(v), Args: e.args(v)}
}

func (e *evaluation) doCall(v ssa.Value) bool {
	out := e.m.Call(e.call(v))
	switch out.Kind {
	case Trapped:
		e.out = out
		return false
	case Unwound:
		e.threw = true
		return true
	}
	switch e.f.Type(v) {
	case ssa.TypeNone:
	case ssa.TypeTuple:
		e.setTuple(v, out.Values)
	default:
		e.values[v] = out.Values[0]
	}
	return true
}
