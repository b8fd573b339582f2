package ssa

import "fmt"

// Region says what part of the state an access touches: two accesses to different regions never touch the same byte, except that
// RegionAny overlaps all. The lower bits are the index of the memory, table or global, the upper ones the kind, and the uppermost two say more of
// the access.
//
// An access to a linear memory has the start of the memory as its base, and its index plus Imm is an offset in it.
type Region uint32

// The kinds of regions.
const (
	RegionAny     Region = iota << regionShift
	RegionMemory         // bytes of a linear memory
	RegionTable          // elements of a table
	RegionGlobal         // a global
	RegionContext        // the context of the instance and what hangs off it; written by calls only
	RegionStack          // the guest's stack
	RegionFuel           // the count of fuel in the instance's context

	// RegionSafe is set on an access that cannot trap.
	RegionSafe Region = 1 << 31

	// RegionVast is set on an access to a linear memory that may be larger than MemoryRoom allows.
	RegionVast Region = 1 << 30

	regionFlags = RegionSafe | RegionVast
	regionShift = 24
	regionIndex = 1<<regionShift - 1
)

// MemoryRoom is how many bytes are left between the end of a linear memory and 4 GiB, if it is not vast: what is added to the 32-bit
// address of something in it does not wrap, if it is no more than that.
const MemoryRoom = 1 << 16

var regionNames = [...]string{"any", "memory", "table", "global", "context", "stack", "fuel"}

// In returns the region of a kind with an index, as in RegionMemory.In(0).
func (r Region) In(index uint32) Region { return r | Region(index)&regionIndex }

// Kind is the region without its index.
func (r Region) Kind() Region { return r &^ (regionIndex | regionFlags) }

// Index is the index of the memory, table or global.
func (r Region) Index() uint32 { return uint32(r & regionIndex) }

// Overlaps reports whether accesses to the two regions may touch the same byte.
func (r Region) Overlaps(s Region) bool {
	r, s = r&^regionFlags, s&^regionFlags
	return r == s || r.Kind() == RegionAny || s.Kind() == RegionAny
}

// String is the text form: memory[0], or memory[0]+ if the memory is vast, with ! behind it if the access cannot trap.
func (r Region) String() string {
	s := fmt.Sprintf("%s[%d]", regionNames[r.Kind()>>regionShift], r.Index())
	if r&RegionVast != 0 {
		s += "+"
	}
	if r&RegionSafe != 0 {
		s += "!"
	}
	return s
}
