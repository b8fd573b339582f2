package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/realworld"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

//go:embed soak/guest.wat
var soakGuestText []byte

//go:embed soak/hungry.wat
var soakHungryText []byte

// soakKind is a kind of guests. A guest makes an instance, does what its kind does, sees that it ended as it should, and closes it.
type soakKind struct {
	name   string
	weight int // of 100
	run    func(g *soakGuests, ctx context.Context, r *rand.Rand) error
}

var soakKinds = []soakKind{
	{"good", 43, (*soakGuests).good},
	{"spinning", 12, (*soakGuests).spinning},
	{"trapping", 14, (*soakGuests).trapping},
	{"hungry", 3, (*soakGuests).hungry},
	{"overflowing", 8, (*soakGuests).overflowing},
	{"closed", 5, (*soakGuests).closed},
	{"frozen", 8, (*soakGuests).frozen},
	{"stranger", 4, (*soakGuests).stranger},
	{"program", 3, (*soakGuests).program},
}

// soakLimits are those of the engine: a hungry guest gets soakPages.
var soakLimits = weft.Limits{MemoryBytes: soakPages * weft.PageSize}

const (
	soakPages = 257    // what hungry guests have in the end
	soakData  = 80_000 // bytes that a guest's memory begins with, at soakAt: enough for an image that is mapped
	soakAt    = 1024
	soakSteps = 100_000 // of what good guests compute
)

// soakGuests has the modules of all guests on one engine.
type soakGuests struct {
	engine   *weft.Engine
	modules  []*weft.Module
	guest    *weft.Prepared
	glutton  *weft.Prepared
	snapshot *weft.Prepared // of a guest that has written soakSecret
	first    []byte         // what a guest's memory is at first
	programs []realworld.Program
	kept     *realworld.Kept
}

const soakSecret = 0x5ec2e7

var errHost = errors.New("an error of the host")

func newSoakGuests(ctx context.Context, engine *weft.Engine) (*soakGuests, error) {
	g := &soakGuests{engine: engine, kept: realworld.Keep(realworld.Weft(engine))}
	linker := weft.NewLinker(engine)
	hosts := map[string]any{
		"error": func() error { return errHost },
		"panic": func() { panic(errHost) },
		"again": func(ctx context.Context, in *weft.Instance) error {
			f, err := in.Func("again")
			if err == nil {
				err = f.CallRaw(ctx, nil)
			}
			return err
		},
	}
	for name, f := range hosts {
		if err := linker.Define("soak", name, f); err != nil {
			return nil, err
		}
	}
	var err error
	if g.guest, err = g.prepare(ctx, linker, soakGuestText); err != nil {
		return nil, err
	}
	if g.glutton, err = g.prepare(ctx, linker, soakHungryText); err != nil {
		return nil, err
	}
	g.first = make([]byte, 4*weft.PageSize)
	copy(g.first[soakAt:], soakBytes())
	if err := g.freeze(ctx); err != nil {
		return nil, err
	}
	for _, name := range []string{"c-stations", "c-mosaic", "emscripten-ledger", "assemblyscript-life"} {
		p, err := realworld.Find(name)
		if err != nil {
			return nil, err
		}
		g.programs = append(g.programs, *p)
		if _, err := p.Run(ctx, g.kept); err != nil { // compiles it
			return nil, err
		}
	}
	return g, nil
}

// soakBytes is the data of guest.wat.
func soakBytes() []byte {
	b := make([]byte, soakData)
	for i := range b {
		b[i] = byte(7*i + 13)
	}
	return b
}

func (g *soakGuests) prepare(ctx context.Context, linker *weft.Linker, text []byte) (*weft.Prepared, error) {
	m, err := wat.Parse("soak.wat", text)
	if err != nil {
		return nil, err
	}
	for i := range m.Data {
		m.Data[i].Bytes = soakBytes()
	}
	module, err := g.engine.Compile(ctx, wasm.Encode(m))
	if err != nil {
		return nil, err
	}
	g.modules = append(g.modules, module)
	return linker.Prepare(module)
}

func (g *soakGuests) freeze(ctx context.Context) error {
	in, err := g.guest.Instantiate(ctx)
	if err != nil {
		return err
	}
	defer in.Close()
	if _, err := soakCall(ctx, in, "write", int64(soakSecret)); err != nil {
		return err
	}
	g.snapshot, err = in.Snapshot()
	return err
}

