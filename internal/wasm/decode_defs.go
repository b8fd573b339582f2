package wasm

import "github.com/weft-wasm/weft/internal/op"

// The flags of limits.
const (
	limitsMax    = 1 << iota // there is a maximum
	limitsShared             // for memories
	limits64                 // addresses are i64
)

// limits reads the limits of a table or memory (spec 5.3.14).
func (r *reader) limits(shareable bool) (l Limits) {
	allowed := byte(limitsMax)
	if shareable && r.features.Has(FeatureSet(op.FeatureThreads)) {
		allowed |= limitsShared
	}
	if r.features.Has(FeatureMemory64) {
		allowed |= limits64
	}
	flags := r.byte()
	if flags&^allowed != 0 {
		r.fail(MalformedLimitsFlags, r.pos-1, "have 0x%02x, want none but 0x%02x", flags, allowed)
		return l
	}
	l = Limits{HasMax: flags&limitsMax != 0, Shared: flags&limitsShared != 0, Is64: flags&limits64 != 0}
	l.Min = r.u64()
	if l.HasMax {
		l.Max = r.u64()
	}
	return l
}

func (r *reader) tableType() TableType {
	t := r.refType()
	return TableType{Elem: t, Limits: r.limits(false)}
}

func (r *reader) memType() MemType { return MemType{r.limits(true)} }

func (r *reader) globalType() GlobalType {
	t := r.valType()
	return GlobalType{t, r.mutable()}
}

// tagType reads a tag type and returns its type index (spec 5.3.17).
func (r *reader) tagType() uint32 {
	if c := r.byte(); c != 0 {
		r.fail(MalformedTagAttribute, r.pos-1, "have 0x%02x, want 0", c)
	}
	return r.u32()
}

// importSection reads the import section (spec 5.5.5).
func (d *decoder) importSection(r *reader) {
	n := r.count(MaxImports, "imports")
	d.m.Imports = make([]Import, 0, r.room(n, 4))
	for i := 0; i < n && r.err == nil; i++ {
		d.m.Imports = append(d.m.Imports, d.oneImport(r))
	}
}

// oneImport reads an import, and counts it.
func (d *decoder) oneImport(r *reader) Import {
	i := Import{Module: r.name("module name of an import"), Name: r.name("name of an import")}
	i.Kind = ExternKind(r.byte())
	switch i.Kind {
	case ExternFunc:
		i.Type = r.u32()
		d.m.ImportedFuncs++
	case ExternTable:
		i.Table = r.tableType()
		d.m.ImportedTables++
	case ExternMem:
		i.Mem = r.memType()
		d.m.ImportedMems++
	case ExternGlobal:
		i.Global = r.globalType()
		d.m.ImportedGlobals++
	case ExternTag:
		i.Type = r.tagType()
		d.m.ImportedTags++
	default:
		r.fail(MalformedImportKind, r.pos-1, "have 0x%02x, want at most %d", byte(i.Kind), ExternTag)
	}
	return i
}

// tableSection reads the table section (spec 5.5.7).
func (d *decoder) tableSection(r *reader) {
	n := r.count(MaxTables, "tables")
	d.m.Tables = make([]Table, 0, r.room(n, 3))
	for i := 0; i < n && r.err == nil; i++ {
		d.m.Tables = append(d.m.Tables, r.table())
	}
}

// table reads a table, which has an initialiser if it starts with 40 00.
func (r *reader) table() (t Table) {
	withInit := r.pos < len(r.b) && r.b[r.pos] == codeEmpty
	if withInit {
		r.pos++
		if c := r.byte(); c != 0 {
			r.fail(MalformedTable, r.pos-1, "have 0x%02x, want 0", c)
		}
	}
	t.Type = r.tableType()
	if withInit {
		t.Init = r.expr()
	}
	return t
}

// memorySection reads the memory section (spec 5.5.8).
func (d *decoder) memorySection(r *reader) {
	n := r.count(MaxMemories, "memories")
	d.m.Mems = make([]MemType, 0, r.room(n, 2))
	for i := 0; i < n && r.err == nil; i++ {
		d.m.Mems = append(d.m.Mems, r.memType())
	}
}

// tagSection reads the tag section (spec 5.5.16).
func (d *decoder) tagSection(r *reader) {
	n := r.count(MaxTags, "tags")
	d.m.Tags = make([]uint32, 0, r.room(n, 2))
	for i := 0; i < n && r.err == nil; i++ {
		d.m.Tags = append(d.m.Tags, r.tagType())
	}
}

// globalSection reads the global section (spec 5.5.9).
func (d *decoder) globalSection(r *reader) {
	n := r.count(MaxGlobals, "globals")
	d.m.Globals = make([]Global, 0, r.room(n, 3))
	for i := 0; i < n && r.err == nil; i++ {
		t := r.globalType()
		d.m.Globals = append(d.m.Globals, Global{t, r.expr()})
	}
}

// exportSection reads the export section (spec 5.5.10).
func (d *decoder) exportSection(r *reader) {
	n := r.count(MaxExports, "exports")
	d.m.Exports = make([]Export, 0, r.room(n, 3))
	for i := 0; i < n && r.err == nil; i++ {
		e := Export{Name: r.name("name of an export"), Kind: ExternKind(r.byte())}
		if e.Kind > ExternTag {
			r.fail(MalformedExportKind, r.pos-1, "have 0x%02x, want at most %d", byte(e.Kind), ExternTag)
		}
		e.Index = r.u32()
		d.m.Exports = append(d.m.Exports, e)
	}
}

// expr reads a constant expression: instructions up to the end that matches its start.
func (r *reader) expr() Expr {
	start := r.pos
	instrs := InstrReader{*r}
	var in Instr
	depth := 1
	for depth > 0 {
		if instrs.Next(&in) != nil {
			break
		}
		switch in.Op {
		case op.Block, op.Loop, op.If, op.TryTable:
			depth++
		case op.End:
			depth--
		}
	}
	*r = instrs.r
	if r.err == nil && depth > 0 {
		r.fail(r.endKind(), len(r.b), "in an expression, want its end")
	}
	return Expr{Bytes: r.b[start:r.pos:r.pos], Offset: r.base + int64(start)}
}
