package wat

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// body is the state of the function body or expression being read. Instructions are encoded as they come. What stands in front of its
// operands in the text and behind them in the binary, as in (i32.add (local.get 0) (local.get 1)), waits in pending.
type body struct {
	code     []byte
	pending  []byte
	in       wasm.Instr
	labels   []label        // of the blocks around the current place, the outermost first
	labelIDs map[string]int // the index in labels of the innermost label with each identifier
	blocks   uint32         // the number of blocks so far
	names    wasm.NameMap   // of labels

	hint  hint   // that applies to the next instruction
	hints []hint // so far
}

// label is the label of a block.
type label struct {
	id      string // "" without an identifier
	outer   int    // the index of the label that id has hidden, or -1
	isIf    bool   // an else may follow
	hasElse bool
}

// beginExpr prepares for a function body or an expression.
func (p *moduleParser) beginExpr() {
	b := &p.body
	b.code, b.pending, b.labels, b.hints = b.code[:0], b.pending[:0], b.labels[:0], b.hints[:0]
	b.blocks, b.names, b.hint.set = 0, nil, false
	if b.labelIDs == nil {
		b.labelIDs = map[string]int{}
	}
	clear(b.labelIDs)
}

// endExpr ends the expression and returns it. Hints that no one has kept are in the wrong place.
func (p *moduleParser) endExpr() wasm.Expr {
	if len(p.body.hints) > 0 {
		p.failAt(p.body.hints[0].at, wasm.MisplacedHint, "")
	}
	p.emit(op.End)
	return wasm.Expr{Bytes: append([]byte(nil), p.body.code...)}
}

// expr reads instructions up to a closing parenthesis.
func (p *moduleParser) expr() wasm.Expr {
	p.beginExpr()
	p.instrs()
	return p.endExpr()
}

// funcBody reads the locals and the instructions of a function whose parameters are bound.
func (p *moduleParser) funcBody(fn uint32, locals *space) wasm.Code {
	runs := p.localDefs(locals)
	p.beginExpr()
	p.instrs()
	keepNames(p.labels, fn, p.body.names)
	p.keepHints(fn, runs)
	return wasm.Code{Locals: runs, Body: p.endExpr().Bytes}
}

// localDefs reads (local ...)*, as runs of equal types.
func (p *moduleParser) localDefs(locals *space) (runs []wasm.Locals) {
	add := func(t wasm.ValType) {
		if n := len(runs); n > 0 && runs[n-1].Type == t {
			runs[n-1].Count++
		} else {
			runs = append(runs, wasm.Locals{Count: 1, Type: t})
		}
	}
	for p.open("local") {
		if p.tok.kind == tokenID || p.tok.kind == tokenAnnotation {
			p.bind(locals)
			add(p.valType())
		} else {
			for ; p.more(); locals.n++ {
				add(p.valType())
			}
		}
		p.close()
	}
	return runs
}

// instrs reads instructions up to what can be none. Blocks without parentheses do not make it call itself, however deep
// they nest.
func (p *moduleParser) instrs() {
	outside := len(p.body.labels)
	for {
		switch p.tok.kind {
		case tokenLeft:
			p.folded()
		case tokenKeyword:
			p.flat(outside)
		case tokenAnnotation:
			p.hintAnnotation()
		default:
			if len(p.body.labels) > outside {
				p.unexpected(`an instruction or "end"`)
			}
			p.noHint()
			return
		}
	}
}

// flat reads one instruction, or one of block, else and end, outside of parentheses. Labels up to outside are not those
// of blocks that end and else can refer to.
func (p *moduleParser) flat(outside int) {
	t := p.tok
	o := p.opcode()
	switch o {
	case op.Invalid:
	case op.Block, op.Loop, op.If, op.TryTable:
		name := p.labelID()
		p.blockImmediates(o)
		p.noteHint(p.takeHint(o))
		p.body.code = wasm.AppendInstr(p.body.code, &p.body.in)
		p.pushLabel(name, o)
	case op.Else, op.End:
		p.flatEnd(t, o, outside)
	default:
		h := p.takeHint(o)
		p.immediates(o)
		p.noteHint(h)
		p.body.code = wasm.AppendInstr(p.body.code, &p.body.in)
	}
}

// opcode reads the keyword of an instruction.
func (p *moduleParser) opcode() op.Op {
	o := op.Invalid
	if p.tok.kind == tokenKeyword {
		o = op.ByText(string(p.text(p.tok)))
	}
	if o == op.Invalid {
		p.unexpected(wantInstr)
		return o
	}
	p.advance()
	return o
}

// flatEnd reads the rest of an else or end, whose keyword is t.
func (p *moduleParser) flatEnd(t token, o op.Op, outside int) {
	p.noHint()
	n := len(p.body.labels)
	if n == outside {
		p.failAt(t, wasm.UnexpectedToken, "%s, but no block is open", p.show(t))
		return
	}
	l := &p.body.labels[n-1]
	if o == op.Else && (!l.isIf || l.hasElse) {
		p.failAt(t, wasm.UnexpectedToken, `%s, but the innermost block is no "if", or has an "else" already`, p.show(t))
		return
	}
	if p.tok.kind == tokenID {
		if string(p.idText(p.tok)) != l.id {
			p.failAt(p.tok, wasm.MismatchingLabel, "have %s, want %q", p.show(p.tok), "$"+l.id)
		}
		p.advance()
	}
	p.emit(o)
	if o == op.Else {
		l.hasElse = true
	} else {
		p.popLabel()
	}
}

