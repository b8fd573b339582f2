package weft

import (
	"context"
	"fmt"
	"reflect"
	"runtime"

	"github.com/weft-wasm/weft/internal/rt"
)

// HostFunc is a function of the host in its raw form. The stack holds the parameters, and on return the results, in slots of 64 bits:
// i32 and f32 in the low half with zeros above, v128 in two slots, low half first. References are opaque. It is
// as long as the larger of the two needs.
//
// Caller is the instance whose code makes the call, nil when the host calls the function itself. An error ends the guest's call and
// comes out of Func.Call wrapped in a *Trap, with these exceptions: an *ExitError comes out as it is, an *Exception is thrown, and a *Trap, such
// as that of a call the function made, goes on as the same trap with more frames.
type HostFunc func(ctx context.Context, caller *Instance, stack []uint64) error

// NewHostFunc makes a function from its raw form.
func NewHostFunc(e *Engine, t FuncType, f HostFunc) *Func {
	return e.newHostFunc(t, "", f)
}

func (e *Engine) newHostFunc(t FuncType, name string, f HostFunc) *Func {
	host := func(ctx context.Context, caller *rt.Instance, stack []uint64) error {
		in := publicInstance(caller)
		if err := f(ctx, in, stack); err != nil {
			return hostError(e.placeIn(ctx, in), err)
		}
		return nil
	}
	return &Func{e, e.bind(rt.NewHostFunc(e.funcType(t), name, host))}
}

// bind makes a function of the host callable for compiled code.
func (e *Engine) bind(f *rt.Func) *rt.Func {
	if e.native != nil {
		e.native.BindHost(f)
	}
	return f
}

// publicInstance returns the Instance for the one that the executor knows, nil for nil.
func publicInstance(in *rt.Instance) *Instance {
	if in == nil {
		return nil
	}
	return in.Host.(*Instance)
}

// storeKey is the key in a context of the *rt.Store for the references in a call of a host function by the host.
type storeKey struct{}

// placeIn is where the references that a host function is called with belong. Caller is nil if the host calls.
func (e *Engine) placeIn(ctx context.Context, caller *Instance) place {
	if caller != nil {
		return place{e, caller.in.Store()}
	}
	s, ok := ctx.Value(storeKey{}).(*rt.Store)
	if !ok {
		s = rt.NewStore()
	}
	return place{e, s}
}

var (
	contextType  = reflect.TypeFor[context.Context]()
	instanceType = reflect.TypeFor[*Instance]()
	errorType    = reflect.TypeFor[error]()
)

// NewFunc makes a function from a Go function, by reflection. It may take a context.Context first, which is that of the call, and
// an *Instance next, which is the caller; the other parameters and the results are of the types of Value, and the last result may be an
// error. Host2 and its like make functions that are faster to call.
func NewFunc(e *Engine, f any) (*Func, error) {
	v := reflect.ValueOf(f)
	switch {
	case v.Kind() != reflect.Func:
		return nil, &TypeError{What: "host function", Have: goTypeName(f), Want: "a Go function"}
	case v.IsNil():
		return nil, &TypeError{What: "host function", Have: "a nil " + v.Type().String(), Want: "a Go function"}
	}
	s, err := signatureOf(v.Type())
	if err != nil {
		return nil, err
	}
	name := ""
	if fn := runtime.FuncForPC(v.Pointer()); fn != nil {
		name = fn.Name()
	}
	return e.newHostFunc(s.t, name, func(ctx context.Context, caller *Instance, stack []uint64) error {
		return s.call(e, v, ctx, caller, stack)
	}), nil
}

// signature is what reflection says of a Go function.
type signature struct {
	t                     FuncType
	params                []reflect.Type // those that are values
	context, caller, fail bool
}

func signatureOf(t reflect.Type) (s signature, err error) {
	if t.IsVariadic() {
		return s, &TypeError{What: "host function", Have: t.String(), Want: "a function that is not variadic"}
	}
	i := 0
	if i < t.NumIn() && t.In(i) == contextType {
		s.context = true
		i++
	}
	if i < t.NumIn() && t.In(i) == instanceType {
		s.caller = true
		i++
	}
	for ; i < t.NumIn(); i++ {
		vt, ok := valueTypeOf(reflect.Zero(t.In(i)).Interface())
		if !ok {
			return s, &TypeError{What: fmt.Sprintf("parameter %d of host function %s", i+1, t), Have: t.In(i).String(), Want: wantValue}
		}
		s.params, s.t.Params = append(s.params, t.In(i)), append(s.t.Params, vt)
	}
	for i := range t.NumOut() {
		if i == t.NumOut()-1 && t.Out(i) == errorType {
			s.fail = true
			break
		}
		vt, ok := valueTypeOf(reflect.Zero(t.Out(i)).Interface())
		if !ok {
			return s, &TypeError{What: fmt.Sprintf("result %d of host function %s", i+1, t), Have: t.Out(i).String(), Want: wantValue}
		}
		s.t.Results = append(s.t.Results, vt)
	}
	return s, nil
}

const wantValue = "int32, uint32, int64, uint64, float32, float64, weft.V128, *weft.Func or weft.Extern"

func (s *signature) call(e *Engine, f reflect.Value, ctx context.Context, caller *Instance, stack []uint64) error {
	var args []reflect.Value
	if s.context {
		args = append(args, reflect.ValueOf(ctx))
	}
	if s.caller {
		args = append(args, reflect.ValueOf(caller))
	}
	p := e.placeIn(ctx, caller)
	slots := stack
	for _, t := range s.params {
		v := reflect.New(t)
		slots = p.get(slots, v.Interface())
		args = append(args, v.Elem())
	}
	results := f.Call(args)
	if s.fail {
		last := len(results) - 1
		if err, _ := results[last].Interface().(error); err != nil {
			return err
		}
		results = results[:last]
	}
	for _, r := range results {
		stack = p.put(stack, r.Interface())
	}
	return nil
}
