package weft

import (
	"context"

	"github.com/weft-wasm/weft/internal/native"
)

// progressKey is the key in a context of a native.Progress.
type progressKey struct{}

// WithProgress returns a context with which Compile and CompileReader tell how many functions of the module are compiled, of how many in all.
// Several goroutines call report, at times at once, and not in order. The interpreter compiles nothing.
func WithProgress(ctx context.Context, report func(done, total int)) context.Context {
	return context.WithValue(ctx, progressKey{}, native.Progress(report))
}

func progressOf(ctx context.Context) native.Progress {
	p, _ := ctx.Value(progressKey{}).(native.Progress)
	return p
}