// close gives up the modules.
func (g *soakGuests) close() (err error) {
	for _, m := range g.modules {
		err = errors.Join(err, m.Close())
	}
	return errors.Join(err, g.kept.Close(context.Background()), g.engine.Close())
}

// soakCall calls an export that returns one value or none.
func soakCall(ctx context.Context, in *weft.Instance, name string, args ...any) (any, error) {
	f, err := in.Func(name)
	if err != nil {
		return nil, err
	}
	results, err := f.Call(ctx, args...)
	if err != nil || len(results) == 0 {
		return nil, err
	}
	return results[0], nil
}

// soakWant is soakCall for an export that should return something.
func soakWant(ctx context.Context, in *weft.Instance, want any, name string, args ...any) error {
	have, err := soakCall(ctx, in, name, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if have != want {
		return fmt.Errorf("%s%v is %v, want %v", name, args, have, want)
	}
	return nil
}

// with makes an instance, sees that nothing of another guest is in it, and closes it when it has been used.
func (g *soakGuests) with(ctx context.Context, use func(in *weft.Instance) error) error {
	in, err := g.guest.Instantiate(ctx)
	if err != nil {
		return err
	}
	err = soakWant(ctx, in, int32(-1), "fresh", int32(soakData))
	if err == nil {
		err = use(in)
	}
	return errors.Join(err, in.Close())
}

// good computes, leaves a secret, and finds it again.
func (g *soakGuests) good(ctx context.Context, r *rand.Rand) error {
	return g.with(ctx, func(in *weft.Instance) error {
		if r.IntN(8) == 0 && !bytes.Equal(in.Memory().Bytes(), g.first) {
			return errors.New("the memory does not begin as it should")
		}
		secret, n := r.Int64(), 1+r.IntN(soakSteps)
		if _, err := soakCall(ctx, in, "write", secret); err != nil {
			return err
		}
		x := secret
		for range n {
			x = x*6364136223846793005 + 1442695040888963407
		}
		if err := soakWant(ctx, in, x, "work", secret, int32(n)); err != nil {
			return err
		}
		return soakWant(ctx, in, int32(-1), "check", secret)
	})
}

// wantTrap is nil if err is a trap of some kind, or any of them.
func wantTrap(err error, codes ...weft.TrapCode) error {
	trap, ok := errors.AsType[*weft.Trap](err)
	for _, code := range codes {
		if ok && trap.Code == code {
			return nil
		}
	}
	return fmt.Errorf("it ended with %v, want a trap: %v", err, codes)
}

// spinning never returns, and is stopped by a deadline, by cancellation or by Interrupt.
func (g *soakGuests) spinning(ctx context.Context, r *rand.Rand) error {
	return g.with(ctx, func(in *weft.Instance) error {
		wait := time.Duration(r.IntN(5000)) * time.Microsecond
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		stop := func() {}
		switch r.IntN(3) {
		case 0:
			ctx, cancel = context.WithTimeout(ctx, wait)
			defer cancel()
		case 1:
			defer time.AfterFunc(wait, cancel).Stop()
		default:
			stop = keepInterrupting(in, wait)
		}
		_, err := soakCall(ctx, in, "spin")
		stop()
		if err := wantTrap(err, weft.TrapInterrupted); err != nil {
			return err
		}
		return soakWant(context.Background(), in, int64(1442695040888963407), "work", int64(0), int32(1)) // it is still good
	})
}

// keepInterrupting interrupts an instance again and again: the first time may be in front of its call.
func keepInterrupting(in *weft.Instance, every time.Duration) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(max(every, 100*time.Microsecond))
		defer tick.Stop()
		for !isClosed(done) {
			<-tick.C
			in.Interrupt(nil)
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}

// soakTraps are the exports that trap.
var soakTraps = []struct {
	export string
	code   weft.TrapCode
}{
	{"unreachable", weft.TrapUnreachable}, {"divide", weft.TrapDivideByZero}, {"overflow", weft.TrapIntegerOverflow},
	{"bounds", weft.TrapMemoryOutOfBounds}, {"table", weft.TrapUninitializedElement}, {"type", weft.TrapIndirectCallTypeMismatch},
	{"convert", weft.TrapInvalidConversion}, {"error", weft.TrapHostError},
}

// trapping traps, throws, or calls a function of the host that panics.
func (g *soakGuests) trapping(ctx context.Context, r *rand.Rand) error {
	return g.with(ctx, func(in *weft.Instance) error {
		switch i := r.IntN(len(soakTraps) + 2); i {
		case len(soakTraps):
			_, err := soakCall(ctx, in, "throw")
			if x, ok := errors.AsType[*weft.Exception](err); !ok || x.Values[0] != int32(5) {
				return fmt.Errorf("it ended with %v, want an exception", err)
			}
		case len(soakTraps) + 1:
			if p := panicOf(func() { _, _ = soakCall(ctx, in, "panic") }); p == nil {
				return errors.New("the panic of the host did not come through")
			}
		default:
			_, err := soakCall(ctx, in, soakTraps[i].export)
			return wantTrap(err, soakTraps[i].code)
		}
		return nil
	})
}

// panicOf returns what a function panics with.
func panicOf(f func()) (p any) {
	defer func() { p = recover() }()
	f()
	return nil
}

// hungry grows its memory to the limit.
func (g *soakGuests) hungry(ctx context.Context, _ *rand.Rand) error {
	in, err := g.glutton.Instantiate(ctx)
	if err != nil {
		return err
	}
	return errors.Join(soakWant(ctx, in, int32(soakPages), "eat"), in.Close())
}

// overflowing exhausts its stack, or by way of the host those of many calls.
func (g *soakGuests) overflowing(ctx context.Context, r *rand.Rand) error {
	return g.with(ctx, func(in *weft.Instance) (err error) {
		if r.IntN(64) == 0 { // which takes some 2000 stacks
			_, err = soakCall(ctx, in, "again")
		} else {
			_, err = soakCall(ctx, in, "deep", int64(1), int64(2))
		}
		return wantTrap(err, weft.TrapStackExhausted, weft.TrapHostError)
	})
}

// closed is closed by another goroutine while it spins.
func (g *soakGuests) closed(ctx context.Context, r *rand.Rand) error {
	return g.with(ctx, func(in *weft.Instance) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		ended := make(chan error, 1)
		go func() {
			time.Sleep(time.Duration(r.IntN(2000)) * time.Microsecond)
			err := in.Close()
			time.Sleep(100 * time.Microsecond)
			cancel()
			ended <- err
		}()
		_, err := soakCall(ctx, in, "spin")
		if !errors.Is(err, weft.ErrClosed) { // it was not sooner than the call
			err = wantTrap(err, weft.TrapInterrupted)
		} else {
			err = nil
		}
		return errors.Join(err, <-ended)
	})
}

