package wasm

// AppendULEB appends v in unsigned LEB128 (spec 5.2.2), as short as it goes.
func AppendULEB(dst []byte, v uint64) []byte {
	for v >= 0x80 {
		dst = append(dst, byte(v)|0x80)
		v >>= 7
	}
	return append(dst, byte(v))
}

// AppendSLEB appends v in signed LEB128 (spec 5.2.2), as short as it goes.
func AppendSLEB(dst []byte, v int64) []byte {
	for v < -0x40 || v >= 0x40 {
		dst = append(dst, byte(v)|0x80)
		v >>= 7
	}
	return append(dst, byte(v)&0x7f)
}

// uleb reads an unsigned integer of the given number of bits.
func (r *reader) uleb(bits uint) uint64 {
	start := r.pos
	var v uint64
	for shift := uint(0); ; shift += 7 {
		if r.pos >= len(r.b) {
			r.fail(r.endKind(), len(r.b), "in an integer")
			return 0
		}
		c := r.b[r.pos]
		r.pos++
		v |= uint64(c&0x7f) << shift
		if left := bits - shift; left <= 7 { // the last byte there may be
			if c&0x80 != 0 {
				r.fail(LEBTooLong, start, "more than %d bytes for %d bits", (bits+6)/7, bits)
				return 0
			}
			if c>>left != 0 {
				r.fail(LEBTooLarge, start, "more than %d bits", bits)
				return 0
			}
		}
		if c&0x80 == 0 {
			return v
		}
	}
}

// sleb reads a signed integer of the given number of bits.
func (r *reader) sleb(bits uint) int64 {
	start := r.pos
	var v int64
	for shift := uint(0); ; shift += 7 {
		if r.pos >= len(r.b) {
			r.fail(r.endKind(), len(r.b), "in an integer")
			return 0
		}
		c := r.b[r.pos]
		r.pos++
		v |= int64(c&0x7f) << shift
		if left := bits - shift; left <= 7 { // the last byte there may be: what is beyond the sign bit has to repeat it
			if c&0x80 != 0 {
				r.fail(LEBTooLong, start, "more than %d bytes for %d bits", (bits+6)/7, bits)
				return 0
			}
			if rest := int8(c<<1) >> left; rest != 0 && rest != -1 {
				r.fail(LEBTooLarge, start, "more than %d bits", bits)
				return 0
			}
		}
		if c&0x80 == 0 {
			if shift += 7; shift < 64 {
				v = v << (64 - shift) >> (64 - shift)
			}
			return v
		}
	}
}

func (r *reader) u64() uint64 { return r.uleb(64) }
func (r *reader) s32() int32  { return int32(r.sleb(32)) }
func (r *reader) s64() int64  { return r.sleb(64) }

// u32 is by far the most frequent, and mostly one byte.
func (r *reader) u32() uint32 {
	if r.pos < len(r.b) && r.b[r.pos] < 0x80 {
		r.pos++
		return uint32(r.b[r.pos-1])
	}
	return uint32(r.uleb(32))
}
