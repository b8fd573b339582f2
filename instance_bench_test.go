package weft_test

import (
	"context"
	"os"
	"testing"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// BenchmarkInstantiate measures instantiation, a call of a nop and Close, for a memory of 1 MiB.
func BenchmarkInstantiate(b *testing.B) {
	m, err := wat.Parse("nop.wat", []byte(`(module
		(memory (export "memory") 16)
		(data (i32.const 1024) "hello")
		(func (export "nop"))
		(func (export "write") (memory.fill (i32.const 65536) (i32.const 7) (i32.const 65536))))`))
	if err != nil {
		b.Fatal(err)
	}
	cycle(b, wasm.Encode(m), "nop")
}

// BenchmarkInstantiateFile does the same with the module that the environment names, and its export.
func BenchmarkInstantiateFile(b *testing.B) {
	file, export := os.Getenv("WEFT_BENCH_WASM"), os.Getenv("WEFT_BENCH_EXPORT")
	if file == "" {
		b.Skip("WEFT_BENCH_WASM names no module")
	}
	code, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	cycle(b, code, export)
}

func cycle(b *testing.B, code []byte, exports ...string) {
	engine := weft.NewEngine(weft.Config{})
	module, err := engine.Compile(b.Context(), code)
	if err != nil {
		b.Fatal(err)
	}
	linker := weft.NewLinker(engine)
	if err := linker.DefineUnknownImportsAsTraps(module); err != nil {
		b.Fatal(err)
	}
	prepared, err := linker.Prepare(module)
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			in, err := prepared.Instantiate(ctx)
			if err != nil {
				b.Error(err)
				return
			}
			for _, name := range exports {
				f, err := in.Func(name)
				if err == nil && name != "" {
					err = f.CallRaw(ctx, make([]uint64, 4))
				}
				if err != nil {
					b.Error(err)
				}
			}
			in.Close()
		}
	})
}
