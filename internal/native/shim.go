package native

import (
	"fmt"
	"sync"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/compile"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/rt/guest"
	"github.com/weft-wasm/weft/internal/ssa"
)

// shims are those of one kind that the process has, by signature. They are never given back: there are no more of them than there are signatures of
// functions that hosts make or call.
type shims struct {
	name string
	emit func(*compile.Compiler, *ssa.Sig, *code.Object)

	mu        sync.Mutex
	addresses map[string]uintptr
	compiler  *compile.Compiler
}

var (
	hostShims = shims{name: "host shim", emit: (*compile.Compiler).HostShim}
	// wordEntries are for functions of lanes.
	wordEntries = shims{name: "word entry", emit: (*compile.Compiler).WordEntry}
)

// shimOf returns the code that stands for functions of a type which is not generated code.
func shimOf(t *rt.FuncType) (uintptr, error) {
	if address := t.Shim.Load(); address != 0 {
		return address, nil
	}
	address, err := hostShims.of(t)
	t.Shim.Store(address)
	return address, err
}

// of returns the shim for functions of a type.
func (x *shims) of(t *rt.FuncType) (uintptr, error) {
	sig := signature(t)
	key := fmt.Sprint(sig)
	x.mu.Lock()
	defer x.mu.Unlock()
	if address, ok := x.addresses[key]; ok {
		return address, nil
	}
	if x.addresses == nil {
		x.addresses, x.compiler = map[string]uintptr{}, compile.New()
	}
	var o code.Object
	x.emit(x.compiler, &sig, &o)
	address, err := mapShim(x.name, &o)
	if err != nil {
		return 0, err
	}
	x.addresses[key] = address
	return address, nil
}

func mapShim(name string, o *code.Object) (uintptr, error) {
	l := code.NewLinker()
	l.Func(o, 0)
	x, err := l.Image()
	if err != nil {
		return 0, err
	}
	text, err := guest.Map(name, int(x.TextBytes), sites{x}, func(text []byte, _ uintptr) error {
		l.Write(text, 0)
		return nil
	})
	if err != nil {
		return 0, err
	}
	return text.Address(0), nil
}

// noShim is the code of functions of the host for whose shims there was no code memory: calls of it trap.
var noShim = guest.Once(func() (uintptr, error) { return trapShim("no host shim", abi.TrapOutOfMemory) })

// deadShim is the code of functions whose instance has been given back.
var deadShim = guest.Once(func() (uintptr, error) { return trapShim("closed instance", abi.TrapInstanceClosed) })

func trapShim(name string, trap abi.Trap) (uintptr, error) {
	var o code.Object
	compile.New().TrapShim(trap, &o)
	return mapShim(name, &o)
}

// BindHost gives a function of the host the code that calls it.
func (e *Engine) BindHost(f *rt.Func) {
	shim, err := shimOf(f.Type)
	if err != nil {
		shim, _ = noShim() // NewEngine has seen that there is one
	}
	f.Bind(shim, f.Address())
}
