package native_test

import (
	"context"
	"errors"
	"fmt"
	"hash"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/fuel"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/smith"
	"github.com/weft-wasm/weft/internal/validate"
	"github.com/weft-wasm/weft/internal/wasm"
)

// tier is one way to run modules.
type tier struct {
	executor func(*rt.Module) (rt.Executor, error)
	bindHost func(*rt.Func)
	costs    *fuel.Costs       // what guests are metered by, nil if they are not
	settle   func(rt.Executor) // compiles what waits for that, nil if nothing does
}

// world is a few random modules, each linked to the ones before it where types allow and to the host else, run by one tier. Two worlds
// of a seed differ in their tier only, so all that can be seen of them must be the same.
type world struct {
	t         *testing.T
	tier      tier
	types     *wasm.TypeSet
	instances []*rt.Instance
	hosts     []*rt.Func
	names     map[rt.Ref]string // of functions
	nesting   int
	asked     int         // how often an instance was out of fuel
	traces    hash.Hash64 // of what functions of the host have seen of the calls around them
}

// rounds is what each call may use up of each instance: calls and rounds of loops, as the modules themselves count them.
const rounds = 300

// maxHostNesting is how many calls of host functions that call guests may be open.
const maxHostNesting = 4

var limits = rt.Limits{CallDepth: 10_000, StackSlots: 1 << 20, MemoryBytes: 1 << 30, TableElements: 1 << 20}

func newWorld(t *testing.T, tier tier, modules []*wasm.Module) *world {
	w := &world{t: t, tier: tier, types: wasm.NewTypeSet(), names: map[rt.Ref]string{}, traces: fnv.New64a()}
	for _, m := range modules {
		w.add(m)
	}
	return w
}

// add instantiates a module.
func (w *world) add(m *wasm.Module) {
	mod, err := rt.NewModule(m, w.types, limits)
	if err == nil {
		mod.Fuel = w.metered()
		mod.Exec, err = w.tier.executor(mod)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	var imports []rt.Extern
	for i := range m.ImportedFuncs {
		imports = append(imports, w.function(mod.FuncSig(uint32(i))))
	}
	in, err := mod.Instantiate(imports)
	if err != nil {
		w.t.Fatal(err)
	}
	for i, f := range defined(in) {
		w.names[f.Ref()] = fmt.Sprintf("%d.f%d", len(w.instances), i)
	}
	w.instances = append(w.instances, in)
}

// defined returns the functions that an instance's module defines.
func defined(in *rt.Instance) []*rt.Func {
	var all []*rt.Func
	for i := in.Module.ImportedFuncs; i < in.FuncCount(); i++ {
		all = append(all, in.Func(uint32(i)))
	}
	return all
}

// function returns one of a guest that is there already, or makes one of the host.
func (w *world) function(t *rt.FuncType) *rt.Func {
	for _, in := range w.instances {
		for _, f := range defined(in) {
			if f.Type.ID == t.ID {
				return f
			}
		}
	}
	f := &rt.Func{}
	*f = *rt.NewHostFunc(t, fmt.Sprintf("h%d", len(w.hosts)), func(ctx context.Context, caller *rt.Instance, stack []uint64) error {
		if err := w.look(caller); err != nil {
			return err
		}
		return w.answer(ctx, t, stack)
	})
	w.tier.bindHost(f)
	w.names[f.Ref()] = f.Name
	w.hosts = append(w.hosts, f)
	return f
}

// look takes a backtrace where a function of the host has been called.
func (w *world) look(caller *rt.Instance) error {
	frames, err := caller.Backtrace()
	for _, f := range frames {
		fmt.Fprintln(w.traces, w.frame(f))
	}
	return err
}

// answer is what functions of the host do: results made of the arguments, at times after a call of a guest, and at times an error.
func (w *world) answer(ctx context.Context, t *rt.FuncType, stack []uint64) error {
	r := random(w.values(t.Params, stack))
	w.settle(3)
	if w.nesting < maxHostNesting && r.IntN(4) == 0 {
		w.nesting++
		defer func() { w.nesting-- }()
		in := w.instances[r.IntN(len(w.instances))]
		end, err := w.call(ctx, defined(in)[r.IntN(len(in.Module.Funcs))], r)
		if err != nil && r.IntN(2) == 0 {
			return err
		}
		r = random(end)
	}
	if r.IntN(90) == 0 {
		return errors.New("refused")
	}
	fill(r, t.Results, stack)
	return nil
}

// random is a source of numbers that a text determines.
func random(text string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(text))
	return rand.New(rand.NewPCG(h.Sum64(), 1))
}

// fill puts random values of types into slots: no NaN, null for references, and rubbish above what takes half a slot.
func fill(r *rand.Rand, types []wasm.ValType, slots []uint64) {
	for _, t := range types {
		const quiet = 1<<62 | 1<<30 // bits that all NaNs have
		switch bits := r.Uint64() >> r.IntN(64) &^ quiet; {
		case t.IsRef():
			slots[0] = 0
		case t == wasm.V128:
			slots[0], slots[1] = bits, bits>>7&^quiet
		case t == wasm.I32 || t == wasm.F32:
			slots[0] = bits | r.Uint64()<<32
		default:
			slots[0] = bits
		}
		slots = slots[t.Slots():]
	}
}

