//go:build race || !linux || !amd64

package bias

import "sync/atomic"

func grants() bool       { return false }
func barrier()           {}
func goroutine() uintptr { return 0 }

func release(state *atomic.Uint32) { state.Store(free) }
