package ssa

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
)

// Parse reads the text form of a function, as String writes it. Numbers of values and blocks are kept. Empty lines and what follows a
// semicolon are skipped. Errors name the line. It does not check the function: see [Check].
func Parse(text string) (f *Func, err error) {
	p := parser{f: NewFunc("", Sig{})}
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(syntaxError)
			if !ok {
				panic(r)
			}
			f, err = nil, fmt.Errorf("ssa: line %d: %s", p.number, string(e))
		}
	}()
	lines := strings.Split(text, "\n")
	p.reserve(lines, len(text)+maxGap)
	for i, line := range lines {
		p.number = i + 1
		if p.toks = tokens(line); len(p.toks) > 0 {
			p.line()
		}
	}
	if p.state != afterFunc {
		p.fail("the text ends inside of the function")
	}
	for _, s := range p.pending {
		p.number = s.line
		if p.f.Term(s.to) == 0 {
			p.fail("%v is not defined", s.to)
		}
	}
	return p.f, nil
}

type parser struct {
	f       *Func
	state   int
	number  int // of the line
	toks    []string
	block   Block
	defined []bool // per value
	pending []use
}

// use is a mention of a block.
type use struct {
	to   Block
	line int
}

const (
	beforeFunc = iota
	inFunc
	afterFunc
)

type syntaxError string

func (p *parser) fail(format string, args ...any) {
	panic(syntaxError(fmt.Sprintf(format, args...)))
}

// tokens splits a line at blanks and around punctuation, which is a token of its own.
func tokens(line string) []string {
	var toks []string
	for line = strings.TrimSpace(line); line != "" && line[0] != ';'; line = strings.TrimLeft(line, " \t") {
		n := strings.IndexAny(line, " \t(){},:;\"")
		switch {
		case line[0] == '"':
			if n = strings.IndexByte(line[1:], '"') + 2; n == 1 {
				n = len(line)
			}
		case n == 0:
			n = 1
		case n < 0:
			n = len(line)
		}
		toks = append(toks, line[:n])
		line = line[n:]
	}
	return toks
}

// reserve makes room for the highest numbers in the text, so that values without a name get numbers above.
func (p *parser) reserve(lines []string, most int) {
	var values, blocks int
	for i, line := range lines {
		p.number = i + 1
		for _, t := range tokens(line) {
			if n, ok := numbered(t, 'v'); ok {
				values = max(values, n)
			}
			if n, ok := numbered(t, 'b'); ok {
				blocks = max(blocks, n)
			}
			if values > most || blocks > most {
				p.fail("the number of %s is too high for so short a text", t)
			}
		}
	}
	p.f.values = make([]value, values+1)
	p.f.links = make([]link, values+1)
	p.f.blocks = make([]block, max(blocks, int(Entry))+1)
	p.defined = make([]bool, values+1)
}

// maxGap is how far numbers may be above the length of the text: they are indices of tables.
const maxGap = 1000

func numbered(t string, letter byte) (int, bool) {
	if len(t) < 2 || t[0] != letter {
		return 0, false
	}
	n, err := strconv.ParseInt(t[1:], 10, 32)
	return int(n), err == nil && n > 0
}

func (p *parser) peek() string {
	if len(p.toks) == 0 {
		return ""
	}
	return p.toks[0]
}

func (p *parser) take() string {
	t := p.peek()
	if t == "" {
		p.fail("the line ends too early")
	}
	p.toks = p.toks[1:]
	return t
}

func (p *parser) accept(t string) bool {
	if p.peek() == t {
		p.toks = p.toks[1:]
		return true
	}
	return false
}

func (p *parser) expect(t string) {
	if have := p.take(); have != t {
		p.fail("have %q, want %q", have, t)
	}
}

func (p *parser) value() Value {
	t := p.take()
	n, ok := numbered(t, 'v')
	if !ok {
		p.fail("have %q, want a value", t)
	}
	return Value(n)
}

func (p *parser) blockName() Block {
	t := p.take()
	n, ok := numbered(t, 'b')
	if !ok {
		p.fail("have %q, want a block", t)
	}
	return Block(n)
}

func (p *parser) typ() Type {
	t := p.take()
	typ, ok := typeByName(t)
	if !ok {
		p.fail("have %q, want a type", t)
	}
	return typ
}

