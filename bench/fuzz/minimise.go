package fuzz

import (
	"slices"
	"time"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/validate"
	"github.com/weft-wasm/weft/internal/wasm"
)

// minimiser makes a subject smaller as long as it shows a difference.
type minimiser struct {
	differs func(*Subject) bool
	until   time.Time
	s       *Subject
}

// minimise returns a subject with fewer calls, functions and instructions for which differs still holds. It stops improving it
// after some time.
func minimise(s *Subject, limit time.Duration, differs func(*Subject) bool) *Subject {
	z := &minimiser{differs, time.Now().Add(limit), s}
	z.probes()
	for {
		before := z.size()
		z.functions()
		for i := range z.s.Module.Code {
			z.body(i)
		}
		z.probes()
		if z.size() >= before || z.late() {
			return z.s
		}
	}
}

func (z *minimiser) late() bool { return time.Now().After(z.until) }

func (z *minimiser) size() int {
	n := len(z.s.Probes)
	for _, c := range z.s.Module.Code {
		n += len(c.Body)
	}
	return n
}

// try takes a smaller subject if it is valid and still shows the difference.
func (z *minimiser) try(smaller *Subject) bool {
	if z.late() {
		return false
	}
	if _, err := validate.Module(smaller.Module, wasm.AllFeatures); err != nil || !z.differs(smaller) {
		return false
	}
	z.s = smaller
	return true
}

// without calls try with ever smaller pieces of n things left out, from the last to the first. try says whether they can go.
func without(n int, try func(from, to int) bool) {
	for size := n; size > 0; size /= 2 {
		for to := n; to > 0; {
			from := max(to-size, 0)
			if try(from, to) {
				n -= to - from
			}
			to = min(from, n)
		}
	}
}

func (z *minimiser) probes() {
	without(len(z.s.Probes), func(from, to int) bool {
		smaller := *z.s
		smaller.Probes = slices.Delete(slices.Clone(z.s.Probes), from, to)
		return len(smaller.Probes) > 0 && z.try(&smaller)
	})
}

// withBody returns the subject with another body for one function.
func (z *minimiser) withBody(i int, c wasm.Code) *Subject {
	smaller := *z.s
	smaller.Module = clone(z.s.Module)
	smaller.Module.Code[i] = c
	return &smaller
}

// functions makes functions unreachable.
func (z *minimiser) functions() {
	for i, c := range z.s.Module.Code {
		if empty := unreachable(); len(c.Body) > len(empty.Body) {
			z.try(z.withBody(i, empty))
		}
	}
}

// body leaves out instructions, and puts constants in the place of others.
func (z *minimiser) body(i int) {
	if len(z.s.Module.Code[i].Body) <= len(unreachable().Body) {
		return
	}
	instrs := split(z.s.Module.Code[i].Body)
	put := func(smaller [][]byte) bool {
		c := z.s.Module.Code[i]
		c.Body = append(slices.Concat(smaller...), c.Body[len(c.Body)-1])
		if !z.try(z.withBody(i, c)) {
			return false
		}
		instrs = smaller
		return true
	}
	leaveOut := func() {
		without(len(instrs), func(from, to int) bool { return put(slices.Delete(slices.Clone(instrs), from, to)) })
	}
	for cut := len(instrs) / 2; cut > 0; cut /= 2 {
		for shorter := truncate(instrs, len(instrs)-cut); len(shorter) < len(instrs) && put(shorter); {
			shorter = truncate(instrs, max(len(instrs)-cut, 0))
		}
	}
	leaveOut()
	for k := len(instrs) - 1; k >= 0; k-- {
		if simple := z.simpler(instrs[k]); simple != nil {
			smaller := slices.Clone(instrs)
			smaller[k] = simple
			put(smaller)
		}
	}
	leaveOut()
	z.pairs(&instrs, put)
}

// bare returns an instruction without immediates.
func bare(o op.Op) []byte { return wasm.AppendInstr(nil, &wasm.Instr{Op: o}) }

