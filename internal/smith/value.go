package smith

import (
	"math"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// integer is a number that is more likely than others to be at an edge of something.
func (k *maker) integer() uint64 {
	switch k.IntN(6) {
	case 0:
		return k.Uint64()
	case 1:
		return pick(k, []uint64{0, 1, 2, math.MaxUint64, math.MaxInt32, 1 << 31, math.MaxUint32, 1 << 32, math.MaxInt64, 1 << 63})
	case 2:
		return 1<<k.IntN(64) - uint64(k.IntN(2))
	case 3:
		return -uint64(k.IntN(100))
	}
	return uint64(k.IntN(40))
}

// float is a number of which that is true as well. No NaN but the canonical one is among them.
func (k *maker) float() float64 {
	switch k.IntN(4) {
	case 0:
		return pick(k, []float64{0, math.Copysign(0, -1), 1, -1, 0.5, math.Inf(1), math.Inf(-1), math.NaN(),
			math.MaxFloat32, math.MaxFloat64, math.SmallestNonzeroFloat32, math.SmallestNonzeroFloat64,
			1 << 31, -1 << 31, 1 << 32, 1 << 63, -1 << 63, 1 << 64})
	case 1:
		return float64(int64(k.integer()))
	case 2:
		return float64(k.IntN(200)-100) / 4
	}
	return k.NormFloat64() * math.Pow(2, float64(k.IntN(80)-20))
}

const (
	canonicalNaN32 = 0x7fc00000
	canonicalNaN64 = 0x7ff8000000000000
)

func bits32(f float64) uint64 {
	if f != f {
		return canonicalNaN32
	}
	return uint64(math.Float32bits(float32(f)))
}

func bits64(f float64) uint64 {
	if f != f {
		return canonicalNaN64
	}
	return math.Float64bits(f)
}

// constant appends an instruction that pushes a constant of type t.
func (k *maker) constant(b []byte, t wasm.ValType) []byte {
	in := wasm.Instr{}
	switch t {
	case wasm.I32:
		in.Op, in.Imm = op.I32Const, uint64(uint32(k.integer()))
	case wasm.I64:
		in.Op, in.Imm = op.I64Const, k.integer()
	case wasm.F32:
		in.Op, in.Imm = op.F32Const, bits32(k.float())
	case wasm.F64:
		in.Op, in.Imm = op.F64Const, bits64(k.float())
	case wasm.V128:
		in.Op, in.Imm, in.Imm2 = op.V128Const, k.half(), k.half()
	default:
		in.Op, in.Heap = op.RefNull, t.Heap()
	}
	return wasm.AppendInstr(b, &in)
}

// half is half of a vector constant.
func (k *maker) half() uint64 {
	switch k.IntN(3) {
	case 0:
		return bits64(k.float())
	case 1:
		return bits32(k.float()) | bits32(k.float())<<32
	}
	return k.integer()
}
