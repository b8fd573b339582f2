package weft

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/fault"
	"github.com/weft-wasm/weft/internal/native"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/wasm"
)

// PrecompiledError says why something is not loaded as a precompiled module.
type PrecompiledError struct {
	Reason     PrecompiledReason
	Have, Want string // what there is and what there should be; for PrecompiledCorrupt, Have is the part of the module that is damaged
	File       string // its name, "" if it comes from memory
}

// PrecompiledReason is a reason not to load a precompiled module. None of them says anything about the module that was compiled: compiling it again helps.
type PrecompiledReason uint8

// The reasons.
const (
	NotPrecompiled        = PrecompiledReason(code.NotPrecompiled) // it is something else, such as a module in the binary format
	PrecompiledTruncated  = PrecompiledReason(code.Truncated)      // its end is missing
	PrecompiledCorrupt    = PrecompiledReason(code.Corrupt)        // it is not what Serialize has written
	PrecompiledByOther    = PrecompiledReason(code.OtherVersion)   // another version of Weft has made it
	PrecompiledElsewhere  = PrecompiledReason(code.OtherMachine)   // this machine, or this engine, does not run the code
	PrecompiledOtherwise  = PrecompiledReason(code.OtherSettings)  // the code leaves more, or less, to signals than this engine does, or takes other fuel
	PrecompiledByFeatures = PrecompiledReason(code.OtherFeatures)  // the engine that made it has features that this one has not
)

func (r PrecompiledReason) String() string { return code.ErrorKind(r).String() }

func (e *PrecompiledError) Error() string {
	what := "weft: "
	if e.File != "" {
		what += e.File + ": "
	}
	return what + "precompiled module: " + (&code.Error{Kind: code.ErrorKind(e.Reason), Have: e.Have, Want: e.Want}).Error()
}

// IsPrecompiled reports whether b begins as a precompiled module does: its first 8 bytes are enough.
func IsPrecompiled(b []byte) bool { return code.Is(b) }

// Serialize writes the module with its machine code, for Deserialize. It fails if the module has no machine code, because its engine interprets
// modules, or with the error of w.
func (m *Module) Serialize(w io.Writer) error {
	x, ok := m.m.Exec.(*native.Module)
	if !ok {
		return errors.New("weft: the module is interpreted and has no machine code to serialize")
	}
	return x.Save(w, m.binary, uint64(m.features))
}

// SerializeFile writes the module to a file, for DeserializeFile. The file is there when all of it has reached the disk, or not at all: what was
// there before stays until then.
func (m *Module) SerializeFile(name string) error {
	f, err := fault.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if path, ok := errors.AsType[*os.PathError](err); ok {
		path.Path = name
	}
	if err != nil {
		return err
	}
	err = m.Serialize(f)
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = fault.RenameFile(f.Name(), name)
	}
	if err != nil {
		_ = fault.RemoveFile(f.Name()) // the error is what stopped it
	}
	return err
}

// Deserialize loads what Serialize has written. The module keeps b, which must not be changed.
//
// Its machine code runs as it is: whoever can choose b can do all that this process can. Checksums find damage, not malice. So load only what is
// from where programs come from as well. The error is a *PrecompiledError if b is no module for this engine: one that was made by the same version of Weft
// for such a machine, with the same Config.ExplicitChecks and costs of Config.Fuel, and no features that the engine does not have.
func (e *Engine) Deserialize(b []byte) (*Module, error) {
	return e.deserialize(func(here code.Identity) (*code.File, error) { return code.Load(b, here) })
}

// DeserializeFile loads the file that SerializeFile has written. What Deserialize says of trust holds for it.
//
// The file is mapped into memory, and its code runs from there; processes that load it share it. It may be replaced or removed, but must not be written to
// while the module is in use.
func (e *Engine) DeserializeFile(name string) (*Module, error) {
	m, err := e.deserialize(func(here code.Identity) (*code.File, error) { return code.Open(name, here) })
	var refused *PrecompiledError
	if errors.As(err, &refused) {
		refused.File = name
	}
	return m, err
}

func (e *Engine) deserialize(open func(here code.Identity) (*code.File, error)) (*Module, error) {
	if e.closed.Load() {
		return nil, errEngineClosed
	}
	if e.native == nil {
		why := strings.TrimPrefix(e.whyNot.Error(), "weft: ")
		return nil, &PrecompiledError{Reason: PrecompiledElsewhere, Have: "an engine without machine code (" + why + ")", Want: "one with"}
	}
	if e.broken != nil {
		return nil, e.broken
	}
	f, err := open(e.identity())
	if err != nil {
		return nil, precompiledError(err)
	}
	m, err := e.fromFile(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return m, nil
}

// identity is what code must have been made for.
func (e *Engine) identity() code.Identity { return e.native.Identity(uint64(e.features())) }

// fromFile makes a module of what is in a file, and keeps the file open for as long as it needs it.
func (e *Engine) fromFile(f *code.File) (*Module, error) {
	features := wasm.Features(f.Features)
	decoded, err := wasm.Decode(f.Module, &wasm.Options{Features: features, Bodiless: !f.Bodies})
	if corrupt := f.Verify(); corrupt != nil {
		return nil, precompiledError(corrupt)
	}
	if err != nil {
		return nil, fmt.Errorf("weft: the module of a precompiled module: %w", publicError(err))
	}
	m, err := e.prepare(decoded)
	if err != nil {
		return nil, err
	}
	m.NoRefFunc, m.NoTableAccess = f.Image.NoRefFunc, f.Image.NoTableAccess
	if m.Exec, err = e.native.Load(m, f); err != nil {
		return nil, err
	}
	_ = f.Release() // what is mapped stays
	// Everything that has a part of the file holds the decoded module as well.
	runtime.AddCleanup(decoded, func(f *code.File) { _ = f.Close() }, f)
	e.counters.Add(rt.CountLoaded, 1)
	public := e.newModule(m, f.Module, features)
	public.mapped = true
	return public, nil
}

// precompiledError makes the API's error.
func precompiledError(err error) error {
	var c *code.Error
	if errors.As(err, &c) {
		return &PrecompiledError{Reason: PrecompiledReason(c.Kind), Have: c.Have, Want: c.Want}
	}
	return err
}
