package ssagen

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/weft-wasm/weft/internal/interp"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/smith"
	"github.com/weft-wasm/weft/internal/ssa"
	"github.com/weft-wasm/weft/internal/ssaexec"
	"github.com/weft-wasm/weft/internal/wasm"
)

var (
	seedFlag = flag.Uint64("seed", 0, "first seed of the differential test")
	timeFlag = flag.Duration("differential", 3*time.Second, "how long the differential test runs")
)

// TestDifferential runs random modules in the interpreter and as IR, and compares results, traps, exceptions, memories, tables and globals
// after every call. To look for more: go test ./internal/ssagen -run Differential -differential 10m -seed 1000000
func TestDifferential(t *testing.T) {
	start := time.Now()
	seed := *seedFlag
	for ; time.Since(start) < *timeFlag; seed++ {
		if !differential(t, seed) {
			t.Fatalf("seed %d differs: go test ./internal/ssagen -run Differential -seed %[1]d -differential 1ns", seed)
		}
		if *timeFlag == 1 {
			break
		}
	}
	t.Logf("%d modules", seed-*seedFlag)
}

// FuzzDifferential is the same for the fuzzer, which varies the seed.
func FuzzDifferential(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) {
		if !differential(t, seed) {
			t.Fatalf("seed %d differs", seed)
		}
	})
}

// variant is a way to make IR: with some options, as it is built or after the passes.
type variant struct {
	Options
	passes bool
}

// variantOf varies with the seed how IR is made.
func variantOf(seed uint64) variant {
	v := variant{guarded, seed%4 >= 2}
	if seed%2 == 1 {
		v.Options = checked
	}
	return v
}

// differential runs the module of a seed, and reports whether all was the same.
func differential(t *testing.T, seed uint64) bool {
	m := randomModule(t, seed)
	p := newPair(t)
	hosts := make([]rt.HostFunc, m.ImportedFuncs)
	mod := p.compile(m, variantOf(seed))
	for i := range hosts {
		hosts[i] = hostFunc(i, mod[0].FuncSig(uint32(i)))
	}
	in, err := p.instantiate(mod, func(tier, i int, im *wasm.Import) rt.Extern {
		return rt.NewHostFunc(mod[tier].Sigs[im.Type], im.Name, hosts[i])
	})
	if err != nil {
		t.Fatal(err)
	}
	defer in.close()
	r := rand.New(rand.NewPCG(seed, 2))
	for range 3 {
		for i := range m.Funcs {
			in.refuel(m)
			if diff := p.call(in, uint32(m.ImportedFuncs+i), randomArgs(r, mod[0].FuncSig(uint32(m.ImportedFuncs+i)))); diff != "" {
				t.Errorf("seed %d: function %d: %s", seed, m.ImportedFuncs+i, diff)
				return false
			}
		}
	}
	return true
}

// pair runs modules on two tiers: 0 is the interpreter, 1 their IR.
type pair struct {
	types [2]*wasm.TypeSet
	world *ssaexec.World
	tags  map[*rt.Tag]string // names for tags, the same for the two of a pair
	made  int                // pairs of instances
}

// instances are the two instances of a module.
type instances [2]*rt.Instance

func newPair(testing.TB) *pair {
	return &pair{types: [2]*wasm.TypeSet{wasm.NewTypeSet(), wasm.NewTypeSet()}, world: ssaexec.NewWorld(), tags: map[*rt.Tag]string{}}
}

// limits keep what runs away small.
var limits = rt.Limits{CallDepth: 2_000, StackSlots: 1 << 20, MemoryBytes: 1 << 30, TableElements: 1 << 20}

// compile prepares a valid module for both tiers.
func (p *pair) compile(m *wasm.Module, v variant) (mods [2]*rt.Module) {
	for tier := range mods {
		mod, err := rt.NewModule(m, p.types[tier], limits)
		if err != nil {
			panic(err)
		}
		mods[tier] = mod
	}
	mods[0].Exec = interp.New(mods[0])
	layout := layoutOf(m)
	g := NewGenerator(NewModule(m, layout, v.Options))
	var passes ssa.Pipeline
	if v.passes {
		passes = ssa.Pipeline{Passes: ssa.Passes(), Check: true}
	}
	funcs := make([]*ssa.Func, len(m.Code))
	mods[1].Exec = ssaexec.New(p.world, mods[1], layout, func(index uint32) *ssa.Func {
		i := index - uint32(m.ImportedFuncs)
		if funcs[i] == nil {
			funcs[i] = new(ssa.Func)
			if err := g.Func(funcs[i], index); err != nil {
				panic(err)
			}
			passes.Run(funcs[i])
		}
		return funcs[i]
	})
	return mods
}

// instantiate makes an instance on each tier; imported says what a tier gets for import i.
func (p *pair) instantiate(mods [2]*rt.Module, imported func(tier, i int, im *wasm.Import) rt.Extern) (in instances, err error) {
	var errs [2]error
	for tier, mod := range mods {
		var externs []rt.Extern
		for i := range mod.Imports {
			externs = append(externs, imported(tier, i, &mod.Imports[i]))
		}
		in[tier], errs[tier] = mod.Instantiate(externs)
	}
	if fmt.Sprint(errs[0]) != fmt.Sprint(errs[1]) {
		return in, fmt.Errorf("instantiation differs: have %w, want %w", errs[1], errs[0])
	}
	p.made++
	for tier := range in {
		if in[tier] == nil {
			continue // an import does not fit
		}
		for i, t := range in[tier].Tags {
			if p.tags[t] == "" {
				p.tags[t] = fmt.Sprintf("tag %d of instance %d", i, p.made)
			}
		}
	}
	return in, errs[0]
}

