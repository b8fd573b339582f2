package ssagen

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// TestSuite runs the scripts of the core test suite on both tiers, and compares what their actions return, throw or trap with. What
// they should do is left to package spectest: the interpreter passes it.
func TestSuite(t *testing.T) {
	actions := 0
	for _, v := range []variant{{guarded, false}, {checked, true}} {
		eachScript(t, func(name string, s *wat.Script) {
			if v.passes && strings.HasPrefix(name, "return_call") {
				return // millions of calls: once is enough
			}
			actions += runScript(t, name, s, v)
		})
	}
	t.Logf("%d actions", actions)
	if actions < 100_000 {
		t.Errorf("have %d actions, want at least 100,000", actions)
	}
}

// TestScripts runs the scripts of this package.
func TestScripts(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.wast")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		s, err := wat.ParseScript(path, text)
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Count(string(text), "(invoke ")
		for _, v := range []variant{{guarded, false}, {checked, false}, {guarded, true}, {checked, true}} {
			if have := runScript(t, path, s, v); have != want {
				t.Errorf("%s: have %d actions, want %d", path, have, want)
			}
		}
	}
}

// runScript runs a script on both tiers and returns how many actions it had.
func runScript(t *testing.T, name string, s *wat.Script, v variant) (actions int) {
	x := &script{T: t, name: name, variant: v, pair: newPair(t), registered: map[string]*exports{}, named: map[string]*scriptModule{}}
	x.registered["spectest"] = spectestModule(x.pair)
	for _, c := range s.Commands {
		x.command(c)
	}
	for _, m := range x.made {
		m.in.close()
	}
	return x.actions
}

// exports are what can be imported under a module's name, on each tier.
type exports [2]map[string]rt.Extern

// scriptModule is a module of a script, with its instance once there is one.
type scriptModule struct {
	m       *wasm.Module
	mods    [2]*rt.Module
	in      instances
	exports *exports
}

// script is a script being run. A module that cannot be compiled is nil wherever it would be, and what uses it is passed over.
type script struct {
	*testing.T
	name    string
	variant variant
	pair    *pair

	registered  map[string]*exports
	named       map[string]*scriptModule // definitions and instances
	last        *scriptModule
	lastDefined *scriptModule
	made        []*scriptModule
	actions     int
}

func (x *script) command(c wat.Command) {
	switch c := c.(type) {
	case *wat.Module:
		x.module(c)
	case *wat.Register:
		x.registered[c.As] = nil
		if m := x.find(c.Module); m != nil {
			x.registered[c.As] = m.exports
		}
	case *wat.Action:
		x.act(c)
	case *wat.AssertReturn:
		x.act(c.Action)
	case *wat.AssertTrap:
		if c.Action != nil {
			x.act(c.Action)
		} else if m := x.define(c.Module); m != nil {
			x.instantiate(m, c.Position)
		}
	case *wat.AssertExhaustion:
		x.act(c.Action)
	case *wat.AssertException:
		x.act(c.Action)
	case *wat.AssertUnlinkable:
		if m := x.define(c.Module); m != nil {
			x.instantiate(m, c.Position)
		}
	}
}

func (x *script) find(name string) *scriptModule {
	if name == "" {
		return x.last
	}
	return x.named[name]
}

func (x *script) module(c *wat.Module) {
	m := x.lastDefined
	switch {
	case c.Form != wat.FormInstance:
		m = x.define(c)
	case c.Of != "":
		m = x.named[c.Of]
	}
	if c.Definition {
		x.named[c.Name], x.lastDefined = m, m
		return
	}
	if m != nil {
		m = x.instantiate(m, c.Position)
	}
	x.named[c.Name], x.last = m, m
}

// define prepares a module, or returns nil if it cannot be compiled.
func (x *script) define(c *wat.Module) *scriptModule {
	m, err := c.Load()
	if err != nil || !compilable(m) {
		return nil
	}
	return &scriptModule{m: m, mods: x.pair.compile(m, x.variant)}
}

