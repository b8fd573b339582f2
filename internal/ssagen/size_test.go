package ssagen

import (
	"errors"
	"os"
	"testing"
	"time"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/validate"
	"github.com/weft-wasm/weft/internal/wasm"
)

// shape makes a body of about n bytes for a function with a parameter and 10 locals, all i32, without results.
type shape func(n int) []byte

// code writes instructions.
func code(b []byte, list ...wasm.Instr) []byte {
	for i := range list {
		b = wasm.AppendInstr(b, &list[i])
	}
	return b
}

func get(x uint32) wasm.Instr  { return wasm.Instr{Op: op.LocalGet, X: x} }
func set(x uint32) wasm.Instr  { return wasm.Instr{Op: op.LocalSet, X: x} }
func plain(o op.Op) wasm.Instr { return wasm.Instr{Op: o} }

var shapes = map[string]shape{
	"straight": func(n int) (b []byte) {
		for len(b) < n {
			b = code(b, get(uint32(len(b)%11)), get(1), plain(op.I32Add), set(uint32(len(b)%7)))
		}
		return b
	},
	"ifs": func(n int) (b []byte) {
		for len(b) < n {
			b = code(b, get(0), plain(op.If), get(1), set(uint32(len(b)%11)), plain(op.Else), get(2), set(3), plain(op.End))
		}
		return b
	},
	"loops": func(n int) (b []byte) {
		for len(b) < n {
			b = code(b, plain(op.Loop), get(1), get(2), plain(op.I32Add), set(1), get(uint32(len(b)%11)), wasm.Instr{Op: op.BrIf}, plain(op.End))
		}
		return b
	},
	// The last of many blocks that end at the same place reads a variable that only the first wrote.
	"nested blocks": func(n int) (b []byte) {
		depth := min(n/7, 90_000) // of what validation accepts
		for range depth {
			b = code(b, plain(op.Block))
		}
		for range depth {
			b = code(b, get(0), wasm.Instr{Op: op.BrIf}, plain(op.End))
		}
		return code(b, get(5), set(6))
	},
	"joins without a use": func(n int) (b []byte) {
		b = code(b, get(0), set(5))
		for len(b) < n {
			b = code(b, get(0), plain(op.If), plain(op.End))
		}
		return code(b, get(5), set(6))
	},
	"branch table": func(n int) (b []byte) {
		labels := make([]uint32, min(n, 900_000)) // of what validation accepts
		for i := range labels {
			labels[i] = uint32(i % 3)
		}
		b = code(b, plain(op.Block), plain(op.Block), plain(op.Loop), get(0), wasm.Instr{Op: op.BrTable, Labels: labels})
		return code(b, plain(op.End), plain(op.End), plain(op.End))
	},
	"calls in a try": func(n int) (b []byte) {
		b = code(b, plain(op.Block), wasm.Instr{Op: op.TryTable, Catches: []wasm.Catch{{Kind: wasm.CatchAll}}})
		for len(b) < n {
			b = code(b, get(0), set(uint32(len(b)%11)), get(1), wasm.Instr{Op: op.Call})
		}
		return code(b, plain(op.End), plain(op.End), get(3), set(4))
	},
}

// sized is a module with a function that has a parameter, some locals and a body.
func sized(t testing.TB, locals uint32, body []byte) *wasm.Module {
	body = code(body, plain(op.End))
	m := &wasm.Module{
		Types:  []wasm.SubType{{Final: true, Func: wasm.FuncType{Params: []wasm.ValType{wasm.I32}}}},
		Groups: []wasm.Group{{Len: 1}},
		Funcs:  []uint32{0},
		Code:   []wasm.Code{{Locals: []wasm.Locals{{Count: locals, Type: wasm.I32}}, Body: body}},
	}
	if !compilable(m) {
		_, err := validate.Module(m, wasm.AllFeatures)
		t.Fatal(err)
	}
	return m
}

// TestHugeBodies builds bodies of one megabyte. The IR is linear in their size, and so is the time: quadratic time would be minutes.
func TestHugeBodies(t *testing.T) {
	var b builder
	for name, s := range shapes {
		for _, n := range []int{1 << 17, 1 << 20} {
			m := sized(t, 10, s(n))
			start := time.Now()
			b.module(t, m, guarded, func(f *ssa.Func) {
				if most := 3*n + 100; f.NumValues() > most {
					t.Errorf("%s: %d values for %d bytes, want at most %d", name, f.NumValues(), n, most)
				}
				if err := ssa.Check(f); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			})
			took := time.Since(start)
			t.Logf("%s: %v for %d bytes", name, took, n)
			if took > 30*time.Second {
				t.Errorf("%s: took %v for %d bytes", name, took, n)
			}
		}
	}
}

// TestTooLarge builds a function of 25 KB whose loops, one in the other, each need a parameter for each of its locals.
func TestTooLarge(t *testing.T) {
	const loops, locals = 3000, 400
	var b []byte
	for range loops {
		b = code(b, plain(op.Loop))
	}
	for i := range uint32(locals) {
		b = code(b, get(i), get(i), plain(op.I32Add), set(i))
	}
	for range loops {
		b = code(b, get(1), wasm.Instr{Op: op.BrIf}, plain(op.End))
	}
	m := sized(t, locals, b)
	g := NewGenerator(NewModule(m, layoutOf(m), guarded))
	var f ssa.Func
	err := g.Func(&f, 0)
	if _, ok := errors.AsType[*TooLargeError](err); !ok {
		t.Fatalf("have %v and %d bytes, want a *TooLargeError", err, f.SizeBytes())
	}
	t.Log(err)
	// The generator is good for other functions.
	small := sized(t, 10, shapes["ifs"](100))
	g.Reset(NewModule(small, layoutOf(small), guarded))
	if err := errors.Join(g.Func(&f, 0), ssa.Check(&f)); err != nil {
		t.Error(err)
	}
}

// BenchmarkBuild builds all functions of a real module.
func BenchmarkBuild(b *testing.B) {
	bytes, err := os.ReadFile("../realworld/testdata/emscripten/ledger.wasm")
	if err != nil {
		b.Fatal(err)
	}
	m, err := wasm.Decode(bytes, nil)
	if err != nil {
		b.Fatal(err)
	}
	size := 0
	for i := range m.Code {
		size += len(m.Code[i].Body)
	}
	var w builder
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		w.module(b, m, guarded, func(*ssa.Func) {})
	}
}
