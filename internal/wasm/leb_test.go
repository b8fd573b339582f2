package wasm

import (
	"bytes"
	"math"
	"testing"
)

func TestAppendLEB(t *testing.T) {
	for _, c := range []struct {
		v    uint64
		want string
	}{
		{0, "\x00"}, {1, "\x01"}, {127, "\x7f"}, {128, "\x80\x01"}, {624485, "\xe5\x8e\x26"},
		{math.MaxUint32, "\xff\xff\xff\xff\x0f"}, {math.MaxUint64, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"},
	} {
		if got := AppendULEB([]byte("x"), c.v); string(got) != "x"+c.want {
			t.Errorf("AppendULEB(%d): have %x, want %x", c.v, got[1:], c.want)
		}
	}
	for _, c := range []struct {
		v    int64
		want string
	}{
		{0, "\x00"}, {63, "\x3f"}, {64, "\xc0\x00"}, {-1, "\x7f"}, {-64, "\x40"}, {-65, "\xbf\x7f"}, {-123456, "\xc0\xbb\x78"},
		{math.MinInt32, "\x80\x80\x80\x80\x78"}, {math.MaxInt64, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00"},
		{math.MinInt64, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x7f"},
	} {
		if got := AppendSLEB([]byte("x"), c.v); string(got) != "x"+c.want {
			t.Errorf("AppendSLEB(%d): have %x, want %x", c.v, got[1:], c.want)
		}
	}
}

// TestLEBRoundTrip goes through the neighbourhood of every power of two.
func TestLEBRoundTrip(t *testing.T) {
	for shift := range 64 {
		for delta := int64(-2); delta <= 2; delta++ {
			v := int64(1)<<shift + delta
			for _, signed := range []int64{v, -v} {
				r := reader{b: AppendSLEB(nil, signed)}
				if got := r.s64(); got != signed || r.err != nil || r.left() != 0 {
					t.Errorf("s64: have %d, %v, want %d", got, r.err, signed)
				}
				r = reader{b: AppendSLEB(nil, int64(int32(signed)))}
				if got := r.s32(); got != int32(signed) || r.err != nil || r.left() != 0 {
					t.Errorf("s32: have %d, %v, want %d", got, r.err, int32(signed))
				}
			}
			r := reader{b: AppendULEB(nil, uint64(v))}
			if got := r.u64(); got != uint64(v) || r.err != nil || r.left() != 0 {
				t.Errorf("u64: have %d, %v, want %d", got, r.err, uint64(v))
			}
			r = reader{b: AppendULEB(nil, uint64(uint32(v)))}
			if got := r.u32(); got != uint32(v) || r.err != nil || r.left() != 0 {
				t.Errorf("u32: have %d, %v, want %d", got, r.err, uint32(v))
			}
		}
	}
}

func TestLEBErrors(t *testing.T) {
	u := func(bits uint) func(*reader) { return func(r *reader) { r.uleb(bits) } }
	s := func(bits uint) func(*reader) { return func(r *reader) { r.sleb(bits) } }
	for _, c := range []struct {
		name  string
		read  func(*reader)
		bytes string
		kind  Kind // "" if it is fine
	}{
		{"u32 padded", u(32), "\x80\x80\x80\x80\x00", ""},
		{"u32 largest", u(32), "\xff\xff\xff\xff\x0f", ""},
		{"u32 33 bits", u(32), "\xff\xff\xff\xff\x1f", LEBTooLarge},
		{"u32 6 bytes", u(32), "\x80\x80\x80\x80\x80\x00", LEBTooLong},
		{"u32 cut", u(32), "\x80\x80", UnexpectedEnd},
		{"u64 largest", u(64), "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", ""},
		{"u64 65 bits", u(64), "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", LEBTooLarge},
		{"s32 smallest", s(32), "\x80\x80\x80\x80\x78", ""},
		{"s32 positive with sign bits", s(32), "\xff\xff\xff\xff\x0f", LEBTooLarge},
		{"s32 negative without", s(32), "\x80\x80\x80\x80\x08", LEBTooLarge},
		{"s33 largest", s(33), "\xff\xff\xff\xff\x0f", ""},
		{"s33 smallest", s(33), "\x80\x80\x80\x80\x70", ""},
		{"s33 34 bits", s(33), "\xff\xff\xff\xff\x1f", LEBTooLarge},
		{"s64 smallest", s(64), "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x7f", ""},
		{"s64 too large", s(64), "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", LEBTooLarge},
		{"s64 11 bytes", s(64), "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", LEBTooLong},
		{"nothing", s(64), "", UnexpectedEnd},
	} {
		r := reader{b: []byte(c.bytes)}
		c.read(&r)
		var kind Kind
		if r.err != nil {
			kind = r.err.Kind
		}
		if kind != c.kind {
			t.Errorf("%s: have %q, want %q", c.name, kind, c.kind)
		}
	}
}

func TestS33(t *testing.T) {
	for bytes, want := range map[string]int64{
		"\xff\xff\xff\xff\x0f": math.MaxUint32, "\x80\x80\x80\x80\x70": -1 << 32, "\x40": -64, "\xc0\x00": 64,
	} {
		r := reader{b: []byte(bytes)}
		if got := r.sleb(33); got != want || r.err != nil {
			t.Errorf("%x: have %d, %v, want %d", bytes, got, r.err, want)
		}
	}
}

// TestFirstErrorSticks shows that what is read after an error is zero and leaves the error alone.
func TestFirstErrorSticks(t *testing.T) {
	r := reader{b: bytes.Repeat([]byte{0xff}, 20), base: 100}
	r.u32()
	r.pos = 10
	if v := r.u32(); r.err.Offset != 100 || r.err.Kind != LEBTooLong || v != 0 {
		t.Errorf("have %d, %v", v, r.err)
	}
}
