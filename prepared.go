package weft

import (
	"context"
	"errors"

	"github.com/weft-wasm/weft/internal/rt"
)

// Prepared is a module with its imports: names are looked up and types are checked, so that instances of it are made without. It may be used
// by many goroutines at once.
type Prepared struct {
	module *Module
	plan   *rt.Plan
	frozen bool // it is a snapshot
}

// Prepare gives a module the linker's values for its imports. What is defined afterwards does not change that. The error is a *LinkError for an
// import that is missing or of the wrong type, or ErrClosed if an instance that an import belongs to is closed.
func (l *Linker) Prepare(m *Module) (*Prepared, error) {
	if m.engine != l.engine {
		return nil, errors.New("weft: the module belongs to another engine than the linker")
	}
	if l.engine.closed.Load() {
		return nil, errEngineClosed
	}
	imports := make([]rt.Extern, len(m.m.Imports))
	for i := range m.m.Imports {
		im := &m.m.Imports[i]
		if imports[i] = l.lookUp(im); imports[i] == nil {
			return nil, l.unknown(m, im)
		}
	}
	plan, err := m.m.Plan(imports)
	if err != nil {
		return nil, publicError(err)
	}
	return &Prepared{module: m, plan: plan}, nil
}

// Module returns the module.
func (p *Prepared) Module() *Module { return p.module }

// Instantiate makes an instance and calls its start function (spec 4.7.2). The error is a *LimitError, ErrClosed if an instance that an import
// belongs to is closed, or that of the start function; see Linker.Instantiate.
func (p *Prepared) Instantiate(ctx context.Context) (*Instance, error) {
	return p.instantiate(ctx, nil)
}

// instantiate makes an instance of a tenant, nil for none.
func (p *Prepared) instantiate(ctx context.Context, t *Tenant) (*Instance, error) {
	e := p.module.engine
	if e.closed.Load() {
		return nil, errEngineClosed
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	in := &Instance{engine: e, module: p.module, frozen: p.frozen, tenant: t}
	p.plan.Init(&in.in, in)
	if t != nil || e.total != nil || e.config.Scheduler != nil {
		in.govern()
	}
	if err := in.in.Instantiate(); err != nil {
		return nil, callError(place{engine: e}, publicError(err))
	}
	if err := in.start(ctx); err != nil {
		_ = in.Close()
		return nil, err
	}
	return in, nil
}
