//go:build race || !amd64

package rt

import "sync/atomic"

// flag is raised by one goroutine at a time, which lowers it.
type flag struct{ up atomic.Bool }

// raise raises the flag, and reports false if it is up.
func (f *flag) raise() bool { return f.up.CompareAndSwap(false, true) }

// lower lowers the flag, which the caller has raised.
func (f *flag) lower() { f.up.Store(false) }

func (f *flag) isUp() bool { return f.up.Load() }
