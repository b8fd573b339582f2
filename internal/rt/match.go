package rt

import (
	"fmt"

	"github.com/weft-wasm/weft/internal/wasm"
)

// Extern is something that can be imported: a *Func, *Table, *Memory, *Global or *Tag.
type Extern any

// LinkError says that an import does not have the type that the module asks for (spec 3.5.12, 4.7.2).
type LinkError struct {
	Import     *wasm.Import
	Have, Want string
}

func (e *LinkError) Error() string {
	return fmt.Sprintf("weft: import %q %q: incompatible import type: have %s, want %s", e.Import.Module, e.Import.Name, e.Have, e.Want)
}

// match decides whether x may be imported as im, and describes both if not.
func (m *Module) match(im *wasm.Import, x Extern) (have, want string, ok bool) {
	switch im.Kind {
	case wasm.ExternFunc:
		sig := m.Sigs[im.Type]
		want = "func " + sig.String()
		if f, is := x.(*Func); is {
			return describe(f), want, m.Canon.IsSub(f.Type.ID, sig.ID)
		}
	case wasm.ExternTable:
		t := m.tableType(im.Table)
		want = "table " + tableString(t)
		if tab, is := x.(*Table); is {
			h := tab.Type()
			return describe(tab), want, h.Elem == t.Elem && matchLimits(h.Limits, t.Limits)
		}
	case wasm.ExternMem:
		want = "memory " + im.Mem.Limits.String()
		if mem, is := x.(*Memory); is {
			h := mem.Type()
			return describe(mem), want, h.Shared == im.Mem.Shared && matchLimits(h.Limits, im.Mem.Limits)
		}
	case wasm.ExternGlobal:
		t := m.globalType(im.Global)
		want = "global " + globalString(t)
		if g, is := x.(*Global); is {
			ok := g.typ == t || !t.Mutable && !g.typ.Mutable && m.Canon.MatchValue(g.typ.Type, t.Type)
			return describe(g), want, ok
		}
	case wasm.ExternTag:
		sig := m.Sigs[im.Type]
		want = "tag " + wasm.TypesString(sig.Params)
		if tag, is := x.(*Tag); is {
			return describe(tag), want, tag.Type.ID == sig.ID
		}
	}
	return describe(x), want, false
}

// matchLimits is limits matching (spec 3.3.14).
func matchLimits(have, want wasm.Limits) bool {
	if have.Is64 != want.Is64 || have.Min < want.Min {
		return false
	}
	return !want.HasMax || have.HasMax && have.Max <= want.Max
}

// describe returns the kind and type of x.
func describe(x Extern) string {
	switch x := x.(type) {
	case *Func:
		return "func " + x.Type.String()
	case *Table:
		return "table " + tableString(x.Type())
	case *Memory:
		return "memory " + x.Type().Limits.String()
	case *Global:
		return "global " + globalString(x.typ)
	case *Tag:
		return "tag " + wasm.TypesString(x.Type.Params)
	}
	return "nothing"
}

func tableString(t wasm.TableType) string { return t.Limits.String() + " " + t.Elem.String() }

func globalString(t wasm.GlobalType) string {
	if t.Mutable {
		return "(mut " + t.Type.String() + ")"
	}
	return t.Type.String()
}
