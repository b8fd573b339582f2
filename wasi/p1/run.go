package p1

import (
	"context"
	"errors"

	"github.com/weft-wasm/weft"
)

// Run runs a program: it calls the export "_start" of a command, or "_initialize" of a reactor, whose other exports can
// be called afterwards. The code is what the guest gave proc_exit, and 0 if it returned. An error is anything else: a
// trap, the end of ctx, or a module that exports neither.
func Run(ctx context.Context, in *weft.Instance) (code uint32, err error) {
	start, err := in.Func("_start")
	if err != nil {
		var initErr error
		if start, initErr = in.Func("_initialize"); initErr != nil {
			return 0, err
		}
	}
	_, err = start.Call(ctx)
	var exit *weft.ExitError
	if errors.As(err, &exit) {
		return exit.Code, nil
	}
	return 0, err
}
