//go:build !race

package rt

import "sync/atomic"

// flag is raised by one goroutine at a time, which lowers it.
type flag struct{ up uint32 }

// raise raises the flag, and reports false if it is up.
func (f *flag) raise() bool { return atomic.CompareAndSwapUint32(&f.up, 0, 1) }

// lower lowers the flag, which the caller has raised. On amd64, what was stored before an ordinary store is visible before it, so an atomic
// store, which waits for all of it, is not needed. The compiler keeps stores in order.
func (f *flag) lower() { f.up = 0 }

func (f *flag) isUp() bool { return atomic.LoadUint32(&f.up) != 0 }
