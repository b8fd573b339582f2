package wat

import (
	"strconv"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Folded instructions (spec 6.5.12) are a way to write a sequence of instructions: (op a b) stands for a, b, op. So whichever of
// the instructions in front of op become its operands, the sequence is the same; arities only decide which of them it is
// pleasant to see there. A body is read into a tree, in which operands are children, and then printed.

// folder is the tree of a body. Nodes refer to each other by index.
type folder struct {
	nodes   []node
	kids    []int32 // the children of all nodes; those of one are together
	text    []byte  // the heads of all nodes
	pending []int32 // the nodes of the open sequences that may still become operands, one sequence after the other
	open    []int32 // the open blocks
}

// node is an instruction with its operands, or a block.
type node struct {
	op         op.Op
	head       span // of text: the instruction and its immediates
	offset     int64
	hinted     bool
	likely     bool
	results    int
	height     int  // how deep parentheses nest in it
	operands   span // of kids; for an if, the condition
	body, alt  span // of kids; for blocks: the instructions, and those behind else
	hasElse    bool
	base       int // for open blocks: where its sequence starts in pending
	lineLength int // what it takes to print it in one line
}

type span struct{ start, end int }

// maxHeight is how deep folded instructions nest. It is less than what the parser allows.
const maxHeight = 1000

// maxLine is the length of operands that still go into the line of their instruction.
const maxLine = 80

// folded prints a body with folded instructions. One whose blocks nest too deep is printed flat.
func (p *printer) folded(code *wasm.Code) error {
	f := &p.body.fold
	f.nodes, f.kids, f.text, f.pending, f.open = f.nodes[:0], f.kids[:0], f.text[:0], f.pending[:0], f.open[:0]
	r := wasm.NewInstrReader(code.Body, code.Offset)
	names, hints := p.body.names, p.body.hints
	for {
		pos := r.Pos()
		if err := p.body.next(&r); err != nil {
			return err
		}
		if p.body.done() {
			break
		}
		if len(f.open) > maxHeight {
			p.body.reset(names, hints)
			err := p.flat(code)
			p.line(1)
			return err
		}
		p.foldInstr(code, pos)
	}
	for _, n := range f.pending {
		p.line(2)
		p.node(n, 2)
	}
	return nil
}

// foldInstr adds the instruction just read to the tree.
func (p *printer) foldInstr(code *wasm.Code, pos int) {
	s, f := &p.body, &p.body.fold
	switch o := s.in.Op; {
	case o == op.Else:
		b := &f.nodes[f.open[len(f.open)-1]]
		b.body, b.hasElse = f.take(len(f.pending)-b.base), true
	case o == op.End:
		s.pop()
		f.closeBlock()
	default:
		n := node{op: o, offset: s.in.Offset}
		n.likely, n.hinted = s.hints[code.LocalsSize()+uint32(pos)]
		n.head.start = len(f.text)
		if isBlock(o) {
			f.text = p.appendBlock(f.text, &s.in)
			n.head.end = len(f.text)
			p.openBlock(n)
		} else {
			f.text = p.appendInstr(f.text, &s.in)
			n.head.end = len(f.text)
			a := p.arity(&s.in)
			n.results = a.out
			n.operands = f.take(f.foldable(a.in))
			f.add(n)
		}
	}
}

// openBlock adds a block; an if takes its condition.
func (p *printer) openBlock(n node) {
	f := &p.body.fold
	a := p.blockArity(p.body.in.Block)
	n.results = a.out
	l := &p.body.labels[len(p.body.labels)-1]
	if l.arity = a.out; n.op == op.Loop {
		l.arity = a.in
	}
	if n.op == op.If {
		n.operands = f.take(f.foldable(1))
	}
	n.base = len(f.pending)
	f.open = append(f.open, int32(len(f.nodes)))
	f.nodes = append(f.nodes, n)
}

// closeBlock ends the innermost open block, which becomes a node of the sequence around it.
func (f *folder) closeBlock() {
	i := f.open[len(f.open)-1]
	f.open = f.open[:len(f.open)-1]
	b := &f.nodes[i]
	last := f.take(len(f.pending) - b.base)
	if b.hasElse {
		b.alt = last
	} else {
		b.body = last
	}
	b.height = 1 + max(f.height(b.operands), 1+f.height(b.body), 1+f.height(b.alt))
	b.lineLength = maxLine + 1
	f.pending = append(f.pending, i)
}

// foldable returns how many of the last nodes of the sequence, up to a number, give one result each and so can be operands.
func (f *folder) foldable(limit int) (n int) {
	base := 0
	if len(f.open) > 0 {
		base = f.nodes[f.open[len(f.open)-1]].base
	}
	for n < limit && len(f.pending)-n > base {
		if k := &f.nodes[f.pending[len(f.pending)-1-n]]; k.results != 1 || k.height >= maxHeight {
			break
		}
		n++
	}
	return n
}

// take makes the last n nodes of the sequence children.
func (f *folder) take(n int) span {
	start := len(f.kids)
	f.kids = append(f.kids, f.pending[len(f.pending)-n:]...)
	f.pending = f.pending[:len(f.pending)-n]
	return span{start, len(f.kids)}
}

// add adds an instruction that is no block to the sequence.
func (f *folder) add(n node) {
	n.height = 1 + f.height(n.operands)
	n.lineLength = n.head.end - n.head.start + 2
	for _, k := range f.kids[n.operands.start:n.operands.end] {
		n.lineLength += 1 + f.nodes[k].lineLength
		if f.nodes[k].hinted {
			n.lineLength += maxLine
		}
	}
	f.pending = append(f.pending, int32(len(f.nodes)))
	f.nodes = append(f.nodes, n)
}

// height returns how high the highest of some children is.
func (f *folder) height(s span) (h int) {
	for _, k := range f.kids[s.start:s.end] {
		h = max(h, f.nodes[k].height)
	}
	return h
}

// node prints a node, whose line has begun.
func (p *printer) node(i int32, depth int) {
	f := &p.body.fold
	n := &f.nodes[i]
	if n.hinted {
		p.str(hintText(n.likely))
		p.line(depth)
	}
	if isBlock(n.op) {
		p.block(n, depth)
		return
	}
	p.b = append(append(p.b, '('), f.text[n.head.start:n.head.end]...)
	p.offset(n)
	p.operands(n, depth)
	p.str(")")
}

// offset prints a comment with the place of the instruction, if comments are wanted.
func (p *printer) offset(n *node) {
	if p.o.Offsets {
		p.b = strconv.AppendUint(append(p.b, " (;@0x"...), uint64(n.offset), 16)
		p.str(";)")
	}
}

// operands prints the operands of an instruction: in the same line if they are short, else on lines of their own.
func (p *printer) operands(n *node, depth int) {
	f := &p.body.fold
	short := n.lineLength <= maxLine && n.op != op.If && !p.o.Offsets
	for _, k := range f.kids[n.operands.start:n.operands.end] {
		if short {
			p.str(" ")
		} else {
			p.line(depth + 1)
		}
		p.node(k, depth+1)
	}
}

// block prints a block.
func (p *printer) block(n *node, depth int) {
	f := &p.body.fold
	p.b = append(append(p.b, '('), f.text[n.head.start:n.head.end]...)
	p.offset(n)
	p.operands(n, depth)
	if n.op != op.If {
		p.sequence(n.body, depth+1)
		p.str(")")
		return
	}
	p.line(depth + 1)
	p.str("(then")
	p.sequence(n.body, depth+2)
	p.str(")")
	if n.hasElse {
		p.line(depth + 1)
		p.str("(else")
		p.sequence(n.alt, depth+2)
		p.str(")")
	}
	p.str(")")
}

// sequence prints instructions, each on a line of its own.
func (p *printer) sequence(s span, depth int) {
	for _, k := range p.body.fold.kids[s.start:s.end] {
		p.line(depth)
		p.node(k, depth)
	}
}
