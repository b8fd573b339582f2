package fuzz

import (
	"math/rand/v2"
	"slices"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/validate"
	"github.com/weft-wasm/weft/internal/wasm"
)

// mutant returns a few functions of a real module, those that they call, and everything around them, with some instructions changed.
func (s *Source) mutant(r *rand.Rand) *Subject {
	const calls, closure = 8, 40
	real := s.Modules[r.IntN(len(s.Modules))]
	m := clone(real.Module)
	subject := &Subject{Module: m, Guarded: true, Origin: real.Name}
	var roots []uint32
	for range calls {
		f := uint32(m.ImportedFuncs + r.IntN(len(m.Funcs)))
		roots = append(roots, f)
		subject.addProbe(r, f)
	}
	kept := keep(m, roots, closure)
	shorten(m)
	for range r.IntN(12) { // some are left as they are
		mutateBody(r, m, kept[r.IntN(len(kept))])
	}
	return subject
}

// keep makes all functions unreachable but the given ones and those that they call, up to a number, and returns the places of what is left.
func keep(m *wasm.Module, roots []uint32, most int) []int {
	var kept []int
	for queue := roots; len(queue) > 0 && len(kept) < most; queue = queue[1:] {
		i := int(queue[0]) - m.ImportedFuncs
		if i < 0 || slices.Contains(kept, i) {
			continue
		}
		kept = append(kept, i)
		r := wasm.NewInstrReader(m.Code[i].Body, 0)
		for in := (wasm.Instr{}); r.Next(&in) == nil; {
			if in.Op == op.Call || in.Op == op.ReturnCall {
				queue = append(queue, in.X)
			}
		}
	}
	for i := range m.Code {
		if !slices.Contains(kept, i) {
			m.Code[i] = unreachable()
		}
	}
	return kept
}

// unreachable is a body that only traps.
func unreachable() wasm.Code {
	w := &writer{}
	w.op(op.Unreachable)
	return w.finish()
}

// shorten cuts data segments, most of which no function here will look at.
func shorten(m *wasm.Module) {
	const most = 4096
	for i := range m.Data {
		m.Data[i].Bytes = m.Data[i].Bytes[:min(len(m.Data[i].Bytes), most)]
	}
}

// mutateBody changes an instruction of a body, and changes it back if the module is no longer valid.
func mutateBody(r *rand.Rand, m *wasm.Module, i int) {
	before := m.Code[i].Body
	instrs := split(before)
	if len(instrs) == 0 {
		return
	}
	k := r.IntN(len(instrs))
	var in wasm.Instr
	reader := wasm.NewInstrReader(instrs[k], 0)
	if reader.Next(&in) != nil {
		return
	}
	instrs[k] = mutateInstr(r, &in, instrs[k])
	m.Code[i].Body = append(slices.Concat(instrs...), before[len(before)-1])
	if _, err := validate.Module(m, wasm.AllFeatures); err != nil {
		m.Code[i].Body = before
	}
}

// split returns the instructions of a valid body without its final end.
func split(body []byte) [][]byte {
	var instrs [][]byte
	r := wasm.NewInstrReader(body, 0)
	start := 0
	for in := (wasm.Instr{}); r.Next(&in) == nil && r.Pos() < len(body); start = r.Pos() {
		instrs = append(instrs, body[start:r.Pos():r.Pos()])
	}
	return instrs
}

// mutateInstr returns what is to stand in an instruction's place. Often it is not valid there.
func mutateInstr(r *rand.Rand, in *wasm.Instr, code []byte) []byte {
	info := in.Op.Info()
	twin := twins[signatureOf(in.Op)]
	switch {
	case info.Flags&op.FlagConst != 0 && !info.ByHand && len(info.Results) == 1:
		v := argument(r, wasm.V128)
		in.Imm, in.Imm2 = v[0], v[1]
		if info.Results[0] == op.I32 || info.Results[0] == op.F32 {
			in.Imm = uint64(uint32(in.Imm))
		}
	case r.IntN(6) == 0:
		return nil
	case r.IntN(6) == 0:
		return slices.Concat(code, code)
	case len(info.Imms) > 0 && info.Imms[0] == op.ImmMemarg && r.IntN(2) == 0:
		in.Imm = r.Uint64() >> 32 >> r.IntN(32)
	case len(twin) > 1:
		in.Op = twin[r.IntN(len(twin))]
		in.Align = min(in.Align, in.Op.Info().Align)
	case len(info.Results) == 1 && !info.ByHand && len(unaries[info.Results[0]]) > 0:
		unary := unaries[info.Results[0]]
		return wasm.AppendInstr(slices.Clip(code), &wasm.Instr{Op: unary[r.IntN(len(unary))]})
	default:
		in.X += uint32(r.IntN(5)) - 2
	}
	return wasm.AppendInstr(nil, in)
}

// signature is what instructions have in common that can stand for each other.
type signature struct{ params, results, imm string }

func signatureOf(o op.Op) signature {
	info := o.Info()
	if info.ByHand || info.Feature == op.FeatureThreads || info.Feature == op.FeatureGc || info.Flags&op.FlagConst != 0 {
		return signature{}
	}
	s := signature{params: typeString(info.Params), results: typeString(info.Results)}
	for _, imm := range info.Imms {
		s.imm += string(rune('a' + imm))
	}
	return s
}

func typeString(ts []op.Type) string {
	b := make([]byte, len(ts))
	for i, t := range ts {
		b[i] = 'a' + byte(t)
	}
	return string(b)
}

var (
	// twins are the instructions of each signature.
	twins = map[signature][]op.Op{}
	// unaries are the instructions without immediates that take one operand of a type and give one of the same.
	unaries = map[op.Type][]op.Op{}
)

func init() {
	for o := op.Invalid + 1; o < op.Count; o++ {
		s, info := signatureOf(o), o.Info()
		if s == (signature{}) {
			continue
		}
		twins[s] = append(twins[s], o)
		if s.imm == "" && len(s.params) == 1 && s.params == s.results {
			unaries[info.Results[0]] = append(unaries[info.Results[0]], o)
		}
	}
}
