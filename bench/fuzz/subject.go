package fuzz

import (
	"math/rand/v2"

	"github.com/weft-wasm/weft/internal/smith"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Subject is a valid module and the calls that are to be made in it.
type Subject struct {
	Module *wasm.Module
	Probes []Probe
	// Fuel is the global, an i64, that every function takes one from, and Budget what each call gets of it. The module's functions come to
	// an end: either they were made so, or Guarded is set and newTrial's caller adds what makes them.
	Fuel    uint32
	Budget  int64
	Guarded bool
	// Origin says where the module comes from.
	Origin string
}

// Trial returns the trial for the subject.
func (s *Subject) Trial() Trial {
	if s.Guarded {
		s = guard(s)
	}
	return newTrial(s)
}

// Source makes subjects out of seeds. The same seed gives the same subject, as long as the modules are the same.
type Source struct {
	// Modules are those that are mutated.
	Modules []RealModule
}

// Subject returns the subject of a seed: one in three is a mutated module, if there are any.
func (s *Source) Subject(seed uint64) *Subject {
	r := rand.New(rand.NewPCG(seed, 3))
	if len(s.Modules) > 0 && seed%3 == 2 {
		return s.mutant(r)
	}
	return random(r, seed)
}

// random returns a module of package smith, each feature being in about half of them.
func random(r *rand.Rand, seed uint64) *Subject {
	o := smith.Options{
		SIMD: r.IntN(5) < 2, Refs: r.IntN(3) < 2, Throws: r.IntN(7) < 3, Tail: r.IntN(2) < 1, Many: r.IntN(11) < 5,
		Steps: 10 + r.IntN(120),
	}
	if r.IntN(10) == 0 {
		o.Funcs, o.Steps = 2, 1000
	}
	m := smith.Module(rand.New(rand.NewPCG(seed, 1)), o)
	if r.IntN(3) == 0 {
		lend(r, m)
	}
	s := &Subject{Module: m, Budget: 300, Origin: "random"}
	for _, x := range m.Exports {
		if x.Name == smith.Fuel {
			s.Fuel = x.Index
		}
	}
	for range 3 {
		for i := range m.Funcs {
			s.addProbe(r, uint32(m.ImportedFuncs+i))
		}
	}
	return s
}

// lend makes imports of some of what a module defines, for the host to define. Indices stay, as it is the first of each kind that goes, and the
// last global, the fuel, that does not.
func lend(r *rand.Rand, m *wasm.Module) {
	mems, tables, globals, tags := r.IntN(len(m.Mems)+1), r.IntN(len(m.Tables)+1), r.IntN(len(m.Globals)), r.IntN(len(m.Tags)+1)
	for _, t := range m.Mems[:mems] {
		m.Imports = append(m.Imports, wasm.Import{Kind: wasm.ExternMem, Mem: t})
	}
	for _, t := range m.Tables[:tables] {
		m.Imports = append(m.Imports, wasm.Import{Kind: wasm.ExternTable, Table: t.Type})
	}
	for _, g := range m.Globals[:globals] {
		m.Imports = append(m.Imports, wasm.Import{Kind: wasm.ExternGlobal, Global: g.Type})
	}
	for _, t := range m.Tags[:tags] {
		m.Imports = append(m.Imports, wasm.Import{Kind: wasm.ExternTag, Type: t})
	}
	m.Mems, m.Tables, m.Globals, m.Tags = m.Mems[mems:], m.Tables[tables:], m.Globals[globals:], m.Tags[tags:]
	m.ImportedMems += mems
	m.ImportedTables += tables
	m.ImportedGlobals += globals
	m.ImportedTags += tags
}

// addProbe adds a call with random arguments, unless the function has a parameter that no argument is made for.
func (s *Subject) addProbe(r *rand.Rand, f uint32) {
	p := Probe{Func: f}
	for _, t := range s.Module.FuncType(f).Params {
		if !t.Defaultable() {
			return
		}
		p.Args = append(p.Args, argument(r, t))
	}
	s.Probes = append(s.Probes, p)
}

// argument returns a value of a type, small more often than not, and never a NaN.
func argument(r *rand.Rand, t wasm.ValType) Bits {
	v := r.Uint64() >> r.IntN(64)
	if r.IntN(4) == 0 {
		v = -v
	}
	switch {
	case t.IsRef():
		return Bits{v & 1}
	case t == wasm.I32 || t == wasm.I64:
		return Bits{v}
	}
	return Bits{v & notNaN, r.Uint64() & notNaN}
}
