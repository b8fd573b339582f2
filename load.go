package weft

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/weft-wasm/weft/internal/dbg"
	"github.com/weft-wasm/weft/internal/interp"
	"github.com/weft-wasm/weft/internal/native"
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

// CompileReader is Compile for a module that is still on its way: functions are validated and compiled while later ones arrive, unless there is a cache, which has
// to see all of it. It reads to the end of r, even if what has arrived is not valid, so that the errors are those of Compile; only what cannot be decoded
// is refused at once. An error of r is returned as it is. When ctx is done, r is not read any more, but a call of its Read is not interrupted.
func (e *Engine) CompileReader(ctx context.Context, r io.Reader) (*Module, error) {
	if e.cache() == nil {
		s := &stream{engine: e, ctx: ctx}
		defer s.abandon()
		return e.load(ctx, func() (*decoded, error) { return s.decode(r) })
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
	making *native.Making // of its functions, if their compilation has begun
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
	return &decoded{Module: m, binary: b, info: info}, err
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
	m, err := e.prepare(d.Module)
	if err != nil {
		return nil, err
	}
	has := d.info.Any()
	m.TailCalls = has.Has(validate.HasTailCall)
	m.NoRefFunc, m.NoTableAccess = !has.Has(validate.HasRefFunc), !has.Has(validate.HasTable)
	start := time.Now()
	if m.Exec, err = e.executor(ctx, m, d.making); err != nil {
		return nil, err
	}
	e.counters.Add(rt.CountModules, 1)
	e.counters.Add(rt.CountCompile, int64(time.Since(start)))
	return e.newModule(m, d.binary, e.features()), nil
}

// prepare makes a module of the engine of a valid one.
func (e *Engine) prepare(w *wasm.Module) (*rt.Module, error) {
	m, err := rt.NewModule(w, e.types, e.limits)
	if err == nil {
		m.Slots, m.Fuel, m.Sampler, m.TraceLocals = e.slots, e.fuel, &e.sampler, e.config.TraceLocals
		m.Counters = &e.counters
	}
	return m, err
}

// tiers reports whether modules are interpreted at first and compiled while they run: if nothing says that all of a module is to be compiled, as a cache does, which
// keeps whole modules, and WEFTDEBUG when it says how to compile.
func (e *Engine) tiers() bool {
	return e.native != nil && e.config.Tier == TierAuto && e.config.Cache == nil && !dbg.Compiling()
}

// executor makes what runs the module: machine code where there can be any, at once or by and by, else the interpreter.
func (e *Engine) executor(ctx context.Context, m *rt.Module, making *native.Making) (rt.Executor, error) {
	switch {
	case e.native == nil:
		return interp.New(m), nil
	case e.tiers():
		return e.native.Tiered(m)
	case making != nil:
		return making.Finish(m)
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
