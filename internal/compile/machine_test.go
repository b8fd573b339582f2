//go:build linux && amd64

package compile

import (
	"encoding/binary"
	"testing"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/ssa/ssaeval"
)

// world is the machine that the evaluator runs in: the same memory and context as those of a program, but copies.
type world struct {
	funcs  []*ssa.Func
	memory []byte
}

const worldBase = 1 << 40

func (w *world) Context() uint64           { return 1 << 50 }
func (w *world) MemBase() uint64           { return worldBase }
func (w *world) CodeAddr(fn uint32) uint64 { return uint64(fn) }
func (w *world) Poll() abi.Trap            { return abi.TrapNone }
func (w *world) Meter(left int64) (int64, abi.Trap) {
	return left, abi.TrapNone
}

func (w *world) at(addr uint64, n int) []byte {
	if addr -= worldBase; addr > uint64(len(w.memory)-n) {
		return nil
	}
	return w.memory[addr:][:n]
}

func (w *world) Load(addr uint64, to []byte, _ bool) bool {
	return copy(to, w.at(addr, len(to))) == len(to)
}

func (w *world) Store(addr uint64, from []byte, _ bool) bool {
	return copy(w.at(addr, len(from)), from) == len(from)
}

func (w *world) Call(c *ssaeval.Call) ssaeval.Outcome {
	return w.run(int(c.Target), c.Args)
}

// run evaluates a function, and those that it leaves for.
func (w *world) run(i int, args []num.V128) ssaeval.Outcome {
	out := ssaeval.Eval(w.funcs[i], w, args)
	for out.Kind == ssaeval.TailCalled {
		out = ssaeval.Eval(w.funcs[out.Tail.Target], w, out.Tail.Args)
	}
	return out
}

// check runs the first of some functions compiled and evaluated, and compares results and memory; then once more, compiled to do all checks itself.
func check(t *testing.T, texts []string, inputs ...[]uint64) {
	t.Helper()
	for _, explicit := range []abi.Explicit{{}, everything} {
		var funcs []*ssa.Func
		w := &world{}
		for _, text := range texts {
			funcs = append(funcs, parse(t, text))
			w.funcs = append(w.funcs, parse(t, text))
		}
		p := loadFor(t, explicit, funcs...)
		for _, in := range inputs {
			p.checkOne(w, in)
		}
	}
}

func (p *program) checkOne(w *world, in []uint64) {
	t := p.t
	t.Helper()
	args := make([]num.V128, len(in))
	for i, x := range in {
		args[i] = num.V128{Lo: x, Hi: x ^ 0x5555}
	}
	for i := range p.memory {
		p.memory[i] = byte(i*7 ^ i>>8)
	}
	w.memory = append([]byte(nil), p.memory...)
	want := w.run(0, args)
	have, trap := p.call(0, args)
	if trap != want.Trap || trap == abi.TrapNone && !equal(have, want.Values, p.sigs[0].Results) {
		t.Errorf("%s of %x: have %x, %v, want %x, %v", t.Name(), in, have, trap, want.Values, want.Trap)
	}
	for i := 0; i < len(w.memory); i += 8 {
		if h, w := binary.LittleEndian.Uint64(p.memory[i:]), binary.LittleEndian.Uint64(w.memory[i:]); h != w {
			t.Errorf("of %x: memory at %#x: have %x, want %x", in, i, h, w)
			break
		}
	}
}

func equal(have, want []num.V128, types []ssa.Type) bool {
	for i, t := range types {
		if have[i].Lo != want[i].Lo || t == ssa.TypeV128 && have[i].Hi != want[i].Hi {
			return false
		}
	}
	return true
}

// TestAccesses runs every load and store, with and without an index and an offset.
func TestAccesses(t *testing.T) {
	var funcs []*ssa.Func
	w := &world{}
	for o := ssa.OpI32Load; o <= ssa.OpV128Store; o++ {
		if name := o.String(); name == "ref.load" || name == "ref.store" {
			continue
		}
		for _, index := range []bool{false, true} {
			for _, offset := range []int64{0, 24, 5000} {
				funcs = append(funcs, accessFunc(o, index, offset))
				w.funcs = append(w.funcs, accessFunc(o, index, offset))
			}
		}
	}
	p := load(t, funcs...)
	for i, f := range w.funcs {
		for k := range p.memory {
			p.memory[k] = byte(k*7 ^ k>>8)
		}
		w.memory = append([]byte(nil), p.memory...)
		args := []num.V128{{Lo: 0xffffffff00000123}, {Lo: 0x8182838485868788, Hi: 0x9192939495969798}}[:len(f.Sig.Params)]
		if len(args) == 2 && f.Sig.Params[1] != ssa.TypeV128 {
			args[1].Hi = 0
		}
		evaluated := append([]num.V128(nil), args...)
		evaluated[0].Lo &= 0xffffffff
		want := w.run(i, evaluated)
		have, trap := p.call(i, args)
		if trap != want.Trap || !equal(have, want.Values, f.Sig.Results) || string(p.memory) != string(w.memory) {
			t.Errorf("have %x, %v, want %x, %v; same memory: %v\n%s", have, trap, want.Values, want.Trap, string(p.memory) == string(w.memory), f)
		}
	}
}

// accessFunc makes a function that loads from, or stores to, the address that is its first parameter, of which the upper half does not count.
func accessFunc(o ssa.Op, withIndex bool, offset int64) *ssa.Func {
	info := o.Info()
	sig := ssa.Sig{Params: []ssa.Type{ssa.TypeI32}, Results: info.Results}
	if len(info.Params) == 3 {
		sig.Params = append(sig.Params, info.Params[2])
	}
	f := ssa.NewFunc(info.Name, sig)
	var b ssa.Builder
	b.Reset(f)
	params := f.Params(ssa.Entry)
	base, index := b.Emit(ssa.OpMembase), b.Emit(ssa.OpI64ExtendI32U, params[0])
	if !withIndex {
		base, index = b.Emit(ssa.OpI64Add, base, index), 0
	}
	if len(sig.Params) == 2 {
		b.Store(o, ssa.RegionMemory, base, index, offset, params[1])
		b.Return()
	} else {
		b.Return(b.Load(o, ssa.RegionMemory, base, index, offset))
	}
	b.Finish()
	return f
}
