package wat

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"github.com/weft-wasm/weft/internal/wasm"
)

// ParseScript parses a script of the specification's test suite (a .wast file). A text module in it that is wrong does not
// make the script wrong: Module.Err says what it is. The error, if any, is an *Error.
//
// A file that starts with a module field instead of a command is one module without (module ...) around it.
func ParseScript(file string, src []byte) (*Script, error) {
	p := &scriptParser{parser: newParser(file, src), place: Position{1, 1}}
	s := &Script{File: file}
	if p.tok.kind == tokenLeft && fieldSpaces[string(p.text(p.peek()))] != 0 || p.atOpen("import") || p.atOpen("export") {
		m := &Module{Position: Position{1, 1}, Parsed: p.module(tokenEOF), file: file}
		s.Commands = append(s.Commands, m)
		return s, p.failed()
	}
	for p.tok.kind != tokenEOF {
		if c := p.command(); p.err == nil {
			s.Commands = append(s.Commands, c)
		}
	}
	if err := p.failed(); err != nil {
		return nil, err
	}
	return s, nil
}

// scriptParser parses commands. It counts lines and columns as it goes.
type scriptParser struct {
	*parser
	counted int // the offset up to which they are counted
	place   Position
}

// position returns where a token is. Tokens have to come in order.
func (p *scriptParser) position(t token) Position {
	part := p.src[p.counted:max(t.start, p.counted)]
	p.counted += len(part)
	if n := bytes.Count(part, []byte{'\n'}); n > 0 {
		p.place.Line += n
		p.place.Col = 1
		part = part[bytes.LastIndexByte(part, '\n')+1:]
	}
	p.place.Col += utf8.RuneCount(part)
	return p.place
}

// command reads a command.
func (p *scriptParser) command() Command {
	pos := p.position(p.tok)
	p.expect(tokenLeft)
	word := string(p.text(p.tok))
	if p.tok.kind != tokenKeyword {
		p.unexpected("a command")
		return nil
	}
	switch word {
	case "module":
		m := p.scriptModule()
		m.Position = pos
		return m
	case "invoke", "get":
		a := p.action()
		a.Position = pos
		return a
	}
	t := p.tok
	p.advance()
	c := p.assertion(pos, word)
	if c == nil {
		p.unexpectedAt(t, "a command")
	}
	p.close()
	return c
}

// assertion reads the rest of a command, up to its closing parenthesis. It returns nil if the word is none.
func (p *scriptParser) assertion(pos Position, word string) Command {
	switch word {
	case "register":
		return &Register{pos, p.utf8(), p.moduleID()}
	case "assert_return":
		return &AssertReturn{pos, p.openAction(), p.patterns()}
	case "assert_trap":
		c := &AssertTrap{Position: pos}
		if p.atOpen("module") {
			c.Module = p.openModule()
		} else {
			c.Action = p.openAction()
		}
		c.Message = p.utf8()
		return c
	case "assert_exhaustion":
		return &AssertExhaustion{pos, p.openAction(), p.utf8()}
	case "assert_exception":
		return &AssertException{pos, p.openAction()}
	case "assert_invalid", "assert_invalid_custom":
		return &AssertInvalid{pos, p.openModule(), word == "assert_invalid_custom", p.utf8()}
	case "assert_malformed", "assert_malformed_custom":
		return &AssertMalformed{pos, p.openModule(), word == "assert_malformed_custom", p.utf8()}
	case "assert_unlinkable":
		return &AssertUnlinkable{pos, p.openModule(), p.utf8()}
	}
	return nil
}

// moduleID reads the identifier of a module, if it is there.
func (p *parser) moduleID() string {
	if p.tok.kind != tokenID {
		return ""
	}
	id := string(p.idText(p.tok))
	p.advance()
	return id
}

// openModule reads a module with its parentheses.
func (p *scriptParser) openModule() *Module {
	pos := p.position(p.tok)
	if !p.atOpen("module") {
		p.unexpected("a module")
		return nil
	}
	p.advance()
	m := p.scriptModule()
	m.Position = pos
	return m
}

// scriptModule reads the rest of a module in a script, from the keyword module to its closing parenthesis.
func (p *parser) scriptModule() *Module {
	start := p.tok.start
	p.advance()
	m := &Module{file: p.file, Definition: p.keyword("definition")}
	if p.keyword("instance") {
		m.Form, m.Name, m.Of = FormInstance, p.moduleID(), p.moduleID()
		p.close()
		return m
	}
	header := p.tok.start
	m.Name = p.moduleID()
	switch {
	case p.keyword("binary"):
		m.Form, m.Bytes = FormBinary, p.strings(nil)
		p.close()
	case p.keyword("quote"):
		m.Form, m.Bytes = FormQuote, p.strings(nil)
		p.close()
	default:
		p.seek(header)
		m.Parsed = p.module(tokenRight)
		if p.err == nil {
			p.advance()
		} else {
			m.Err = p.recover(start)
		}
	}
	return m
}

// recover takes back the error in a text module and goes on behind the module, whose keyword is at start. If the text has no
// end to it, the error remains.
func (p *parser) recover(start int) error {
	err, failure := p.failed(), p.err
	p.err, p.depth, p.inAnnotation = nil, 0, false
	p.seek(start)
	p.skip(start)
	if p.err != nil {
		p.err = failure
	}
	return err
}

