package ssa

import "fmt"

// Region says what part of the state an access touches: two accesses to different regions never touch the same byte, except that
// RegionAny overlaps all. The lower bits are the index of the memory, table or global, the upper ones the kind, and RegionSafe says that the
// access cannot trap.
type Region uint32

// The kinds of regions.
const (
	RegionAny     Region = iota << regionShift
	RegionMemory         // bytes of a linear memory
	RegionTable          // elements of a table
	RegionGlobal         // a global
	RegionContext        // the context of the instance and what hangs off it; written by calls only
	RegionStack          // the guest's stack

	// RegionSafe is set on an access that cannot trap.
	RegionSafe Region = 1 << 31

	regionShift = 24
	regionIndex = 1<<regionShift - 1
)

var regionNames = [...]string{"any", "memory", "table", "global", "context", "stack"}

// In returns the region of a kind with an index, as in RegionMemory.In(0).
func (r Region) In(index uint32) Region { return r | Region(index)&regionIndex }

// Kind is the region without its index.
func (r Region) Kind() Region { return r &^ (regionIndex | RegionSafe) }

// Index is the index of the memory, table or global.
func (r Region) Index() uint32 { return uint32(r & regionIndex) }

// Overlaps reports whether accesses to the two regions may touch the same byte.
func (r Region) Overlaps(s Region) bool {
	r, s = r&^RegionSafe, s&^RegionSafe
	return r == s || r.Kind() == RegionAny || s.Kind() == RegionAny
}

// String is the text form: memory[0], or memory[0]! if the access cannot trap.
func (r Region) String() string {
	s := fmt.Sprintf("%s[%d]", regionNames[r.Kind()>>regionShift], r.Index())
	if r&RegionSafe != 0 {
		s += "!"
	}
	return s
}
