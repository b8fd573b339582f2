package ssagen

import (
	"strings"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/ssa"
)

// sigNumbers are the numbers that the function at hand has for the signatures of its calls, found without a search: many calls of many
// types must not take quadratic time.
type sigNumbers struct {
	epoch   uint32
	types   []sigNumber // per type index
	throws  []sigNumber // per tag
	helpers [abi.HelperCount]sigNumber
}

type sigNumber struct {
	epoch  uint32
	number uint32
}

func (s *sigNumbers) reset(types, tags int) {
	*s = sigNumbers{types: make([]sigNumber, types), throws: make([]sigNumber, tags)}
}

// next forgets the numbers, for another function.
func (s *sigNumbers) next() { s.epoch++ }

func (s *sigNumbers) find(b *ssa.Builder, n *sigNumber, sig *ssa.Sig) int64 {
	if n.epoch != s.epoch {
		*n = sigNumber{s.epoch, uint32(b.AddSig(*sig))}
	}
	return int64(n.number)
}

func (s *sigNumbers) helper(b *ssa.Builder, h abi.Helper) int64 {
	return s.find(b, &s.helpers[h], &helperSigs[h])
}

// helperSigs are the signatures of the helpers with a fixed number of arguments.
var helperSigs = func() (t [abi.HelperCount]ssa.Sig) {
	for h := range t {
		info := abi.Helper(h).Info()
		t[h] = ssa.Sig{Params: namedTypes(info.Params), Results: namedTypes(info.Results)}
	}
	return t
}()

func namedTypes(names string) (types []ssa.Type) {
	for _, n := range strings.Fields(names) {
		switch n {
		case "i32":
			types = append(types, ssa.TypeI32)
		case "i64":
			types = append(types, ssa.TypeI64)
		case "ref":
			types = append(types, ssa.TypeRef)
		}
	}
	return types
}
