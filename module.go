package weft

import (
	"bytes"
	"sync"

	"github.com/weft-wasm/weft/internal/dwarf"
	"github.com/weft-wasm/weft/internal/native"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Module is a compiled module. It may be instantiated any number of times, by many goroutines at once.
type Module struct {
	engine   *Engine
	m        *rt.Module
	binary   []byte        // the module in the binary format
	features wasm.Features // that it has been validated with
	mapped   bool          // binary is memory that goes with the module

	name      string      // as Name returns it
	debug     *dwarf.Data // what the module says about its source; nil if nothing
	debugOnce sync.Once   // for debug
}

// newModule makes the Module of one that has been loaded.
func (e *Engine) newModule(m *rt.Module, binary []byte, features wasm.Features) *Module {
	public := &Module{engine: e, m: m, binary: binary, features: features, name: m.ModuleName()}
	m.Host = public
	return public
}

// ImportType is an import that a module asks for.
type ImportType struct {
	Module, Name string
	Type         ExternType
}

// ExportType is an export that a module's instances have.
type ExportType struct {
	Name string
	Type ExternType
}

// Name returns the name that the module gives itself in its name section, or "".
func (m *Module) Name() string { return m.name }

// Tier is how the module's functions are executed: TierAuto if they are interpreted until they are compiled in the background, else TierInterpreter or
// TierCompiled.
func (m *Module) Tier() Tier {
	switch x := m.m.Exec.(type) {
	case *native.Module:
		if x.Tiered() {
			return TierAuto
		}
		return TierCompiled
	}
	return TierInterpreter
}

// Imports returns the module's imports, in its order.
func (m *Module) Imports() []ImportType {
	out := make([]ImportType, len(m.m.Imports))
	for i := range m.m.Imports {
		im := &m.m.Imports[i]
		out[i] = ImportType{im.Module, im.Name, m.importType(im)}
	}
	return out
}

// Exports returns the module's exports, in its order.
func (m *Module) Exports() []ExportType {
	out := make([]ExportType, len(m.m.Exports))
	for i, x := range m.m.Exports {
		out[i] = ExportType{x.Name, m.exportType(x)}
	}
	return out
}

// CustomSections returns the contents of the custom sections of a name. They must not be changed.
func (m *Module) CustomSections(name string) [][]byte {
	var out [][]byte
	for i := range m.m.Customs {
		c := &m.m.Customs[i]
		switch {
		case c.Name != name:
		case m.mapped:
			out = append(out, bytes.Clone(c.Bytes)) // which may outlive the module
		default:
			out = append(out, c.Bytes)
		}
	}
	return out
}

// Close gives up the module, and what its closed instances have left for new ones. Instances of it go on.
func (m *Module) Close() error {
	m.m.CloseSlots()
	return nil
}

func (m *Module) importType(im *wasm.Import) ExternType {
	switch im.Kind {
	case wasm.ExternTable:
		return tableType(im.Table)
	case wasm.ExternMem:
		return memoryType(im.Mem)
	case wasm.ExternGlobal:
		return globalType(im.Global)
	case wasm.ExternTag:
		return TagType{funcType(m.m.Types[im.Type].Func).Params}
	}
	return funcType(m.m.Types[im.Type].Func)
}

func (m *Module) exportType(x wasm.Export) ExternType {
	switch x.Kind {
	case wasm.ExternTable:
		t, _ := m.m.TableType(x.Index)
		return tableType(t)
	case wasm.ExternMem:
		t, _ := m.m.MemType(x.Index)
		return memoryType(t)
	case wasm.ExternGlobal:
		t, _ := m.m.GlobalType(x.Index)
		return globalType(t)
	case wasm.ExternTag:
		i, _ := m.m.TagTypeIndex(x.Index)
		return TagType{funcType(m.m.Types[i].Func).Params}
	}
	return funcType(*m.m.FuncType(x.Index))
}
