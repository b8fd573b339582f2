package fuzz

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/weft-wasm/weft"
)

// weftExecutor makes a new engine for each trial, so that trials do not depend on each other.
type weftExecutor struct {
	config  weft.Config
	metered func(*Trial) bool // which trials are, nil for none
}

func openWeft(config weft.Config, metered func(*Trial) bool) func() (executor, error) {
	return func() (executor, error) { return weftExecutor{config, metered}, nil }
}

// What the others are compared with is metered in half of the trials, so that its code without fuel is tried out too.
func all(*Trial) bool           { return true }
func everySecond(t *Trial) bool { return len(t.Module)%2 == 0 }

func (x weftExecutor) run(t *Trial) (o Outcome) {
	ctx := context.Background()
	if x.metered != nil && x.metered(t) {
		x.config.Fuel = &weft.Fuel{Initial: weft.MaxFuel}
	}
	e := weft.NewEngine(x.config)
	defer e.Close()
	linker := weft.NewLinker(e)
	mix := weft.Host2(e, func(_ context.Context, _ *weft.Instance, hash, v int64) (int64, error) { return Mix(hash, v) })
	if err := linker.Define(mixModule, mixName, mix); err != nil {
		o.Refused = err.Error()
		return o
	}
	host, err := weftInstance(ctx, linker, t.Host, &o)
	if err != nil {
		return o
	}
	defer host.Close()
	if err := linker.DefineInstance(hostName, host); err != nil {
		o.Refused = err.Error()
		return o
	}
	in, err := weftInstance(ctx, linker, t.Module, &o)
	if err != nil {
		return o
	}
	defer in.Close()
	if len(t.Module)%4 == 0 {
		collected := collect()
		defer func() { <-collected }()
	}
	if err := weftProbes(ctx, in, t, &o); err != nil {
		o.Refused = err.Error()
	}
	return o
}

// collect has the garbage collector run beside the guest's calls, which it stops wherever they are.
func collect() (done chan struct{}) {
	done = make(chan struct{})
	go func() {
		runtime.GC()
		close(done)
	}()
	return done
}

// weftInstance makes an instance, or puts into the outcome why there is none.
func weftInstance(ctx context.Context, linker *weft.Linker, wasm []byte, o *Outcome) (*weft.Instance, error) {
	module, err := linker.Engine().Compile(ctx, wasm)
	if err != nil {
		o.Refused = err.Error()
		return nil, err
	}
	in, err := linker.Instantiate(ctx, module)
	if err != nil {
		o.Instantiation = weftEnd(err)
	}
	return in, err
}

// weftProbes makes all calls and reads what they left.
func weftProbes(ctx context.Context, in *weft.Instance, t *Trial, o *Outcome) error {
	for i := range t.Probes + 1 {
		name := numbered(probeName, i)
		if i == t.Probes {
			name = dumpName
		}
		call, err := weft.Lookup0[weft.None](in, name)
		if err != nil {
			return err
		}
		_, err = call(ctx)
		o.Ends = append(o.Ends, weftEnd(err))
		if left := in.Fuel(); left != 0 {
			o.Fuel = append(o.Fuel, left)
		}
	}
	log, err := in.ExportedMemory(logName)
	if err != nil {
		return err
	}
	o.Log = append(o.Log, log.Bytes()[:t.LogBytes]...)
	for i := range t.Memories {
		memory, err := in.ExportedMemory(numbered(memName, i))
		if err != nil {
			return err
		}
		o.Memories = append(o.Memories, memoryOf(memory.Bytes()))
	}
	return nil
}

// weftEnd says how a call ended.
func weftEnd(err error) string {
	var trap *weft.Trap
	var exception *weft.Exception
	switch {
	case err == nil:
		return ""
	case errors.Is(err, errRefused):
		return endHost
	case errors.As(err, &exception):
		return endException
	case errors.As(err, &trap):
		return trap.Code.String()
	}
	return fmt.Sprintf("error: %v", err)
}
