package engine

import (
	"context"
	"os"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/wasi"
	"github.com/weft-wasm/weft/wasi/p1"
)

type weftEngine struct{ engine *weft.Engine }

// openWeft is Weft with whole modules compiled ahead of time, as its rivals do, if there is machine code at all; openWeftAuto is it as it comes.
func openWeft() (Engine, error) {
	e := weft.NewEngine(weft.Config{Tier: weft.TierCompiled})
	if e.Info().Tier != weft.TierCompiled {
		return openWeftAuto()
	}
	return weftEngine{e}, nil
}

func openWeftAuto() (Engine, error) { return weftEngine{weft.NewEngine(weft.Config{})}, nil }

func openWeftInterpreter() (Engine, error) {
	return weftEngine{weft.NewEngine(weft.Config{Tier: weft.TierInterpreter})}, nil
}

// openWeftFuel opens Weft with guests that are metered, and have more fuel than they can use.
func openWeftFuel() (Engine, error) {
	return weftEngine{weft.NewEngine(weft.Config{Fuel: &weft.Fuel{Initial: weft.MaxFuel}})}, nil
}

func (e weftEngine) Note() string {
	info := e.engine.Info()
	if info.Tier == weft.TierCompiled {
		return info.Reason
	}
	return "runs guests in its interpreter: " + info.Reason
}

func (e weftEngine) Compile(ctx context.Context, wasm []byte) (Module, error) {
	module, err := e.engine.Compile(ctx, wasm)
	return weftModule{e.engine, module}, err
}

type weftModule struct {
	engine *weft.Engine
	module *weft.Module
}

func (m weftModule) Instantiate(ctx context.Context, p Process) (Guest, error) {
	root, err := os.OpenRoot(p.Dir)
	if err != nil {
		return nil, err
	}
	linker := weft.NewLinker(m.engine)
	err = p1.Add(linker, wasi.Config{
		Args: p.Args, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Mounts: []wasi.Mount{{Path: ".", Dir: wasi.HostDir(root)}},
	})
	if err != nil {
		return nil, err
	}
	for name, mark := range map[string]func(){markBegin: p.Begin, markEnd: p.End} {
		if err := linker.Define(markModule, name, mark); err != nil {
			return nil, err
		}
	}
	instance, err := linker.Instantiate(ctx, m.module)
	return weftGuest{instance}, err
}

type weftGuest struct{ instance *weft.Instance }

func (g weftGuest) Start(ctx context.Context) error {
	code, err := p1.Run(ctx, g.instance)
	if err != nil {
		return err
	}
	return exit(int(code))
}
