package num

import "github.com/weft-wasm/weft/internal/abi"

// I32DivS divides signed integers, truncating toward zero. It traps on a zero divisor and on -2^31 / -1, whose
// quotient has no representation.
func I32DivS(x, y uint32) (uint32, abi.Trap) {
	if y == 0 {
		return 0, abi.TrapDivideByZero
	}
	if x == 1<<31 && y == ^uint32(0) {
		return 0, abi.TrapIntegerOverflow
	}
	return uint32(int32(x) / int32(y)), abi.TrapNone
}

// I32DivU divides unsigned integers and traps on a zero divisor.
func I32DivU(x, y uint32) (uint32, abi.Trap) {
	if y == 0 {
		return 0, abi.TrapDivideByZero
	}
	return x / y, abi.TrapNone
}

// I32RemS is the remainder of I32DivS with the sign of the dividend. It traps on a zero divisor only:
// -2^31 rem -1 is 0, in Go as in WebAssembly.
func I32RemS(x, y uint32) (uint32, abi.Trap) {
	if y == 0 {
		return 0, abi.TrapDivideByZero
	}
	return uint32(int32(x) % int32(y)), abi.TrapNone
}

// I32RemU is the remainder of I32DivU and traps on a zero divisor.
func I32RemU(x, y uint32) (uint32, abi.Trap) {
	if y == 0 {
		return 0, abi.TrapDivideByZero
	}
	return x % y, abi.TrapNone
}

// I64DivS divides signed integers, truncating toward zero. It traps on a zero divisor and on -2^63 / -1.
func I64DivS(x, y uint64) (uint64, abi.Trap) {
	if y == 0 {
		return 0, abi.TrapDivideByZero
	}
	if x == 1<<63 && y == ^uint64(0) {
		return 0, abi.TrapIntegerOverflow
	}
	return uint64(int64(x) / int64(y)), abi.TrapNone
}

// I64DivU divides unsigned integers and traps on a zero divisor.
func I64DivU(x, y uint64) (uint64, abi.Trap) {
	if y == 0 {
		return 0, abi.TrapDivideByZero
	}
	return x / y, abi.TrapNone
}

// I64RemS is the remainder of I64DivS with the sign of the dividend; -2^63 rem -1 is 0. It traps on a zero divisor.
func I64RemS(x, y uint64) (uint64, abi.Trap) {
	if y == 0 {
		return 0, abi.TrapDivideByZero
	}
	return uint64(int64(x) % int64(y)), abi.TrapNone
}

// I64RemU is the remainder of I64DivU and traps on a zero divisor.
func I64RemU(x, y uint64) (uint64, abi.Trap) {
	if y == 0 {
		return 0, abi.TrapDivideByZero
	}
	return x % y, abi.TrapNone
}