func (p *parser) line() {
	switch {
	case p.state == beforeFunc:
		p.expect("func")
		p.f.Name = p.take()
		p.f.Sig = p.sig()
		p.expect("{")
		p.state = inFunc
	case p.state == inFunc && p.accept("}"):
		p.state = afterFunc
	case p.state == inFunc && p.toks[len(p.toks)-1] == ":":
		p.blockHead()
	case p.state == inFunc && p.block != 0:
		p.instruction()
	default:
		p.fail("unexpected %q", p.peek())
	}
	if len(p.toks) > 0 {
		p.fail("unexpected %q", p.peek())
	}
}

func (p *parser) sig() Sig {
	var s Sig
	p.expect("(")
	for !p.accept(")") {
		s.Params = append(s.Params, p.typ())
	}
	p.expect("->")
	for {
		if _, ok := typeByName(p.peek()); !ok {
			return s
		}
		s.Results = append(s.Results, p.typ())
	}
}

func (p *parser) blockHead() {
	p.block = p.blockName()
	if p.f.blocks[p.block].last != 0 || len(p.f.Params(p.block)) > 0 {
		p.fail("%v is defined twice", p.block)
	}
	if p.accept("(") {
		for {
			v := p.value()
			p.define(v, OpParam, p.typ())
			p.f.adopt(p.block, v)
			if !p.accept(",") {
				break
			}
		}
		p.expect(")")
	}
	p.f.SetCold(p.block, p.accept("cold"))
	p.expect(":")
}

// define fills the entry of a value that the text has a number for.
func (p *parser) define(v Value, o Op, t Type) {
	if p.defined[v] {
		p.fail("%v is defined twice", v)
	}
	p.defined[v] = true
	p.f.values[v] = value{op: o, typ: t}
	p.f.countCopy(o)
}

func (p *parser) instruction() {
	var v Value
	if len(p.toks) > 1 && p.toks[1] == "=" {
		v = p.value()
		p.take()
	}
	o, t := p.op()
	var args []Value
	for len(p.toks) > 0 {
		if _, ok := numbered(p.peek(), 'v'); !ok {
			break
		}
		args = append(args, p.value())
	}
	if v == 0 {
		v = p.f.NewValue(o, TypeNone)
	} else {
		p.define(v, o, t)
	}
	p.f.setArgs(v, args)
	p.imm(v, o)
	if o.Info().Imm == ImmSig {
		t = p.f.CallSig(v).Type()
		if o.IsTerm() {
			t = TypeNone
		}
	}
	p.f.values[v].typ = t
	p.aux(v, o)
	p.f.Append(p.block, v)
	if o.IsTerm() {
		p.successors(v)
	}
	if t := p.peek(); strings.HasPrefix(t, "@") {
		pos, err := strconv.ParseUint(p.take()[1:], 16, 32)
		if err != nil {
			p.fail("bad position %s", t)
		}
		p.f.values[v].pos = uint32(pos)
	}
	if o.IsTerm() {
		p.block = 0
	}
}

// op reads the name of an operation, with the type behind it if it is polymorphic.
func (p *parser) op() (Op, Type) {
	name := p.take()
	if o := OpByName(name); o != OpInvalid && (!o.Polymorphic() || o.Info().Imm == ImmSig) {
		return o, o.ResultType()
	}
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		i = len(name)
	}
	o := OpByName(name[:i])
	if o == OpInvalid {
		p.fail("unknown operation %q", name)
	}
	if i == len(name) {
		p.fail("%s needs a type, as in %s.i32", name, name)
	}
	t, ok := typeByName(name[i+1:])
	if !ok || !o.Polymorphic() {
		p.fail("unknown operation %q", name)
	}
	return o, t
}

