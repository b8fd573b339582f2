package profile

import (
	"fmt"

	"github.com/google/pprof/profile"

	"github.com/weft-wasm/weft"
)

// builder adds samples to a profile, with each place, function and module once.
type builder struct {
	p         *profile.Profile
	locations map[weft.Frame]*profile.Location
	functions map[function]*profile.Function
	mappings  map[weft.Frame]*profile.Mapping // by a frame of the module without a place
}

// function is what tells functions apart: where they are, or for inlined ones in which module, and what the source calls them.
type function struct {
	of         weft.Frame
	name, file string
}

func newBuilder(p *profile.Profile) *builder {
	return &builder{p, map[weft.Frame]*profile.Location{}, map[function]*profile.Function{}, map[weft.Frame]*profile.Mapping{}}
}

func (b *builder) add(s weft.Sample) {
	out := &profile.Sample{Value: []int64{s.Count, int64(s.Host), int64(s.Guest)}}
	for _, f := range s.Stack {
		out.Location = append(out.Location, b.location(f))
	}
	b.p.Sample = append(b.p.Sample, out)
}

func (b *builder) location(f weft.Frame) *profile.Location {
	l := b.locations[f]
	if l == nil {
		l = &profile.Location{ID: uint64(len(b.p.Location) + 1), Mapping: b.mapping(f), Line: b.lines(f)}
		if f.Func >= 0 {
			l.Address = uint64(f.Offset)
		}
		b.locations[f] = l
		b.p.Location = append(b.p.Location, l)
	}
	return l
}

// lines are the functions that a frame is in: those that are inlined, innermost first, and then its own.
func (b *builder) lines(f weft.Frame) (lines []profile.Line) {
	own := f
	own.Offset = 0
	name := f.Name
	if name == "" {
		name = fmt.Sprintf("function[%d]", f.Func)
	}
	for _, p := range f.Source() {
		fn := b.function(function{own, name, p.File})
		if p.Inlined {
			fn = b.function(function{moduleOf(f), p.Function, p.File})
		}
		lines = append(lines, profile.Line{Function: fn, Line: int64(p.Line), Column: int64(p.Column)})
	}
	if lines == nil {
		lines = []profile.Line{{Function: b.function(function{own, name, b.mapping(f).File}), Line: max(f.Offset, 0)}}
	}
	return lines
}

func (b *builder) function(key function) *profile.Function {
	fn := b.functions[key]
	if fn == nil {
		fn = &profile.Function{ID: uint64(len(b.p.Function) + 1), Name: key.name, SystemName: key.name, Filename: key.file}
		b.functions[key] = fn
		b.p.Function = append(b.p.Function, fn)
	}
	return fn
}

// mapping stands for a module: pprof shows its name as that of a file, and looks for nothing in it.
func (b *builder) mapping(f weft.Frame) *profile.Mapping {
	key := moduleOf(f)
	m := b.mappings[key]
	if m == nil {
		m = &profile.Mapping{ID: uint64(len(b.p.Mapping) + 1), File: key.Module, HasFunctions: true, HasFilenames: true, HasLineNumbers: true, HasInlineFrames: true}
		if m.File == "" {
			m.File = "module"
		}
		b.mappings[key] = m
		b.p.Mapping = append(b.p.Mapping, m)
	}
	return m
}

// moduleOf is a frame of which only the module is left.
func moduleOf(f weft.Frame) weft.Frame {
	f.Func, f.Name, f.Offset = 0, "", 0
	return f
}
