package validate

import "github.com/weft-wasm/weft/internal/wasm"

// The sizes that addresses can reach (spec 3.2.12, 3.2.13): pages of a memory, elements of a table.
const (
	maxPages      = 1 << 16
	maxPages64    = 1 << 48
	maxElements   = 1<<32 - 1
	maxElements64 = 1<<64 - 1
)

// checkImports checks the types of imports (spec 3.4.8).
func (v *Validator) checkImports(*body) error {
	for i := range v.m.Imports {
		im := &v.m.Imports[i]
		var err error
		switch im.Kind {
		case wasm.ExternFunc:
			_, err = v.funcType(im.Type)
		case wasm.ExternTable:
			err = v.tableType(im.Table)
		case wasm.ExternMem:
			err = v.memType(im.Mem)
		case wasm.ExternGlobal:
			if err = v.valType(im.Global.Type); err == nil && im.Global.Mutable {
				err = v.need(wasm.FeatureMutableGlobal, "import of a mutable global")
			}
		case wasm.ExternTag:
			err = v.tagType(im.Type)
		}
		if err != nil {
			return about(err, "import %s %s", quoteName(im.Module), quoteName(im.Name))
		}
	}
	return nil
}

// checkFuncs checks that the functions' types exist (spec 3.4.2).
func (v *Validator) checkFuncs(*body) error {
	for i, t := range v.m.Funcs {
		if _, err := v.funcType(t); err != nil {
			return about(err, "function %d", v.m.ImportedFuncs+i)
		}
	}
	return nil
}

// checkTables checks the types of tables (spec 3.4.6).
func (v *Validator) checkTables(*body) error {
	if len(v.tables) > 1 && !v.features.Has(referenceTypes) {
		return moduleError(wasm.MultipleTables, "have %d tables, want at most 1", len(v.tables))
	}
	for i := range v.m.Tables {
		if err := v.tableType(v.m.Tables[i].Type); err != nil {
			return about(err, "table %d", v.m.ImportedTables+i)
		}
	}
	return nil
}

// tableType checks a table type (spec 3.2.13).
func (v *Validator) tableType(t wasm.TableType) error {
	most := uint64(maxElements)
	if t.Is64 {
		most = maxElements64
	}
	if err := v.limits(t.Limits, most, wasm.TableSize, "elements"); err != nil {
		return err
	}
	return v.valType(t.Elem)
}

// checkMems checks the types of memories (spec 3.4.5).
func (v *Validator) checkMems(*body) error {
	if len(v.mems) > 1 && !v.features.Has(wasm.FeatureMultiMemory) {
		return moduleError(wasm.MultipleMemories, "have %d memories, want at most 1", len(v.mems))
	}
	for i, t := range v.m.Mems {
		if err := v.memType(t); err != nil {
			return about(err, "memory %d", v.m.ImportedMems+i)
		}
	}
	return nil
}

// memType checks a memory type (spec 3.2.12, and the threads proposal on shared memories).
func (v *Validator) memType(t wasm.MemType) error {
	most := uint64(maxPages)
	if t.Is64 {
		most = maxPages64
	}
	if err := v.limits(t.Limits, most, wasm.MemorySize, "pages"); err != nil {
		return err
	}
	if t.Shared && !t.HasMax {
		return moduleError(wasm.SharedNeedsMax, "have no maximum")
	}
	if t.Shared && !v.features.Has(threads) {
		return moduleError(wasm.UnsupportedFeature, "shared memory")
	}
	return nil
}

// limits checks limits against the range of addresses (spec 3.2.11).
func (v *Validator) limits(l wasm.Limits, most uint64, tooLarge wasm.Kind, unit string) error {
	if l.Min > most {
		return moduleError(tooLarge, "have %d %s, want at most %d", l.Min, unit, most)
	}
	if l.HasMax && l.Max > most {
		return moduleError(tooLarge, "have a maximum of %d %s, want at most %d", l.Max, unit, most)
	}
	if l.HasMax && l.Min > l.Max {
		return moduleError(wasm.MinGreaterThanMax, "have %d, want at most %d", l.Min, l.Max)
	}
	if l.Is64 {
		return v.need(wasm.FeatureMemory64, "64-bit addresses")
	}
	return nil
}

// checkTags checks the types of tags (spec 3.4.3).
func (v *Validator) checkTags(*body) error {
	for i, t := range v.m.Tags {
		if err := v.tagType(t); err != nil {
			return about(err, "tag %d", v.m.ImportedTags+i)
		}
	}
	return nil
}

// tagType checks the type of a tag (spec 3.2.15).
func (v *Validator) tagType(index uint32) error {
	t, err := v.funcType(index)
	if err == nil && len(t.Results) > 0 {
		err = moduleError(wasm.NonEmptyTagResultType, "have %s", wasm.TypesString(t.Results))
	}
	return err
}

// checkExports checks that exports name something that exists, and have different names (spec 3.4.9, 3.4.10).
func (v *Validator) checkExports(*body) error {
	names := make(map[string]struct{}, len(v.m.Exports))
	for i := range v.m.Exports {
		e := &v.m.Exports[i]
		if err := v.export(e); err != nil {
			return about(err, "export %s", quoteName(e.Name))
		}
		if _, dup := names[e.Name]; dup {
			return moduleError(wasm.DuplicateExport, "%s", quoteName(e.Name))
		}
		names[e.Name] = struct{}{}
	}
	return nil
}

// export checks what an export names.
func (v *Validator) export(e *wasm.Export) *wasm.Error {
	switch e.Kind {
	case wasm.ExternFunc:
		if err := inSpace(wasm.UnknownFunc, e.Index, len(v.funcs)); err != nil {
			return err
		}
		v.declare(e.Index)
	case wasm.ExternTable:
		return inSpace(wasm.UnknownTable, e.Index, len(v.tables))
	case wasm.ExternMem:
		return inSpace(wasm.UnknownMemory, e.Index, len(v.mems))
	case wasm.ExternGlobal:
		if err := inSpace(wasm.UnknownGlobal, e.Index, len(v.globals)); err != nil {
			return err
		}
		if v.globals[e.Index].Mutable && !v.features.Has(wasm.FeatureMutableGlobal) {
			return moduleError(wasm.UnsupportedFeature, "export of a mutable global")
		}
	case wasm.ExternTag:
		return inSpace(wasm.UnknownTag, e.Index, len(v.tags))
	}
	return nil
}

// checkStart checks the type of the start function (spec 3.4.7).
func (v *Validator) checkStart(*body) error {
	if v.m.Start == nil {
		return nil
	}
	index := *v.m.Start
	if err := inSpace(wasm.UnknownFunc, index, len(v.funcs)); err != nil {
		return err
	}
	if t := v.m.Types[v.funcs[index]].Func; len(t.Params)+len(t.Results) > 0 {
		return moduleError(wasm.StartFunction, "function %d: have %s, want [] -> []", index, t)
	}
	return nil
}

// inSpace checks an index against the size of its index space.
func inSpace(unknown wasm.Kind, index uint32, size int) *wasm.Error {
	if int64(index) >= int64(size) {
		return moduleError(unknown, "%d, the module has %d", index, size)
	}
	return nil
}