// truncate returns the first n instructions, and what ends the body after them by a trap.
func truncate(instrs [][]byte, n int) [][]byte {
	var open []op.Op
	for _, code := range instrs[:n] {
		switch in := decode(code); in.Op {
		case op.Block, op.Loop, op.If, op.TryTable:
			open = append(open, in.Op)
		case op.Else:
			open[len(open)-1] = op.Else
		case op.End:
			open = open[:len(open)-1]
		}
	}
	shorter := slices.Clip(instrs[:n])
	add := func(o op.Op) { shorter = append(shorter, bare(o)) }
	add(op.Unreachable)
	for _, o := range slices.Backward(open) {
		if o == op.If {
			add(op.Else)
			add(op.Unreachable)
		}
		add(op.End)
	}
	return shorter
}

// pairs leaves out two instructions at a time that need not be neighbours, a block and its end, or else all that is between them, or all but one of
// its arms, with traps where its types do not fit.
func (z *minimiser) pairs(instrs *[][]byte, put func([][]byte) bool) {
	for from := len(*instrs) - 1; from >= 0; from-- {
		to := endOf(*instrs, from)
		if to < 0 {
			continue
		}
		smaller := slices.Delete(slices.Clone(*instrs), to, to+1)
		if put(slices.Delete(smaller, from, from+1)) {
			continue
		}
		if to-from > 4 && put(slices.Concat((*instrs)[:from], hollow((*instrs)[from]), (*instrs)[to+1:])) {
			continue
		}
		trap := [][]byte{bare(op.Unreachable)}
		for _, arm := range arms((*instrs)[from : to+1]) {
			if len(arm)+2 < to+1-from && put(slices.Concat((*instrs)[:from], trap, arm, trap, (*instrs)[to+1:])) {
				break
			}
		}
	}
}

// arms returns what is in a block: one list of instructions, or those of both arms of an if.
func arms(block [][]byte) [][][]byte {
	inner := block[1 : len(block)-1]
	depth := 0
	for i, code := range inner {
		switch decode(code).Op {
		case op.Block, op.Loop, op.If, op.TryTable:
			depth++
		case op.End:
			depth--
		case op.Else:
			if depth == 0 {
				return [][][]byte{inner[:i], inner[i+1:]}
			}
		}
	}
	return [][][]byte{inner}
}

// hollow returns a block with nothing in it but a trap.
func hollow(begin []byte) [][]byte {
	hollowed := [][]byte{begin, bare(op.Unreachable)}
	if decode(begin).Op == op.If {
		hollowed = append(hollowed, bare(op.Else), bare(op.Unreachable))
	}
	return append(hollowed, bare(op.End))
}

// endOf returns which instruction ends the block that one begins, below zero if it begins none.
func endOf(instrs [][]byte, from int) int {
	depth := 0
	for i := from; i < len(instrs); i++ {
		switch in := decode(instrs[i]); in.Op {
		case op.Block, op.Loop, op.If, op.TryTable:
			depth++
		case op.End:
			depth--
		}
		if depth == 0 {
			if i == from {
				return -1
			}
			return i
		}
	}
	return -1
}

// decode returns the instruction that some bytes are.
func decode(code []byte) (in wasm.Instr) {
	r := wasm.NewInstrReader(code, 0)
	if r.Next(&in) != nil {
		in.Op = op.Invalid
	}
	return in
}

// simpler returns instructions that drop an instruction's operands and push zeros for its results; nil if there is nothing to gain.
func (z *minimiser) simpler(code []byte) []byte {
	in := decode(code)
	info := in.Op.Info()
	w := &writer{}
	switch {
	case in.Op == op.Call:
		t := z.s.Module.FuncType(in.X)
		w.drop(len(t.Params))
		for _, r := range t.Results {
			if !r.Defaultable() {
				return nil
			}
			w.constant(r, Bits{})
		}
		return w.code
	case in.Op == op.Invalid, info.ByHand, len(info.Results) != 1, info.Flags&op.FlagConst != 0:
		return nil
	}
	types := map[op.Type]wasm.ValType{op.I32: wasm.I32, op.I64: wasm.I64, op.F32: wasm.F32, op.F64: wasm.F64, op.V128: wasm.V128}
	t, ok := types[info.Results[0]]
	if !ok {
		return nil
	}
	w.drop(len(info.Params))
	w.constant(t, Bits{})
	return w.code
}

func (w *writer) drop(n int) {
	for range n {
		w.op(op.Drop)
	}
}