// openAction reads an action with its parentheses.
func (p *scriptParser) openAction() *Action {
	pos := p.position(p.tok)
	p.expect(tokenLeft)
	a := p.action()
	a.Position = pos
	return a
}

// action reads the rest of (invoke $module? "name" value*) or (get $module? "name").
func (p *scriptParser) action() *Action {
	a := &Action{Get: p.atKeyword("get")}
	if !a.Get && !p.atKeyword("invoke") {
		p.unexpected("an action")
		return a
	}
	p.advance()
	a.Module = p.moduleID()
	a.Field = p.utf8()
	for !a.Get && p.more() {
		t := p.tok
		v := p.pattern()
		if v.Either != nil || v.NaN != NotNaN || v.NaNs != [4]NaN{} || v.AnyID || v.IsRef() && v.Ref > RefHost {
			p.failAt(t, wasm.UnexpectedToken, "%s..., want a value, not a pattern", p.show(t))
		}
		a.Args = append(a.Args, v.Value)
	}
	p.close()
	return a
}

// IsRef reports whether the value is a reference.
func (v *Value) IsRef() bool { return v.Type.IsRef() || v.Type == wasm.Bottom }

// patterns reads patterns up to a closing parenthesis.
func (p *scriptParser) patterns() (list []Pattern) {
	for p.more() {
		list = append(list, p.pattern())
	}
	return list
}

// refPatterns has the patterns of references that are only a keyword, or that and a number.
var refPatterns = map[string]Value{
	"ref.extern": {Type: wasm.ExternRef, Ref: RefExtern},
	"ref.host":   {Type: wasm.AnyRef, Ref: RefHost},
	"ref.func":   {Type: wasm.FuncRef, Ref: RefFunc},
	"ref.any":    {Type: wasm.AnyRef, Ref: RefAny},
	"ref.eq":     {Type: wasm.EqRef, Ref: RefEq},
	"ref.i31":    {Type: wasm.I31Ref, Ref: RefI31},
	"ref.struct": {Type: wasm.StructRef, Ref: RefStruct},
	"ref.array":  {Type: wasm.ArrayRef, Ref: RefArray},
	"ref.exn":    {Type: wasm.ExnRef, Ref: RefExn},
}

// pattern reads a value or a pattern.
func (p *scriptParser) pattern() (v Pattern) {
	p.expect(tokenLeft)
	t := p.tok
	word := string(p.text(t))
	ref, isRef := refPatterns[word]
	if t.kind == tokenKeyword {
		p.advance()
	}
	switch {
	case word == "i32.const":
		v.Type, v.Bits = wasm.I32, p.intLiteral(32)
	case word == "i64.const":
		v.Type, v.Bits = wasm.I64, p.intLiteral(64)
	case word == "f32.const":
		v.Type = wasm.F32
		v.Bits, v.NaN = p.floatPattern(float32Format)
	case word == "f64.const":
		v.Type = wasm.F64
		v.Bits, v.NaN = p.floatPattern(float64Format)
	case word == "v128.const":
		p.vectorPattern(&v)
	case word == "ref.null":
		v.Ref = RefNull
		if p.more() {
			v.Type = wasm.Ref(p.abstractHeapType(), true)
		}
	case isRef:
		v.Value = ref
		if ref.Ref == RefExtern || ref.Ref == RefHost {
			v.AnyID = !p.more()
		}
		if p.more() && !v.AnyID && ref.Ref <= RefHost {
			v.ID = p.u32()
		}
	case word == "either":
		p.enter()
		v.Either = p.patterns()
		p.leave()
	default:
		p.unexpectedAt(t, "a value")
	}
	p.close()
	return v
}

// abstractHeapType reads the heap type of a ref.null in a script, where there are no others.
func (p *scriptParser) abstractHeapType() wasm.HeapType {
	h, ok := heapTypes[string(p.text(p.tok))]
	if !ok || p.tok.kind != tokenKeyword {
		p.unexpected("an abstract heap type")
		return wasm.HeapAny
	}
	p.advance()
	return h
}

// floatPattern reads a number of a floating-point format, or a pattern for NaNs.
func (p *scriptParser) floatPattern(f floatFormat) (bits uint64, nan NaN) {
	switch {
	case p.keyword("nan:canonical"):
		return 0, NaNCanonical
	case p.keyword("nan:arithmetic"):
		return 0, NaNArithmetic
	}
	return p.floatLiteral(f), NotNaN
}

// vectorPattern reads a shape and its lanes.
func (p *scriptParser) vectorPattern(v *Pattern) {
	v.Type, v.Shape = wasm.V128, p.shape()
	var b [16]byte
	for i := range v.Shape.Lanes() {
		var lane uint64
		switch v.Shape {
		case F32x4:
			lane, v.NaNs[i] = p.floatPattern(float32Format)
		case F64x2:
			lane, v.NaNs[i] = p.floatPattern(float64Format)
		default:
			lane = p.intLiteral(uint(v.Shape.LaneBits()))
		}
		putLane(&b, v.Shape, i, lane)
	}
	v.Bits, v.High = binary.LittleEndian.Uint64(b[:8]), binary.LittleEndian.Uint64(b[8:])
}