// values describes what is in slots.
func (w *world) values(types []wasm.ValType, slots []uint64) string {
	var b strings.Builder
	for _, t := range types {
		switch {
		case t.IsRef():
			fmt.Fprintf(&b, " %s", w.reference(rt.Ref(slots[0])))
		case t == wasm.V128:
			fmt.Fprintf(&b, " %x:%x", slots[0], slots[1])
		default:
			fmt.Fprintf(&b, " %x", slots[0])
		}
		slots = slots[t.Slots():]
	}
	return b.String()
}

// reference describes a reference: a function by its name.
func (w *world) reference(r rt.Ref) string {
	if r == 0 {
		return "null"
	}
	if name, ok := w.names[r]; ok {
		return name
	}
	if o := w.instances[0].Store().Object(r); o != nil && o.Exception != nil {
		return "exception of " + w.tag(o.Exception.Tag)
	}
	return "object"
}

func (w *world) tag(tag *rt.Tag) string {
	for i, in := range w.instances {
		for j, own := range in.Tags {
			if own == tag {
				return fmt.Sprintf("%d.t%d", i, j)
			}
		}
	}
	return "tag"
}

// settle compiles what waits, now and then.
func (w *world) settle(often int) {
	if w.tier.settle == nil || rand.IntN(often) > 0 {
		return
	}
	for _, in := range w.instances {
		w.tier.settle(in.Module.Exec)
	}
}

// call calls a function with random arguments, and describes how it ends.
func (w *world) call(ctx context.Context, f *rt.Func, r *rand.Rand) (end string, err error) {
	w.settle(2)
	stack := make([]uint64, f.Type.Slots())
	fill(r, f.Type.Params, stack)
	if err = rt.Call(ctx, f, stack); err == nil {
		return "returns" + w.values(f.Type.Results, stack), nil
	}
	return w.describe(err), err
}

// describe says what error ended a call, and where.
func (w *world) describe(err error) string {
	var b strings.Builder
	var frames []rt.Frame
	if x, ok := errors.AsType[*rt.ExceptionError](err); ok {
		fmt.Fprintf(&b, "exception of %s:%s", w.tag(x.Tag), w.values(x.Tag.Type.Params, x.Args))
		frames = x.Frames
	} else if trap, ok := errors.AsType[*rt.TrapError](err); ok {
		b.WriteString(trap.Error())
		frames = trap.Frames
	} else {
		b.WriteString(err.Error())
	}
	for _, f := range frames {
		fmt.Fprintf(&b, "\n  %s", w.frame(f))
	}
	return b.String()
}

func (w *world) frame(f rt.Frame) string {
	for i, in := range w.instances {
		if in.Module == f.Module {
			return fmt.Sprintf("%d.f%d at 0x%x", i, int(f.Index)-in.Module.ImportedFuncs, f.Offset)
		}
	}
	return f.Name
}

// refuel gives all instances their fuel back.
func (w *world) refuel() {
	for _, in := range w.instances {
		for _, x := range in.Module.Exports {
			if x.Name == smith.Fuel {
				in.Globals[x.Index].Lo = rounds
			}
		}
	}
}

// state describes globals and tables, and hands memories to compare.
func (w *world) state() string {
	var b strings.Builder
	fmt.Fprintf(&b, "backtraces: %x\n", w.traces.Sum64())
	for i, in := range w.instances {
		fmt.Fprintf(&b, "fuel %d: %d, asked for %d times\n", i, in.Fuel(), w.asked)
		for j, g := range in.Globals {
			fmt.Fprintf(&b, "global %d.%d:%s\n", i, j, w.values([]wasm.ValType{g.Type().Type}, []uint64{g.Lo, g.Hi}))
		}
		for j, table := range in.Tables {
			fmt.Fprintf(&b, "table %d.%d:", i, j)
			for _, r := range table.Elems {
				fmt.Fprintf(&b, " %s", w.reference(r))
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func (w *world) close() {
	for _, in := range w.instances {
		in.Close()
	}
}

// modulesOf makes the modules of a seed, one to three of them.
func modulesOf(t *testing.T, seed uint64) []*wasm.Module {
	r := rand.New(rand.NewPCG(seed, 1))
	var all []*wasm.Module
	for range 1 + r.IntN(3) {
		o := smith.Options{
			SIMD: r.IntN(5) < 2, Refs: r.IntN(3) < 2, Throws: r.IntN(7) < 4, Tail: r.IntN(2) < 1, Many: r.IntN(11) < 5,
			Steps: 10 + r.IntN(120), Funcs: 1 + r.IntN(6),
		}
		m, err := wasm.Decode(wasm.Encode(smith.Module(r, o)), nil)
		if err == nil {
			_, err = validate.Module(m, wasm.AllFeatures)
		}
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		all = append(all, m)
	}
	return all
}

// exhausted reports whether a call ended for lack of stack: tiers differ in how much there is.
func exhausted(end string) bool { return strings.Contains(end, abi.TrapStackExhausted.String()) }
