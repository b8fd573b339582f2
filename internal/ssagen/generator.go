package ssagen

import (
	"fmt"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Generator builds functions, one after the other, and keeps its memory between them. It is not safe for concurrent use.
type Generator struct {
	m *Module

	b    ssa.Builder
	in   wasm.Instr
	read wasm.InstrReader

	stack  []ssa.Value
	frames []frame
	skip   int // blocks opened in code that cannot be reached
	try    int // the index of the innermost frame with handlers, -1 if there is none

	saved   []ssa.Value  // the parameters of the ifs that are open
	catches []wasm.Catch // the clauses of the try_tables that are open
	lists   lists
	sigs    sigNumbers
	hints   []wasm.BranchHint // that are still to come

	count            count
	context, membase ssa.Value // once used
	way              *way      // to the loop that the function begins in, nil if it begins at its start
	tables           uint32    // counts br_table instructions
}

// lists are scratch for the arguments of one instruction.
type lists struct {
	args   []ssa.Value
	blocks []ssa.Block
}

// NewGenerator returns a generator for the functions of m.
func NewGenerator(m *Module) *Generator {
	g := new(Generator)
	g.Reset(m)
	return g
}

// Reset makes g a generator for the functions of another module and keeps its memory.
func (g *Generator) Reset(m *Module) {
	g.m = m
	g.sigs.reset(len(m.sigs), len(m.throws))
}

// TooLargeError says that a function's IR would take more memory than is reasonable for its body. There is code for which any SSA form
// is as large as its loops times its locals.
type TooLargeError struct {
	Func      uint32
	SizeBytes int // when it was given up
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("ssagen: function %d: too large to compile: its IR takes more than %d MiB", e.Func, e.SizeBytes>>20)
}

// A function may take minSizeBytes and sizePerByte for each byte of its body. Programs take about 50 per byte.
const (
	minSizeBytes = 32 << 20
	sizePerByte  = 512
)

// Func makes f the function with an index of the function index space, which the module defines. It fails if the body has an instruction
// of the GC or threads proposals or is malformed, or with a *TooLargeError; f is then not to be used.
func (g *Generator) Func(f *ssa.Func, index uint32) error {
	m := g.m
	code := &m.m.Code[index-uint32(m.m.ImportedFuncs)]
	sig := &m.sigs[m.funcs[index]]
	f.Reset(m.name(index), *sig)
	f.Index = index
	g.begin(f, code, index)
	g.openBody(sig)
	g.b.Pos = uint32(code.LocalsSize())
	g.openCount(code.Body)
	return g.body(f, code, index)
}

// body builds the instructions of a body, from where the generator is.
func (g *Generator) body(f *ssa.Func, code *wasm.Code, index uint32) error {
	start := code.Offset - int64(code.LocalsSize())
	g.b.Pos = uint32(code.Offset - start)
	if !g.count.leaf {
		g.meterFuel() // of a body, unless it is that of a leaf
	}
	for len(g.frames) > 0 {
		if err := g.read.Next(&g.in); err != nil {
			return err
		}
		g.b.Pos = uint32(g.in.Offset - start)
		reload := g.beforeFuel()
		if g.b.Block() == 0 {
			g.passOver()
		} else if err := g.instr(); err != nil {
			return fmt.Errorf("ssagen: function %d at 0x%x: %w", index, g.in.Offset, err)
		}
		if reload {
			g.reloadFuel()
		}
		if n := f.SizeBytes(); n > minSizeBytes+sizePerByte*len(code.Body) {
			return &TooLargeError{index, n}
		}
	}
	g.b.Finish()
	return nil
}

// begin makes g ready for a body, with its parameters and locals as variables of the builder, whose numbers are theirs.
func (g *Generator) begin(f *ssa.Func, code *wasm.Code, index uint32) {
	g.reset(f, code, index)
	for i, t := range f.Sig.Params {
		g.b.WriteVar(g.b.NewVar(t), f.Params(ssa.Entry)[i])
	}
	for _, run := range code.Locals {
		for range run.Count {
			g.b.NewVar(typeOf(run.Type))
		}
	}
}

func (g *Generator) reset(f *ssa.Func, code *wasm.Code, index uint32) {
	g.b.Reset(f)
	g.read = wasm.NewInstrReader(code.Body, code.Offset)
	g.stack, g.frames, g.saved, g.catches = g.stack[:0], g.frames[:0], g.saved[:0], g.catches[:0]
	g.skip, g.try, g.context, g.membase = 0, -1, 0, 0
	g.hints, g.way = g.m.hints[index], nil
	g.sigs.next()
}

func (g *Generator) push(v ssa.Value) { g.stack = append(g.stack, v) }

func (g *Generator) pop() ssa.Value {
	n := len(g.stack) - 1
	v := g.stack[n]
	g.stack = g.stack[:n]
	return v
}

// popN takes the n topmost operands. The slice is good until the next push.
func (g *Generator) popN(n int) []ssa.Value {
	at := len(g.stack) - n
	list := g.stack[at:]
	g.stack = g.stack[:at]
	return list
}

// top is the n topmost operands.
func (g *Generator) top(n int) []ssa.Value { return g.stack[len(g.stack)-n:] }

// unsupported is the error for an instruction of a proposal that no generated code can execute yet.
func (g *Generator) unsupported() error {
	return fmt.Errorf("%s: compiling %s is not supported", g.in.Op, g.in.Op.Info().Feature)
}

// instr builds one instruction that can be reached: those that their row describes by it, the rest by hand.
func (g *Generator) instr() error {
	in := &g.in
	info := in.Op.Info()
	switch {
	case len(info.Imms) > 0 && info.Imms[0] == op.ImmMemarg:
		return g.access(info)
	case !info.ByHand && sameOp[in.Op] != ssa.OpInvalid:
		g.numeric(sameOp[in.Op], info)
		return nil
	}
	switch in.Op {
	case op.Nop:
	case op.Unreachable:
		g.b.Trap(abi.TrapUnreachable)
	case op.Block, op.Loop, op.If, op.Else, op.End, op.Br, op.BrIf, op.BrTable, op.Return, op.BrOnNull, op.BrOnNonNull:
		g.control()
	case op.TryTable:
		g.openTry()
	case op.Throw, op.ThrowRef:
		g.throw()
	case op.Call, op.CallIndirect, op.CallRef, op.ReturnCall, op.ReturnCallIndirect, op.ReturnCallRef:
		g.call()
	case op.Drop:
		g.pop()
	case op.Select, op.SelectT:
		cond, y, x := g.pop(), g.pop(), g.pop()
		g.push(g.b.Select(cond, x, y))
	case op.LocalGet:
		g.push(g.b.ReadVar(ssa.Var(in.X)))
	case op.LocalSet:
		g.b.WriteVar(ssa.Var(in.X), g.pop())
	case op.LocalTee:
		g.b.WriteVar(ssa.Var(in.X), g.top(1)[0])
	case op.GlobalGet:
		g.push(g.globalGet(in.X))
	case op.GlobalSet:
		g.globalSet(in.X, g.pop())
	case op.RefNull, op.RefIsNull, op.RefFunc, op.RefAsNonNull:
		g.reference()
	case op.TableGet, op.TableSet, op.TableSize, op.TableGrow, op.TableFill, op.TableCopy, op.TableInit, op.ElemDrop:
		g.table()
	case op.MemorySize, op.MemoryGrow, op.MemoryFill, op.MemoryCopy, op.MemoryInit, op.DataDrop:
		g.memory()
	default:
		return g.unsupported()
	}
	return nil
}

// passOver notes how blocks nest in code that cannot be reached, and builds nothing.
func (g *Generator) passOver() {
	switch g.in.Op {
	case op.Block, op.Loop, op.If, op.TryTable:
		g.skip++
	case op.Else:
		if g.skip == 0 {
			g.elseBlock()
		}
	case op.End:
		if g.skip == 0 {
			g.end()
		} else {
			g.skip--
		}
	}
}

// sameOp is the operation of the IR that has an instruction's name.
var sameOp = func() (t [op.Count]ssa.Op) {
	for o := range t {
		t[o] = ssa.OpByName(op.Op(o).Info().Name)
	}
	return t
}()

// numeric builds an instruction that computes its results from its operands and nothing else.
func (g *Generator) numeric(o ssa.Op, info *op.Info) {
	in := &g.in
	switch {
	case o.IsConst():
		g.push(g.b.Const(o.ResultType(), num.V128{Lo: in.Imm, Hi: in.Imm2}))
		return
	case o == ssa.OpI8x16Shuffle:
		y, x := g.pop(), g.pop()
		g.push(g.b.Shuffle(x, y, num.V128{Lo: in.Imm, Hi: in.Imm2}))
		return
	}
	lane := int64(0)
	if o.Info().Imm == ssa.ImmLane {
		lane = int64(in.Lane)
	}
	v := g.b.EmitImm(o, lane, g.popN(len(info.Params))...)
	if len(info.Results) == 1 {
		g.push(v)
		return
	}
	for i := range info.Results {
		g.push(g.b.Proj(v, i))
	}
}

// contextValue is the address of the instance's context. It is one value for the whole function: it is in a register anyway.
func (g *Generator) contextValue() ssa.Value {
	if g.context == 0 {
		g.context = g.b.NewValue(ssa.OpContext, ssa.TypeI64)
		g.b.InsertFirst(ssa.Entry, g.context)
	}
	return g.context
}

// word loads the word at an offset of the instance's context.
func (g *Generator) word(offset int) ssa.Value {
	return g.b.Load(ssa.OpI64Load, ofContext, g.contextValue(), 0, int64(offset))
}

// ofContext is what an access to the context, or to a descriptor or record that hangs off it, touches.
const ofContext = ssa.RegionContext | ssa.RegionSafe

// helper calls the runtime with a signature from its table.
func (g *Generator) helper(h abi.Helper, args ...ssa.Value) ssa.Value {
	s := &helperSigs[h]
	return g.b.EmitFull(ssa.OpCallHelper, s.Type(), g.sigs.helper(&g.b, h), uint32(h), args...)
}

// wide is an address or a number of elements as an i64.
func (g *Generator) wide(v ssa.Value) ssa.Value {
	if g.b.Type(v) == ssa.TypeI32 {
		return g.b.Emit(ssa.OpI64ExtendI32U, v)
	}
	return v
}

// narrow is an i64 in the type of addresses.
func (g *Generator) narrow(v ssa.Value, is64 bool) ssa.Value {
	if is64 {
		return v
	}
	return g.b.Emit(ssa.OpI32WrapI64, v)
}
