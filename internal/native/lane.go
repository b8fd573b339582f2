package native

import (
	"context"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/rt/guest"
	"github.com/weft-wasm/weft/internal/wasm"
)

// lane is a machine for the calls of one function, with all that they need. It keeps the context of the last call, which is likely to be that of the
// next one: what was not to be cancelled then is not now.
//
// A call that a panic or runtime.Goexit of a host's function goes through has to be ended by a deferred function, which costs as much as a good part of
// such a call. A lane is quiet as long as its calls do not call the host, and defers nothing; a call that does so nevertheless has the call of the host
// see to it. Then it is replaced by a loud one, whose calls of the host are faster than the function's.
type lane struct {
	*machine
	d       *Direct
	f       *rt.Func
	store   *rt.Store
	slots   []uint64
	entry   uintptr
	context uintptr     // of the instance
	quick   *guest.Lane // nil unless the function takes words
	loud    bool
	calls   int // of the quiet lane that have called the host. Guarded by the store
}

// quietCalls is how many calls of a quiet lane call the host before there is a loud one.
const quietCalls = 4

// takesWords reports whether a function takes and returns a word for each argument and at most one result. Between is the code that it is called by then,
// 0 for none.
func takesWords(t *rt.FuncType) (between uintptr, ok bool) {
	if len(t.Params) > guest.LaneWords || len(t.Results) > 1 {
		return 0, false
	}
	floats := false
	for _, list := range [][]wasm.ValType{t.Params, t.Results} {
		for _, v := range list {
			switch v {
			case wasm.I32, wasm.I64:
			case wasm.F32, wasm.F64:
				floats = true
			default:
				return 0, false
			}
		}
	}
	if floats {
		entry, err := wordEntries.of(t)
		return entry, err == nil
	}
	return 0, true
}

// call calls the function with words.
func (l *lane) call(ctx context.Context, args []uint64) (word uint64, how guest.Outcome) {
	if l.loud {
		return l.callLoud(ctx, args)
	}
	return l.quick.Call(ctx, args)
}

// callLoud is call with what a function of the host that does not return needs.
func (l *lane) callLoud(ctx context.Context, args []uint64) (word uint64, how guest.Outcome) {
	over := false
	defer func() {
		if !over {
			l.broken()
		}
	}()
	word, how = l.quick.Call(ctx, args)
	over = true
	return word, how
}

// adopt makes a context the lane's, unless it can be cancelled or the store is not to be had.
func (l *lane) adopt(ctx context.Context) bool {
	if !l.enter(ctx) {
		return false
	}
	l.LeaveFirst()
	return true
}

// finish ends a call of words that was made.
func (l *lane) finish(how guest.Outcome) (err error) {
	switch how {
	case guest.Shut:
		l.Settle()
	case guest.Open:
		l.stack.Restore(l.top)
		l.leave()
	case guest.Stopped, guest.Ended:
		trap := abi.TrapInterrupted // as heed has found
		if how == guest.Ended {
			trap = l.quick.Trap()
		}
		err = l.failed(trap)
		l.stack.Restore(l.top)
		l.forget()
		l.leave()
	}
	return err
}

// heed finds out whether a call that was stopped before it began is to end. If not, what stopped it was meant for an earlier one.
func (l *lane) heed() bool {
	if l.attend() {
		return true
	}
	l.leave()
	return false
}

// enter begins a call that Direct.Call makes, or reports false.
func (l *lane) enter(ctx context.Context) bool {
	if !l.own() {
		return false
	}
	if !rt.SameContext(ctx, l.ctx) {
		l.LeaveFirst() // a context may be anything, and do anything when it is asked
		if ctx.Done() != nil || !l.own() {
			return false
		}
	}
	l.ctx = ctx
	if l.quick != nil {
		l.quick.Adopt(ctx)
		l.f.Instance.Admit(&l.Activation)
	}
	return true
}

// own takes the store for a call, or reports false.
func (l *lane) own() bool {
	if !l.EnterFirst(l.store) {
		l.follow()
		return false
	}
	if l.f.Instance.Closed() { // before the store was owned; what it has stays until the call ends if it is closed later
		l.LeaveFirst()
		return false
	}
	return true
}

// follow gives the function another lane if its store has been merged into another one.
func (l *lane) follow() {
	if l.f.Instance.Store() != l.store {
		l.d.replace(l, l.loud)
	}
}

// end ends a call that Direct.Call made, whether it has returned, failed or panicked.
func (l *lane) end() {
	l.ready = false
	if l.Away() {
		l.abandon()
		return
	}
	l.LeaveFirst()
}

// leave ends a call of words that has called the host, yielded or failed.
func (l *lane) leave() {
	called := l.begun
	l.begun, l.ready = false, false
	if !called {
		l.Surface()
	} else if !l.loud {
		if l.calls++; l.calls >= quietCalls {
			defer l.d.replace(l, true)
		}
	}
	if l.Away() {
		l.abandon() // interrupted while it waited to go on
		return
	}
	l.LeaveFirst()
}

// broken ends a call of words that a panic or runtime.Goexit goes through.
func (l *lane) broken() {
	if l.Away() {
		l.leave()
		return
	}
	l.stack.Restore(l.top)
	l.forget()
	l.leave()
}

// abandon ends a call that a function of the host has left by a panic or with its goroutine.
func (l *lane) abandon() {
	l.NotePanic()
	if l.Return() {
		l.stack.Restore(l.top)
		l.forget()
		l.Leave()
		return
	}
	l.d.lane.CompareAndSwap(l, nil)
	if l.quick != nil {
		l.quick.Gate().Shut()
	}
}

// begin readies a call of words for its calls of the host, which look for it in the store, and answers the first one. In a quiet lane, it
// answers all of them.
func (l *lane) begin(answer func() guest.Action) guest.Action {
	if !l.begun {
		l.begun = true
		l.Surface()
	}
	if l.loud {
		l.ready = true
		return answer()
	}
	over := false
	defer func() {
		if !over {
			l.broken()
		}
	}()
	action := answer()
	over = true
	return action
}
