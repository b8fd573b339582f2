package interp

import (
	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/fuel"
	"github.com/weft-wasm/weft/internal/op"
)

// Fuel. What was charged since the last point is in the machine; at a point it is taken from the count of the instance. So a trap, at which it is dropped,
// leaves what the registers of compiled code leave.

// count is what a lowering knows of the count.
type count struct {
	meter  fuel.Meter
	charge int  // the instruction whose amount is to be filled in, -1 if there is none
	exact  bool // nothing has been charged since the last point
}

// beginFuel charges the first segment of a body, unless it is that of a leaf.
func (l *lowering) beginFuel(body []byte, offset int64) {
	if l.m.Fuel == nil {
		return
	}
	leaf := fuel.IsLeaf(body)
	l.count = count{charge: -1, exact: true}
	l.count.meter.Reset(l.m.Fuel.Costs, leaf)
	if !leaf {
		l.in.Offset = offset
		l.meterFuel()
	}
}

// beforeFuel lowers what has to be done with the count in front of the instruction at hand, which may be one that is never reached.
func (l *lowering) beforeFuel() {
	if l.m.Fuel == nil {
		return
	}
	c := &l.count
	action, total := c.meter.Before(l.in.Op)
	if action&fuel.Charge != 0 && !l.dead {
		c.charge, c.exact = l.emit(opCharge, 0, 0, 0), false
	}
	if action&fuel.Close != 0 && c.charge >= 0 {
		l.instrs[c.charge].A, c.charge = uint32(total), -1
	}
	if action&fuel.Settle != 0 && !l.dead && !c.exact {
		l.emit(opSettle, 0, 0, 0)
		c.exact = true
	}
}

// meterFuel charges the segment that begins at the entry or at the head of a loop.
func (l *lowering) meterFuel() {
	if l.m.Fuel != nil {
		l.count.charge, l.count.exact = l.emit(opMeter, 0, 0, 0), true
	}
}

// returnFuel lowers what comes in front of a return.
func (l *lowering) returnFuel() {
	if l.m.Fuel != nil && !l.count.exact {
		l.emit(opSettle, 0, 0, 0)
	}
}

// refuel asks the host for fuel.
func (m *machine) refuel() (trap abi.Trap) {
	if trap, m.denied = m.Refuel(m.ctx, m.inst); trap == abi.TrapNone && m.Stopped() {
		trap = abi.TrapInterrupted
	}
	return trap
}

// chargeBulk charges an instruction on a whole memory or table, whose operands are args, by what it is to fill or copy: a point.
func (m *machine) chargeBulk(in *instr, args []uint64) abi.Trap {
	x := m.inst
	var n, room, size uint64
	memory := func(index uint32) { n, room, size = args[2], uint64(len(x.Mems[index].Bytes())), 1 }
	table := func(index uint32) { n, room, size = args[2], uint64(len(x.Tables[index].Elems)), fuel.ElementBytes }
	switch op.Op(in.Op) {
	case op.MemoryFill, op.MemoryCopy:
		memory(in.B)
	case op.MemoryInit:
		memory(in.C)
	case op.TableFill, op.TableCopy:
		table(in.B)
	case op.TableInit:
		table(in.C)
	case op.TableGrow:
		n, room, size = args[1], fuel.GrowRoom, fuel.ElementBytes
	default:
		return abi.TrapNone
	}
	left := *m.fuel - m.charged - uint64(x.Module.Fuel.Costs.Bulk(n, room, size))
	*m.fuel, m.charged = left, 0
	if int64(left) > 0 {
		return abi.TrapNone
	}
	return m.refuel()
}