// instantiate makes an instance on both tiers, or returns nil if neither has what it imports or its segments or start function fail.
func (x *script) instantiate(m *scriptModule, at wat.Position) *scriptModule {
	for i := range m.m.Imports {
		im := &m.m.Imports[i]
		if e := x.registered[im.Module]; e == nil || e[0][im.Name] == nil {
			return nil
		}
	}
	in, err := x.pair.instantiate(m.mods, func(tier, _ int, im *wasm.Import) rt.Extern {
		return x.registered[im.Module][tier][im.Name]
	})
	made := &scriptModule{m: m.m, mods: m.mods, in: in}
	if err != nil {
		if _, ok := errors.AsType[*rt.LinkError](err); ok {
			return nil
		}
		if _, ok := errors.AsType[*rt.TrapError](err); !ok {
			x.Errorf("%s:%d: %v", x.name, at.Line, err)
		}
		return nil
	}
	x.made = append(x.made, made)
	if m.m.Start != nil {
		if diff := x.pair.call(in, *m.m.Start, nil); diff != "" {
			x.Errorf("%s:%d: start: %s", x.name, at.Line, diff)
		}
	}
	made.exports = exportsOf(in, m.m)
	return made
}

func exportsOf(in instances, m *wasm.Module) *exports {
	var e exports
	for tier, i := range in {
		e[tier] = map[string]rt.Extern{}
		for _, x := range m.Exports {
			var v rt.Extern
			switch x.Kind {
			case wasm.ExternFunc:
				v = i.Func(x.Index)
			case wasm.ExternTable:
				v = i.Tables[x.Index]
			case wasm.ExternMem:
				v = i.Mems[x.Index]
			case wasm.ExternGlobal:
				v = i.Globals[x.Index]
			case wasm.ExternTag:
				v = i.Tags[x.Index]
			}
			e[tier][x.Name] = v
		}
	}
	return &e
}

// act calls a function on both tiers.
func (x *script) act(a *wat.Action) {
	m := x.find(a.Module)
	if m == nil || a.Get {
		return
	}
	for _, e := range m.m.Exports {
		if e.Kind != wasm.ExternFunc || e.Name != a.Field {
			continue
		}
		x.actions++
		args := [2][]uint64{x.slots(m.in[0], a.Args), x.slots(m.in[1], a.Args)}
		if diff := x.pair.callWith(m.in, e.Index, args); diff != "" {
			x.Errorf("%s:%d: %s: %s", x.name, a.Line, a.Field, diff)
		}
	}
}

// slots are the arguments of an action for an instance.
func (x *script) slots(in *rt.Instance, args []wat.Value) (slots []uint64) {
	for i := range args {
		v := &args[i]
		switch {
		case v.Type.IsRef() || v.Type == wasm.Bottom:
			ref := uint64(0)
			if v.Ref != wat.RefNull {
				ref = uint64(in.Store().NewRef(&rt.Object{Value: fmt.Sprintf("host[%d]", v.ID)}))
			}
			slots = append(slots, ref)
		case v.Type == wasm.V128:
			slots = append(slots, v.Bits, v.High)
		default:
			slots = append(slots, v.Bits)
		}
	}
	return slots
}

// spectestModule is the module that every script may import.
func spectestModule(p *pair) *exports {
	var e exports
	for tier := range e {
		s := rt.NewStore()
		names := map[string]rt.Extern{}
		e[tier] = names
		limits10 := wasm.Limits{Min: 10, Max: 20, HasMax: true}
		names["table"] = must(rt.NewTable(s, wasm.TableType{Limits: limits10, Elem: wasm.FuncRef}, 0, rt.NewBudget(limits.TableElements)))
		limits10.Is64 = true
		names["table64"] = must(rt.NewTable(s, wasm.TableType{Limits: limits10, Elem: wasm.FuncRef}, 0, rt.NewBudget(limits.TableElements)))
		names["memory"] = must(rt.NewMemory(wasm.MemType{Limits: wasm.Limits{Min: 1, Max: 2, HasMax: true}}, rt.NewBudget(limits.MemoryBytes)))
		for _, g := range []struct {
			name string
			t    wasm.ValType
			bits uint64
		}{{"i32", wasm.I32, 666}, {"i64", wasm.I64, 666}, {"f32", wasm.F32, 0x4426a666}, {"f64", wasm.F64, 0x4084d4cccccccccd}} {
			names["global_"+g.name] = rt.NewGlobal(s, wasm.GlobalType{Type: g.t}, g.bits, 0)
		}
		for name, params := range map[string][]wasm.ValType{
			"print": nil, "print_i32": {wasm.I32}, "print_i64": {wasm.I64}, "print_f32": {wasm.F32}, "print_f64": {wasm.F64},
			"print_i32_f32": {wasm.I32, wasm.F32}, "print_f64_f64": {wasm.F64, wasm.F64},
		} {
			t := wasm.FuncType{Params: params}
			names[name] = rt.NewHostFunc(rt.NewFuncType(t, p.types[tier].AddFunc(t)), name, ignore)
		}
	}
	return &e
}

func ignore(context.Context, *rt.Instance, []uint64) error { return nil }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
