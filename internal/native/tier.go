package native

import (
	"runtime"
	"sync"

	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/compile"
	"github.com/weft-wasm/weft/internal/interp"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/rt/guest"
	"github.com/weft-wasm/weft/internal/ssagen"
)

// A tiered module answers at once: its functions begin in the interpreter, which tells of those that are used a lot (interp.Heat). Workers of the
// engine compile these while everything goes on, hottest first, a few at a time, and put each such batch into memory as an image of its own.
//
// Code of the module calls functions of the module by way of words, one for each, that have the addresses of their code, and so do all records, by way of
// thunks (amd64.Thunks). So a function gets its code, for all instances, by one store to its word, and by one to the interpreter's list of
// functions. Nothing that is written once is written again: what has been called goes on as it is, in the tier that it is in.
//
// Only a call that is in a loop for long moves. For a hot loop there is code that begins in it (ssagen.Generator.Loop), which takes over the
// frame at the next turn.
type tiering struct {
	words  *guest.Words
	thunks uintptr // the address of those of the first function
	gen    *ssagen.Module

	mu      sync.Mutex
	queued  bool     // the module waits for a worker, or has one
	begun   bool     // all functions are to be compiled
	warm    []task   // what is to be compiled
	batches []*image // which frames lead to
}

// Tiered makes an executor for a valid module without GC instructions and atomics whose functions are interpreted at first and compiled while it runs. The
// error says that there is no room in code memory.
func (e *Engine) Tiered(m *rt.Module) (*Module, error) {
	t := &tiering{gen: ssagen.NewModule(m.Module, m.Layout, e.options)}
	var err error
	if t.words, err = guest.MapWords(len(m.Funcs)); err != nil {
		return nil, err
	}
	image, err := t.linkThunks(m)
	if err != nil {
		unmapWords(t.words)
		return nil, err
	}
	x := &Module{engine: e, m: m, image: image, tier: t}
	x.interp = interp.NewTiered(m, e.watch(x))
	e.keep(x, image.text)
	runtime.AddCleanup(x, unmapWords, t.words)
	return x, nil
}

// unmapWords gives the memory of words back, as release does that of a text.
func unmapWords(w *guest.Words) { _ = w.Unmap() }

// linkThunks puts what does not depend on functions into memory: entries and shims for their signatures, and thunks.
func (t *tiering) linkThunks(m *rt.Module) (*image, error) {
	l := code.NewLinker()
	c := compile.New()
	shims := make(map[uint32]uint32)
	for _, i := range m.Funcs {
		if _, ok := shims[i]; !ok {
			shims[i] = 0
			l.Entry(entry(c, m.Sigs[i]), i)
		}
	}
	for i := range shims {
		sig, o := signature(m.Sigs[i]), new(code.Object)
		c.OwnShim(&sig, o)
		shims[i] = l.Append(o)
	}
	thunks := new(code.Object)
	compile.Thunks(m.Funcs, m.ImportedFuncs, thunks)
	start := l.Append(thunks)
	linked, err := l.Image()
	if err != nil {
		return nil, err
	}
	x, err := newImage(m, linked, func(name string) (*guest.Text, error) {
		return guest.Map(name, int(linked.TextBytes), sites{linked}, func(text []byte, base uintptr) error {
			l.WriteTo(text, func(s code.Symbol) uint32 {
				if s.Kind == code.SymbolShim {
					return shims[s.Index]
				}
				return t.distance(m, s, base)
			})
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	t.thunks = x.text.Address(start)
	for i := range m.Funcs {
		t.words.Set(i, t.lazy(i))
	}
	return x, nil
}

// distance is how far the word of a function is from the start of a text.
func (t *tiering) distance(m *rt.Module, s code.Symbol, base uintptr) uint32 {
	return uint32(t.words.Address(int(s.Index)-m.ImportedFuncs) - base)
}

// thunk is where records of function i of those that the module defines lead, lazy what its word has as long as it is interpreted.
func (t *tiering) thunk(i int) uintptr { return t.thunks + uintptr(i)*compile.ThunkBytes }
func (t *tiering) lazy(i int) uintptr  { return t.thunk(i) + compile.ThunkLazy }

// address is what records of function i lead to: its code if there is any.
func (t *tiering) address(i int) uintptr {
	if a := t.words.Get(i); a != t.lazy(i) {
		return a
	}
	return t.thunk(i)
}

// isTiered reports whether f is a function of a module that is compiled while it runs.
func isTiered(f *rt.Func) bool {
	if f.Host != nil {
		return false
	}
	x, ok := f.Instance.Module.Exec.(*Module)
	return ok && x.tier != nil
}

// isCold reports whether f, of the module, has no code as yet.
func (x *Module) isCold(f *rt.Func) bool {
	if x.tier == nil {
		return false
	}
	i := int(f.Index) - x.m.ImportedFuncs
	return x.tier.words.Get(i) == x.tier.lazy(i)
}

// Tiered reports whether functions of the module are compiled while it runs.
func (x *Module) Tiered() bool { return x.tier != nil }

func (t *tiering) codeBytes() (n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, b := range t.batches {
		n += len(b.text.Bytes())
	}
	return n
}
