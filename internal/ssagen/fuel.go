package ssagen

import (
	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/fuel"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Fuel. Within a function the count is a variable, from which charges take. At the entry and at heads of loops the meter stores it too; at the other
// points a store does, unless nothing was charged since. Calls, which may change the count, are followed by a load. So loops without calls have the
// count in a register, and what passes charge up can be merged, because nobody looks between points.

// count is what a generator knows of the count.
type count struct {
	meter   fuel.Meter
	at      ssa.Var
	charge  ssa.Value // whose amount is to be filled in, a charge or a meter; 0 if there is none
	settled bool      // the context has the count
	leaf    bool      // the first segment of the body is charged as others are
}

// ofFuel is what accesses to the count in the context touch.
const ofFuel = ssa.RegionFuel | ssa.RegionSafe

func (g *Generator) metered() bool { return g.m.options.Fuel != nil }

// openCount takes the count from the context.
func (g *Generator) openCount(body []byte) {
	if !g.metered() {
		return
	}
	g.count = count{at: g.b.NewVar(ssa.TypeI64), leaf: fuel.IsLeaf(body)}
	g.count.meter.Reset(g.m.options.Fuel, g.count.leaf)
	g.reloadFuel()
}

// beforeFuel does what has to be done with the count in front of the instruction at hand, which may be one that is never reached. It reports whether the
// count has to be loaded behind it.
func (g *Generator) beforeFuel() (reload bool) {
	if !g.metered() {
		return false
	}
	c := &g.count
	action, total := c.meter.Before(g.in.Op)
	reached := g.b.Block() != 0
	if action&fuel.Charge != 0 && reached {
		g.chargeFuel()
	}
	if action&fuel.Close != 0 && c.charge != 0 {
		g.b.SetImm(c.charge, total)
		c.charge = 0
	}
	if action&fuel.Settle != 0 && reached {
		g.settleFuel()
	}
	return action&fuel.Reload != 0
}

// meterFuel charges the segment that begins at the entry or at the head of a loop.
func (g *Generator) meterFuel() {
	if !g.metered() || g.b.Block() == 0 {
		return
	}
	g.count.charge = g.b.Emit(ssa.OpMeter, g.b.ReadVar(g.count.at))
	g.b.WriteVar(g.count.at, g.count.charge)
	g.count.settled = true
}

// chargeFuel charges the segment that begins here.
func (g *Generator) chargeFuel() {
	g.count.charge = g.b.Emit(ssa.OpCharge, g.b.ReadVar(g.count.at))
	g.b.WriteVar(g.count.at, g.count.charge)
	g.count.settled = false
}

// meterMemory charges an instruction that fills or copies n bytes of a memory.
func (g *Generator) meterMemory(index uint32, n ssa.Value) {
	if g.metered() {
		g.meterBulk(n, g.memoryLength(index), 1)
	}
}

// meterTable does the same for n elements of a table.
func (g *Generator) meterTable(index uint32, n ssa.Value) {
	if g.metered() {
		g.meterBulk(n, g.tableLength(index), fuel.ElementBytes)
	}
}

// meterGrowth does it for n elements that a table is to grow by.
func (g *Generator) meterGrowth(n ssa.Value) {
	if g.metered() {
		g.meterBulk(n, g.b.Const64(fuel.GrowRoom), fuel.ElementBytes)
	}
}

// meterBulk charges what fuel.Costs.Bulk says.
func (g *Generator) meterBulk(n, room ssa.Value, size int64) {
	left := g.b.ReadVar(g.count.at)
	if unit := g.m.options.Fuel.UnitBytes; unit > 0 {
		n = g.b.Select(g.b.Emit(ssa.OpI64LtU, n, room), n, room)
		bytes := g.b.Emit(ssa.OpI64Mul, n, g.b.Const64(size))
		left = g.b.Emit(ssa.OpI64Sub, left, g.b.Emit(ssa.OpI64DivU, bytes, g.b.Const64(int64(unit))))
	}
	g.b.WriteVar(g.count.at, g.b.Emit(ssa.OpMeter, left))
	g.count.settled = true
}

// settleFuel brings the count into the context.
func (g *Generator) settleFuel() {
	if !g.metered() || g.count.settled {
		return
	}
	g.b.Store(ssa.OpI64Store, ofFuel, g.contextValue(), 0, abi.InstanceFuel, g.b.ReadVar(g.count.at))
	g.count.settled = true
}

// reloadFuel takes the count from the context.
func (g *Generator) reloadFuel() {
	if !g.metered() || g.b.Block() == 0 {
		return
	}
	g.b.WriteVar(g.count.at, g.b.Load(ssa.OpI64Load, ofFuel, g.contextValue(), 0, abi.InstanceFuel))
	g.count.settled = true
}

// returns ends the block with a return.
func (g *Generator) returns(results []ssa.Value) {
	g.settleFuel()
	g.b.Return(results...)
}
