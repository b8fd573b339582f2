package wasm

import (
	"bytes"
	"io"
	"testing"
	"testing/iotest"
)

// FuzzDecode decodes arbitrary bytes: no panic; the same verdict from bytes and from a stream; and what is accepted comes out of Encode as
// it went in.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(everything))
	f.Add([]byte(preamble))
	f.Add([]byte(preamble + section(idCustom, "\x04name", "\x00\x02\x01m\x01\x07\x02\x00\x01f\x01\x01g")))
	f.Add([]byte(preamble + section(idCustom, "\x19"+BranchHintSection, "\x01\x00\x01\x05\x01\x01")))
	f.Fuzz(func(t *testing.T, b []byte) {
		decodeAll(b)
		m, err := Decode(b, nil)
		streamed, streamErr := DecodeReader(iotest.HalfReader(bytes.NewReader(b)), nil)
		if (err == nil) != (streamErr == nil) {
			t.Fatalf("from bytes %v, from a stream %v", err, streamErr)
		}
		if err != nil {
			return
		}
		if !Equal(m, streamed) {
			t.Fatal("another module from a stream than from bytes")
		}
		checkRoundTrip(t, "module", b)
	})
}

// FuzzInstr reads arbitrary bytes as instructions; what can be read, can be written and read again.
func FuzzInstr(f *testing.F) {
	f.Add([]byte("\x41\x2a\x28\x42\x05\x10\x0e\x02\x00\x01\x02\xfd\x54\x00\x08\x03\x0b"))
	f.Add([]byte("\x1f\x40\x02\x00\x07\x01\x02\x02\xfb\x18\x03\x01\x6e\x09\x1c\x02\x7b\x63\x05\x0b"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := NewInstrReader(b, 0)
		var in, again Instr
		for {
			err := r.Next(&in)
			if err == io.EOF {
				return
			}
			if e, ok := err.(*Error); ok {
				if e.Offset < 0 || e.Offset > int64(len(b)) {
					t.Fatalf("%v, outside of %d bytes", e, len(b))
				}
				return
			}
			first := AppendInstr(nil, &in)
			second := NewInstrReader(first, 0)
			if err := second.Next(&again); err != nil || second.Pos() != len(first) {
				t.Fatalf("%x: %v after %d bytes", first, err, second.Pos())
			}
			if b := AppendInstr(nil, &again); !bytes.Equal(first, b) {
				t.Fatalf("have %x, want %x", b, first)
			}
		}
	})
}
