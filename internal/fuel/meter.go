package fuel

import "github.com/weft-wasm/weft/internal/op"

// Meter goes over a body, in step with a tier. The tier calls [Meter.Before] in front of each instruction, those that cannot be reached included, does what
// that says, and executes or translates the instruction.
//
// What a segment costs is known at its end only: a tier fills it in where it has charged the segment.
type Meter struct {
	costs   *Costs
	total   int64 // of the segment at hand
	charged bool  // it has been charged
}

// maxSegment is what a segment may cost before it is cut, so that the amount fits where a tier has it.
const maxSegment = 1 << 29

// Reset begins a body, that of a leaf or of another function. The tier charges the first segment of the other at once, as it does at the head of a loop.
func (m *Meter) Reset(c *Costs, leaf bool) { *m = Meter{costs: c, charged: !leaf} }

// Action is a set of what is to be done with the count, in this order.
type Action uint8

// The actions.
const (
	Charge Action = 1 << iota // a segment begins that costs something: charge it
	Close                     // the segment that was charged last has ended: it costs what Before returns
	Settle                    // the count is to be exact
	Reload                    // behind the instruction: the count may be another one
)

// Before says what is to be done around an instruction. Behind the head of a loop, the tier charges a segment without being told.
func (m *Meter) Before(o op.Op) (a Action, total int64) {
	cost := int64(m.costs.per[o])
	switch o {
	case op.Loop, op.Else, op.End:
		if m.charged {
			a, total = Close, m.total
		}
		m.total, m.charged = cost, o == op.Loop
		return a, total
	}
	m.total += cost
	if cost > 0 && !m.charged {
		a, m.charged = Charge, true
	}
	shape := shapes[o]
	if m.charged && (shape&ends != 0 || m.total > maxSegment) {
		a, total = a|Close, m.total
	}
	if a&Close != 0 {
		m.total, m.charged = 0, false
	}
	if shape&point != 0 {
		a |= Settle
	}
	if shape&calls != 0 {
		a |= Reload
	}
	return a, total
}

// shape is what an instruction means for the count.
type shape uint8

const (
	ends  shape = 1 << iota // the segment ends with it
	point                   // the count is exact there
	calls                   // the count may change there
)

var shapes = [op.Count]shape{
	op.Br: ends, op.BrIf: ends, op.BrTable: ends, op.BrOnNull: ends, op.BrOnNonNull: ends, op.BrOnCast: ends, op.BrOnCastFail: ends,
	op.If: ends, op.TryTable: ends, op.Return: ends,

	op.Unreachable: ends | point, op.Throw: ends | point, op.ThrowRef: ends | point,
	op.ReturnCall: ends | point, op.ReturnCallIndirect: ends | point, op.ReturnCallRef: ends | point,

	op.Call: ends | point | calls, op.CallIndirect: ends | point | calls, op.CallRef: ends | point | calls,
	op.MemoryFill: ends, op.MemoryCopy: ends, op.MemoryInit: ends,
	op.TableFill: ends, op.TableCopy: ends, op.TableInit: ends, op.TableGrow: ends,
}
