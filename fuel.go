package weft

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/weft-wasm/weft/internal/fuel"
	"github.com/weft-wasm/weft/internal/nearest"
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/rt"
)

// Fuel makes an engine meter its guests: each instruction that a guest executes takes units of fuel from the count of the instance whose code it is, and
// a guest without fuel stops. The count depends on the guest and its input alone, not on the machine, the tier or the time: after a call it is the same
// everywhere, also after one that has ended with a trap or an exception. Only what comes from outside, such as a cancellation or a stack that is
// exhausted, ends a guest where it may.
//
// What is executed one instruction after the other is charged together, where it begins. Whether there is fuel is looked at when a turn of a loop begins, or a
// function that loops or calls others, and before memories or tables are filled or copied; so the count may fall below zero by what lies between. A
// trap gives back what was charged since the last of these places, or the last call. See package internal/fuel for the particulars.
type Fuel struct {
	// Initial is what an instance has when it begins to be, before its start function runs, and after Reset; MaxFuel at most.
	Initial int64

	// Costs are the units that instructions take, by their names in the text format, as in "i32.add", or by the beginnings of names, as in "i32.*", "call*"
	// or "*", of which the longest counts. What is not here takes 1, or nothing for nop, drop, unreachable, block and try_table. A loop takes its price at
	// each turn. Loops and tail calls take 1 at least, so that no guest goes on without fuel; end and else take nothing. The most is 1<<24.
	Costs map[string]uint32

	// UnitBytes is how many bytes memory.fill, memory.copy and memory.init write for one unit, and how many bytes of elements, of 8 each, those on
	// tables and table.grow; on top of the instruction's own price. 0 stands for 64, a negative number for as many as they like.
	UnitBytes int

	// OutOfFuel is called when an instance has no fuel left. The guest goes on where it was with what is added; when that is nothing, or an error, its call ends
	// with a *Trap of the code TrapOutOfFuel and, as Err, that error. Nil stands for nothing. It runs in the call's goroutine and may take its time.
	// The instance cannot be called meanwhile.
	OutOfFuel func(ctx context.Context, in *Instance) (more int64, err error)
}

// costs makes the table.
func (f *Fuel) costs() (*fuel.Costs, error) {
	c := fuel.Default()
	switch {
	case f.UnitBytes < 0:
		c.UnitBytes = 0
	case f.UnitBytes > 0:
		c.UnitBytes = uint64(f.UnitBytes)
	}
	names := make([]string, 0, len(f.Costs))
	for name := range f.Costs {
		names = append(names, name)
	}
	// Beginnings before what goes on longer, and whole names last.
	slices.SortFunc(names, func(a, b string) int {
		x, y := strings.HasSuffix(a, "*"), strings.HasSuffix(b, "*")
		if x != y {
			if x {
				return -1
			}
			return 1
		}
		return cmp.Or(len(a)-len(b), strings.Compare(a, b))
	})
	for _, name := range names {
		if err := setCost(c, name, f.Costs[name]); err != nil {
			return nil, fmt.Errorf("weft: fuel: %w", err)
		}
	}
	return c, nil
}

// setCost sets the price of the instructions that a name stands for.
func setCost(c *fuel.Costs, name string, cost uint32) error {
	prefix, many := strings.CutSuffix(name, "*")
	found := false
	var known []string
	for o := op.Invalid + 1; o < op.Count; o++ {
		have := o.Info().Text
		known = append(known, have)
		switch {
		case !many && have == name:
			if err := c.Set(o, cost); err != nil {
				return err
			}
		case many && strings.HasPrefix(have, prefix):
			if err := c.Set(o, max(cost, fuel.Least(o))); err != nil && o != op.End && o != op.Else {
				return err
			}
		default:
			continue
		}
		found = true
	}
	if found {
		return nil
	}
	if hint := nearest.Of(name, known); hint != "" {
		return fmt.Errorf("no instruction %q (did you mean %q?)", name, hint)
	}
	return fmt.Errorf("no instruction %q", name)
}

// meter is what the engine's modules are metered by.
func (f *Fuel) meter(c *fuel.Costs) *rt.Fuel {
	m := &rt.Fuel{Costs: c, Initial: f.Initial}
	if f.OutOfFuel != nil {
		m.Out = func(ctx context.Context, in *rt.Instance) (int64, error) {
			return f.OutOfFuel(ctx, in.Host.(*Instance))
		}
	}
	return m
}

// MaxFuel is the most fuel that an instance can have: more than it can use up in a hundred years. More counts as that.
const MaxFuel = rt.MaxFuel

var errNotMetered = errors.New("weft: the instance is not metered: its engine has no Config.Fuel")

// Fuel returns how many units are left; below zero is what has been taken too much, which the next to come pay for. It is exact between calls and in functions
// of the host that the guest calls; it is not to be asked by other goroutines while a guest runs. Without Config.Fuel it is 0.
func (in *Instance) Fuel() int64 { return in.in.Fuel() }

// SetFuel sets how many units are left, at the times when Fuel is exact. It fails without Config.Fuel.
func (in *Instance) SetFuel(units int64) error {
	if in.in.Module.Fuel == nil {
		return errNotMetered
	}
	in.in.SetFuel(units)
	return nil
}

// AddFuel adds units, at the times when Fuel is exact, and returns how many are left. A negative number takes units, as functions of the host do that charge
// for what they are: the guest notices when it comes to a place where it looks. It fails without Config.Fuel.
func (in *Instance) AddFuel(units int64) (left int64, err error) {
	if in.in.Module.Fuel == nil {
		return 0, errNotMetered
	}
	return in.in.AddFuel(units), nil
}
