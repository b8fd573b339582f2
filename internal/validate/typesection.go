package validate

import "github.com/weft-wasm/weft/internal/wasm"

// checkTypes checks the type section (spec 3.4.1): first that all indices are in range and all chains of
// supertypes short, for subtyping rests on that, then that each type matches the supertype it declares.
func (v *Validator) checkTypes(*body) error {
	m := v.m
	for _, g := range m.Groups {
		for i := g.Start; i < g.Start+g.Len; i++ {
			if err := v.indices(i, g.Start+g.Len); err != nil {
				return about(err, "type %d", i)
			}
		}
	}
	if err := v.depths(); err != nil {
		return err
	}
	for i := range m.Types {
		t := &m.Types[i]
		if len(t.Supers) == 0 {
			continue
		}
		super := t.Supers[0]
		if m.Types[super].Final {
			return moduleError(wasm.InvalidSubType, "type %d: its supertype %d is final", i, super)
		}
		if !v.match.comp(t, &m.Types[super]) {
			return moduleError(wasm.InvalidSubType, "type %d does not match its supertype %d", i, super)
		}
	}
	return nil
}

// depths checks that no chain of supertypes is too long to walk.
func (v *Validator) depths() error {
	var depth []uint8 // of each type below its topmost supertype
	for i := range v.m.Types {
		if supers := v.m.Types[i].Supers; len(supers) > 0 {
			if depth == nil {
				depth = make([]uint8, len(v.m.Types))
			}
			if depth[i] = depth[supers[0]] + 1; depth[i] > wasm.MaxSubtypeDepth {
				return moduleError(wasm.LimitExceeded, "type %d has more than %d supertypes above it", i, wasm.MaxSubtypeDepth)
			}
		}
	}
	return nil
}

// indices checks that a type refers only to types before end, which is that of its recursion group, and to supertypes before itself.
func (v *Validator) indices(i, end uint32) error {
	t := &v.m.Types[i]
	if len(t.Supers) > 1 {
		return moduleError(wasm.InvalidSubType, "have %d supertypes, want at most 1", len(t.Supers))
	}
	for _, s := range t.Supers {
		if s >= i {
			return moduleError(wasm.UnknownType, "the supertype %d has to come before it", s)
		}
	}
	for _, list := range [][]wasm.ValType{t.Func.Params, t.Func.Results} {
		for _, p := range list {
			if err := checkType(p, end); err != nil {
				return err
			}
		}
	}
	for _, f := range t.Fields {
		if err := checkType(f.Type, end); err != nil {
			return err
		}
	}
	if len(t.Func.Results) > 1 {
		return v.need(wasm.FeatureMultiValue, "several results")
	}
	return nil
}

// checkType checks that a value type refers to one of the first count types (spec 3.2.5).
func checkType(t wasm.ValType, count uint32) error {
	if i, concrete := t.Heap().Index(); t.IsRef() && concrete && i >= count {
		return moduleError(wasm.UnknownType, "%d, there are %d up to here", i, count)
	}
	return nil
}

// valType checks a value type outside the type section.
func (v *Validator) valType(t wasm.ValType) error { return checkType(t, uint32(len(v.m.Types))) }

// funcType returns the function type with an index.
func (v *Validator) funcType(index uint32) (*wasm.FuncType, error) {
	if int64(index) >= int64(len(v.m.Types)) {
		return nil, moduleError(wasm.UnknownType, "%d, the module has %d", index, len(v.m.Types))
	}
	t := &v.m.Types[index]
	if t.Kind != wasm.CompFunc {
		return nil, moduleError(wasm.TypeMismatch, "type %d: have %s, want func", index, t.Kind)
	}
	return &t.Func, nil
}
