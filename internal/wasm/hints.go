package wasm

// BranchHintSection is the name of the custom section that holds branch hints (spec 7.4.2).
const BranchHintSection = "metadata.code.branch_hint"

// BranchHint says which way a br_if or an if mostly goes.
type BranchHint struct {
	Offset uint32 // of the instruction, from the start of the function's declarations of locals; see Code.LocalsSize
	Likely bool   // the condition is mostly true
}

// BranchHints are the hints for one function, by offset.
type BranchHints struct {
	Func  uint32 // function index
	Hints []BranchHint
}

// DecodeBranchHints decodes the branch hints of a module, if it has any. As with all custom sections, whoever only wants hints may
// ignore the error: what was read in front of it is returned anyway.
func DecodeBranchHints(m *Module) ([]BranchHints, error) {
	c := m.Custom(BranchHintSection)
	if c == nil {
		return nil, nil
	}
	r := reader{b: c.Bytes, base: c.Offset, inner: true}
	var list []BranchHints
	for n := r.u32(); n > 0 && r.err == nil; n-- {
		at := r.pos
		h := BranchHints{Func: r.u32()}
		if len(list) > 0 && h.Func <= list[len(list)-1].Func {
			r.fail(MalformedCustom, at, "branch hints for function %d stand behind those for function %d", h.Func, list[len(list)-1].Func)
		}
		h.Hints = r.branchHints()
		list = append(list, h)
	}
	if r.err == nil && r.left() > 0 {
		r.fail(SectionSizeMismatch, r.pos, "%d bytes too many in the branch hints", r.left())
	}
	return list, r.failure()
}

// branchHints reads the hints for one function.
func (r *reader) branchHints() (list []BranchHint) {
	for n := r.u32(); n > 0 && r.err == nil; n-- {
		at := r.pos
		h := BranchHint{Offset: r.u32()}
		size, value := r.u32(), r.byte()
		switch {
		case r.err != nil:
			return list
		case len(list) > 0 && h.Offset <= list[len(list)-1].Offset:
			r.fail(MalformedCustom, at, "a branch hint at %d stands behind one at %d", h.Offset, list[len(list)-1].Offset)
		case size != 1 || value > 1:
			r.fail(MalformedCustom, at, "a branch hint of size %d and value %d, want size 1 and value 0 or 1", size, value)
		default:
			h.Likely = value == 1
			list = append(list, h)
		}
	}
	return list
}

// EncodeBranchHints returns the section that holds branch hints, which stand in order of function and offset. It goes in front of the
// code section.
func EncodeBranchHints(list []BranchHints) Custom {
	b := appendVector(nil, list, func(b []byte, h *BranchHints) []byte {
		return appendVector(AppendULEB(b, uint64(h.Func)), h.Hints, func(b []byte, h *BranchHint) []byte {
			return append(AppendULEB(b, uint64(h.Offset)), 1, boolByte(h.Likely))
		})
	})
	return Custom{Name: BranchHintSection, Bytes: b, After: idDataCount}
}

// LocalsSize returns how many bytes the declarations of locals in front of Body take in the binary format.
func (c *Code) LocalsSize() uint32 {
	if c.localsSize > 0 {
		return c.localsSize
	}
	return uint32(len(appendVector(nil, c.Locals, appendLocals)))
}
