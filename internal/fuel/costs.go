package fuel

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"

	"github.com/weft-wasm/weft/internal/op"
)

// Costs are the prices of executing instructions, in units of fuel.
type Costs struct {
	per [op.Count]uint32

	// UnitBytes is how many bytes an instruction on a whole memory copies or fills for a unit, on top of its own price; 0 for as many as it likes. An
	// element of a table counts as ElementBytes.
	UnitBytes uint64
}

const (
	// MaxCost is the most that an instruction may cost.
	MaxCost = 1 << 24

	// DefaultUnitBytes is the UnitBytes of Default: a line of the cache.
	DefaultUnitBytes = 64

	// ElementBytes is the size of an element of a table.
	ElementBytes = 8

	// GrowRoom stands for the room there is for table.grow.
	GrowRoom = 1 << 24
)

// free are the instructions that cost nothing by default: those that only say how others nest, or move nothing.
var free = [...]op.Op{op.Nop, op.Drop, op.Block, op.Else, op.End, op.TryTable, op.Unreachable}

// Default returns the default costs: 1 for every instruction but those that are no work.
func Default() *Costs {
	c := &Costs{UnitBytes: DefaultUnitBytes}
	for o := range c.per {
		c.per[o] = 1
	}
	for _, o := range free {
		c.per[o] = 0
	}
	return c
}

// Set sets the price of an instruction.
func (c *Costs) Set(o op.Op, cost uint32) error {
	switch least := Least(o); {
	case o == op.End || o == op.Else:
		return fmt.Errorf("%s has no cost: it is not executed", o.Info().Name)
	case cost < least:
		return fmt.Errorf("%s costs %d, at least %d: a guest could go on for ever without fuel", o.Info().Name, cost, least)
	case cost > MaxCost:
		return fmt.Errorf("%s costs %d, at most %d", o.Info().Name, cost, MaxCost)
	}
	c.per[o] = cost
	return nil
}

// Of is the price of an instruction.
func (c *Costs) Of(o op.Op) uint32 { return c.per[o] }

// Least is what an instruction costs at least: something, if it can be all that a guest does for ever.
func Least(o op.Op) uint32 {
	switch o {
	case op.Loop, op.ReturnCall, op.ReturnCallIndirect, op.ReturnCallRef:
		return 1
	}
	return 0
}

// Bulk is what copying or filling n things takes beyond the price of the instruction, where there is room for so many: none that is out of bounds is paid for.
// Each is of so many bytes, 1 or ElementBytes.
func (c *Costs) Bulk(n, room, size uint64) int64 {
	if c.UnitBytes == 0 {
		return 0
	}
	return int64(min(n, room) * size / c.UnitBytes)
}

// ID tells costs apart, as a word for people and files.
func (c *Costs) ID() string {
	if *c == *Default() {
		return "1 each"
	}
	h := fnv.New64a()
	var b [8]byte
	for _, n := range c.per {
		binary.LittleEndian.PutUint32(b[:], n)
		h.Write(b[:4])
	}
	binary.LittleEndian.PutUint64(b[:], c.UnitBytes)
	h.Write(b[:])
	return fmt.Sprintf("%016x", h.Sum64())
}