func (in instances) close() {
	in[0].Close()
	in[1].Close()
}

// refuel gives a random module what it needs to run for a while.
func (in instances) refuel(m *wasm.Module) {
	for _, x := range m.Exports {
		if x.Name == smith.Fuel {
			in[0].Globals[x.Index].Lo, in[1].Globals[x.Index].Lo = 300, 300
		}
	}
}

// call calls a function on both tiers and says what differs, "" if nothing does. Arguments are slots.
func (p *pair) call(in instances, index uint32, args []uint64) string {
	return p.callWith(in, index, [2][]uint64{args, args})
}

// callWith calls a function on each tier with the tier's own arguments.
func (p *pair) callWith(in instances, index uint32, args [2][]uint64) string {
	var ends [2]string
	for tier, x := range in {
		f := x.Func(index)
		stack := make([]uint64, f.Type.Slots())
		copy(stack, args[tier])
		if err := rt.Call(context.Background(), f, stack); err != nil {
			ends[tier] = p.describe(x, err)
		} else {
			ends[tier] = values(x, f.Type.Results, stack)
		}
	}
	if ends[0] != ends[1] {
		return fmt.Sprintf("of %v: have %s, want %s", args[0], ends[1], ends[0])
	}
	return in.compare()
}

// describe says what error ended a call.
func (p *pair) describe(in *rt.Instance, err error) string {
	if x, ok := errors.AsType[*rt.ExceptionError](err); ok {
		return "exception " + p.tags[x.Tag] + " " + values(in, x.Tag.Type.Params, x.Args)
	}
	if t, ok := errors.AsType[*rt.TrapError](err); ok {
		return t.Code.String()
	}
	return err.Error()
}

// values spells slots. References differ between tiers, so a function is its place in the instance and all others are alike.
func values(in *rt.Instance, types []wasm.ValType, slots []uint64) string {
	s := "values"
	for _, t := range types {
		switch {
		case t.IsRef():
			s += " " + reference(in, rt.Ref(slots[0]))
		case t == wasm.V128:
			s += fmt.Sprintf(" %016x:%016x", slots[1], slots[0])
		default:
			s += fmt.Sprintf(" %x", slots[0])
		}
		slots = slots[t.Slots():]
	}
	return s
}

func reference(in *rt.Instance, r rt.Ref) string {
	if r == 0 {
		return "null"
	}
	for i := range uint32(in.FuncCount()) {
		if in.Func(i).Ref() == r {
			return fmt.Sprintf("func[%d]", i)
		}
	}
	if r < 1<<32 { // no address
		if o := in.Store().Object(r); o != nil && o.Value != nil {
			return fmt.Sprint(o.Value)
		}
	}
	return "ref"
}

// compare says how the states of the two instances differ, "" if they do not.
func (in instances) compare() string {
	for i, m := range in[0].Mems {
		if want, have := m.Bytes(), in[1].Mems[i].Bytes(); !bytes.Equal(have, want) {
			at := 0
			for at < len(have) && at < len(want) && have[at] == want[at] {
				at++
			}
			return fmt.Sprintf("memory %d differs at 0x%x", i, at)
		}
	}
	for i, g := range in[0].Globals {
		types := []wasm.ValType{g.Type().Type}
		h := in[1].Globals[i]
		want, have := values(in[0], types, []uint64{g.Lo, g.Hi}), values(in[1], types, []uint64{h.Lo, h.Hi})
		if have != want {
			return fmt.Sprintf("global %d: have %s, want %s", i, have, want)
		}
	}
	for i, t := range in[0].Tables {
		u := in[1].Tables[i]
		if len(t.Elems) != len(u.Elems) {
			return fmt.Sprintf("table %d: have %d elements, want %d", i, len(u.Elems), len(t.Elems))
		}
		for j, r := range t.Elems {
			if have, want := reference(in[1], u.Elems[j]), reference(in[0], r); have != want {
				return fmt.Sprintf("table %d[%d]: have %s, want %s", i, j, have, want)
			}
		}
	}
	return ""
}

// hostFunc is a function of the host whose results are numbers made of its arguments. Once in a while it fails.
func hostFunc(index int, sig *rt.FuncType) rt.HostFunc {
	return func(_ context.Context, _ *rt.Instance, stack []uint64) error {
		h := uint64(index)*0x9e3779b97f4a7c15 + 1
		at := 0
		for _, t := range sig.Params {
			for range t.Slots() {
				if v := stack[at]; t.IsRef() {
					h ^= min(v, 1)
				} else {
					h ^= v
				}
				h *= 0xff51afd7ed558ccd
				h ^= h >> 32
				at++
			}
		}
		if h%97 == 0 {
			return errors.New("refused")
		}
		at = 0
		for _, t := range sig.Results {
			for range t.Slots() {
				if stack[at] = h &^ (1<<62 | 1<<30); t.IsRef() { // no NaN
					stack[at] = 0
				}
				at++
			}
		}
		return nil
	}
}

// randomArgs are slots for the parameters of a type; references are null.
func randomArgs(r *rand.Rand, sig *rt.FuncType) []uint64 {
	var slots []uint64
	for _, t := range sig.Params {
		for range t.Slots() {
			v := r.Uint64() >> r.IntN(64) &^ (1<<62 | 1<<30)
			switch {
			case t.IsRef():
				v = 0
			case t == wasm.I32 || t == wasm.F32:
				v = uint64(uint32(v))
			}
			slots = append(slots, v)
		}
	}
	return slots
}
