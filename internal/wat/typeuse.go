package wat

import (
	"encoding/binary"
	"slices"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// signature is a function type being read; its slices are used again for the next one.
type signature struct {
	wasm.FuncType
}

// clone returns a copy that lasts.
func (s *signature) clone() wasm.FuncType {
	return wasm.FuncType{Params: append([]wasm.ValType(nil), s.Params...), Results: append([]wasm.ValType(nil), s.Results...)}
}

// paramNames says what becomes of the identifiers of parameters.
type paramNames uint8

const (
	paramsRefused paramNames = iota // there must be none: block types, call_indirect
	paramsIgnored                   // type definitions
	paramsBound                     // functions
)

// signature reads (param ...)* (result ...)* into p.sig. It binds the identifiers of parameters in locals, if they are to be bound.
func (p *moduleParser) signature(names paramNames, locals *space) {
	p.sig.Params, p.sig.Results = p.sig.Params[:0], p.sig.Results[:0]
	for p.open("param") {
		named := p.tok.kind == tokenID || p.tok.kind == tokenAnnotation
		switch {
		case named && names == paramsBound:
			p.bind(locals)
		case named && names == paramsIgnored:
			p.bound()
		}
		if named && names != paramsRefused {
			p.sig.Params = append(p.sig.Params, p.valType())
		} else {
			for p.more() {
				p.sig.Params = append(p.sig.Params, p.valType())
			}
		}
		if names == paramsBound {
			locals.n = uint32(len(p.sig.Params))
		}
		p.close()
	}
	for p.open("result") {
		for p.more() {
			p.sig.Results = append(p.sig.Results, p.valType())
		}
		p.close()
	}
	if p.atOpen("param") || p.atOpen("type") {
		p.advance()
		p.unexpected(`it in front of "result"`)
	}
}

// typeUse reads a type use (spec 6.4.15): a type index, a signature, or both. It returns the type index; a signature alone gets that of
// the first type that equals it, or else of a new one.
func (p *moduleParser) typeUse(names paramNames, locals *space) uint32 {
	t := p.tok
	index, explicit := p.explicitType()
	p.signature(names, locals)
	if !explicit {
		return p.funcType()
	}
	p.checkSignature(t, index)
	return index
}

// explicitType reads (type x), if it is there.
func (p *moduleParser) explicitType() (index uint32, ok bool) {
	if !p.open("type") {
		return 0, false
	}
	index = p.index(p.space(op.ImmType))
	p.close()
	return index, true
}

// checkSignature fails if there is a signature and it is not that of the type with the given index.
func (p *moduleParser) checkSignature(t token, index uint32) {
	if len(p.sig.Params)+len(p.sig.Results) == 0 {
		return
	}
	if int(index) >= len(p.m.Types) {
		p.failAt(t, wasm.UnknownType, "%d", index)
		return
	}
	def := &p.m.Types[index]
	if def.Kind != wasm.CompFunc {
		p.failAt(t, wasm.InlineFunctionType, "type %d is a %s type", index, def.Kind)
	} else if !slices.Equal(def.Func.Params, p.sig.Params) || !slices.Equal(def.Func.Results, p.sig.Results) {
		p.failAt(t, wasm.InlineFunctionType, "have %s, but type %d is %s", p.sig.FuncType, index, def.Func)
	}
}

// blockType reads a block type (spec 6.5.1).
func (p *moduleParser) blockType() wasm.BlockType {
	t := p.tok
	index, explicit := p.explicitType()
	p.signature(paramsRefused, nil)
	switch {
	case explicit:
		p.checkSignature(t, index)
		return wasm.BlockType{Kind: wasm.BlockIndex, Index: index}
	case len(p.sig.Params) == 0 && len(p.sig.Results) == 0:
		return wasm.BlockType{Kind: wasm.BlockEmpty}
	case len(p.sig.Params) == 0 && len(p.sig.Results) == 1:
		return wasm.BlockType{Kind: wasm.BlockValue, Type: p.sig.Results[0]}
	}
	return wasm.BlockType{Kind: wasm.BlockIndex, Index: p.funcType()}
}

// funcType returns the index of the type that p.sig stands for.
func (p *moduleParser) funcType() uint32 {
	if p.err != nil {
		return 0
	}
	p.key = appendKey(p.key[:0], &p.sig.FuncType)
	if i, ok := p.funcTypes[string(p.key)]; ok {
		return i
	}
	i := uint32(len(p.m.Types))
	p.m.Types = append(p.m.Types, wasm.SubType{Final: true, Func: p.sig.clone()})
	p.m.Groups = append(p.m.Groups, wasm.Group{Start: i, Len: 1})
	p.funcTypes[string(p.key)] = i
	return i
}

// noteFuncType records a type that signatures may stand for. The first of equal ones counts.
func (p *moduleParser) noteFuncType(t *wasm.FuncType, index uint32) {
	p.key = appendKey(p.key[:0], t)
	if _, ok := p.funcTypes[string(p.key)]; !ok {
		p.funcTypes[string(p.key)] = index
	}
}

// appendKey appends bytes that only equal function types have in common.
func appendKey(dst []byte, t *wasm.FuncType) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(t.Params)))
	for _, types := range [][]wasm.ValType{t.Params, t.Results} {
		for _, v := range types {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(v))
		}
	}
	return dst
}
