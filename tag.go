package weft

import "github.com/weft-wasm/weft/internal/rt"

// Tag is an exception tag (spec 4.2.10): it tells exceptions apart and says what they carry.
type Tag struct {
	engine *Engine
	t      *rt.Tag
}

// NewTag makes a tag whose exceptions carry values of the given types.
func NewTag(e *Engine, t TagType) *Tag {
	return &Tag{e, &rt.Tag{Type: e.funcType(FuncType{Params: t.Params})}}
}

// Type returns the tag's type.
func (t *Tag) Type() TagType { return TagType{valueTypes(t.t.Type.Params)} }

// Equal reports whether t and u are the same tag.
func (t *Tag) Equal(u *Tag) bool { return t.t == u.t }
