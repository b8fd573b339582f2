package rt

import (
	"context"
	"runtime"
	"weak"
)

// watch makes an activation look when the context of its call is done. To register with a context takes longer than many a call, and contexts are
// often those of more than one: so from its second call in a row with the same one, an activation stays registered when the call has ended. That a
// context ends then does no harm, for the activation only looks; and one that is no longer used is not kept by its contexts.
type watch struct {
	ctx        context.Context // of the latest call that could be cancelled
	keep       bool            // the activation is to stay registered
	registered *registration   // nil before the first
	ask        func()          // what contexts call
}

// registration is with a context; stop is nil if it has ended.
type registration struct{ stop func() bool }

func (r *registration) end() {
	if r != nil && r.stop != nil {
		r.stop()
		r.stop = nil
	}
}

// Watch has the call look when a context is done, until Unwatch.
func (a *Activation) Watch(ctx context.Context) {
	w := &a.watch
	switch {
	case !SameContext(ctx, w.ctx):
		w.registered.end()
		w.ctx, w.keep = ctx, false
	case w.registered.stop != nil:
		return
	default:
		w.keep = true
	}
	if w.registered == nil {
		w.prepare(a)
	}
	w.registered.stop = context.AfterFunc(ctx, w.ask)
}

// prepare makes what all registrations need.
func (w *watch) prepare(a *Activation) {
	w.registered = new(registration)
	self := weak.Make(a)
	w.ask = func() {
		if a := self.Value(); a != nil {
			a.Ask()
		}
	}
	runtime.AddCleanup(a, (*registration).end, w.registered)
}

// Unwatch ends what Watch began. It may be called for calls that are not watched.
func (a *Activation) Unwatch() {
	if w := &a.watch; !w.keep {
		w.registered.end()
	}
}
