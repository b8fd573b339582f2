package compile

import (
	"sync"
	"sync/atomic"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/dbg"
	"github.com/weft-wasm/weft/internal/ssa"
)

// Parallel compiles n functions with several workers, with the checks that explicit asks for. build makes function i in f, which is empty but for
// what earlier uses have left of its memory; it is called by several goroutines, for each index once, and again for one in which the compiler has
// failed. If any function fails, the error is that of the one with the lowest index, and there are no objects.
func Parallel(n, workers int, explicit abi.Explicit, build func(i int, f *ssa.Func) error) ([]code.Object, error) {
	objects := make([]code.Object, n)
	errs := make([]error, n)
	var next, failed atomic.Int64
	failed.Store(int64(n))
	var wg sync.WaitGroup
	for range min(max(workers, 1), n) {
		wg.Go(func() {
			c, f := New(), new(ssa.Func)
			c.Explicit = explicit
			for i := next.Add(1) - 1; i < failed.Load(); i = next.Add(1) - 1 {
				if errs[i] = c.Build(int(i), f, &objects[i], build); errs[i] != nil {
					lower(&failed, i)
				}
			}
		})
	}
	wg.Wait()
	if i := failed.Load(); i < int64(n) {
		return nil, errs[i]
	}
	return objects, nil
}

// Build compiles function i, which build makes in f, into o.
func (c *Compiler) Build(i int, f *ssa.Func, o *code.Object, build func(i int, f *ssa.Func) error) error {
	if err := c.build(i, f, build); err != nil {
		return err
	}
	err := c.Func(f, o)
	reproduce(err, i, build)
	return err
}

func (c *Compiler) build(i int, f *ssa.Func, build func(i int, f *ssa.Func) error) (err error) {
	c.phase = "build"
	defer c.recovered(f, &err)
	start := dbg.Now()
	defer dbg.Spent("build", start)
	return build(i, f)
}

// lower makes a counter at most n. Functions in front of the lowest that has failed are still compiled, since one of them may fail too.
func lower(counter *atomic.Int64, n int64) {
	for old := counter.Load(); n < old; old = counter.Load() {
		if counter.CompareAndSwap(old, n) {
			return
		}
	}
}
