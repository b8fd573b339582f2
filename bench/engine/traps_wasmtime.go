//go:build cgo

package engine

import (
	"errors"

	"github.com/bytecodealliance/wasmtime-go/v44"
)

func wasmtimeTraps(guest []byte) (Trapper, error) {
	e := wasmtime.NewEngine()
	module, err := wasmtime.NewModule(e, guest)
	if err != nil {
		return nil, err
	}
	store := wasmtime.NewStore(e)
	in, err := wasmtime.NewInstance(store, module, nil)
	if err != nil {
		return nil, err
	}
	down := in.GetFunc(store, trapExport)
	return func() (int, error) {
		_, err := down.Call(store, int32(TrapFrames-1))
		var trap *wasmtime.Trap
		if !errors.As(err, &trap) {
			return 0, errors.Join(errNoTrap, err)
		}
		n := 0
		for _, f := range trap.Frames() {
			if name := f.FuncName(); name != nil && *name == "down" {
				n++
			}
		}
		return n, nil
	}, nil
}
