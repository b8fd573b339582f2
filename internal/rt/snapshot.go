package rt

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
)

// SnapshotError says why an instance cannot be frozen: it refers to something that a new instance would have to share with it.
type SnapshotError struct{ What string }

func (e *SnapshotError) Error() string {
	return fmt.Sprintf("weft: snapshot: the instance %s", e.What)
}

// Snapshot returns a plan whose instances begin as in is at present, in its memories, tables, globals and segments, with the imports of in. The
// start function is not for them. The error is ErrConcurrent while a call runs, ErrClosed, or a *SnapshotError.
func (in *Instance) Snapshot() (*Plan, error) {
	s := in.store.tend()
	if s == nil {
		return nil, ErrConcurrent
	}
	defer s.untend()
	switch {
	case s.latest() != nil:
		return nil, ErrConcurrent
	case in.Closed():
		return nil, ErrClosed
	}
	if err := in.alone(); err != nil {
		return nil, err
	}
	p := *in.plan
	p.snapshot = &initial{frozen: true, dropped: make([][]Ref, len(in.Module.Elems)), passive: slices.Clone(in.Data)}
	for i, e := range in.Elems {
		if e != nil {
			p.snapshot.elems = append(p.snapshot.elems, i)
		}
	}
	if err := p.snapshot.takeReferences(in); err != nil {
		return nil, err
	}
	in.Module.initialStubs(p.snapshot)
	p.snapshot.takeMemories(in)
	p.template = onceTemplate(&p)
	for _, pool := range p.snapshot.pools {
		if pool != nil {
			runtime.AddCleanup(p.snapshot, closePool, pool)
		}
	}
	return &p, nil
}

func closePool(p *pool) { p.close() }

// alone checks that all that the instance can change is its own.
func (in *Instance) alone() error {
	switch p := in.plan; {
	case len(p.mems) > 0:
		return &SnapshotError{"imports a memory"}
	case len(p.tables) > 0:
		return &SnapshotError{"imports a table"}
	case slices.ContainsFunc(p.globals, func(g *Global) bool { return g.typ.Mutable }):
		return &SnapshotError{"imports a mutable global"}
	}
	return nil
}

// takeReferences freezes tables and globals. References to functions become indices; others cannot be frozen.
func (s *initial) takeReferences(in *Instance) error {
	indices := in.indices()
	for _, t := range in.Tables {
		elems := make(elements, len(t.Elems))
		for i, r := range t.Elems {
			if r == 0 {
				continue
			}
			f, ok := indices[r]
			if !ok {
				return &SnapshotError{"has a reference in a table that is to no function of it"}
			}
			elems[i] = f + 1
		}
		s.tables, s.sizes = append(s.tables, elems), append(s.sizes, uint64(len(elems)))
	}
	for i, g := range in.Globals[len(in.plan.globals):] {
		v := *g.Cell
		if g.typ.Type.IsRef() && v.Lo != 0 {
			f, ok := indices[Ref(v.Lo)]
			if !ok {
				return &SnapshotError{"has a reference in a global that is to no function of it"}
			}
			if s.globalFuncs == nil {
				s.globalFuncs = map[int]uint32{}
			}
			s.globalFuncs[i], v = f, Cell{}
		}
		s.globals = append(s.globals, v)
	}
	return nil
}

// indices are the indices of functions by the references to them that the instance may have.
func (in *Instance) indices() map[Ref]uint32 {
	out := map[Ref]uint32{}
	for f := range in.functions {
		out[f.Ref()] = f.Index
	}
	for i, f := range in.plan.funcs {
		out[f.Ref()] = uint32(i)
	}
	if x := in.plan.initial().stubs; x != nil {
		for i := range x.funcs {
			out[x.funcs[i].Ref()] = x.funcs[i].Index
		}
	}
	return out
}

// takeMemories freezes memories.
func (s *initial) takeMemories(in *Instance) {
	var parts [][]part
	for _, m := range in.Mems {
		s.pages = append(s.pages, m.Pages())
		parts = append(parts, []part{{0, bytes.Clone(m.Bytes())}})
	}
	in.Module.initialMemories(s, parts)
}
