package wasm

import (
	"bytes"
	"os"
	"testing"
)

// benchModule returns the module in the file that $WEFT_BENCH_WASM names, or else one from Go. Package realworld downloads large ones.
func benchModule(b *testing.B) []byte {
	if path := os.Getenv("WEFT_BENCH_WASM"); path != "" {
		module, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		return module
	}
	module, err := goModule()
	if err != nil {
		b.Skip(err)
	}
	return module
}

func BenchmarkDecode(b *testing.B) {
	module := benchModule(b)
	b.SetBytes(int64(len(module)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode(module, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeReader(b *testing.B) {
	module := benchModule(b)
	b.SetBytes(int64(len(module)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeReader(bytes.NewReader(module), nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkInstrReader reads all instructions of a module.
func BenchmarkInstrReader(b *testing.B) {
	module, err := Decode(benchModule(b), nil)
	if err != nil {
		b.Fatal(err)
	}
	var in Instr
	instrs := 0
	for b.Loop() {
		instrs = 0
		for i := range module.Code {
			r := NewInstrReader(module.Code[i].Body, module.Code[i].Offset)
			for r.Next(&in) == nil {
				instrs++
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(instrs), "ns/instr")
}

func BenchmarkEncode(b *testing.B) {
	encoded := benchModule(b)
	module, err := Decode(encoded, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(encoded)))
	for b.Loop() {
		Encode(module)
	}
}
