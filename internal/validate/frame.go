package validate

import (
	"slices"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// frame is an open block.
type frame struct {
	params, results []wasm.ValType
	height          int    // of the operand stack below the parameters
	sets            int    // how many locals without default were set when it began
	branch          uint32 // the number of the last br_table that names its label
	op              op.Op  // Block, Loop, If, Else or TryTable
	unreachable     bool   // from here to its end
}

// label returns the types that a branch to the block takes along.
func (f *frame) label() []wasm.ValType {
	if f.op == op.Loop {
		return f.params
	}
	return f.results
}

// pushFrame opens a block. Its parameters are on the stack already.
func (b *body) pushFrame(o op.Op, params, results []wasm.ValType) {
	if len(b.frames) >= wasm.MaxNesting {
		b.fail(wasm.LimitExceeded, "more than %d nested blocks", wasm.MaxNesting)
		return
	}
	b.frames = append(b.frames, frame{params: params, results: results, height: len(b.stack), sets: len(b.unset.order), op: o})
	b.maxDepth = max(b.maxDepth, len(b.frames))
}

// open opens the block of the current instruction: it takes its parameters off the stack of the enclosing block and puts them on its own.
func (b *body) open() {
	params, results := b.blockType(b.in.Block)
	if b.in.Op == op.If {
		b.pop(wasm.I32)
	}
	b.popAll(params)
	b.pushFrame(b.in.Op, params, results)
	b.pushAll(params)
}

// blockType returns the parameters and results of a block type (spec 3.2.8).
func (b *body) blockType(t wasm.BlockType) (params, results []wasm.ValType) {
	switch t.Kind {
	case wasm.BlockValue:
		if !b.checkType(t.Type) {
			return nil, nil
		}
		return nil, b.single(t.Type)
	case wasm.BlockIndex:
		f := b.funcType(t.Index)
		if !b.v.features.Has(wasm.FeatureMultiValue) {
			b.fail(wasm.UnsupportedFeature, "block with a type index")
		}
		return f.Params, f.Results
	}
	return nil, nil
}

// abstractSingles holds every value type that is not a concrete reference at the index of its bits, so that lists of one are slices of it.
var abstractSingles = func() (t [1 << 10]wasm.ValType) {
	for i := range t {
		t[i] = wasm.ValType(i)
	}
	return t
}()

// single returns the list of one type.
func (b *body) single(t wasm.ValType) []wasm.ValType {
	if int(t) < len(abstractSingles) {
		return abstractSingles[t : t+1 : t+1]
	}
	b.singles = append(b.singles, t)
	n := len(b.singles)
	return b.singles[n-1 : n : n]
}

// close checks the results of the innermost block and closes it. Its results are off the stack then.
func (b *body) close() frame {
	n := len(b.frames) - 1
	f := b.frames[n]
	if extra := len(b.stack) - f.height - len(f.results); extra > 0 {
		b.fail(wasm.TypeMismatch, "have %s, want %s", typeList(b.stack[f.height:]), typeList(f.results))
	}
	b.popAll(f.results)
	if b.unset.active {
		b.unset.cut(f.sets)
	}
	b.frames = b.frames[:n]
	return f
}

// elseBranch validates else.
func (b *body) elseBranch() {
	if b.frames[len(b.frames)-1].op != op.If {
		b.fail(wasm.MisplacedElse, "the innermost block is no if")
		return
	}
	f := b.close()
	b.pushFrame(op.Else, f.params, f.results)
	b.pushAll(f.params)
}

// end validates end.
func (b *body) end() {
	f := b.close()
	// An if without else passes its parameters on.
	if f.op == op.If && !slices.Equal(f.params, f.results) && !b.v.match.values(f.params, f.results) {
		b.fail(wasm.TypeMismatch, "if without else: have %s, want %s", typeList(f.params), typeList(f.results))
	}
	if len(b.frames) > 0 {
		b.pushAll(f.results)
	}
}

// endKind returns what it is called when the bytes of the body end before its blocks do: the suite distinguishes whether another
// function follows.
func (b *body) endKind() wasm.Kind {
	if !b.init && b.fn+1 < len(b.v.funcs) {
		return wasm.EndExpected
	}
	return wasm.UnexpectedEndOfSection
}