// emit appends an instruction without immediates.
func (p *moduleParser) emit(o op.Op) {
	p.body.code = wasm.AppendInstr(p.body.code, &wasm.Instr{Op: o})
}

// folded reads an instruction in parentheses (spec 6.5.12).
func (p *moduleParser) folded() {
	p.enter()
	p.expect(tokenLeft)
	t := p.tok
	switch o := p.opcode(); o {
	case op.Invalid:
	case op.Block, op.Loop, op.TryTable:
		p.foldedBlock(o)
	case op.If:
		p.foldedIf()
	case op.Else, op.End:
		p.failAt(t, wasm.UnexpectedToken, "%s in parentheses, want an instruction", p.show(t))
	default:
		h := p.takeHint(o)
		p.immediates(o)
		if p.tok.kind == tokenRight {
			p.noteHint(h)
			p.body.code = wasm.AppendInstr(p.body.code, &p.body.in)
			break
		}
		start := p.putOff()
		for p.tok.kind == tokenLeft || p.tok.kind == tokenAnnotation {
			p.operand()
		}
		p.noHint()
		p.noteHint(h)
		p.resume(start)
	}
	p.close()
	p.leave()
}

// operand reads an instruction in parentheses, or a hint for it.
func (p *moduleParser) operand() {
	if p.tok.kind == tokenAnnotation {
		p.hintAnnotation()
	} else {
		p.folded()
	}
}

// putOff puts the instruction off until resume is called with the result.
func (p *moduleParser) putOff() (start int) {
	start = len(p.body.pending)
	p.body.pending = wasm.AppendInstr(p.body.pending, &p.body.in)
	return start
}

// resume appends an instruction that was put off.
func (p *moduleParser) resume(start int) {
	b := &p.body
	b.code = append(b.code, b.pending[start:]...)
	b.pending = b.pending[:start]
}

// foldedBlock reads the rest of (block ...), (loop ...) or (try_table ...).
func (p *moduleParser) foldedBlock(o op.Op) {
	name := p.labelID()
	p.blockImmediates(o)
	p.takeHint(o)
	p.body.code = wasm.AppendInstr(p.body.code, &p.body.in)
	p.pushLabel(name, o)
	p.instrs()
	p.emit(op.End)
	p.popLabel()
}

// foldedIf reads the rest of (if label? type condition* (then ...) (else ...)?).
func (p *moduleParser) foldedIf() {
	name := p.labelID()
	p.blockImmediates(op.If)
	h := p.takeHint(op.If)
	start := p.putOff()
	for (p.tok.kind == tokenLeft || p.tok.kind == tokenAnnotation) && !p.atOpen("then") {
		p.operand()
	}
	p.noHint()
	p.noteHint(h)
	p.resume(start)
	p.pushLabel(name, op.If)
	if !p.open("then") {
		p.unexpected(`"(then"`)
	}
	p.instrs()
	p.close()
	if p.open("else") {
		p.emit(op.Else)
		p.instrs()
		p.close()
	}
	p.emit(op.End)
	p.popLabel()
}

// labelID reads the identifier of a block's label and its name annotation, if there are any.
func (p *moduleParser) labelID() (id labelID) {
	if p.tok.kind == tokenID {
		id.id = string(p.idText(p.tok))
		id.name, id.named = id.id, true
		p.advance()
	}
	if name, ok := p.nameAnnotation(wasm.NameMultiple); ok {
		id.name, id.named = name, true
	}
	return id
}

// labelID is how a label is called in the text, and its name for the name section.
type labelID struct {
	id, name string
	named    bool
}

// blockImmediates reads the block type of a block, and its catch clauses.
func (p *moduleParser) blockImmediates(o op.Op) {
	p.body.in.Op = o
	p.body.in.Block = p.blockType()
	if o == op.TryTable {
		p.catches()
	}
}

// pushLabel enters a block whose first instruction was emitted.
func (p *moduleParser) pushLabel(name labelID, o op.Op) {
	b := &p.body
	l := label{id: name.id, outer: -1, isIf: o == op.If}
	if name.id != "" {
		if outer, hidden := b.labelIDs[name.id]; hidden {
			l.outer = outer
		}
		b.labelIDs[name.id] = len(b.labels)
	}
	if name.named {
		if b.names == nil {
			b.names = wasm.NameMap{}
		}
		b.names[b.blocks] = name.name
	}
	b.labels = append(b.labels, l)
	b.blocks++
}

// popLabel leaves a block.
func (p *moduleParser) popLabel() {
	b := &p.body
	l := b.labels[len(b.labels)-1]
	b.labels = b.labels[:len(b.labels)-1]
	switch {
	case l.id == "":
	case l.outer >= 0:
		b.labelIDs[l.id] = l.outer
	default:
		delete(b.labelIDs, l.id)
	}
}

// labelIndex reads a label: an index, or the identifier of a block around.
func (p *moduleParser) labelIndex() uint32 {
	if p.tok.kind != tokenID {
		if p.tok.kind != tokenInt {
			p.unexpected("a label")
		}
		return p.u32()
	}
	i, known := p.body.labelIDs[string(p.idText(p.tok))]
	if !known {
		p.failAt(p.tok, wasm.UnknownLabel, "%s", p.show(p.tok))
		return 0
	}
	p.advance()
	return uint32(len(p.body.labels) - 1 - i)
}
