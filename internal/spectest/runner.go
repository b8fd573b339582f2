package spectest

import (
	"context"
	"errors"
	"fmt"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/wat"
)

// runner executes the commands of one script.
type runner struct {
	ctx     context.Context
	options Options
	dialect dialect
	engine  *weft.Engine
	linker  *weft.Linker

	definitions book[*weft.Module]
	instances   book[*weft.Instance]
	missing     map[string]error // why nothing is registered under a module name
}

func newRunner(ctx context.Context, o Options, d dialect) (*runner, error) {
	c := weft.Config{Tier: o.Tier, ExplicitChecks: o.Explicit, Fuel: o.Fuel, Features: d.features}
	var e *weft.Engine
	if o.Engines != nil {
		e = o.Engines.get(c)
	} else {
		e = weft.NewEngine(c)
	}
	r := &runner{ctx: ctx, options: o, dialect: d, engine: e, linker: weft.NewLinker(e), missing: make(map[string]error)}
	return r, defineHost(e, r.linker)
}

// close closes what the script made.
func (r *runner) close() {
	for _, in := range r.instances.all {
		if in.v != nil {
			_ = in.v.Close()
		}
	}
	if r.options.Engines == nil {
		_ = r.engine.Close()
	}
}

// taken is the fuel that all instances together have taken.
func (r *runner) taken() (units int64) {
	if r.options.Fuel == nil {
		return 0
	}
	for _, in := range r.instances.all {
		if in.v != nil {
			units += r.options.Fuel.Initial - in.v.Fuel()
		}
	}
	return units
}

// book keeps what a script has made and may refer to: by identifier, or as the latest. What could not be made is in it as its
// error.
type book[T any] struct {
	all    []entry[T]
	byName map[string]entry[T]
}

type entry[T any] struct {
	v   T
	err error
}

func (b *book[T]) add(name string, v T, err error) {
	e := entry[T]{v, err}
	b.all = append(b.all, e)
	if name == "" {
		return
	}
	if b.byName == nil {
		b.byName = make(map[string]entry[T])
	}
	b.byName[name] = e
}

// find returns what an identifier stands for, or the latest for "".
func (b *book[T]) find(name string) (v T, err error) {
	e, ok := b.byName[name]
	switch {
	case name != "" && !ok:
		return v, fmt.Errorf("unknown module $%s", name)
	case name == "" && len(b.all) == 0:
		return v, errors.New("there is no module yet")
	case name == "":
		e = b.all[len(b.all)-1]
	}
	if e.err != nil {
		return v, &missingError{e.err}
	}
	return e.v, nil
}

// missingError is what commands fail with that need something that could not be made.
type missingError struct{ err error }

func (e *missingError) Error() string { return "the module is missing: " + plain(e.err) }

func (e *missingError) Unwrap() error { return e.err }

// command executes a command. An error says how it differs from what it should do.
func (r *runner) command(c wat.Command) error {
	switch c := c.(type) {
	case *wat.Module:
		return r.module(c)
	case *wat.Register:
		return r.register(c)
	case *wat.Action:
		_, err := r.act(c)
		return err
	case *wat.AssertReturn:
		return r.assertReturn(c)
	case *wat.AssertTrap:
		return r.assertTrap(c)
	case *wat.AssertExhaustion:
		_, err := r.act(c.Action)
		return wantTrap(err, c.Message)
	case *wat.AssertException:
		return r.assertException(c)
	case *wat.AssertInvalid:
		return r.assertInvalid(c)
	case *wat.AssertMalformed:
		return r.assertMalformed(c)
	case *wat.AssertUnlinkable:
		return r.assertUnlinkable(c)
	}
	return fmt.Errorf("a command of type %T is not known", c)
}

// module makes an instance of a module, or defines the module only.
func (r *runner) module(c *wat.Module) error {
	if c.Form == wat.FormInstance {
		m, err := r.definitions.find(c.Of)
		in, err := r.instantiate(m, err)
		r.instances.add(c.Name, in, err)
		return err
	}
	m, err := r.compile(c)
	if c.Definition {
		r.definitions.add(c.Name, m, err)
		return err
	}
	in, err := r.instantiate(m, err)
	r.instances.add(c.Name, in, err)
	return err
}

// register makes the exports of an instance importable.
func (r *runner) register(c *wat.Register) error {
	in, err := r.instances.find(c.Module)
	if err == nil {
		err = r.linker.DefineInstance(c.As, in)
	}
	r.missing[c.As] = err
	return err
}

// instantiate makes an instance of m, unless there is an error already.
func (r *runner) instantiate(m *weft.Module, err error) (*weft.Instance, error) {
	if err != nil {
		return nil, err
	}
	in, err := r.used(m)
	if e, ok := errors.AsType[*weft.LinkError](err); ok && r.missing[e.Module] != nil {
		return nil, r.missing[e.Module]
	}
	return in, err
}

// act executes an action and returns the results, or the value of the global.
func (r *runner) act(a *wat.Action) ([]any, error) {
	in, err := r.instances.find(a.Module)
	if err != nil {
		return nil, err
	}
	if a.Get {
		g, err := in.ExportedGlobal(a.Field)
		if err != nil {
			return nil, err
		}
		return []any{g.Get()}, nil
	}
	f, err := in.Func(a.Field)
	if err != nil {
		return nil, err
	}
	return f.Call(r.ctx, arguments(a.Args)...)
}
