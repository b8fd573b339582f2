package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tetratelabs/wazero"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// TrapFrames is how deep the function that traps is called.
const TrapFrames = 20

const (
	trapText = `(module $deep (func $down (export "down") (param i32) (result i32)
		(if (i32.eqz (local.get 0)) (then unreachable))
		(i32.add (call $down (i32.sub (local.get 0) (i32.const 1))) (i32.const 1))))`
	trapExport = "down"
)

// Trapper calls a function that traps, and returns how many calls of guests the engine says were open, with the name of each.
type Trapper func() (frames int, err error)

// Traps returns a Trapper for an engine that is linked into this program.
func Traps(name string) (Trapper, error) {
	m, err := wat.Parse("trap.wat", []byte(trapText))
	if err != nil {
		return nil, err
	}
	guest := wasm.Encode(m)
	switch name {
	case "weft", "weft-interpreter":
		return weftTraps(name, guest)
	case "wazero":
		return wazeroTraps(guest)
	case "wasmtime":
		return wasmtimeTraps(guest)
	}
	return nil, fmt.Errorf("engine: %s does not catch traps in this program", name)
}

// errNoTrap is the error of a guest that did not trap.
var errNoTrap = errors.New("engine: a function that traps has returned")

func weftTraps(name string, guest []byte) (Trapper, error) {
	ctx := context.Background()
	e, err := Open(name)
	if err != nil {
		return nil, err
	}
	engine := e.(weftEngine).engine
	module, err := engine.Compile(ctx, guest)
	if err != nil {
		return nil, err
	}
	in, err := weft.NewLinker(engine).Instantiate(ctx, module)
	if err != nil {
		return nil, err
	}
	down, err := weft.Lookup1[int32, int32](in, trapExport)
	return func() (int, error) {
		_, err := down(ctx, TrapFrames-1)
		trap, ok := errors.AsType[*weft.Trap](err)
		if !ok {
			return 0, errors.Join(errNoTrap, err)
		}
		n := 0
		for _, f := range trap.Frames {
			if f.Name == trapExport {
				n++
			}
		}
		return n, nil
	}, err
}

// wazeroTraps counts the frames in the text of the error: that is where wazero has them.
func wazeroTraps(guest []byte) (Trapper, error) {
	ctx := context.Background()
	in, err := newWazero(wazero.NewRuntimeConfigCompiler()).runtime.Instantiate(ctx, guest)
	if err != nil {
		return nil, err
	}
	down := in.ExportedFunction(trapExport)
	return func() (int, error) {
		if _, err := down.Call(ctx, TrapFrames-1); err != nil {
			return strings.Count(err.Error(), trapExport+"("), nil
		}
		return 0, errNoTrap
	}, nil
}
