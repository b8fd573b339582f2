package ssaexec

import (
	"context"
	"encoding/binary"
	"testing"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/wasm"
)

func word(t *testing.T, w *World, addr uint64) uint64 {
	t.Helper()
	var b [8]byte
	if !w.load(addr, b[:], false) {
		t.Fatalf("0x%x cannot be read", addr)
	}
	return binary.LittleEndian.Uint64(b[:])
}

// A memory's descriptor leads to its bytes, which end where the memory does.
func TestMemory(t *testing.T) {
	m, err := rt.NewMemory(wasm.MemType{Limits: wasm.Limits{Min: 1}}, rt.NewBudget(1<<20))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Release()
	w := NewWorld()
	d := w.address(memory{m: m})
	if d != w.address(memory{m: m}) || d == w.address(contents{m}) {
		t.Error("a window has several addresses, or two have the same")
	}
	base, length := word(t, w, d+abi.MemoryBase), word(t, w, d+abi.MemoryLength)
	if length != rt.PageSize {
		t.Errorf("the length is %d", length)
	}
	if !w.store(base+length-4, []byte{1, 2, 3, 4}, false) || m.Bytes()[length-1] != 4 {
		t.Error("the last bytes are not written")
	}
	var b [8]byte
	for _, addr := range []uint64{base + length - 7, base + length, base + 1<<32, base - 1, 0, 8, ^uint64(0)} {
		if w.load(addr, b[:], false) {
			t.Errorf("0x%x can be read", addr)
		}
	}
	if w.store(d, b[:], false) {
		t.Error("the descriptor can be written")
	}
}

// A narrow access touches only its bytes of a global.
func TestCell(t *testing.T) {
	s := rt.NewStore()
	g := rt.NewGlobal(s, wasm.GlobalType{Type: wasm.V128, Mutable: true}, 1<<40|5, 6)
	w := NewWorld()
	at := w.address(cell{g})
	if !w.store(at, []byte{9, 0, 0, 0}, false) || g.Lo != 1<<40|9 {
		t.Errorf("have 0x%x", g.Lo)
	}
	var b [16]byte
	if !w.load(at, b[:], false) || b[0] != 9 || b[8] != 6 {
		t.Errorf("have %x", b)
	}
	if w.load(at+8, b[:], false) {
		t.Error("what lies behind a global can be read")
	}
}

// References to functions are addresses of records, and come back as what they were; others stay.
func TestReferences(t *testing.T) {
	w := NewWorld()
	f := &rt.Func{Type: rt.NewFuncType(wasm.FuncType{}, 3), Name: "f"}
	f.Host = &rt.Host{Call: func(context.Context, *rt.Instance, []uint64) error { return nil }}
	r := w.fromRT(f.Ref())
	if w.toRT(r) != f.Ref() || w.funcAt(r) != f {
		t.Error("a function does not come back")
	}
	var id [4]byte
	if !w.load(r+abi.FuncTypeID, id[:], false) || id[0] != 3 || word(t, w, r+abi.FuncContext) != 0 {
		t.Errorf("its record has the type %d", id[0])
	}
	for _, ref := range []rt.Ref{0, 77} {
		if v := w.fromRT(ref); v != uint64(ref) || w.toRT(v) != ref {
			t.Errorf("%d became %d", ref, v)
		}
	}
}
