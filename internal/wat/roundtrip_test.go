package wat

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"slices"
	"testing"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// printings are the ways to print a module.
var printings = []PrintOptions{{}, {Folded: true}, {Offsets: true}, {Folded: true, Offsets: true}}

// canonical returns the module in the form that text can express: bodies and expressions with integers as short as they go, locals of a
// type in one run, a data count only where an instruction needs it, no name section.
func canonical(m *wasm.Module) (*wasm.Module, error) {
	c := *m
	usesData := false
	var err error
	code := func(b []byte) (out []byte) {
		r := wasm.NewInstrReader(b, 0)
		var in wasm.Instr
		for {
			e := r.Next(&in)
			if e == io.EOF {
				return out
			}
			if e != nil {
				err = e
				return out
			}
			usesData = usesData || slices.Contains(in.Op.Info().Imms, op.ImmData)
			out = wasm.AppendInstr(out, &in)
		}
	}
	expr := func(x wasm.Expr) wasm.Expr { return wasm.Expr{Bytes: code(x.Bytes)} }
	c.Tables = slices.Clone(m.Tables)
	for i := range c.Tables {
		c.Tables[i].Init = expr(c.Tables[i].Init)
	}
	c.Globals = slices.Clone(m.Globals)
	for i := range c.Globals {
		c.Globals[i].Init = expr(c.Globals[i].Init)
	}
	c.Elems = slices.Clone(m.Elems)
	for i := range c.Elems {
		e := &c.Elems[i]
		e.Offset = expr(e.Offset)
		e.Exprs = slices.Clone(e.Exprs)
		for j := range e.Exprs {
			e.Exprs[j] = expr(e.Exprs[j])
		}
	}
	c.Data = slices.Clone(m.Data)
	for i := range c.Data {
		c.Data[i].Offset = expr(c.Data[i].Offset)
	}
	c.Code = nil
	for _, f := range m.Code {
		c.Code = append(c.Code, wasm.Code{Locals: mergeLocals(f.Locals), Body: code(f.Body)})
	}
	if c.DataNum = nil; usesData {
		n := uint32(len(c.Data))
		c.DataNum = &n
	}
	c.Customs = nil
	for _, s := range m.Customs {
		if s.Name != wasm.NameSection {
			c.Customs = append(c.Customs, s)
		}
	}
	return &c, err
}

func mergeLocals(runs []wasm.Locals) (out []wasm.Locals) {
	for _, r := range runs {
		switch n := len(out); {
		case r.Count == 0:
		case n > 0 && out[n-1].Type == r.Type:
			out[n-1].Count += r.Count
		default:
			out = append(out, r)
		}
	}
	return out
}

// checkRoundTrip prints a module in all ways, parses the text, and compares.
func checkRoundTrip(t testing.TB, what string, m *wasm.Module) {
	t.Helper()
	want, err := canonical(m)
	if err != nil {
		return // its code is malformed, so that it cannot be printed
	}
	for _, o := range printings {
		var text bytes.Buffer
		if err := Print(&text, m, o); err != nil {
			t.Errorf("%s: print %+v: %v", what, o, err)
			return
		}
		back, err := Parse(what, text.Bytes())
		if err != nil {
			t.Errorf("%s: parse of what %+v printed: %v\n%s", what, o, err, clip(text.Bytes()))
			return
		}
		got, err := canonical(back)
		if err != nil {
			t.Errorf("%s: %v", what, err)
		} else if !wasm.Equal(got, want) {
			t.Errorf("%s: parse(print(m)) with %+v is not m:\n%s", what, o, clip(text.Bytes()))
			return
		}
		if have, want := namesOf(back), namesOf(m); !reflect.DeepEqual(have, want) {
			t.Errorf("%s: parse(print(m)) with %+v has names %+v, want %+v", what, o, have, want)
		}
		if m.Size == 0 && !bytes.Equal(nameSection(back), nameSection(m)) {
			t.Errorf("%s: parse(print(m)) with %+v has names %q, want %q", what, o, nameSection(back), nameSection(m))
		}
	}
}

// namesOf returns the names of a module, without those for things that are not there, which text has no place for.
func namesOf(m *wasm.Module) *wasm.Names {
	n, err := wasm.DecodeNames(m)
	if err != nil {
		return &wasm.Names{}
	}
	n.Funcs = limitNames(n.Funcs, m.ImportedFuncs+len(m.Funcs))
	n.Types = limitNames(n.Types, len(m.Types))
	n.Tables = limitNames(n.Tables, m.ImportedTables+len(m.Tables))
	n.Memories = limitNames(n.Memories, m.ImportedMems+len(m.Mems))
	n.Globals = limitNames(n.Globals, m.ImportedGlobals+len(m.Globals))
	n.Tags = limitNames(n.Tags, m.ImportedTags+len(m.Tags))
	n.Elems = limitNames(n.Elems, len(m.Elems))
	n.Data = limitNames(n.Data, len(m.Data))
	n.Locals, n.Labels, n.Fields = nil, nil, nil // compared by their sections where those come from text
	return n
}

func limitNames(names wasm.NameMap, n int) wasm.NameMap {
	out := wasm.NameMap{}
	for i, s := range names {
		if int(i) < n {
			out[i] = s
		}
	}
	return out
}

// nameSection returns the contents of the name section.
func nameSection(m *wasm.Module) []byte {
	if c := m.Custom(wasm.NameSection); c != nil {
		return c.Bytes
	}
	return nil
}

func clip(b []byte) []byte { return b[:min(len(b), 4000)] }

// TestSuiteRoundTrip proves for all modules of the suite that printing and parsing give back the module, and encoding and decoding too.
func TestSuiteRoundTrip(t *testing.T) {
	n := 0
	suite(t, func(file string, s *Script) {
		for _, c := range s.Commands {
			m := moduleOf(c)
			if m == nil || m.Form == FormInstance {
				continue
			}
			mod, err := m.Load()
			if err != nil {
				continue
			}
			n++
			what := fmt.Sprintf("%s:%d", file, m.Line)
			checkRoundTrip(t, what, mod)
			if m.Form == FormBinary {
				continue
			}
			back, err := wasm.Decode(wasm.Encode(mod), nil)
			if err != nil {
				if _, ok := c.(*AssertInvalid); !ok {
					t.Errorf("%s: decode of what was encoded: %v", what, err)
				}
			} else if !wasm.Equal(back, mod) {
				t.Errorf("%s: decode(encode(m)) is not m", what)
			}
		}
	})
	if n < 4000 {
		t.Errorf("the suite has %d modules, want more than 4000", n)
	}
}
