package engine

import (
	"context"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/profile"
)

// ProfileRate is how many samples a second weft-profile takes.
const ProfileRate = 1000

// profiled is Weft taking a profile of each guest while it runs.
type profiled struct{ weftEngine }

func openWeftProfile() (Engine, error) {
	e, err := openWeft()
	if err != nil {
		return nil, err
	}
	return profiled{e.(weftEngine)}, nil
}

func (e profiled) Compile(ctx context.Context, wasm []byte) (Module, error) {
	m, err := e.weftEngine.Compile(ctx, wasm)
	return profiledModule{m, e.engine}, err
}

type profiledModule struct {
	Module
	engine *weft.Engine
}

func (m profiledModule) Instantiate(ctx context.Context, p Process) (Guest, error) {
	g, err := m.Module.Instantiate(ctx, p)
	return profiledGuest{g, m.engine}, err
}

type profiledGuest struct {
	Guest
	engine *weft.Engine
}

func (g profiledGuest) Start(ctx context.Context) error {
	p, err := profile.Start(g.engine, profile.Config{Rate: ProfileRate})
	if err != nil {
		return err
	}
	defer p.Stop()
	return g.Guest.Start(ctx)
}