// frozen begins as the snapshot, and again after it has been reset.
func (g *soakGuests) frozen(ctx context.Context, r *rand.Rand) error {
	in, err := g.snapshot.Instantiate(ctx)
	if err != nil {
		return err
	}
	use := func() error {
		secret := r.Int64()
		if err := soakWant(ctx, in, int32(-1), "check", int64(soakSecret)); err != nil {
			return err
		}
		if _, err := soakCall(ctx, in, "write", secret); err != nil {
			return err
		}
		return soakWant(ctx, in, int32(-1), "check", secret)
	}
	if err = use(); err == nil {
		err = errors.Join(in.Reset(ctx), use())
	}
	if err == nil && r.IntN(16) == 0 {
		_, err = in.Snapshot()
	}
	return errors.Join(err, in.Close())
}

// stranger compiles a module that nobody has compiled before, uses it once and drops it.
func (g *soakGuests) stranger(ctx context.Context, r *rand.Rand) error {
	number := r.Int64()
	text := fmt.Sprintf(`(module (memory 1) (data (i32.const 8) %q)
	  (func (export "number") (result i64) (i64.add (i64.load (i32.const 8)) (i64.const %d))))`, "12345678", number)
	m, err := wat.Parse("stranger.wat", []byte(text))
	if err != nil {
		return err
	}
	module, err := g.engine.Compile(ctx, wasm.Encode(m))
	if err != nil {
		return err
	}
	in, err := weft.NewLinker(g.engine).Instantiate(ctx, module)
	if err != nil {
		return errors.Join(err, module.Close())
	}
	want := number + int64(binary.LittleEndian.Uint64([]byte("12345678")))
	return errors.Join(soakWant(ctx, in, want, "number"), in.Close(), module.Close())
}

// program runs a real program and compares what it prints.
func (g *soakGuests) program(ctx context.Context, r *rand.Rand) error {
	_, err := g.programs[r.IntN(len(g.programs))].Run(ctx, g.kept)
	return err
}
