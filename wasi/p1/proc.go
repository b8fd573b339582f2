package p1

import (
	"context"
	"io"
	"runtime"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/wasi"
)

func procExit(c call) error { return &weft.ExitError{Code: c.u32(0)} }

// signalBase is added to the number of a signal to make the exit code of a program that it ended, as shells do.
const signalBase = 128

// What the specification says each signal does.
const (
	signalsAll     = 31
	signalsIgnored = 1<<0 | 1<<13 | 1<<16 | 1<<17 | 1<<22 | 1<<27 // none, pipe, chld, cont, urg, winch
	signalsStop    = 1<<18 | 1<<19 | 1<<20 | 1<<21                // stop, tstp, ttin, ttou
)

// procRaise ends the guest for every signal whose action is to terminate. Nobody could continue a guest that stopped.
func procRaise(c call) error {
	signal := c.u32(0)
	switch {
	case signal >= signalsAll:
		return errnoInval
	case signalsIgnored>>signal&1 != 0:
		return nil
	case signalsStop>>signal&1 != 0:
		return errnoNotSup
	}
	return &weft.ExitError{Code: signalBase + signal}
}

func schedYield(c call) error {
	runtime.Gosched()
	return nil
}

// randomChunk is how many bytes are made between two looks at the context: a guest may ask for gigabytes.
const randomChunk = 1 << 20

func randomGet(c call) error {
	p, err := c.bytes(c.u32(0), c.u32(1))
	if err != nil {
		return err
	}
	for len(p) > 0 {
		if c.ctx.Err() != nil {
			return &wasi.CanceledError{Cause: context.Cause(c.ctx)}
		}
		n, err := io.ReadFull(c.system.Random, p[:min(len(p), randomChunk)])
		if err != nil {
			return errnoIO
		}
		p = p[n:]
	}
	return nil
}
