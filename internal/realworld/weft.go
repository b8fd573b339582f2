package realworld

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/wasi"
	"github.com/weft-wasm/weft/wasi/p1"
)

// Weft returns Weft as an engine for programs. The caller closes e.
func Weft(e *weft.Engine) Engine { return weftEngine{e} }

type weftEngine struct{ engine *weft.Engine }

func (e weftEngine) Compile(ctx context.Context, wasm []byte) (Module, error) {
	module, err := e.engine.Compile(ctx, wasm)
	if err != nil {
		return nil, err
	}
	return weftModule{e.engine, module}, nil
}

type weftModule struct {
	engine *weft.Engine
	module *weft.Module
}

func (m weftModule) Close(context.Context) error { return m.module.Close() }

func (m weftModule) Run(ctx context.Context, p Process) error {
	root, err := os.OpenRoot(p.Root)
	if err != nil {
		return err
	}
	defer root.Close()
	linker := weft.NewLinker(m.engine)
	if err := m.link(linker, p, root); err != nil {
		return err
	}
	instance, err := linker.Instantiate(ctx, m.module)
	if err != nil {
		return err
	}
	if p.Drive != nil {
		err = p.Drive(ctx, weftGuest{instance}, p.Stdout)
	} else {
		err = runCommand(ctx, instance)
	}
	return errors.Join(err, instance.Close())
}

// link defines WASI, and then the stubs, which may replace functions of it.
func (m weftModule) link(linker *weft.Linker, p Process, root *os.Root) error {
	if p.Dialect != NoWASI {
		err := p1.Add(linker, wasi.Config{
			Args: p.Args, Env: p.Env, Stdin: p.Stdin, Stdout: p.Stdout, Stderr: p.Stderr, Root: root,
		})
		if err != nil {
			return err
		}
	}
	for _, stub := range p.Stubs {
		if err := linker.Define(stub.Module, stub.Name, m.stub(stub)); err != nil {
			return err
		}
	}
	return nil
}

func (m weftModule) stub(stub Stub) *weft.Func {
	var t weft.FuncType
	for range stub.Params {
		t.Params = append(t.Params, weft.I32)
	}
	if !stub.HasResult {
		return weft.NewHostFunc(m.engine, t, func(context.Context, *weft.Instance, []uint64) error {
			return fmt.Errorf("%s.%s called", stub.Module, stub.Name)
		})
	}
	t.Results = []weft.ValueType{weft.I32}
	return weft.NewHostFunc(m.engine, t, func(_ context.Context, _ *weft.Instance, stack []uint64) error {
		stack[0] = uint64(stub.Result)
		return nil
	})
}

func runCommand(ctx context.Context, instance *weft.Instance) error {
	code, err := p1.Run(ctx, instance)
	if err == nil && code != 0 {
		err = fmt.Errorf("exit code %d", code)
	}
	return err
}

// weftGuest is an instance as a Drive sees it.
type weftGuest struct{ instance *weft.Instance }

func (g weftGuest) Call(ctx context.Context, export string, args ...uint64) (uint64, error) {
	f, err := g.instance.Func(export)
	if err != nil {
		return 0, err
	}
	stack := make([]uint64, max(len(args), 1))
	copy(stack, args)
	if err := f.CallRaw(ctx, stack); err != nil || len(f.Type().Results) == 0 {
		return 0, err
	}
	return stack[0], nil
}

func (g weftGuest) Memory() []byte { return g.instance.Memory().Bytes() }
