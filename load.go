package weft

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/weft-wasm/weft/internal/dbg"
	"github.com/weft-wasm/weft/internal/interp"
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/validate"
	"github.com/weft-wasm/weft/internal/wasm"
)

// This file is the way from bytes to a module that can be instantiated:
//
//	bytes ─wasm.Decode→ *wasm.Module ─validate.Module→ *validate.Info ─rt.NewModule→ *rt.Module ─native.Compile→ its executor
//
// Where there is no machine code, interp.New makes the executor. From there it is Linker.Instantiate to an instance, and Func.Call to a result.

// Compile decodes and validates a module in the binary format, and makes it ready to be instantiated. The module keeps wasm, which must
// not be changed. The error is a *ModuleError, or that of ctx.
func (e *Engine) Compile(ctx context.Context, wasm []byte) (*Module, error) {
	return e.compile(ctx, wasm)
}

// CompileReader is Compile for a module that is still on its way: function bodies are validated while later ones arrive, unless there is a cache.
// An error of r is returned as it is.
func (e *Engine) CompileReader(ctx context.Context, r io.Reader) (*Module, error) {
	if e.cache() == nil {
		return e.load(ctx, func() (*decoded, error) { return decodeStream(ctx, r, e.features()) })
	}
	binary, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return e.compile(ctx, binary)
}

func (e *Engine) features() wasm.Features { return wasm.Features(e.config.Features) }

// decoded is a valid module.
type decoded struct {
	*wasm.Module
	binary []byte // what it was decoded from
	info   *validate.Info
}

func decodeBytes(b []byte, features wasm.Features) (*decoded, error) {
	start := dbg.Now()
	m, err := wasm.Decode(b, &wasm.Options{Features: features})
	dbg.Spent("decode", start)
	if err != nil {
		return nil, err
	}
	start = dbg.Now()
	info, err := validate.Module(m, features)
	dbg.Spent("validate", start)
	return &decoded{m, b, info}, err
}

// decodeStream validates each body as it arrives, on the goroutine that reads. What arrives is kept in one piece, which is decoded again in the end: that takes a
// tenth of the time of validation, and the pieces go.
func decodeStream(ctx context.Context, r io.Reader, features wasm.Features) (*decoded, error) {
	var v *validate.Validator
	begin := func(m *wasm.Module) (err error) {
		if v == nil {
			v, err = validate.New(m, features)
		}
		return err
	}
	body := func(m *wasm.Module, i int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := begin(m); err != nil {
			return err
		}
		defer dbg.Spent("validate", dbg.Now())
		return v.Func(i)
	}
	var binary bytes.Buffer
	m, err := wasm.DecodeReader(io.TeeReader(r, &binary), &wasm.Options{Features: features, Body: body})
	if err != nil {
		return nil, err
	}
	if err := begin(m); err != nil {
		return nil, err
	}
	info, err := v.Finish()
	if err != nil {
		return nil, err
	}
	defer dbg.Spent("decode", dbg.Now())
	m, err = wasm.Decode(binary.Bytes(), &wasm.Options{Features: features})
	return &decoded{m, binary.Bytes(), info}, err
}

// load is the common part: refuse what the engine has no means to run, and prepare the rest.
func (e *Engine) load(ctx context.Context, decode func() (*decoded, error)) (*Module, error) {
	if e.closed.Load() {
		return nil, errEngineClosed
	}
	if e.broken != nil {
		return nil, e.broken
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	if e.config.Tier == TierCompiled && e.native == nil {
		return nil, fmt.Errorf("weft: the compiled tier is not available: %w", e.whyNot)
	}
	d, err := decode()
	if err != nil {
		return nil, publicError(err)
	}
	if first := d.info.Unsupported(); first != nil {
		return nil, publicError(unsupported(d.Module, first))
	}
	m, err := rt.NewModule(d.Module, e.types, e.limits)
	if err != nil {
		return nil, err
	}
	m.Slots, m.Fuel, m.Sampler = e.slots, e.fuel, &e.sampler
	has := d.info.Any()
	m.NoRefFunc, m.NoTableAccess = !has.Has(validate.HasRefFunc), !has.Has(validate.HasTable)
	if m.Exec, err = e.executor(ctx, m); err != nil {
		return nil, err
	}
	return e.newModule(m, d.binary, e.features()), nil
}

// executor makes what runs the module: machine code where there can be any, else the interpreter.
func (e *Engine) executor(ctx context.Context, m *rt.Module) (rt.Executor, error) {
	if e.native == nil {
		return interp.New(m), nil
	}
	return e.native.Compile(ctx, m, progressOf(ctx))
}

// unsupported is the error for a valid module with instructions that no tier executes yet.
func unsupported(m *wasm.Module, first *validate.Instr) error {
	detail := "GC instructions are not supported yet"
	if first.Op.Info().Feature == op.FeatureThreads {
		detail = "atomic instructions are not supported yet"
	}
	err := &wasm.Error{Kind: wasm.UnsupportedInstruction, Detail: detail, Offset: first.Offset, Func: first.Func, Instr: first.Op.String()}
	if first.Func >= 0 {
		err.Name = m.FuncName(uint32(first.Func))
	}
	return err
}
