package weft_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/weft-wasm/weft"
)

// metered is a world whose guests are metered.
func metered(t *testing.T, f weft.Fuel) *world {
	c := testConfig()
	c.Fuel = &f
	e := weft.NewEngine(c)
	return &world{t, e, weft.NewLinker(e)}
}

// left is what an instance has left.
func left(t *testing.T, in *weft.Instance, want int64) {
	t.Helper()
	if have := in.Fuel(); have != want {
		t.Errorf("have %d units of fuel left, want %d", have, want)
	}
}

const guestThatCounts = `(module
	(import "host" "charge" (func $charge))
	(memory 1)
	(func $next (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
	(func (export "count") (param $n i32) (result i32) (local $i i32)
		(loop $again
			(local.set $i (call $next (local.get $i)))
			(br_if $again (i32.lt_u (local.get $i) (local.get $n))))
		(local.get $i))
	(func (export "spin") (loop $l (br $l)))
	(func (export "load") (param $at i32) (result i32)
		(loop $again
			(drop (i32.load (local.get $at)))
			(local.set $at (i32.add (local.get $at) (i32.const 4)))
			(br $again))
		(i32.const 0))
	(func (export "fill") (param $n i32) (memory.fill (i32.const 0) (i32.const 1) (local.get $n)))
	(func (export "charged") (call $charge)))`

