package interp

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/smith"
	"github.com/weft-wasm/weft/internal/validate"
	"github.com/weft-wasm/weft/internal/wasm"
)

var (
	seedFlag = flag.Uint64("seed", 0, "first seed of the differential test")
	timeFlag = flag.Duration("differential", 6*time.Second, "how long the differential test runs")
)

// TestDifferential runs random modules in the interpreter and in the evaluator, and compares results, traps, exceptions, memories, tables and
// globals after every call. To look for more: go test ./internal/interp -run Differential -differential 10m -seed 1000000
func TestDifferential(t *testing.T) {
	start := time.Now()
	seed := *seedFlag
	for ; time.Since(start) < *timeFlag; seed++ {
		if !differential(t, seed) {
			t.Fatalf("seed %d differs: go test ./internal/interp -run Differential -seed %[1]d -differential 1ns", seed)
		}
		if *timeFlag == 1 {
			break
		}
	}
	t.Logf("%d modules", seed-*seedFlag)
}

// FuzzDifferential is the same for the fuzzer: it varies the seed and the size.
func FuzzDifferential(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) {
		if !differential(t, seed) {
			t.Fatalf("seed %d differs", seed)
		}
	})
}

// pair is a module in both executors.
type pair struct {
	*testing.T
	m    *wasm.Module
	in   *rt.Instance
	eval *evaluator
	fuel int
}

// smithOptions varies what modules are made of with the seed.
func smithOptions(seed uint64) smith.Options {
	o := smith.All()
	o.SIMD, o.Refs, o.Throws, o.Tail, o.Many = seed%5 < 2, seed%3 < 2, seed%7 < 4, seed%2 < 1, seed%11 < 5
	o.Steps = 10 + int(seed*7%120)
	return o
}

