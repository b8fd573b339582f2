package wasm_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/weft-wasm/weft/internal/realworld"
	"github.com/weft-wasm/weft/internal/wasm"
)

// ruby returns Ruby 3.2, 24.5 MB.
func ruby(b *testing.B) []byte {
	module, err := realworld.RubyModule(b.Context())
	var unavailable *realworld.UnavailableError
	if errors.As(err, &unavailable) {
		b.Skip(err)
	}
	if err != nil {
		b.Fatal(err)
	}
	return module
}

func BenchmarkDecode(b *testing.B) {
	module := ruby(b)
	b.SetBytes(int64(len(module)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := wasm.Decode(module, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeReader(b *testing.B) {
	module := ruby(b)
	b.SetBytes(int64(len(module)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := wasm.DecodeReader(bytes.NewReader(module), nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkInstrReader reads all instructions of a module.
func BenchmarkInstrReader(b *testing.B) {
	module, err := wasm.Decode(ruby(b), nil)
	if err != nil {
		b.Fatal(err)
	}
	var in wasm.Instr
	instrs := 0
	for b.Loop() {
		instrs = 0
		for i := range module.Code {
			r := wasm.NewInstrReader(module.Code[i].Body, module.Code[i].Offset)
			for r.Next(&in) == nil {
				instrs++
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(instrs), "ns/instr")
}

func BenchmarkEncode(b *testing.B) {
	bytes := ruby(b)
	module, err := wasm.Decode(bytes, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(bytes)))
	for b.Loop() {
		wasm.Encode(module)
	}
}
