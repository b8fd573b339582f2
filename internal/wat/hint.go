package wat

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// hint is a branch hint: whether a branch is likely to be taken.
type hint struct {
	set    bool
	likely bool
	at     token // of the annotation
	offset int   // of the instruction in the body
}

// hintAnnotation reads (@metadata.code.branch_hint "\00"), for the next instruction.
func (p *moduleParser) hintAnnotation() {
	t := p.tok
	if !p.atAnnotation(annotHint) {
		p.misplaced(t)
		return
	}
	if p.body.hint.set {
		p.failAt(t, wasm.HintDuplicate, "")
	}
	p.advance()
	value := p.tok
	b := p.strings(nil)
	if len(b) != 1 || b[0] > 1 {
		p.failAt(value, wasm.HintUnexpectedToken, `%s, want "\00" or "\01"`, p.show(value))
		return
	}
	p.close()
	p.body.hint = hint{set: true, likely: b[0] == 1, at: t}
}

// takeHint returns the hint that applies to an instruction, if there is one. It must be a branch on a condition.
func (p *moduleParser) takeHint(o op.Op) hint {
	h := p.body.hint
	if h.set && o != op.If && o != op.BrIf {
		p.noHint()
	}
	p.body.hint.set = false
	return h
}

// noHint fails if there is a hint, because no branch follows it.
func (p *moduleParser) noHint() {
	if h := p.body.hint; h.set {
		p.failAt(h.at, wasm.HintTarget, `want "if" or "br_if" after it`)
	}
}

// noteHint records that a hint is about the instruction that is emitted next.
func (p *moduleParser) noteHint(h hint) {
	if h.set {
		h.offset = len(p.body.code)
		p.body.hints = append(p.body.hints, h)
	}
}

// keepHints keeps the hints of a function.
func (p *moduleParser) keepHints(fn uint32, locals []wasm.Locals) {
	if len(p.body.hints) == 0 {
		return
	}
	f := wasm.BranchHints{Func: fn}
	code := wasm.Code{Locals: locals}
	for _, h := range p.body.hints {
		f.Hints = append(f.Hints, wasm.BranchHint{Offset: code.LocalsSize() + uint32(h.offset), Likely: h.likely})
	}
	p.hints = append(p.hints, f)
	p.body.hints = p.body.hints[:0]
}
