package validate

import (
	"runtime"
	"sync"

	"github.com/weft-wasm/weft/internal/wasm"
)

// chunkBytes is how much code a goroutine takes at a time: some hundred microseconds of work, against which taking it costs
// nothing, and little enough that all finish together.
const chunkBytes = 64 << 10

// Module validates a module, function bodies on GOMAXPROCS goroutines. The features that f lacks are errors; 0 stands for all
// features. The error is a *wasm.Error: the first one outside of function bodies, or else that of the first function with one.
func Module(m *wasm.Module, f wasm.Features) (*Info, error) {
	v, err := New(m, f)
	if err != nil {
		return nil, err
	}
	v.named = true
	if err := v.checkBodies(); err != nil {
		return nil, err
	}
	if err := v.allFuncs(); err != nil {
		return nil, err
	}
	return v.Finish()
}

// allFuncs validates all functions.
func (v *Validator) allFuncs() error {
	q := queue{code: v.m.Code, failed: len(v.m.Code)}
	workers := min(runtime.GOMAXPROCS(0), (q.bytes()+chunkBytes-1)/chunkBytes)
	var wg sync.WaitGroup
	for range workers - 1 {
		wg.Go(func() { v.work(&q) })
	}
	v.work(&q)
	wg.Wait()
	if q.err != nil {
		return q.err
	}
	return nil
}

// work validates chunks of functions until none is left, or none that could hold an earlier error than the one found.
func (v *Validator) work(q *queue) {
	b := newBody(v)
	defer b.release()
	for {
		start, end := q.take()
		if start == end {
			return
		}
		for i := start; i < end; i++ {
			if err := b.function(i); err != nil {
				q.fail(i, err)
				break
			}
		}
	}
}

// queue hands out the functions of a module in order.
type queue struct {
	code []wasm.Code

	mu     sync.Mutex
	next   int         // the first function that nobody has taken
	failed int         // the lowest function with an error; if there is none, the number of functions
	err    *wasm.Error // its error
}

// bytes returns the size of all bodies.
func (q *queue) bytes() (n int) {
	for i := range q.code {
		n += len(q.code[i].Body)
	}
	return n
}

// take returns the next functions to validate, [start, end); nothing if all that comes would be behind an error.
func (q *queue) take() (start, end int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	start = q.next
	for size := 0; q.next < q.failed && size < chunkBytes; q.next++ {
		size += len(q.code[q.next].Body) + 16 // an empty function is some work, too
	}
	return start, q.next
}

// fail records the error of a function.
func (q *queue) fail(i int, err *wasm.Error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if i < q.failed {
		q.failed, q.err = i, err
	}
}
