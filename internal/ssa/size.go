package ssa

// The sizes of the entries of a function's tables, which a test holds to what they are.
const (
	valueBytes = 32
	linkBytes  = 16
	blockBytes = 40
	edgeBytes  = 28
)

// SizeBytes is about what f takes in memory. It bounds what passes take as well: their tables have an entry for each of f's.
func (f *Func) SizeBytes() int {
	return len(f.values)*(valueBytes+linkBytes) + len(f.blocks)*blockBytes + len(f.edges)*edgeBytes + len(f.pool)*4
}
