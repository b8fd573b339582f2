package ssaexec

import (
	"encoding/binary"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt"
)

// instance is the context of an instance.
type instance struct{ in *rt.Instance }

func (x instance) load(w *World, at uint64, to []byte, ref bool) bool {
	l := executorOf(x.in).layout
	if g, from := x.global(l, at); g != nil {
		return cell{g}.load(w, from, to, ref)
	}
	for i, id := range x.in.Module.IDs {
		if l.TypeID(uint32(i)) == int(at) {
			return len(to) == 4 && loadWord(uint64(id), 0, to)
		}
	}
	word, ok := x.word(w, l, int(at))
	return ok && len(to) == 8 && loadWord(word, 0, to)
}

func (x instance) store(w *World, at uint64, from []byte, ref bool) bool {
	if g, to := x.global(executorOf(x.in).layout, at); g != nil {
		return cell{g}.store(w, to, from, ref)
	}
	if at == abi.InstanceFuel && len(from) == 8 {
		x.in.SetFuel(int64(binary.LittleEndian.Uint64(from)))
		return true
	}
	return false
}

// global returns the global of the module's own that is at an offset.
func (x instance) global(l *abi.InstanceLayout, at uint64) (g *rt.Global, from uint64) {
	i := (int(at) - abi.InstanceHeaderBytes) / abi.GlobalCellBytes
	if at < abi.InstanceHeaderBytes || i >= l.Globals {
		return nil, 0
	}
	return x.in.Globals[l.ImportedGlobals+i], at % abi.GlobalCellBytes
}

// word returns the word at an offset, one that holds an address or the number of a tag.
func (x instance) word(w *World, l *abi.InstanceLayout, at int) (word uint64, ok bool) {
	switch at {
	case abi.InstanceMemoryBase:
		return x.memoryBase(w), true
	case abi.InstanceRecords:
		return w.address(records{in: x.in}), true
	case abi.InstanceFuel:
		return uint64(x.in.Fuel()), true
	}
	for i, m := range x.in.Mems {
		if l.Memory(uint32(i)) == at {
			return w.address(memory{m: m}), true
		}
	}
	for i, t := range x.in.Tables {
		if l.Table(uint32(i)) == at {
			return w.address(table{t: t}), true
		}
	}
	for i, g := range x.in.Globals[:l.ImportedGlobals] {
		if offset, _ := l.Global(uint32(i)); offset == at {
			return w.address(cell{g}), true
		}
	}
	for i := range uint32(l.ImportedFuncs) {
		if l.ImportedFunc(i) == at {
			return w.record(x.in.Func(i)), true
		}
	}
	for i, t := range x.in.Tags {
		if l.Tag(uint32(i)) == at {
			return w.address(tag{t: t}), true
		}
	}
	return 0, false
}

// memoryBase is the address of the contents of memory 0.
func (x instance) memoryBase(w *World) uint64 {
	if len(x.in.Mems) == 0 {
		return 0
	}
	return w.address(contents{x.in.Mems[0]})
}

// memory is the descriptor of a memory.
type memory struct {
	readOnly
	m *rt.Memory
}

func (x memory) load(w *World, at uint64, to []byte, _ bool) bool {
	switch at {
	case abi.MemoryBase:
		return loadWord(w.address(contents{x.m}), 0, to)
	case abi.MemoryLength:
		return loadWord(uint64(len(x.m.Bytes())), 0, to)
	}
	return false
}

// contents are the bytes of a memory.
type contents struct{ m *rt.Memory }

// slice returns n bytes at an offset, nil if they are not all accessible.
func (x contents) slice(at uint64, n int) []byte {
	b := x.m.Bytes()
	if at > uint64(len(b)) || uint64(n) > uint64(len(b))-at {
		return nil
	}
	return b[at:][:n]
}

func (x contents) load(_ *World, at uint64, to []byte, _ bool) bool {
	return copy(to, x.slice(at, len(to))) == len(to)
}

func (x contents) store(_ *World, at uint64, from []byte, _ bool) bool {
	return copy(x.slice(at, len(from)), from) == len(from)
}

// table is the descriptor of a table.
type table struct {
	readOnly
	t *rt.Table
}

func (x table) load(w *World, at uint64, to []byte, _ bool) bool {
	switch at {
	case abi.TableElements:
		return loadWord(w.address(elements{x.t}), 0, to)
	case abi.TableLength:
		return loadWord(uint64(len(x.t.Elems)), 0, to)
	}
	return false
}

// elements are the elements of a table.
type elements struct{ t *rt.Table }

func (x elements) load(w *World, at uint64, to []byte, ref bool) bool {
	i := at / 8
	if !ref || at%8 != 0 || i >= uint64(len(x.t.Elems)) {
		return false
	}
	refBytes(w.fromRT(x.t.Elems[i]), to)
	return true
}

func (x elements) store(w *World, at uint64, from []byte, ref bool) bool {
	i := at / 8
	if !ref || at%8 != 0 || i >= uint64(len(x.t.Elems)) {
		return false
	}
	x.t.Elems[i] = w.toRT(binary.LittleEndian.Uint64(from))
	return true
}

// cell is a global.
type cell struct{ g *rt.Global }

func (x cell) load(w *World, at uint64, to []byte, ref bool) bool {
	switch {
	case ref:
		refBytes(w.fromRT(rt.Ref(x.g.Lo)), to)
		return at == 0
	case len(to) == 16:
		return at == 0 && loadWord(x.g.Lo, 0, to[:8]) && loadWord(x.g.Hi, 0, to[8:])
	}
	return loadWord(x.g.Lo, at, to)
}

func (x cell) store(w *World, at uint64, from []byte, ref bool) bool {
	switch {
	case ref:
		x.g.Lo = uint64(w.toRT(binary.LittleEndian.Uint64(from)))
		return at == 0
	case len(from) == 16:
		return at == 0 && storeWord(&x.g.Lo, 0, from[:8]) && storeWord(&x.g.Hi, 0, from[8:])
	}
	return storeWord(&x.g.Lo, at, from)
}

// tag is a window without contents: its address tells tags apart.
type tag struct {
	readOnly
	t *rt.Tag
}

func (tag) load(*World, uint64, []byte, bool) bool { return false }

// payload is the arguments of an exception.
type payload struct {
	readOnly
	x *rt.Exception
}

func (p payload) load(w *World, at uint64, to []byte, ref bool) bool {
	i := at / 8
	switch {
	case at%8 != 0 || i+uint64(len(to)+7)/8 > uint64(len(p.x.Args)):
		return false
	case ref:
		refBytes(w.fromRT(rt.Ref(p.x.Args[i])), to)
		return true
	case len(to) == 16:
		return loadWord(p.x.Args[i], 0, to[:8]) && loadWord(p.x.Args[i+1], 0, to[8:])
	}
	return loadWord(p.x.Args[i], 0, to)
}
