package wasm

import (
	"bytes"
	"errors"
	"testing"
)

// checkRoundTrip decodes and encodes, twice: the second time nothing may change any more.
func checkRoundTrip(t *testing.T, name string, b []byte) {
	t.Helper()
	m, err := Decode(b, nil)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	encoded := Encode(m)
	again, err := Decode(encoded, nil)
	if err != nil {
		t.Errorf("%s: encoded and decoded: %v", name, err)
		return
	}
	if !Equal(m, again) {
		t.Errorf("%s: not the same after encoding and decoding", name)
	}
	if second := Encode(again); !bytes.Equal(encoded, second) {
		t.Errorf("%s: encoding it again gives other bytes", name)
	}
}

func TestRoundTrip(t *testing.T) {
	checkRoundTrip(t, "everything", []byte(everything))
	for _, m := range allModules(t) {
		checkRoundTrip(t, m.name, m.bytes)
	}
}

// TestEncodeExact shows that what is as short as it can be comes out as it went in.
func TestEncodeExact(t *testing.T) {
	m, err := Decode([]byte(everything), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := Encode(m); string(got) != everything {
		t.Errorf("have %x\nwant %x", got, everything)
	}
}

// TestRoundTripSuite takes all modules in binary form of the core suite that can be decoded.
func TestRoundTripSuite(t *testing.T) {
	n := 0
	for _, c := range binaryModules(t) {
		if _, err := Decode(c.bytes, nil); err == nil {
			checkRoundTrip(t, c.where, c.bytes)
			n++
		}
	}
	if n < 50 {
		t.Errorf("%d modules, want at least 50", n)
	}
}

// TestRoundTripInstructions reads and writes all instructions of real modules.
func TestRoundTripInstructions(t *testing.T) {
	for _, c := range realModules(t) {
		m, err := Decode(c.bytes, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range m.Code {
			var b []byte
			if err := forEachInstr(&m.Code[i], func(in *Instr) { b = AppendInstr(b, in) }); err != nil {
				t.Fatalf("%s: function %d: %v", c.name, i, err)
			}
			if !bytes.Equal(b, m.Code[i].Body) && !hasPadding(m.Code[i].Body) {
				t.Errorf("%s: function %d: have %x\nwant %x", c.name, i, b, m.Code[i].Body)
			}
		}
	}
}

// hasPadding reports whether there may be integers in b that are longer than need be, as linkers leave them.
func hasPadding(b []byte) bool {
	return bytes.Contains(b, []byte{0x80, 0x80}) || bytes.Contains(b, []byte{0x80, 0x00}) || bytes.Contains(b, []byte{0xff, 0x7f})
}

// TestEqual changes one thing at a time.
func TestEqual(t *testing.T) {
	for name, change := range map[string]func(m *Module){
		"type":      func(m *Module) { m.Types[0].Func.Params[0] = F64 },
		"group":     func(m *Module) { m.Groups[0].Len = 2 },
		"import":    func(m *Module) { m.Imports[0].Name = "x" },
		"function":  func(m *Module) { m.Funcs[0]++ },
		"table":     func(m *Module) { m.Tables[0].Type.Max++ },
		"memory":    func(m *Module) { m.Mems[0].Min++ },
		"tag":       func(m *Module) { m.Tags[0]++ },
		"global":    func(m *Module) { m.Globals[0].Init.Bytes = []byte("\x42\x00\x0b") },
		"export":    func(m *Module) { m.Exports[0].Index++ },
		"start":     func(m *Module) { m.Start = nil },
		"element":   func(m *Module) { m.Elems[0].Funcs[0]++ },
		"exprs":     func(m *Module) { m.Elems[4].Exprs[0].Bytes = []byte("\xd2\x00\x0b") },
		"count":     func(m *Module) { *m.DataNum++ },
		"locals":    func(m *Module) { m.Code[0].Locals[0].Count++ },
		"data":      func(m *Module) { m.Data[0].Bytes = nil },
		"custom":    func(m *Module) { m.Customs[0].Name = "x" },
		"placement": func(m *Module) { m.Customs[0].After = idType },
	} {
		a, err := Decode([]byte(everything), nil)
		b, err2 := Decode([]byte(everything), nil)
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		if !Equal(a, b) {
			t.Fatal("a module is not equal to itself")
		}
		if change(b); Equal(a, b) || Equal(b, a) {
			t.Errorf("with another %s, the modules are still equal", name)
		}
	}
}

// TestCustomPlaces moves custom sections to every place in a module and finds them there again.
func TestCustomPlaces(t *testing.T) {
	m, err := Decode([]byte(everything), nil)
	if err != nil {
		t.Fatal(err)
	}
	m.Customs = nil
	for _, id := range append([]byte{idCustom}, sectionOrder[:]...) {
		m.Customs = append(m.Customs, Custom{Name: "one", Bytes: []byte{id}, After: id}, Custom{Name: "two", After: id})
	}
	again, err := Decode(Encode(m), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range again.Customs {
		if want := m.Customs[i]; c.After != want.After || c.Name != want.Name {
			t.Errorf("have %q behind section %d, want %q behind %d", c.Name, c.After, want.Name, want.After)
		}
	}
}
