package rt

import (
	"context"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/fuel"
)

// Fuel says what executing the code of a module's instances costs, and who pays.
type Fuel struct {
	Costs   *fuel.Costs
	Initial int64 // what an instance begins with

	// Out is asked for more when an instance has none left; nil for no more. An error, or nothing, ends the guest's call.
	Out func(ctx context.Context, in *Instance) (more int64, err error)
}

// fuelWord is where the count of the instance is: in the context where there is one, for generated code.
func (in *Instance) fuelWord() *uint64 {
	if in.context.words != nil {
		return &in.context.words[abi.InstanceFuel/8]
	}
	return &in.fuel
}

// FuelWord is where whoever executes the instance keeps its count, a signed number.
func (in *Instance) FuelWord() *uint64 { return in.fuelWord() }

// Fuel is how much fuel is left. While a guest runs, it is what was left at the last point (package fuel).
func (in *Instance) Fuel() int64 { return int64(*in.fuelWord()) }

// MaxFuel is the most that an instance can have, and can owe. Code adds to the count what it is about to take, so that must not overflow.
const MaxFuel = 1 << 62

// SetFuel sets how much is left, within the limits.
func (in *Instance) SetFuel(units int64) {
	*in.fuelWord() = uint64(min(max(units, -MaxFuel), MaxFuel))
}

// AddFuel adds units, or takes them if they are negative, and returns what is left.
func (in *Instance) AddFuel(units int64) int64 {
	// Neither is above half of what there are numbers for, nor far below, so that halves can be added.
	if half := in.Fuel()/2 + units/2; half > MaxFuel/2 || half < -MaxFuel/2 {
		in.SetFuel(max(min(half, MaxFuel/2), -MaxFuel/2) * 2)
	} else {
		in.SetFuel(in.Fuel() + units)
	}
	return in.Fuel()
}

// fillFuel gives an instance that begins what its module says.
func (in *Instance) fillFuel() {
	if f := in.Module.Fuel; f != nil {
		in.SetFuel(f.Initial)
	}
}

// Refuel asks for more until there is some. The error is that of Fuel.Out, or errEmpty.
func (in *Instance) Refuel(ctx context.Context) error {
	f := in.Module.Fuel
	for in.Fuel() <= 0 {
		if f.Out == nil {
			return errNone
		}
		more, err := f.Out(ctx, in)
		switch {
		case err != nil:
			return err
		case more <= 0:
			return errNone
		}
		in.AddFuel(more)
	}
	return nil
}

// errNone stands for the want of fuel where nobody has given another reason.
var errNone = &TrapError{Code: abi.TrapOutOfFuel}

// Refuel gives an instance that the call executes fuel. The trap says why the call ends; err is then the reason that the host gave, if it did.
func (a *Activation) Refuel(ctx context.Context, in *Instance) (trap abi.Trap, err error) {
	a.asking = true
	err = in.Refuel(ctx)
	a.asking = false
	switch {
	case err == errNone:
		return abi.TrapOutOfFuel, nil
	case err != nil:
		return abi.TrapOutOfFuel, err
	}
	return abi.TrapNone, nil
}
