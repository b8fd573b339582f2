//go:build linux && amd64

package compile

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
)

// trace is the functions of the last call that did not return, innermost first; the trampoline is -1.
func (p *program) trace() (funcs []int, complete bool) {
	w := p.stack.Backtrace()
	for f, ok := w.Next(); ok; f, ok = w.Next() {
		i := len(p.objects) - 1
		for p.start(i) > f.Offset {
			i--
		}
		if i >= len(p.funcs) {
			i = -1
		}
		funcs, complete = append(funcs, i), f.Entry
	}
	return funcs, complete
}

func (p *program) start(object int) uint32 {
	if object < len(p.funcs) {
		return p.funcs[object]
	}
	return p.entries[object-len(p.funcs)]
}

// TestFrames walks the stack from wherever a function happens to be interrupted: the tables of frames are right at each instruction.
func TestFrames(t *testing.T) {
	p := load(t, parse(t, `
func loops(i32) -> i32 {
b1(v1 i32):
  v2 = i32.const 7
  jump -> b2(v1)
b2(v3 i32):
  v4 = call v2 (i32) -> i32 func[1]
  v5 = i32.add v3 v4
  if v5 -> b2(v5), b3
b3:
  jump -> b2(v1)
}`), parse(t, `
func fib(i32) -> i32 {
b1(v1 i32):
  v2 = i32.const 2
  v3 = i32.lt_s v1 v2
  if v3 -> b2, b3
b2:
  tail_call v1 (i32) -> i32 func[2]
b3:
  v5 = i32.const 1
  v6 = i32.sub v1 v5
  v7 = call v6 (i32) -> i32 func[1]
  v8 = i32.sub v1 v2
  v9 = call v8 (i32) -> i32 func[1]
  v10 = i32.add v7 v9
  return v10
}`), parse(t, `
func same(i32) -> i32 {
b1(v1 i32):
  return v1
}`))
	r := rand.New(rand.NewPCG(5, 6))
	walked := 0
	for walked < 60 {
		p.stack.Resume()
		timer := time.AfterFunc(time.Duration(50+r.IntN(300))*time.Microsecond, p.stack.Interrupt)
		if _, trap := p.call(0, []num.V128{{Lo: 1}}); trap != abi.TrapInterrupted {
			t.Fatalf("the call ended with %v", trap)
		}
		timer.Stop()
		funcs, complete := p.trace()
		if len(funcs) == 0 {
			continue // interrupted before it was entered
		}
		walked++
		if n := len(funcs); !complete || n < 2 || funcs[n-1] != -1 || funcs[n-2] != 0 {
			t.Errorf("stack of %v, complete: %v", funcs, complete)
		}
	}
}
