package validate

import (
	"strconv"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// The features of package op that modules need outside instructions.
var (
	referenceTypes = wasm.FeatureSet(op.FeatureReferences)
	threads        = wasm.FeatureSet(op.FeatureThreads)
)

// checkGlobals checks the globals (spec 3.4.4). The initialiser of each may read those before it.
func (v *Validator) checkGlobals(b *body) error {
	for i := range v.m.Globals {
		g := &v.m.Globals[i]
		if err := v.valType(g.Type.Type); err != nil {
			return about(err, "global %d", len(v.globals))
		}
		if err := b.constant(&g.Init, g.Type.Type); err != nil {
			return err
		}
		v.globals = append(v.globals, g.Type)
	}
	return nil
}

// checkTableInits checks the initialisers of tables (spec 3.4.6), which may read imported globals only.
func (v *Validator) checkTableInits(b *body) error {
	all := v.globals
	defer func() { v.globals = all }()
	v.globals = v.globals[:v.m.ImportedGlobals]
	for i := range v.m.Tables {
		t := &v.m.Tables[i]
		if len(t.Init.Bytes) > 0 {
			if err := b.constant(&t.Init, t.Type.Elem); err != nil {
				return err
			}
		} else if !t.Type.Elem.Defaultable() {
			return moduleError(wasm.TypeMismatch, "table %d: elements of type %s need an initialiser", v.m.ImportedTables+i, t.Type.Elem)
		}
	}
	return nil
}

// checkElems checks the element segments (spec 3.4.6).
func (v *Validator) checkElems(b *body) error {
	for i := range v.m.Elems {
		e := &v.m.Elems[i]
		if err := v.valType(e.Type); err != nil {
			return about(err, "element segment %d", i)
		}
		for _, f := range e.Funcs {
			if err := inSpace(wasm.UnknownFunc, f, len(v.funcs)); err != nil {
				return about(err, "element segment %d", i)
			}
			v.declare(f)
		}
		for j := range e.Exprs {
			if err := b.constant(&e.Exprs[j], e.Type); err != nil {
				return err
			}
		}
		if e.Mode == wasm.ModeActive {
			if err := v.activeElem(b, i, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// activeElem checks where an active element segment goes.
func (v *Validator) activeElem(b *body, i int, e *wasm.Elem) error {
	if err := inSpace(wasm.UnknownTable, e.Table, len(v.tables)); err != nil {
		return about(err, "element segment %d", i)
	}
	t := &v.tables[e.Table]
	if !v.match.value(e.Type, t.Elem) {
		return moduleError(wasm.TypeMismatch, "element segment %d: have %s, want %s", i, e.Type, t.Elem)
	}
	return b.constant(&e.Offset, t.Address())
}

// checkData checks the data segments (spec 3.4.7).
func (v *Validator) checkData(b *body) error {
	for i := range v.m.Data {
		d := &v.m.Data[i]
		if d.Mode != wasm.ModeActive {
			continue
		}
		if err := inSpace(wasm.UnknownMemory, d.Mem, len(v.mems)); err != nil {
			return about(err, "data segment %d", i)
		}
		if err := b.constant(&d.Offset, v.mems[d.Mem].Address()); err != nil {
			return err
		}
	}
	return nil
}

// isConstant reports whether an instruction may stand in a constant expression (spec 3.4.11). That a global is immutable comes on top.
func (v *Validator) isConstant(o op.Op) bool {
	return o.Has(op.FlagConst) || o == op.End || o.Has(op.FlagExt) && v.features.Has(wasm.FeatureExtendedConst)
}

// quoteName quotes a name of the module, cut short if it is a whole novel.
func quoteName(name string) string {
	const most = 100
	if len(name) > most {
		return strconv.Quote(name[:most]) + "…"
	}
	return strconv.Quote(name)
}
