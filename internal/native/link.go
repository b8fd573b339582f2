package native

import (
	"errors"
	"fmt"
	"weak"

	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/compile"
	"github.com/weft-wasm/weft/internal/dbg"
	"github.com/weft-wasm/weft/internal/jitdump"
	"github.com/weft-wasm/weft/internal/perfmap"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/rt/guest"
)

// image is a module's code in memory.
type image struct {
	*code.Image
	m    *rt.Module
	text *guest.Text

	funcs   []uint32                // the functions, among those that the module defines; nil if they are all of them
	entries map[*rt.FuncType]uint32 // where Go enters functions of a type

	interpreted []bool          // by function; nil if none is
	shims       map[int]uintptr // of the functions that are interpreted
}

// link puts objects into code memory, with the entries of their signatures behind them.
func link(m *rt.Module, objects []code.Object, interpreted []uint32) (*image, error) {
	start := dbg.Now()
	l := code.NewLinker()
	for i := range objects {
		body := &m.Code[i]
		l.Func(&objects[i], body.Offset-int64(body.LocalsSize()))
	}
	c := compile.New()
	seen := make([]bool, len(m.Types))
	for _, t := range m.Funcs {
		if !seen[t] {
			seen[t] = true
			l.Entry(entry(c, m.Sigs[t]), t)
		}
	}
	x, err := l.Image()
	if err != nil {
		return nil, err
	}
	x.Interpreted, x.NoRefFunc, x.NoTableAccess = interpreted, m.NoRefFunc, m.NoTableAccess
	dbg.Spent("link", start)
	return newImage(m, x, func(name string) (*guest.Text, error) {
		return guest.Map(name, int(x.TextBytes), sites{x}, func(text []byte, _ uintptr) error {
			l.Write(text, m.ImportedFuncs)
			return nil
		})
	})
}

// entry is the code through which Go enters functions of a type.
func entry(c *compile.Compiler, t *rt.FuncType) *code.Object {
	sig := signature(t)
	o := new(code.Object)
	c.Entry(&sig, o)
	return o
}

// newImage makes an image of one whose text a function maps.
func newImage(m *rt.Module, linked *code.Image, mapText func(name string) (*guest.Text, error)) (*image, error) {
	return finishImage(&image{Image: linked, m: m}, mapText)
}

// finishImage is newImage for an image that has been begun.
func finishImage(x *image, mapText func(name string) (*guest.Text, error)) (*image, error) {
	m, linked := x.m, x.Image
	x.entries = make(map[*rt.FuncType]uint32, len(linked.Entries))
	for _, e := range linked.Entries {
		x.entries[m.Sigs[e.Type]] = e.Start
	}
	if err := x.interpret(); err != nil {
		return nil, err
	}
	start := dbg.Now()
	text, err := withRoom(func() (*guest.Text, error) { return mapText("module " + m.ModuleName()) })
	dbg.Spent("map", start)
	if err != nil {
		return nil, err
	}
	x.text = text
	text.SetOwner(weak.Make(x))
	return x, x.announce()
}

// announce tells profilers of the system about the functions, if WEFTDEBUG says so.
func (x *image) announce() (err error) {
	if dbg.Perf() {
		err = perfmap.Append(x.symbols())
	}
	if dbg.JITDump() {
		err = errors.Join(err, jitdump.Append(x.dump()))
	}
	return err
}

// dump is the functions with their code.
func (x *image) dump() []jitdump.Function {
	var out []jitdump.Function
	for i, s := range x.symbols() {
		out = append(out, jitdump.Function{Name: s.Name, Address: s.Start, Code: x.text.Bytes()[x.Starts[i]:x.Starts[i+1]]})
	}
	return out
}

// interpret finds shims for the functions that are interpreted.
func (x *image) interpret() error {
	if len(x.Interpreted) == 0 {
		return nil
	}
	x.interpreted, x.shims = make([]bool, len(x.m.Funcs)), map[int]uintptr{}
	for _, i := range x.Interpreted {
		shim, err := shimOf(x.m.FuncSig(uint32(x.m.ImportedFuncs) + i))
		if err != nil {
			return err
		}
		x.interpreted[i], x.shims[int(i)] = true, shim
	}
	return nil
}

// isInterpreted reports whether the interpreter executes function i of those that the module defines.
func (x *image) isInterpreted(i int) bool { return x.interpreted != nil && x.interpreted[i] }

// imageOf is the image that a text belongs to, nil for those that are no module's. The list of all texts must not keep modules, so a text has a weak
// reference to its image; the instance of a call keeps it.
func imageOf(t *guest.Text) *image {
	x, _ := t.Owner().(weak.Pointer[image])
	return x.Value()
}

// release gives the memory of a text back. The system keeps what it does not take back; nothing else depends on it.
func release(t *guest.Text) { _ = t.Unmap() }

// index is the index of function i of the image in the function index space.
func (x *image) index(i int) uint32 {
	if x.funcs != nil {
		i = int(x.funcs[i])
	}
	return uint32(x.m.ImportedFuncs + i)
}

// function is the address of function i of the image.
func (x *image) function(i int) uintptr { return x.text.Address(x.Starts[i]) }

// entry is the address at which Go enters functions of a type.
func (x *image) entry(t *rt.FuncType) uintptr { return x.text.Address(x.entries[t]) }

func (x *image) symbols() []perfmap.Symbol {
	var out []perfmap.Symbol
	for i := range len(x.Starts) - 1 {
		index := x.index(i)
		name := x.m.FuncName(index)
		if name == "" {
			name = fmt.Sprintf("function[%d]", index)
		}
		out = append(out, perfmap.Symbol{Start: uint64(x.function(i)), Size: uint64(x.Starts[i+1] - x.Starts[i]), Name: "wasm:" + name})
	}
	return out
}

// sites are what the tables of an image say to package guest.
type sites struct{ *code.Image }

// Trap implements guest.Sites.
func (s sites) Trap(offset uint32) (guest.TrapSite, bool) {
	site, ok := s.Image.Trap(offset)
	return guest.TrapSite(site), ok
}