// counting instantiates guestThatCounts; its host function charges 100 units.
func counting(t *testing.T, f weft.Fuel) *weft.Instance {
	w := metered(t, f)
	err := w.linker.Define("host", "charge", func(_ context.Context, in *weft.Instance) error {
		_, err := in.AddFuel(-100)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return w.instantiate(guestThatCounts)
}

// TestFuelCounts says what is taken to the unit: what the segments of the code add up to.
func TestFuelCounts(t *testing.T) {
	in := counting(t, weft.Fuel{Initial: 10_000})
	call := func(name string, args ...any) error {
		f, err := in.Func(name)
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.Call(bg, args...)
		return err
	}
	if err := call("count", int32(7)); err != nil {
		t.Fatal(err)
	}
	// Each turn: loop, local.get, call; local.get, i32.const, i32.add in the callee; local.set and four of the branch. In the end one local.get.
	left(t, in, 10_000-7*(3+3+5)-1)

	// 16384 turns of 8, and one that was charged when it trapped.
	if err := in.SetFuel(1_000_000); err != nil {
		t.Fatal(err)
	}
	var trap *weft.Trap
	if err := call("load", int32(0)); !errors.As(err, &trap) || trap.Code != weft.TrapMemoryOutOfBounds {
		t.Errorf("have %v, want a trap: out of bounds", err)
	}
	left(t, in, 1_000_000-16_384*8-8)

	// Four for the instructions, and a unit for each 64 bytes; out of bounds no more than the memory has.
	if err := in.SetFuel(10_000); err != nil {
		t.Fatal(err)
	}
	if err := call("fill", int32(640)); err != nil {
		t.Error(err)
	}
	left(t, in, 10_000-4-10)
	if err := call("fill", int32(-1)); !errors.As(err, &trap) || trap.Code != weft.TrapMemoryOutOfBounds {
		t.Errorf("have %v, want a trap: out of bounds", err)
	}
	left(t, in, 10_000-4-10-4-1024)

	if err := in.SetFuel(200); err != nil {
		t.Fatal(err)
	}
	if err := call("charged"); err != nil {
		t.Error(err)
	}
	left(t, in, 200-100-1)
	if err := in.Reset(bg); err != nil {
		t.Fatal(err)
	}
	left(t, in, 10_000)
}

// TestOutOfFuel ends a guest that spins, and has it go on.
func TestOutOfFuel(t *testing.T) {
	in := counting(t, weft.Fuel{Initial: 1000})
	spin, err := in.Func("spin")
	if err != nil {
		t.Fatal(err)
	}
	var trap *weft.Trap
	if _, err := spin.Call(bg); !errors.As(err, &trap) || trap.Code != weft.TrapOutOfFuel || trap.Err != nil {
		t.Fatalf("have %v, want a trap: out of fuel", err)
	}
	if want := "weft: out of fuel in function 3"; !strings.HasPrefix(trap.Error(), want) || len(trap.Frames) != 1 {
		t.Errorf("have %v with %d frames, want %s… with one", trap, len(trap.Frames), want)
	}
	left(t, in, 0)
	// Without fuel nothing begins, and the debt grows by no more than what would have begun.
	if _, err := spin.Call(bg); !errors.As(err, &trap) || trap.Code != weft.TrapOutOfFuel {
		t.Fatalf("have %v, want a trap: out of fuel", err)
	}
	if n, err := in.AddFuel(500); n != 500 || err != nil {
		t.Errorf("have %d, %v, want 500", n, err)
	}
	count, err := weft.Lookup1[int32, int32](in, "count")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := count(bg, 10); n != 10 || err != nil {
		t.Errorf("the instance is not usable afterwards: %d, %v", n, err)
	}
}

// TestRefuel gives a guest in a loop fuel in portions, again and again, and takes part in what it computes no more than that.
func TestRefuel(t *testing.T) {
	asked := 0
	refused := errors.New("no more credit")
	in := counting(t, weft.Fuel{Initial: 50, OutOfFuel: func(_ context.Context, in *weft.Instance) (int64, error) {
		if asked++; asked > 5000 {
			return 0, refused
		}
		if in.Fuel() > 0 {
			t.Errorf("asked with %d units left", in.Fuel())
		}
		return 37, nil
	}})
	count, err := weft.Lookup1[int32, int32](in, "count")
	if err != nil {
		t.Fatal(err)
	}
	const turns = 5000
	if n, err := count(bg, turns); n != turns || err != nil {
		t.Fatalf("have %d, %v, want %d", n, err, turns)
	}
	left(t, in, 50+int64(asked)*37-turns*11-1)
	if asked < turns*11/37-2 {
		t.Errorf("asked %d times", asked)
	}
	n, err := count(bg, math.MaxInt32)
	var trap *weft.Trap
	if !errors.Is(err, refused) || !errors.As(err, &trap) || trap.Code != weft.TrapOutOfFuel {
		t.Errorf("have %d, %v, want a trap: no more credit", n, err)
	}
}

// TestRefuelEnds has what is asked for fuel cancel the call, or panic; the instance is good for other calls then.
func TestRefuelEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(bg)
	var do func()
	in := counting(t, weft.Fuel{Initial: 50, OutOfFuel: func(context.Context, *weft.Instance) (int64, error) {
		do()
		return 1000, nil
	}})
	count, err := weft.Lookup1[int32, int32](in, "count")
	if err != nil {
		t.Fatal(err)
	}
	do = func() {
		cancel()
		<-ctx.Done()
	}
	var trap *weft.Trap
	if _, err := count(ctx, math.MaxInt32); !errors.As(err, &trap) || trap.Code != weft.TrapInterrupted {
		t.Errorf("have %v, want a trap: interrupted", err)
	}
	for range 40 { // so that calls get to have what they need ready
		do = func() { panic("out of order") }
		if err := in.SetFuel(30); err != nil {
			t.Fatal(err)
		}
		func() {
			defer func() {
				if r := recover(); r != "out of order" {
					t.Errorf("have %v, want the panic", r)
				}
			}()
			count(bg, 1000)
		}()
		do = func() {
			if n, err := count(bg, 1); err != weft.ErrConcurrent {
				t.Errorf("have %d, %v, want ErrConcurrent", n, err)
			}
		}
		if err := in.SetFuel(30); err != nil {
			t.Fatal(err)
		}
		if n, err := count(bg, 10); n != 10 || err != nil {
			t.Fatalf("have %d, %v, want 10", n, err)
		}
	}
}

// TestFuelOfEach has each of two linked instances pay for its own code.
func TestFuelOfEach(t *testing.T) {
	w := metered(t, weft.Fuel{Initial: 1000})
	callee := w.instantiate(`(module (func (export "f") (param i32) (result i32) (i32.mul (local.get 0) (local.get 0))))`)
	if err := w.linker.DefineInstance("callee", callee); err != nil {
		t.Fatal(err)
	}
	caller := w.instantiate(`(module (import "callee" "f" (func $f (param i32) (result i32)))
		(func (export "g") (result i32) (i32.add (call $f (i32.const 3)) (i32.const 1))))`)
	g, err := weft.Lookup0[int32](caller, "g")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := g(bg); n != 10 || err != nil {
		t.Fatal(n, err)
	}
	left(t, caller, 1000-4)
	left(t, callee, 1000-3)
}

func TestFuelCosts(t *testing.T) {
	w := metered(t, weft.Fuel{Initial: 1000, UnitBytes: -1, Costs: map[string]uint32{"*": 0, "i32.*": 2, "i32.mul": 7, "memory.fill": 50}})
	in := w.instantiate(`(module (memory 1) (func (export "f") (result i32)
		(memory.fill (i32.const 0) (i32.const 0) (i32.const 65536))
		(i32.mul (i32.const 3) (i32.add (i32.const 1) (i32.const 2)))))`)
	f, err := weft.Lookup0[int32](in, "f")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := f(bg); n != 9 || err != nil {
		t.Fatal(n, err)
	}
	left(t, in, 1000-3*2-50-3*2-2-7)
	for name, want := range map[string]string{
		"i32.ad": `weft: fuel: no instruction "i32.ad" (did you mean "i32.add"?)`,
		"i33.*":  `weft: fuel: no instruction "i33.*"`,
		"loop":   "weft: fuel: loop costs 0, at least 1: a guest could go on for ever without fuel",
		"end":    "weft: fuel: end has no cost: it is not executed",
	} {
		w := metered(t, weft.Fuel{Costs: map[string]uint32{name: 0}})
		if _, err := w.engine.Compile(bg, binary(t, "(module)")); err == nil || err.Error() != want {
			t.Errorf("%s: have %v, want %s", name, err, want)
		}
	}
}

func TestNotMetered(t *testing.T) {
	in := newWorld(t, weft.Limits{}).instantiate(`(module)`)
	if err := in.SetFuel(1); err == nil || !strings.Contains(err.Error(), "Config.Fuel") {
		t.Errorf("have %v, want an error that names Config.Fuel", err)
	}
	if _, err := in.AddFuel(1); err == nil {
		t.Error("fuel is added to what is not metered")
	}
	left(t, in, 0)
}

// TestPrecompiledFuel refuses code that takes other fuel than the engine.
func TestPrecompiledFuel(t *testing.T) {
	if !isCompiled() {
		t.Skip("there is no machine code")
	}
	of := func(f *weft.Fuel) *weft.Engine {
		c := testConfig()
		c.Fuel = f
		return weft.NewEngine(c)
	}
	engines := []*weft.Engine{of(nil), of(&weft.Fuel{}), of(&weft.Fuel{Costs: map[string]uint32{"call": 3}})}
	for i, from := range engines {
		m, err := from.Compile(bg, binary(t, `(module (func (export "f")))`))
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := m.Serialize(&b); err != nil {
			t.Fatal(err)
		}
		for j, to := range engines {
			_, err := to.Deserialize([]byte(b.String()))
			var refused *weft.PrecompiledError
			if i == j && err != nil || i != j && (!errors.As(err, &refused) || refused.Reason != weft.PrecompiledOtherwise) {
				t.Errorf("from %d to %d: have %v", i, j, err)
			}
		}
	}
}
