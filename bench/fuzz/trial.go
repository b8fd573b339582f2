package fuzz

import (
	"slices"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Trial is what executors run: a module that calls its own functions and writes down what comes of it.
type Trial struct {
	// Module exports the functions trial.probe0 and so on, without parameters and results, trial.dump, the memory trial.log to which
	// they write, and its own memories as trial.memory0 and so on. It imports everything from Host, under the name "trial".
	Module []byte
	// Host defines what Module imports. It imports the function env.mix, [Mix].
	Host     []byte
	Probes   int
	Memories int
	// LogBytes is how much of the log is used.
	LogBytes int
	// slots say what is in each slot of the log. They stay with whoever made the trial.
	slots []string
}

// The names of what executors link and look up.
const (
	hostName  = "trial"
	mixModule = "env"
	mixName   = "mix"
	logName   = "trial.log"
	dumpName  = "trial.dump"
	probeName = "trial.probe"
	memName   = "trial.memory"
)

// The first word that a probe logs says how its call ended; 0 is a trap. Exceptions with tag n are ended+1+n.
const (
	returned       = 1
	otherException = 99
)

const slotBytes = 16 // of a value in the log

// instrument is a module to which probes are being added.
type instrument struct {
	m     *wasm.Module
	log   uint32   // index of the log
	slots []string // what is in each slot of the log
	fuel  uint32   // the global that limits how long calls run
	unit  int64    // what a call gets of it
}

// newTrial makes the trial for a subject whose bodies are as they are to run.
func newTrial(s *Subject) Trial {
	m := clone(s.Module)
	t := instrument{m: m, fuel: s.Fuel, unit: s.Budget}
	host := hostFor(m)
	memories := m.ImportedMems + len(m.Mems)
	for i := range memories {
		m.Exports = append(m.Exports, wasm.Export{Name: numbered(memName, i), Kind: wasm.ExternMem, Index: uint32(i)})
	}
	t.log = uint32(memories)
	for i, p := range s.Probes {
		t.export(numbered(probeName, i), t.probe(i, p))
	}
	t.export(dumpName, t.dump())
	used := len(t.slots) * slotBytes
	pages := uint64(used)/pageBytes + 1
	m.Mems = append(m.Mems, wasm.MemType{Limits: wasm.Limits{Min: pages, Max: pages, HasMax: true}})
	m.Exports = append(m.Exports, wasm.Export{Name: logName, Kind: wasm.ExternMem, Index: t.log})
	return Trial{wasm.Encode(m), wasm.Encode(host), len(s.Probes), memories, used, t.slots}
}

const pageBytes = 1 << 16

// clone copies a module as far as a trial changes it. Names would only make it larger.
func clone(m *wasm.Module) *wasm.Module {
	c := *m
	c.Customs = nil
	c.Types, c.Groups = slices.Clone(m.Types), slices.Clone(m.Groups)
	c.Imports, c.Exports = slices.Clone(m.Imports), slices.Clone(m.Exports)
	c.Funcs, c.Code = slices.Clone(m.Funcs), slices.Clone(m.Code)
	c.Mems, c.Tables, c.Globals = slices.Clone(m.Mems), slices.Clone(m.Tables), slices.Clone(m.Globals)
	c.Elems, c.Data = slices.Clone(m.Elems), slices.Clone(m.Data)
	return &c
}

// addType adds a function type and returns its index.
func addType(m *wasm.Module, params, results []wasm.ValType) uint32 {
	n := uint32(len(m.Types))
	m.Types = append(m.Types, wasm.SubType{Final: true, Func: wasm.FuncType{Params: params, Results: results}})
	m.Groups = append(m.Groups, wasm.Group{Start: n, Len: 1})
	return n
}

// export adds a function without parameters and results under a name.
func (t *instrument) export(name string, w *writer) {
	index := addFunc(t.m, addType(t.m, nil, nil), w)
	t.m.Exports = append(t.m.Exports, wasm.Export{Name: name, Kind: wasm.ExternFunc, Index: index})
}

// addFunc adds a function and returns its index.
func addFunc(m *wasm.Module, typeIndex uint32, w *writer) uint32 {
	m.Funcs = append(m.Funcs, typeIndex)
	m.Code = append(m.Code, w.finish())
	return uint32(m.ImportedFuncs + len(m.Funcs) - 1)
}

// writer writes a function body.
type writer struct {
	code   []byte
	params int
	locals []wasm.ValType
}

func (w *writer) emit(in wasm.Instr) { w.code = wasm.AppendInstr(w.code, &in) }

func (w *writer) op(o op.Op) { w.emit(wasm.Instr{Op: o}) }

// at emits an instruction with one index.
func (w *writer) at(o op.Op, index uint32) { w.emit(wasm.Instr{Op: o, X: index}) }

func (w *writer) i32(v uint32) { w.emit(wasm.Instr{Op: op.I32Const, Imm: uint64(v)}) }

func (w *writer) i64(v uint64) { w.emit(wasm.Instr{Op: op.I64Const, Imm: v}) }

// local declares a local and returns its index.
func (w *writer) local(t wasm.ValType) uint32 {
	w.locals = append(w.locals, t)
	return uint32(w.params + len(w.locals) - 1)
}

func (w *writer) finish() wasm.Code {
	w.op(op.End)
	c := wasm.Code{Body: w.code}
	for _, t := range w.locals {
		c.Locals = append(c.Locals, wasm.Locals{Count: 1, Type: t})
	}
	return c
}
