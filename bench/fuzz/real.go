package fuzz

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/validate"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// RealModule is a module that somebody wrote or a compiler made.
type RealModule struct {
	Name   string
	Module *wasm.Module
}

// Load returns the usable modules in .wasm, .wat and .wast files below some folders, in order of their paths. Not usable are those that are
// not valid, have nothing to call, or need what Weft does not execute.
func Load(paths []string) ([]RealModule, error) {
	var modules []RealModule
	for _, root := range paths {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			found, err := modulesIn(path)
			if err != nil {
				return fmt.Errorf("fuzz: %s: %w", path, err)
			}
			for i, m := range found {
				if usable(m) {
					modules = append(modules, RealModule{fmt.Sprintf("module %d of %s", i, path), m})
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return modules, nil
}

// modulesIn returns the modules in a file that are well-formed.
func modulesIn(path string) ([]*wasm.Module, error) {
	ext := filepath.Ext(path)
	if !slices.Contains([]string{".wasm", ".wat", ".wast"}, ext) {
		return nil, nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if ext == ".wasm" {
		m, err := wasm.Decode(content, nil)
		if known := new(wasm.Error); errors.As(err, &known) {
			return nil, nil
		}
		return []*wasm.Module{m}, err
	}
	if ext == ".wat" {
		m, err := wat.Parse(path, content)
		return []*wasm.Module{m}, err
	}
	script, err := wat.ParseScript(path, content)
	if err != nil {
		return nil, err
	}
	var modules []*wasm.Module
	for _, command := range script.Commands {
		if m, ok := command.(*wat.Module); ok && m.Form != wat.FormInstance {
			if loaded, err := m.Load(); err == nil {
				modules = append(modules, loaded)
			}
		}
	}
	return modules, nil
}

// The largest memories and tables of a module that is usable, so that reading them back takes no time.
const (
	mostPages = 512
	mostElems = 100_000
)

// usable reports whether all executors should accept a module and a trial can be made of it.
func usable(m *wasm.Module) bool {
	if len(m.Code) == 0 || hasAggregates(m) {
		return false
	}
	for i := range m.ImportedMems + len(m.Mems) {
		if t, _ := m.MemType(uint32(i)); t.Min > mostPages || t.Shared {
			return false
		}
	}
	for i := range m.ImportedTables + len(m.Tables) {
		if t, _ := m.TableType(uint32(i)); t.Min > mostElems {
			return false
		}
	}
	for _, im := range m.Imports { // hostFor has only null for references
		if im.Kind == wasm.ExternTable && !im.Table.Elem.Nullable() || im.Kind == wasm.ExternGlobal && !im.Global.Type.Defaultable() {
			return false
		}
	}
	info, err := validate.Module(m, wasm.AllFeatures)
	return err == nil && info.Unsupported() == nil
}

// hasAggregates reports whether there are types that Weft does not execute, or instructions.
func hasAggregates(m *wasm.Module) bool {
	for _, t := range m.Types {
		if t.Kind != wasm.CompFunc || !t.Final || len(t.Supers) > 0 {
			return true
		}
		for _, v := range append(t.Func.Params[:len(t.Func.Params):len(t.Func.Params)], t.Func.Results...) {
			if v.IsRef() && isAny(v.Heap()) {
				return true
			}
		}
	}
	for _, c := range m.Code {
		r := wasm.NewInstrReader(c.Body, 0)
		for in := (wasm.Instr{}); r.Next(&in) == nil; {
			if f := in.Op.Info().Feature; f == op.FeatureGc || f == op.FeatureThreads {
				return true
			}
		}
	}
	return false
}

// isAny reports whether a heap type is of the hierarchy that Weft has no values for.
func isAny(h wasm.HeapType) bool {
	return slices.Contains([]wasm.HeapType{wasm.HeapAny, wasm.HeapEq, wasm.HeapI31, wasm.HeapStruct, wasm.HeapArray, wasm.HeapNone}, h)
}
