package p1

import (
	"context"
	"errors"
	"fmt"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/wasi"
)

// Add defines every function of WASI 0.1 in the linker, under both names of its import module. Each instance that the
// linker makes gets the capabilities of config with a descriptor table of its own, closed when the instance is.
//
// The error names the field of config that is wrong, or the definition that the linker refused.
func Add(linker *weft.Linker, config wasi.Config) error {
	system, err := wasi.New(config)
	if err != nil {
		return err
	}
	return AddSystem(linker, system)
}

// AddSystem is [Add] for a System, which several linkers, and several versions of WASI, may share.
func AddSystem(linker *weft.Linker, system *wasi.System) error {
	state := weft.NewState(func(in *weft.Instance) (*process, error) {
		p := newProcess(system)
		p.memory = in.Memory()
		return p, nil
	})
	for _, a := range []*abi{&snapshot1, &snapshot0} {
		for i := range functions {
			f := &functions[i]
			if f.added && a.first {
				continue
			}
			host := weft.NewHostFunc(linker.Engine(), f.funcType(), f.host(a, state))
			if err := linker.Define(a.module, f.name, host); err != nil {
				return fmt.Errorf("wasi: defining %s.%s: %w", a.module, f.name, err)
			}
		}
	}
	return nil
}

// errNoInstance is the answer to a host that takes a function out of the linker and calls it itself.
var errNoInstance = errors.New("wasi: called without a guest: the function needs the memory of the instance that calls it")

// host returns the function as the engine calls it.
func (f *function) host(a *abi, state *weft.State[*process]) weft.HostFunc {
	return func(ctx context.Context, caller *weft.Instance, stack []uint64) error {
		if caller == nil {
			return errNoInstance
		}
		p, err := state.Of(caller)
		if err != nil {
			return err
		}
		c := call{ctx: ctx, process: p, abi: a, args: stack}
		if p.memory != nil {
			c.memory = p.memory.Bytes()
		}
		return f.run(c, stack)
	}
}
