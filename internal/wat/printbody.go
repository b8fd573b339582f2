package wat

import (
	"errors"
	"io"
	"strconv"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// bodyPrinter is the state of printing a function body or an expression.
type bodyPrinter struct {
	in       wasm.Instr
	labels   []printedLabel // of the open blocks, the outermost first
	inner    map[string]int // the index in labels of the innermost block with each identifier
	names    wasm.NameMap   // of labels
	blocks   uint32         // so far
	hints    map[uint32]bool
	imported [5]uint32 // imports so far, by kind
	results  int       // of the function
	label    []byte    // scratch
	fold     folder
}

// printedLabel is an open block.
type printedLabel struct {
	op    op.Op
	id    string // with the dollar, or ""
	outer int    // the index of the block that id has hidden, or -1
	arity int    // of branches to the label, when instructions are folded
}

// reset prepares for the body of a function with the given names of labels and branch hints.
func (s *bodyPrinter) reset(names wasm.NameMap, hints map[uint32]bool) {
	s.labels, s.names, s.hints, s.blocks = s.labels[:0], names, hints, 0
	if s.inner == nil {
		s.inner = map[string]int{}
	}
	clear(s.inner)
}

// push opens a block.
func (s *bodyPrinter) push(o op.Op) *printedLabel {
	l := printedLabel{op: o, outer: -1}
	if name := s.names[s.blocks]; name != "" {
		l.id = string(appendID(nil, name))
		if outer, hidden := s.inner[l.id]; hidden {
			l.outer = outer
		}
		s.inner[l.id] = len(s.labels)
	}
	s.blocks++
	s.labels = append(s.labels, l)
	return &s.labels[len(s.labels)-1]
}

// pop closes a block.
func (s *bodyPrinter) pop() {
	l := s.labels[len(s.labels)-1]
	s.labels = s.labels[:len(s.labels)-1]
	switch {
	case l.id == "":
	case l.outer >= 0:
		s.inner[l.id] = l.outer
	default:
		delete(s.inner, l.id)
	}
}

// appendLabel appends what refers to the block at a depth: its identifier, unless it has none or a block further in has the same.
func (s *bodyPrinter) appendLabel(b []byte, depth uint32) []byte {
	i := int64(len(s.labels)) - 1 - int64(depth)
	if i < 0 {
		return strconv.AppendUint(b, uint64(depth), 10)
	}
	if l := &s.labels[i]; l.id != "" && s.inner[l.id] == int(i) {
		return append(b, l.id...)
	}
	return appendNumber(strconv.AppendUint(b, uint64(depth), 10), int(i)+1)
}

// appendNumber appends a comment with the number of a block, which is 1 for the outermost.
func appendNumber(b []byte, n int) []byte {
	return append(strconv.AppendInt(append(b, " (;@"...), int64(n), 10), ";)"...)
}

// appendBlock appends the first instruction of a block, which it opens. The label comes in front of the immediates, which do not
// see it yet.
func (p *printer) appendBlock(b []byte, in *wasm.Instr) []byte {
	s := &p.body
	block := s.blocks
	at := len(b) + len(in.Op.String())
	b = p.appendInstr(b, in)
	l := s.push(in.Op)
	label := s.label[:0]
	if l.id != "" {
		label = append(append(label, ' '), l.id...)
	} else {
		label = appendNumber(label, len(s.labels))
		if _, empty := s.names[block]; empty {
			label = append(label, ` (@name "")`...)
		}
	}
	s.label = label
	b = append(b, label...)
	copy(b[at+len(label):], b[at:])
	copy(b[at:], label)
	return b
}

// isBlock reports whether an instruction opens a block.
func isBlock(o op.Op) bool {
	return o == op.Block || o == op.Loop || o == op.If || o == op.TryTable
}

// function prints the ith function defined in the module.
func (p *printer) function(i int) {
	fn := uint32(p.m.ImportedFuncs + i)
	code := &p.m.Code[i]
	p.define("func", op.ImmFunc, int(fn))
	p.signature(fn, p.m.Funcs[i])
	p.locals(fn, p.m.Funcs[i], code)
	p.body.reset(p.names.Labels[fn], p.hints[fn])
	var err error
	if p.o.Folded {
		p.body.results = len(p.typeAt(p.m.Funcs[i]).Func.Results)
		err = p.folded(code)
	} else {
		err = p.flat(code)
	}
	if e := (*wasm.Error)(nil); errors.As(err, &e) {
		e.Func, e.Name = int(fn), p.names.Funcs[fn]
	}
	if err != nil && p.err == nil {
		p.flush()
		p.err = err
	}
	if len(code.Body) > 1 && !p.o.Folded {
		p.line(1)
	}
	p.str(")")
}

// locals prints the locals of a function, if it has any, on a line of their own.
func (p *printer) locals(fn, typeIndex uint32, code *wasm.Code) {
	if len(code.Locals) == 0 {
		return
	}
	base := 0
	if int(typeIndex) < len(p.m.Types) {
		base = len(p.m.Types[typeIndex].Func.Params)
	}
	var types []wasm.ValType
	for _, run := range code.Locals {
		for range run.Count {
			types = append(types, run.Type)
		}
	}
	if len(types) == 0 {
		return
	}
	p.line(2)
	p.b = p.b[:len(p.b)-1] // each group brings its own space
	for i := 0; i < len(types); {
		i = p.localGroup("local", types, base, i)
	}
}

// flat prints a body with an instruction on each line.
func (p *printer) flat(code *wasm.Code) error {
	s := &p.body
	r := wasm.NewInstrReader(code.Body, code.Offset)
	for {
		pos := r.Pos()
		if err := s.next(&r); err != nil || s.done() {
			return err
		}
		o := s.in.Op
		depth := 2 + len(s.labels)
		if o == op.Else || o == op.End {
			depth--
		}
		p.hint(code, pos, depth)
		p.line(depth)
		switch {
		case isBlock(o):
			p.b = p.appendBlock(p.b, &s.in)
		case o == op.End:
			p.str("end")
			s.pop()
		default:
			p.b = p.appendInstr(p.b, &s.in)
		}
		if p.o.Offsets {
			p.b = strconv.AppendUint(append(p.b, " ;; @0x"...), uint64(s.in.Offset), 16)
		}
	}
}

// done reports whether the instruction just read is the last end.
func (s *bodyPrinter) done() bool { return s.in.Op == op.End && len(s.labels) == 0 }

// next reads an instruction and checks that it has its place among the blocks.
func (s *bodyPrinter) next(r *wasm.InstrReader) error {
	err := r.Next(&s.in)
	switch {
	case err == io.EOF:
		return wasm.Errorf(wasm.EndExpected, -1, "%d blocks are still open at the end of the body", len(s.labels)+1)
	case err != nil:
		return err
	case s.done():
		if rest := (&wasm.Instr{}); r.Next(rest) != io.EOF {
			return wasm.Errorf(wasm.UnexpectedEndOfSection, s.in.Offset, "instructions follow the last end")
		}
	case s.in.Op == op.Else:
		if n := len(s.labels); n == 0 || s.labels[n-1].op != op.If {
			return wasm.Errorf(wasm.MisplacedElse, s.in.Offset, "the innermost block is no if, or has an else already")
		}
		s.labels[len(s.labels)-1].op = op.Else
	}
	return nil
}

// hint prints the branch hint for the instruction at a position in a body, if there is one.
func (p *printer) hint(code *wasm.Code, pos, depth int) {
	if len(p.body.hints) == 0 {
		return
	}
	likely, ok := p.body.hints[code.LocalsSize()+uint32(pos)]
	if !ok {
		return
	}
	p.line(depth)
	p.str(hintText(likely))
}

func hintText(likely bool) string {
	if likely {
		return `(@` + annotHint + ` "\01")`
	}
	return `(@` + annotHint + ` "\00")`
}

// expr prints an expression that is not a function body: what has no blocks in parentheses, instruction by instruction.
func (p *printer) expr(x wasm.Expr) {
	if len(x.Bytes) == 0 || p.err != nil {
		return
	}
	s := &p.body
	s.reset(nil, nil)
	r := wasm.NewInstrReader(x.Bytes, x.Offset)
	for {
		if err := s.next(&r); err != nil || s.done() {
			p.err = err
			return
		}
		p.str(" ")
		switch o := s.in.Op; {
		case isBlock(o):
			p.b = p.appendBlock(p.b, &s.in)
		case o == op.End:
			p.str("end")
			s.pop()
		case o == op.Else:
			p.str("else")
		default:
			p.b = append(p.appendInstr(append(p.b, '('), &s.in), ')')
		}
	}
}
