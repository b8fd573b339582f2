package wasm

// ModuleName returns the name that the name section gives to the module, or "". Its subsection comes first, so this is cheap.
func (m *Module) ModuleName() string {
	c := m.Custom(NameSection)
	if c == nil {
		return ""
	}
	r := reader{b: c.Bytes}
	if r.byte() != nameModule {
		return ""
	}
	r.length("subsection")
	name := r.name("module name")
	if r.err != nil {
		return ""
	}
	return name
}
