package validate

import (
	"fmt"
	"io"
	"sync"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

const (
	// MaxOperands bounds the operands a function may have on its stack at a time. A call of two bytes can push wasm.MaxResults of
	// them, so that a function at the limit of its size could ask for gigabytes.
	MaxOperands = 1 << 20

	// expandedLocals is how many locals are laid out one by one; further ones are looked up among the runs of equal types that the
	// function declares. A few bytes can declare wasm.MaxLocals.
	expandedLocals = 256

	// noType is the type of nothing.
	noType = ^wasm.ValType(0)
)

// body is the state of validating one function body or constant expression. It is scratch: reset puts it to use again.
//
// Errors stick. After the first one, operands are of type bottom, and the loop over the instructions ends with the current one.
type body struct {
	v     *Validator
	fn    int  // the index of the function, imports included; -1 for a constant expression
	init  bool // this is a constant expression
	code  []byte
	base  int64 // the offset of code in the module
	pos   int   // of the next instruction
	in    wasm.Instr
	read  wasm.InstrReader
	err   *wasm.Error
	flags FuncFlags

	stack    []wasm.ValType
	vectors  int // how many of the operands are v128
	maxStack int // in slots

	frames   []frame
	maxDepth int
	deepest  int            // over all bodies since newBody
	singles  []wasm.ValType // backs the lists of block types with a single concrete reference
	branch   uint32         // counts br_table instructions

	locals    []wasm.ValType // the parameters and the first locals
	runs      []run          // all locals
	numLocals uint32
	unset     localSet

	addr, tableAddr wasm.ValType // of the memory and the table that the instruction is about
}

// run is a run of locals of one type: those before end that no run in front of it has.
type run struct {
	end uint32
	t   wasm.ValType
}

var bodies = sync.Pool{New: func() any { return new(body) }}

// newBody returns scratch for v.
func newBody(v *Validator) *body {
	b := bodies.Get().(*body)
	b.v = v
	return b
}

// release gives the scratch back; it must not keep the module alive.
func (b *body) release() {
	b.reset(nil, 0, 0)
	b.v, b.read = nil, wasm.InstrReader{}
	clear(b.frames[:b.deepest])
	b.deepest = 0
	bodies.Put(b)
}

// reset makes b ready for another body.
func (b *body) reset(code []byte, base int64, fn int) {
	b.code, b.base, b.fn, b.pos = code, base, fn, 0
	b.err, b.flags, b.init = nil, 0, false
	b.stack, b.vectors, b.maxStack = b.stack[:0], 0, 0
	b.deepest = max(b.deepest, b.maxDepth)
	b.frames, b.maxDepth, b.singles = b.frames[:0], 0, b.singles[:0]
	b.locals, b.runs, b.numLocals = b.locals[:0], b.runs[:0], 0
	b.unset.active = false
}

// Func validates the body of the function m.Funcs[i]. It may be called for different functions at the same time. Errors have the
// name of the function unless m was still being decoded at the time of [New].
func (v *Validator) Func(i int) error {
	b := newBody(v)
	defer b.release()
	if err := b.function(i); err != nil {
		return err
	}
	return nil
}

// function validates the body of the function m.Funcs[i].
func (b *body) function(i int) *wasm.Error {
	v := b.v
	code := &v.m.Code[i]
	b.reset(code.Body, code.Offset, v.m.ImportedFuncs+i)
	b.in.Op, b.in.Offset = op.Invalid, code.Offset
	t := &v.m.Types[v.m.Funcs[i]].Func
	b.declareLocals(t.Params, code.Locals)
	b.pushFrame(op.Block, nil, t.Results)
	for b.err == nil && len(b.frames) > 0 {
		b.quick()
		b.step()
	}
	b.checkEnd()
	if b.err != nil {
		b.err.Func = b.fn
		if v.named {
			b.err.Name = v.m.FuncName(uint32(b.fn))
		}
		return b.err
	}
	v.info.Funcs[i] = FuncInfo{
		MaxStack: uint32(b.maxStack),
		Locals:   uint32(b.localSlots(t.Params, code.Locals)),
		MaxDepth: uint32(b.maxDepth),
		Flags:    b.flags,
	}
	return nil
}

// constant validates a constant expression that has to have a value of type want (spec 3.4.11).
func (b *body) constant(e *wasm.Expr, want wasm.ValType) error {
	b.reset(e.Bytes, e.Offset, -1)
	b.in.Op, b.in.Offset = op.Invalid, e.Offset
	b.init = true
	b.pushFrame(op.Block, nil, b.single(want))
	for b.err == nil && len(b.frames) > 0 {
		b.step()
	}
	b.checkEnd()
	if b.err != nil {
		return b.err
	}
	return nil
}

// checkEnd checks that the bytes end with the outermost block.
func (b *body) checkEnd() {
	if rest := len(b.code) - b.pos; b.err == nil && rest > 0 {
		b.in.Op, b.in.Offset = op.Invalid, b.base+int64(b.pos)
		b.fail(wasm.SectionSizeMismatch, "%d bytes behind the final end", rest)
	}
}

// step reads one instruction and validates it, whatever it is.
func (b *body) step() {
	if b.err != nil {
		return
	}
	b.read = wasm.NewInstrReader(b.code[b.pos:], b.base+int64(b.pos))
	if err := b.read.Next(&b.in); err != nil {
		b.malformed(err)
		return
	}
	b.pos += b.read.Pos()
	o := b.in.Op
	b.flags |= opFlags[o]
	if opFlags[o]&(HasGC|HasAtomic) != 0 {
		b.v.note(&b.in, b.fn)
	}
	if b.init && !b.v.isConstant(o) {
		b.fail(wasm.ConstantRequired, "")
		return
	}
	if !b.v.features.HasOp(o) {
		b.fail(wasm.UnsupportedFeature, "%s", o.Info().Feature)
		return
	}
	info := o.Info()
	if b.immediates(info) {
		if info.ByHand {
			b.byHand()
		} else {
			b.byTable(info)
		}
	}
}

// malformed takes over an error of the instruction reader.
func (b *body) malformed(err error) {
	if err == io.EOF {
		b.in.Op, b.in.Offset = op.Invalid, b.base+int64(len(b.code))
		b.fail(b.endKind(), "have %d open blocks, want none", len(b.frames))
		return
	}
	b.err = err.(*wasm.Error)
}

// fail records an error about the current instruction, unless there is one already.
func (b *body) fail(kind wasm.Kind, format string, args ...any) {
	if b.err != nil {
		return
	}
	b.err = &wasm.Error{Kind: kind, Detail: fmt.Sprintf(format, args...), Offset: b.in.Offset, Func: -1}
	if b.in.Op != op.Invalid {
		b.err.Instr = b.in.Op.String()
	}
}