func (p *parser) imm(v Value, o Op) {
	x := &p.f.values[v]
	switch o.Info().Imm {
	case ImmInt, ImmIndex, ImmSlot, ImmLane:
		x.imm = p.integer(p.take())
		if o == OpI32Const && x.imm != int64(int32(x.imm)) {
			p.fail("%d is not a signed 32-bit integer", x.imm)
		}
	case ImmF32:
		x.imm = int64(p.float(32))
	case ImmF64:
		x.imm = int64(p.float(64))
	case ImmV128:
		if x.n > 0 {
			p.fail("a constant has no arguments")
		}
		bits := p.v128()
		x.typ = TypeV128
		p.f.setConst(v, bits)
	case ImmLanes:
		p.f.SetLanes(v, p.v128())
	case ImmOff:
		if t := p.peek(); t != "" && (t[0] == '+' || t[0] == '-') && t != "->" {
			x.imm = p.integer(p.take())
		}
	case ImmSig:
		x.imm = p.f.AddSig(p.sig())
	}
}

func (p *parser) integer(t string) int64 {
	n, err := strconv.ParseInt(t, 0, 64)
	if err != nil {
		p.fail("have %q, want an integer", t)
	}
	return n
}

func (p *parser) float(bits int) uint64 {
	t := p.take()
	if strings.HasPrefix(t, "0x") {
		if n, err := strconv.ParseUint(t[2:], 16, bits); err == nil {
			return n
		}
	}
	x, err := strconv.ParseFloat(t, bits)
	if err != nil {
		p.fail("have %q, want a float", t)
	}
	if bits == 32 {
		return uint64(math.Float32bits(float32(x)))
	}
	return math.Float64bits(x)
}

func (p *parser) v128() num.V128 {
	t := p.take()
	if len(t) == 34 && t[:2] == "0x" {
		hi, err1 := strconv.ParseUint(t[2:18], 16, 64)
		lo, err2 := strconv.ParseUint(t[18:], 16, 64)
		if err1 == nil && err2 == nil {
			return num.V128{Lo: lo, Hi: hi}
		}
	}
	p.fail("have %q, want 0x and 32 hex digits", t)
	return num.V128{}
}

func (p *parser) aux(v Value, o Op) {
	x := &p.f.values[v]
	switch o.Info().Aux {
	case AuxRegion:
		x.aux = uint32(p.region())
	case AuxTrap:
		x.aux = p.trap()
	case AuxFunc:
		x.aux = p.indexed("func")
	case AuxHelper:
		x.aux = p.indexed("helper")
	case AuxInt:
		x.aux = p.indexed("aux")
	case AuxHint:
		for h, name := range hintNames {
			if name != "" && p.accept(name) {
				x.aux = uint32(h)
			}
		}
	}
}

// indexed reads a number in brackets behind a name.
func (p *parser) indexed(name string) uint32 {
	t := p.take()
	inner, ok := strings.CutPrefix(t, name+"[")
	inner, closed := strings.CutSuffix(inner, "]")
	n, err := strconv.ParseUint(inner, 10, 32)
	if !ok || !closed || err != nil {
		p.fail("have %q, want %s[NUMBER]", t, name)
	}
	return uint32(n)
}

func (p *parser) region() Region {
	t, safe := strings.CutSuffix(p.peek(), "!")
	t, vast := strings.CutSuffix(t, "+")
	name, _, _ := strings.Cut(t, "[")
	for i, n := range regionNames {
		if n == name {
			p.toks[0] = t
			r := (Region(i) << regionShift).In(p.indexed(name))
			if safe {
				r |= RegionSafe
			}
			if vast {
				r |= RegionVast
			}
			return r
		}
	}
	p.fail("have %q, want a region", p.take())
	return 0
}

func (p *parser) trap() uint32 {
	t := p.take()
	for c := range abi.TrapCount {
		if strconv.Quote(c.String()) == t {
			return uint32(c)
		}
	}
	p.fail("unknown trap %s", t)
	return 0
}

func (p *parser) successors(v Value) {
	var to []Block
	var args [][]Value
	if p.accept("->") {
		for {
			to = append(to, p.blockName())
			p.pending = append(p.pending, use{to[len(to)-1], p.number})
			args = append(args, p.edgeArgs())
			if !p.accept(",") {
				break
			}
		}
	}
	p.f.setSuccs(p.block, to)
	for i, list := range args {
		for _, a := range list {
			p.f.AddArg(p.f.Succ(p.block, i), a)
		}
	}
}

func (p *parser) edgeArgs() []Value {
	if !p.accept("(") {
		return nil
	}
	var args []Value
	for {
		args = append(args, p.value())
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
	return args
}
