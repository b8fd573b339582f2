package amd64

// Cond is a condition on the flags, as the low four bits of an opcode.
type Cond uint8

// The conditions. After a comparison of x with y: B, AE, BE, A are unsigned, L, GE, LE, G signed; after ucomis, B, AE, BE, A are those
// of floats, and P tells that one of them is NaN.
const (
	CondO  Cond = iota // overflow
	CondNO             // no overflow
	CondB              // below, carry
	CondAE             // above or equal, no carry
	CondE              // equal, zero
	CondNE             // not equal, not zero
	CondBE             // below or equal
	CondA              // above
	CondS              // negative
	CondNS             // not negative
	CondP              // parity even: unordered
	CondNP             // parity odd: ordered
	CondL              // less
	CondGE             // greater or equal
	CondLE             // less or equal
	CondG              // greater
)

var condNames = [16]string{"o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g"}

func (c Cond) String() string { return condNames[c] }

// Not is the condition that holds when c does not.
func (c Cond) Not() Cond { return c ^ 1 }

// Swap is the condition that holds of y and x where c holds of x and y, as integers.
func (c Cond) Swap() Cond {
	switch c {
	case CondB, CondA:
		return c ^ CondB ^ CondA
	case CondAE, CondBE:
		return c ^ CondAE ^ CondBE
	case CondL, CondG:
		return c ^ CondL ^ CondG
	case CondGE, CondLE:
		return c ^ CondGE ^ CondLE
	}
	return c
}
