package objdump

import (
	"fmt"

	"github.com/weft-wasm/weft/internal/wasm"
)

// details shows what the sections define, a line for each definition.
func (d *dumper) details(sections []wasm.Section) {
	for _, s := range sections {
		name := s.Name
		if name == "custom" {
			name = fmt.Sprintf("custom %q", s.Custom)
		}
		d.gap()
		fmt.Fprintf(d.w, "Details of section %s:\n", name)
		d.section(s)
	}
}

func (d *dumper) section(s wasm.Section) {
	m := d.m
	switch s.Name {
	case "type":
		d.each(len(m.Types), 0, d.pieces.Type)
	case "import":
		d.pieces.Imports(func(i int, text string) { d.entry(i, text, nil) })
	case "function":
		d.each(len(m.Funcs), m.ImportedFuncs, d.function)
	case "table":
		d.each(len(m.Tables), m.ImportedTables, d.pieces.Table)
	case "memory":
		d.each(len(m.Mems), m.ImportedMems, d.pieces.Memory)
	case "tag":
		d.each(len(m.Tags), m.ImportedTags, d.pieces.Tag)
	case "global":
		d.each(len(m.Globals), m.ImportedGlobals, d.pieces.Global)
	case "export":
		d.each(len(m.Exports), 0, d.export)
	case "start":
		fmt.Fprintf(d.w, "  %s\n", d.label(*m.Start))
	case "element":
		d.each(len(m.Elems), 0, d.elem)
	case "data count":
		fmt.Fprintf(d.w, "  %d\n", *m.DataNum)
	case "code":
		d.each(len(m.Code), m.ImportedFuncs, d.code)
	case "data":
		d.each(len(m.Data), 0, d.data)
	case "custom":
		d.custom(s)
	}
}

// each shows n entries, whose indices begin at first.
func (d *dumper) each(n, first int, text func(i int) (string, error)) {
	for i := range n {
		s, err := text(i)
		d.entry(first+i, s, err)
	}
}

func (d *dumper) entry(index int, text string, err error) {
	fmt.Fprintf(d.w, "  %d: %s\n", index, text)
	d.failure(err)
}

// typeIndex returns a type index, and the function type if it is one.
func (d *dumper) typeIndex(i uint32) string {
	if int(i) < len(d.m.Types) && d.m.Types[i].Kind == wasm.CompFunc {
		return fmt.Sprintf("type %d %s", i, d.m.Types[i].Func)
	}
	return fmt.Sprintf("type %d", i)
}

func (d *dumper) function(i int) (string, error) {
	return d.label(uint32(d.m.ImportedFuncs+i)) + ": " + d.typeIndex(d.m.Funcs[i]), nil
}

func (d *dumper) export(i int) (string, error) {
	x := &d.m.Exports[i]
	if x.Kind == wasm.ExternFunc {
		return fmt.Sprintf("%q %s", x.Name, d.label(x.Index)), nil
	}
	return fmt.Sprintf("%q %s %d", x.Name, x.Kind, x.Index), nil
}

// place returns where a segment goes.
func (d *dumper) place(mode wasm.SegmentMode, what string, index uint32, offset wasm.Expr) (string, error) {
	switch mode {
	case wasm.ModePassive:
		return "passive", nil
	case wasm.ModeDeclarative:
		return "declarative", nil
	}
	at, err := d.pieces.Expr(offset)
	return fmt.Sprintf("%s %d at %s", what, index, at), err
}

func (d *dumper) elem(i int) (string, error) {
	e := &d.m.Elems[i]
	place, err := d.place(e.Mode, "table", e.Table, e.Offset)
	if e.IsExprs {
		return fmt.Sprintf("%s, %s of type %s", place, count(e.Len(), "expression"), e.Type), err
	}
	return place + ", " + count(e.Len(), "function"), err
}

func (d *dumper) data(i int) (string, error) {
	s := &d.m.Data[i]
	place, err := d.place(s.Mode, "memory", s.Mem, s.Offset)
	return place + ", " + count(len(s.Bytes), "byte"), err
}

func (d *dumper) code(i int) (string, error) {
	c := &d.m.Code[i]
	text := fmt.Sprintf("%s: %s at 0x%x", d.label(uint32(d.m.ImportedFuncs+i)), count(len(c.Body), "byte"), c.Offset)
	for j, l := range c.Locals {
		sep := ", "
		if j == 0 {
			sep = ", locals "
		}
		text += fmt.Sprintf("%s%d %s", sep, l.Count, l.Type)
	}
	return text, nil
}

// custom shows a custom section: how many names of what there are in the name section, the size of any other.
func (d *dumper) custom(s wasm.Section) {
	if s.Custom != wasm.NameSection {
		fmt.Fprintf(d.w, "  %s\n", count(int(s.Size), "byte"))
		return
	}
	names, err := wasm.DecodeNames(d.m)
	if names.Module != "" {
		fmt.Fprintf(d.w, "  module %q\n", names.Module)
	}
	for _, space := range []struct {
		what  string
		names int
	}{
		{"function", len(names.Funcs)}, {"type", len(names.Types)}, {"table", len(names.Tables)}, {"memory", len(names.Memories)},
		{"global", len(names.Globals)}, {"tag", len(names.Tags)}, {"element segment", len(names.Elems)}, {"data segment", len(names.Data)},
		{"local", inner(names.Locals)}, {"label", inner(names.Labels)}, {"field", inner(names.Fields)},
	} {
		if space.names > 0 {
			fmt.Fprintf(d.w, "  %s\n", count(space.names, space.what+" name"))
		}
	}
	d.failure(err)
}

// inner returns the number of names in a map of maps.
func inner(m wasm.IndirectNameMap) (n int) {
	for _, names := range m {
		n += len(names)
	}
	return n
}

// count returns a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
