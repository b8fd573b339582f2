package validate

import (
	"fmt"
	"sync"

	"github.com/weft-wasm/weft/internal/wasm"
)

// Validator validates one module. [New] checks everything that comes before the code section, [Validator.Func] a function, in any
// order and from any goroutine, and [Validator.Finish] what comes behind the code, so that validation can keep up with a download.
type Validator struct {
	m        *wasm.Module
	features wasm.Features
	match    matcher
	quick    *[256]quickOp

	// The index spaces, imports first. During New, globals grows, for an initialiser sees only the globals before its own.
	funcs   []uint32 // type indices
	tables  []wasm.TableType
	mems    []wasm.MemType
	globals []wasm.GlobalType
	tags    []uint32 // type indices

	named    bool         // all of m is there, function names included
	declared []uint64     // the set of functions that bodies may take references to
	quickMem wasm.ValType // the address type of memory 0, or noType

	mu   sync.Mutex // guards GC and Atomic of info
	info *Info
}

// New returns a validator for m, after it has checked all of m that precedes the function bodies. The features that f lacks are
// errors; 0 stands for all features. While m is still being decoded, its code and what comes behind is not touched.
func New(m *wasm.Module, f wasm.Features) (*Validator, error) {
	if f == 0 {
		f = wasm.AllFeatures
	}
	v := &Validator{m: m, features: f, named: m.Size > 0, quick: quickOps(f), info: &Info{Funcs: make([]FuncInfo, len(m.Funcs))}}
	v.match.m = m
	v.indexSpaces()
	b := newBody(v)
	defer b.release()
	for _, c := range sectionChecks {
		if err := c.check(v, b); err != nil {
			return nil, v.inSection(c.section, err)
		}
	}
	return v, nil
}

// sectionChecks are the checks that precede the function bodies, with the sections they are about. Types come first, and what
// refers to something comes behind it.
var sectionChecks = []struct {
	section string
	check   func(*Validator, *body) error
}{
	{"type", (*Validator).checkTypes},
	{"import", (*Validator).checkImports},
	{"function", (*Validator).checkFuncs},
	{"table", (*Validator).checkTables},
	{"memory", (*Validator).checkMems},
	{"tag", (*Validator).checkTags},
	{"global", (*Validator).checkGlobals},
	{"table", (*Validator).checkTableInits},
	{"export", (*Validator).checkExports},
	{"start", (*Validator).checkStart},
	{"element", (*Validator).checkElems},
}

// inSection makes the offset of an error that has none that of the section it is about.
func (v *Validator) inSection(section string, err error) error {
	e := err.(*wasm.Error)
	if e.Offset < 0 {
		e.Offset = v.m.SectionOffset(section)
	}
	return e
}

// Finish checks what comes behind the function bodies, and returns what is known of the module once every function has been
// validated.
func (v *Validator) Finish() (*Info, error) {
	if err := v.checkBodies(); err != nil {
		return nil, err
	}
	b := newBody(v)
	defer b.release()
	if err := v.checkData(b); err != nil {
		return nil, v.inSection("data", err)
	}
	return v.info, nil
}

// Unsupported is Info's, for what has been validated so far.
func (v *Validator) Unsupported() *Instr {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.info.Unsupported()
}

// checkBodies checks that each function has a body.
func (v *Validator) checkBodies() error {
	if have, want := len(v.m.Code), len(v.m.Funcs); have != want {
		return moduleError(wasm.FuncCodeMismatch, "have %d bodies, want %d", have, want)
	}
	return nil
}

// indexSpaces puts the imports and the definitions of each kind into one slice.
func (v *Validator) indexSpaces() {
	m := v.m
	for i := range m.Imports {
		switch im := &m.Imports[i]; im.Kind {
		case wasm.ExternFunc:
			v.funcs = append(v.funcs, im.Type)
		case wasm.ExternTable:
			v.tables = append(v.tables, im.Table)
		case wasm.ExternMem:
			v.mems = append(v.mems, im.Mem)
		case wasm.ExternGlobal:
			v.globals = append(v.globals, im.Global)
		case wasm.ExternTag:
			v.tags = append(v.tags, im.Type)
		}
	}
	v.funcs = append(v.funcs, m.Funcs...)
	for i := range m.Tables {
		v.tables = append(v.tables, m.Tables[i].Type)
	}
	v.mems = append(v.mems, m.Mems...)
	v.tags = append(v.tags, m.Tags...)
	v.declared = make([]uint64, (len(v.funcs)+63)/64)
	v.quickMem = noType
	if len(v.mems) > 0 {
		v.quickMem = v.mems[0].Address()
	}
}

// declare lets bodies take references to a function (spec 3.4.10).
func (v *Validator) declare(index uint32) { v.declared[index/64] |= 1 << (index % 64) }

func (v *Validator) isDeclared(index uint32) bool { return v.declared[index/64]>>(index%64)&1 != 0 }

// need checks that a feature is on.
func (v *Validator) need(f wasm.Features, what string) error {
	if !v.features.Has(f) {
		return moduleError(wasm.UnsupportedFeature, "%s", what)
	}
	return nil
}

// about puts in front of the details of an error what it is about.
func about(err error, format string, args ...any) error {
	e := err.(*wasm.Error)
	e.Detail = fmt.Sprintf(format, args...) + ": " + e.Detail
	return e
}

// moduleError returns an error about something outside of expressions; inSection gives it an offset.
func moduleError(kind wasm.Kind, format string, args ...any) *wasm.Error {
	return wasm.Errorf(kind, -1, format, args...)
}
