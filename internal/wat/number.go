package wat

import (
	"math"
	"strconv"
	"strings"
)

// parseUint returns the magnitude and sign of a word that numberKind says is an integer. ok is false if it does not fit 64 bits.
func parseUint(s []byte) (v uint64, negative, ok bool) {
	if s[0] == '+' || s[0] == '-' {
		negative = s[0] == '-'
		s = s[1:]
	}
	base := uint64(10)
	if rest, hex := cutPrefix(s, "0x"); hex {
		s, base = rest, 16
	}
	for _, c := range s {
		if c == '_' {
			continue
		}
		d := uint64(hexValue(c))
		if v > (math.MaxUint64-d)/base {
			return 0, negative, false
		}
		v = v*base + d
	}
	return v, negative, true
}

// parseInt returns an integer of the given number of bits, read as signed or unsigned and zero-extended from its two's
// complement. ok is false if it fits neither.
func parseInt(s []byte, bits uint) (v uint64, ok bool) {
	v, negative, ok := parseUint(s)
	mask := uint64(math.MaxUint64) >> (64 - bits)
	switch {
	case !ok || v > mask:
		return 0, false
	case negative && v > 1<<(bits-1):
		return 0, false
	case negative:
		return -v & mask, true
	}
	return v, true
}

// floatFormat describes an IEEE 754 format.
type floatFormat struct {
	bits     int
	mantissa uint // the bits of the mantissa that are stored
}

var (
	float32Format = floatFormat{32, 23}
	float64Format = floatFormat{64, 52}
)

// infinity returns the bits of positive infinity.
func (f floatFormat) infinity() uint64 {
	return uint64(1)<<(f.bits-1) - uint64(1)<<f.mantissa
}

// quietBit returns the bit that tells a quiet NaN from a signalling one; a canonical NaN has no other in its mantissa.
func (f floatFormat) quietBit() uint64 { return 1 << (f.mantissa - 1) }

// parse returns the bits of a number that numberKind says is an integer or a float, rounded once, to nearest and ties to even.
// ok is false if the number rounds to infinity, or if the payload of a NaN is 0 or does not fit.
func (f floatFormat) parse(word []byte) (v uint64, ok bool) {
	s := string(word)
	var sign uint64
	if s[0] == '+' || s[0] == '-' {
		if s[0] == '-' {
			sign = 1 << (f.bits - 1)
		}
		s = s[1:]
	}
	switch {
	case s == "inf":
		return sign | f.infinity(), true
	case s == "nan":
		return sign | f.infinity() | f.quietBit(), true
	case strings.HasPrefix(s, "nan:0x"):
		payload, err := strconv.ParseUint(withoutUnderscores(s[len("nan:0x"):]), 16, 64)
		if err != nil || payload == 0 || payload >= 1<<f.mantissa {
			return 0, false
		}
		return sign | f.infinity() | payload, true
	}
	s = withoutUnderscores(s)
	if strings.HasPrefix(s, "0x") && !strings.ContainsAny(s, "pP") {
		s += "p0" // strconv insists on an exponent
	}
	x, err := strconv.ParseFloat(s, f.bits)
	if err != nil {
		return 0, false
	}
	if f.bits == 32 {
		return sign | uint64(math.Float32bits(float32(x))), true
	}
	return sign | math.Float64bits(x), true
}

func withoutUnderscores(s string) string {
	return strings.ReplaceAll(s, "_", "")
}
