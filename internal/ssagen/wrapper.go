package ssagen

import (
	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Wrapper makes f a function that calls the one with an index, which the module defines, through its record. It stands for a function that
// is not compiled where others call it directly.
func (g *Generator) Wrapper(f *ssa.Func, index uint32) {
	m := g.m
	sig := &m.sigs[m.funcs[index]]
	f.Reset(m.name(index), *sig)
	code := &m.m.Code[index-uint32(m.m.ImportedFuncs)]
	g.begin(f, code, index)
	record := g.b.Emit(ssa.OpI64Add, g.word(abi.InstanceRecords), g.b.Const64(int64(m.layout.Record(index))))
	g.stack = append(g.stack, f.Params(ssa.Entry)...)
	g.in.Op = op.Call
	g.callRecord(record, m.funcs[index], ssa.HintNone)
	g.b.Return(g.popN(len(sig.Results))...)
	g.b.Finish()
}
