package native_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/weft-wasm/weft/internal/fuel"
	"github.com/weft-wasm/weft/internal/native"
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/rt"
)

// metered is how the instances of the world are metered: they begin with little, and are given some more when they ask, as what they have been given so
// far determines; at times nothing.
func (w *world) metered() *rt.Fuel {
	if w.tier.costs == nil {
		return nil
	}
	return &rt.Fuel{Costs: w.tier.costs, Initial: 200, Out: func(_ context.Context, in *rt.Instance) (int64, error) {
		w.asked++
		r := random(fmt.Sprint(w.asked, in.Fuel()))
		switch r.IntN(60) {
		case 0:
			return 0, nil
		case 1:
			return 0, errors.New("denied")
		}
		return 1 + r.Int64N(500), nil
	}}
}

// randomCosts are prices of which many are zero.
func randomCosts(seed uint64) *fuel.Costs {
	r := rand.New(rand.NewPCG(seed, 0))
	c := fuel.Default()
	c.UnitBytes = r.Uint64N(20)
	for o := op.Invalid + 1; o < op.Count; o++ {
		if o != op.End && o != op.Else {
			if err := c.Set(o, max(fuel.Least(o), r.Uint32N(4)*r.Uint32N(6))); err != nil {
				panic(err)
			}
		}
	}
	return c
}

// TestFuelDifferential is TestDifferential with guests that are metered, and compares the counts after every call as well. Guests run out of fuel again and
// again, and go on.
func TestFuelDifferential(t *testing.T) {
	var funcs, loops int
	tiers := []tier{
		manual(t, native.Config{Fuel: fuel.Default(), Heat: 2}, &funcs, &loops),
		manual(t, native.Config{Fuel: randomCosts(*seedFlag + 2), Heat: 1}, &funcs, &loops),
		compiled(t, native.Config{Fuel: fuel.Default()}),
		compiled(t, native.Config{Fuel: randomCosts(*seedFlag)}),
		compiled(t, native.Config{Fuel: randomCosts(*seedFlag + 1), ExplicitChecks: true}),
	}
	start, seed := time.Now(), *seedFlag
	for more := true; more; more = time.Since(start) < *timeFlag {
		if !differential(t, seed, tiers[seed%3]) {
			t.Fatalf("seed %d differs: go test ./internal/native -run FuelDifferential -seed %[1]d -differential 1ns", seed)
		}
		seed++
	}
	t.Logf("%d seeds", seed-*seedFlag)
}
