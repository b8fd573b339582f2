package wasm

import (
	"reflect"
	"strings"
	"sync"
	"testing"
)

func TestNamesRoundTrip(t *testing.T) {
	want := &Names{
		Module:   "my module",
		Funcs:    NameMap{0: "main", 7: "größer", 300: ""},
		Types:    NameMap{1: "t"},
		Tables:   NameMap{0: "tab"},
		Memories: NameMap{0: "mem"},
		Globals:  NameMap{2: "g"},
		Elems:    NameMap{3: "e"},
		Data:     NameMap{4: "d"},
		Tags:     NameMap{5: "x"},
		Locals:   IndirectNameMap{0: {0: "a", 1: "b"}, 9: {2: "c"}},
		Labels:   IndirectNameMap{0: {0: "loop"}},
		Fields:   IndirectNameMap{1: {0: "first", 1: "second"}},
	}
	got, err := DecodeNames(&Module{Customs: []Custom{EncodeNames(want)}})
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("have %+v, %v\nwant %+v", got, err, want)
	}
}

// TestNamesGolden has the bytes that the specification's appendix gives the name section.
func TestNamesGolden(t *testing.T) {
	c := EncodeNames(&Names{Module: "m", Funcs: NameMap{1: "g", 0: "f"}, Locals: IndirectNameMap{1: {0: "x"}}})
	if want := "\x00\x02\x01m" + "\x01\x07\x02\x00\x01f\x01\x01g" + "\x02\x06\x01\x01\x01\x00\x01x"; string(c.Bytes) != want {
		t.Errorf("have %q, want %q", c.Bytes, want)
	}
}

// withNames returns a decoded module with four functions and a name section.
func withNames(t *testing.T, names string) *Module {
	m, err := Decode([]byte(preamble+section(idType, "\x01\x60\x00\x00")+section(idImport, "\x01\x00\x00\x00\x00")+section(idFunction, "\x03\x00\x00\x00")+
		section(idCode, "\x03"+strings.Repeat("\x02\x00\x0b", 3))+section(idCustom, "\x04name", names)), nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestBrokenNames shows what is found in name sections with something wrong, and what they say is wrong.
func TestBrokenNames(t *testing.T) {
	for _, c := range []struct{ name, section, funcs, err string }{
		{"fine", "\x01\x0a\x03\x00\x01f\x02\x01h\x03\x01i", "f,,h,i", ""},
		{"unknown subsection", "\x01\x04\x01\x00\x01f\x63\x01x", "f,,,", ""},
		{"empty", "", ",,,", ""},
		{"function that is not there", "\x01\x07\x02\x01\x01g\x09\x01x", ",g,,", ""},
		{"bad UTF-8", "\x01\x07\x02\x00\x01\xff\x01\x01g", ",g,,", "malformed UTF-8 encoding: name \"\\xff\""},
		{"cut", "\x01\x07\x02\x00\x01f\x01\x05g", "f,,,", "length out of bounds: name of 5 bytes, with 1 to come"},
		{"subsection cut", "\x01\x08\x02\x00\x01f", ",,,", "length out of bounds: subsection of 8 bytes, with 4 to come"},
		{"too long", "\x01\x05\x01\x00\x01f\x00", "f,,,", "section size mismatch: 1 bytes too many in subsection 1 of the name section"},
		{"twice", "\x01\x07\x02\x01\x01f\x01\x01g", ",g,,", "malformed custom section: index 1 has two names"},
		{"order", "\x02\x01\x00\x01\x04\x01\x00\x01f", "f,,,", "malformed custom section: subsection 1 of the name section stands behind subsection 2"},
	} {
		m := withNames(t, c.section)
		var funcs []string
		for i := range uint32(4) {
			funcs = append(funcs, m.FuncName(i))
		}
		if got := strings.Join(funcs, ","); got != c.funcs {
			t.Errorf("%s: have functions %s, want %s", c.name, got, c.funcs)
		}
		_, err := DecodeNames(m)
		if (err == nil) != (c.err == "") || err != nil && !strings.HasSuffix(err.Error(), c.err) {
			t.Errorf("%s: have %v, want %s", c.name, err, c.err)
		}
	}
}

// TestFuncNames compares the two ways to the names of a real module.
func TestFuncNames(t *testing.T) {
	for _, c := range allModules(t) {
		m, err := Decode(c.bytes, nil)
		if err != nil {
			t.Fatal(err)
		}
		names, err := DecodeNames(m)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				for i := range uint32(m.ImportedFuncs + len(m.Funcs) + 1) {
					if got := m.FuncName(i); got != names.Funcs[i] {
						t.Errorf("%s: function %d: have %q, want %q", c.name, i, got, names.Funcs[i])
					}
				}
			})
		}
		wg.Wait()
	}
}

// TestFuncNameOfOwnModule is about a module that was made, not decoded.
func TestFuncNameOfOwnModule(t *testing.T) {
	m := &Module{Funcs: []uint32{0, 0}, Customs: []Custom{EncodeNames(&Names{Funcs: NameMap{1: "one"}})}}
	if got := m.FuncName(1) + m.FuncName(0) + m.FuncName(1<<32-1); got != "one" {
		t.Errorf("have %q, want %q", got, "one")
	}
}

func TestBranchHints(t *testing.T) {
	want := []BranchHints{{1, []BranchHint{{3, true}, {300, false}}}, {4, []BranchHint{{5, false}}}}
	c := EncodeBranchHints(want)
	if string(c.Bytes) != "\x02\x01\x02\x03\x01\x01\xac\x02\x01\x00\x04\x01\x05\x01\x00" {
		t.Errorf("have %x", c.Bytes)
	}
	got, err := DecodeBranchHints(&Module{Customs: []Custom{c}})
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("have %v, %v, want %v", got, err, want)
	}
	for bytes, text := range map[string]string{
		"\x01\x00\x01\x05\x01\x02":                 "malformed custom section: a branch hint of size 1 and value 2, want size 1 and value 0 or 1",
		"\x01\x00\x01\x05\x02\x00":                 "malformed custom section: a branch hint of size 2 and value 0, want size 1 and value 0 or 1",
		"\x01\x00\x02\x05\x01\x00\x05\x01\x00":     "malformed custom section: a branch hint at 5 stands behind one at 5",
		"\x02\x01\x01\x05\x01\x00\x01\x01\x05\x01": "malformed custom section: branch hints for function 1 stand behind those for function 1",
		"\x00\x00":     "section size mismatch: 1 bytes too many in the branch hints",
		"\x01\x00\x01": "unexpected end of section or function: in an integer",
	} {
		_, err := DecodeBranchHints(&Module{Customs: []Custom{{Name: BranchHintSection, Bytes: []byte(bytes)}}})
		if err == nil || !strings.HasSuffix(err.Error(), text) {
			t.Errorf("%x: have %v, want %s", bytes, err, text)
		}
	}
}

// TestLocalsSize shows that hints have the same origin in a decoded module and in one that was made.
func TestLocalsSize(t *testing.T) {
	m, err := Decode([]byte(everything), nil)
	if err != nil {
		t.Fatal(err)
	}
	made := Code{Locals: m.Code[0].Locals}
	if m.Code[0].LocalsSize() != 5 || made.LocalsSize() != 5 || m.Code[1].LocalsSize() != 1 {
		t.Errorf("have %d, %d and %d, want 5, 5 and 1", m.Code[0].LocalsSize(), made.LocalsSize(), m.Code[1].LocalsSize())
	}
}