// differential runs the module of a seed, and reports whether all was the same.
func differential(t *testing.T, seed uint64) bool {
	b := wasm.Encode(smith.Module(rand.New(rand.NewPCG(seed, 1)), smithOptions(seed)))
	m, err := wasm.Decode(b, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := validate.Module(m, wasm.AllFeatures); err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	p := &pair{T: t, m: m}
	p.instantiate()
	defer p.in.Close()
	r := rand.New(rand.NewPCG(seed, 2))
	for range 3 {
		for i := range m.Funcs {
			if !p.compare(r, m.ImportedFuncs+i) {
				return false
			}
		}
	}
	return true
}

func (p *pair) instantiate() {
	mod, err := rt.NewModule(p.m, wasm.NewTypeSet(), rt.Limits{CallDepth: 10_000, StackSlots: 1 << 20, MemoryBytes: 1 << 30, TableElements: 1 << 20})
	if err != nil {
		p.Fatal(err)
	}
	mod.Exec = New(mod)
	var imports []rt.Extern
	for i := range p.m.ImportedFuncs {
		sig := mod.FuncSig(uint32(i))
		imports = append(imports, rt.NewHostFunc(sig, "h", func(_ context.Context, _ *rt.Instance, stack []uint64) error {
			results, ok := hostResults(i, sig, fromSlots(stack, sig.Params, func(r uint64) uint64 { return min(r, 1) }))
			if !ok {
				return errors.New("refused")
			}
			toSlots(stack, sig.Results, results)
			return nil
		}))
	}
	if p.in, err = mod.Instantiate(imports); err != nil {
		p.Fatal(err)
	}
	p.eval = newEvaluator(p.m)
	p.eval.host = func(i int, args []num.V128) ([]num.V128, bool) {
		sig := mod.FuncSig(uint32(i))
		known := make([]num.V128, len(args))
		for j, t := range sig.Params {
			if known[j] = args[j]; t.IsRef() {
				known[j].Lo = min(args[j].Lo, 1)
			}
		}
		return hostResults(i, sig, known)
	}
	for i, x := range p.m.Exports {
		if x.Name == smith.Fuel {
			p.fuel = int(p.m.Exports[i].Index)
		}
	}
}

// hostResults are the results of a host function: numbers made of its arguments. Once in a while it fails.
func hostResults(index int, sig *rt.FuncType, args []num.V128) ([]num.V128, bool) {
	h := uint64(index)*0x9e3779b97f4a7c15 + 1
	for _, v := range args {
		h = (h ^ v.Lo ^ v.Hi<<1) * 0xff51afd7ed558ccd
		h ^= h >> 32
	}
	results := make([]num.V128, len(sig.Results))
	for i, t := range sig.Results {
		switch t {
		case wasm.I32:
			results[i].Lo = uint64(uint32(h))
		case wasm.I64:
			results[i].Lo = h
		case wasm.F32:
			results[i].Lo = h & 0xbfffffff // not a NaN
		case wasm.F64:
			results[i].Lo = h &^ (1 << 62)
		case wasm.V128:
			results[i] = num.V128{Lo: h &^ (1<<62 | 1<<30), Hi: h >> 3 &^ (1<<62 | 1<<30)}
		}
		if t == wasm.F32 {
			results[i].Lo &= 0xffffffff
		}
	}
	return results, h%97 != 0
}

// fromSlots reads values of the given types from slots, references by ref.
func fromSlots(slots []uint64, types []wasm.ValType, ref func(uint64) uint64) []num.V128 {
	var vs []num.V128
	for _, t := range types {
		v := num.V128{Lo: slots[0]}
		if t == wasm.V128 {
			v.Hi = slots[1]
		}
		if t.IsRef() {
			v.Lo = ref(v.Lo)
		}
		vs, slots = append(vs, v), slots[t.Slots():]
	}
	return vs
}

func toSlots(slots []uint64, types []wasm.ValType, vs []num.V128) {
	for i, t := range types {
		if slots[0] = vs[i].Lo; t == wasm.V128 {
			slots[1] = vs[i].Hi
		}
		slots = slots[t.Slots():]
	}
}

// ref makes of a function's reference 1 plus its index, and of any other 1.
func (p *pair) ref(r uint64) uint64 {
	for i := range uint32(p.in.FuncCount()) {
		if r != 0 && p.in.Func(i).Ref() == rt.Ref(r) {
			return uint64(i) + 1
		}
	}
	return min(r, 1)
}

// known makes of the evaluator's values what ref makes of the interpreter's.
func known(types []wasm.ValType, vs []num.V128) []num.V128 {
	out := make([]num.V128, len(vs))
	for i, t := range types {
		if out[i] = vs[i]; t.IsRef() && t != wasm.FuncRef {
			out[i].Lo = min(vs[i].Lo, 1)
		}
	}
	return out
}

// compare calls a function in both executors.
func (p *pair) compare(r *rand.Rand, index int) bool {
	const fuel = 300
	p.in.Globals[p.fuel].Lo = fuel
	p.eval.globals[p.fuel].Lo = fuel
	f := p.in.Func(uint32(index))
	args := make([]num.V128, len(f.Type.Params))
	for i, t := range f.Type.Params {
		switch t {
		case wasm.I32, wasm.F32:
			args[i].Lo = uint64(r.Uint32() >> r.IntN(32) &^ (1 << 30))
		case wasm.I64, wasm.F64, wasm.V128:
			args[i].Lo = r.Uint64() >> r.IntN(64) &^ (1<<62 | 1<<30)
		}
		if t == wasm.V128 {
			args[i].Hi = args[i].Lo >> 7
		}
	}
	stack := make([]uint64, f.Type.Slots())
	toSlots(stack, f.Type.Params, args)
	err := rt.Call(context.Background(), f, stack)
	results, o := p.eval.call(uint32(index), args)
	have, want := "", ""
	if err != nil {
		have = p.describe(err)
	} else {
		have = fmt.Sprint(fromSlots(stack, f.Type.Results, p.ref))
	}
	switch o.kind {
	case trapped:
		want = o.trap.String()
	case thrown:
		x := p.eval.exns[o.value]
		want = fmt.Sprint("exception ", x.tag, known(p.in.Tags[x.tag].Type.Params, x.args))
	default:
		want = fmt.Sprint(known(f.Type.Results, results))
	}
	if have != want {
		p.Errorf("function %d of %v: have %s, want %s", index, args, have, want)
		return false
	}
	return p.compareState(index)
}

// describe says what error ended a call of the interpreter.
func (p *pair) describe(err error) string {
	var t *rt.TrapError
	var x *rt.ExceptionError
	switch {
	case errors.As(err, &t) && t.Code == abi.TrapHostError:
		return t.Code.String()
	case errors.As(err, &t):
		return t.Code.String()
	case errors.As(err, &x):
		for i, tag := range p.in.Tags {
			if tag == x.Tag {
				return fmt.Sprint("exception ", i, fromSlots(x.Args, tag.Type.Params, p.ref))
			}
		}
	}
	return err.Error()
}

func (p *pair) compareState(index int) bool {
	for i, mem := range p.in.Mems {
		if have, want := mem.Bytes(), p.eval.mems[i]; !bytes.Equal(have, want) {
			at := 0
			for at < len(have) && at < len(want) && have[at] == want[at] {
				at++
			}
			p.Errorf("after function %d: memory %d differs at 0x%x", index, i, at)
			return false
		}
	}
	for i, g := range p.in.Globals {
		t := g.Type().Type
		have := fromSlots([]uint64{g.Lo, g.Hi}, []wasm.ValType{t}, p.ref)
		if want := known([]wasm.ValType{t}, p.eval.globals[i:i+1]); have[0] != want[0] {
			p.Errorf("after function %d: global %d (%s): have %x, want %x", index, i, t, have[0], want[0])
			return false
		}
	}
	for i, tab := range p.in.Tables {
		if len(tab.Elems) != len(p.eval.tables[i]) {
			p.Errorf("after function %d: table %d: have %d elements, want %d", index, i, len(tab.Elems), len(p.eval.tables[i]))
			return false
		}
		for j, r := range tab.Elems {
			if have, want := p.ref(uint64(r)), p.eval.tables[i][j].Lo; have != want {
				p.Errorf("after function %d: table %d[%d]: have %d, want %d", index, i, j, have, want)
				return false
			}
		}
	}
	return true
}
