package wasm

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/op"
)

const preamble = "\x00asm\x01\x00\x00\x00"

// section returns a section with the given contents.
func section(id byte, contents ...string) string {
	return string(appendSub(nil, id, []byte(strings.Join(contents, ""))))
}

// everything is a module with something in every section.
var everything = preamble +
	section(idCustom, "\x05first", "\xff\xfe") +
	section(idType, "\x04",
		"\x60\x02\x7f\x7e\x01\x7d",             // (func (param i32 i64) (result f32))
		"\x60\x00\x00",                         // (func)
		"\x4e\x02",                             // (rec
		"\x50\x00\x5f\x02\x78\x01\x63\x03\x00", // (sub (struct (mut i8) (ref null 3)))
		"\x4f\x01\x02\x5f\x03\x78\x01\x63\x03\x00\x7b\x01", // (sub final 2 (struct … (mut v128))))
		"\x5e\x64\x6e\x00", // (array (ref any))
	) +
	section(idImport, "\x05",
		"\x01a\x01f\x00\x00", "\x01a\x01t\x01\x6f\x00\x05", "\x01a\x01m\x02\x03\x01\x02", "\x01a\x01g\x03\x7c\x01", "\x01a\x01e\x04\x00\x01") +
	section(idFunction, "\x02\x00\x01") +
	section(idTable, "\x02", "\x70\x05\x01\x80\x01", "\x40\x00\x64\x70\x00\x01\xd2\x00\x0b") +
	section(idMemory, "\x02", "\x00\x00", "\x04\x80\x80\x80\x80\x20") +
	section(idTag, "\x01\x00\x01") +
	section(idGlobal, "\x01\x7e\x00\x42\x01\x42\x02\x7c\x0b") +
	section(idExport, "\x02", "\x03sum\x00\x01", "\x02\xc3\xa9\x02\x00") +
	section(idStart, "\x02") +
	section(idElement, "\x08",
		"\x00\x41\x00\x0b\x02\x00\x01",
		"\x01\x00\x01\x00",
		"\x02\x01\x41\x01\x0b\x00\x00",
		"\x03\x00\x00",
		"\x04\x41\x00\x0b\x01\xd0\x70\x0b",
		"\x05\x6f\x01\xd0\x6f\x0b",
		"\x06\x02\x41\x00\x0b\x64\x70\x01\xd2\x00\x0b",
		"\x07\x70\x00") +
	section(idDataCount, "\x03") +
	section(idCode, "\x02",
		"\x08\x02\x02\x7f\x01\x7b\x41\x2a\x0b",
		"\x02\x00\x0b") +
	section(idData, "\x03", "\x00\x41\x08\x0b\x02hi", "\x01\x00", "\x02\x01\x42\x00\x0b\x01!") +
	section(idCustom, "\x04last")

func TestDecodeEverything(t *testing.T) {
	m, err := Decode([]byte(everything), nil)
	if err != nil {
		t.Fatal(err)
	}
	expr := func(s string) Expr { return Expr{Bytes: []byte(s), Offset: int64(strings.Index(everything, s))} }
	list := Ref(HeapIndex(3), true)
	fields := []FieldType{{I8, true}, {list, false}}
	some := FuncRef.AsNonNull()
	two, three := uint32(2), uint32(3)
	checks := []struct {
		what       string
		have, want any
	}{
		{"types", m.Types, []SubType{
			{Final: true, Func: FuncType{Params: []ValType{I32, I64}, Results: []ValType{F32}}},
			{Final: true},
			{Kind: CompStruct, Fields: fields},
			{Final: true, Supers: []uint32{2}, Kind: CompStruct, Fields: append(fields, FieldType{V128, true})},
			{Final: true, Kind: CompArray, Fields: []FieldType{{Ref(HeapAny, false), false}}},
		}},
		{"groups", m.Groups, []Group{{0, 1}, {1, 1}, {2, 2}, {4, 1}}},
		{"imports", m.Imports, []Import{
			{Module: "a", Name: "f", Kind: ExternFunc},
			{Module: "a", Name: "t", Kind: ExternTable, Table: TableType{Elem: ExternRef, Limits: Limits{Min: 5}}},
			{Module: "a", Name: "m", Kind: ExternMem, Mem: MemType{Limits{Min: 1, Max: 2, HasMax: true, Shared: true}}},
			{Module: "a", Name: "g", Kind: ExternGlobal, Global: GlobalType{F64, true}},
			{Module: "a", Name: "e", Kind: ExternTag, Type: 1},
		}},
		{"functions", m.Funcs, []uint32{0, 1}},
		{"tables", m.Tables, []Table{
			{Type: TableType{Elem: FuncRef, Limits: Limits{Min: 1, Max: 128, HasMax: true, Is64: true}}},
			{Type: TableType{Elem: some, Limits: Limits{Min: 1}}, Init: expr("\xd2\x00\x0b")},
		}},
		{"memories", m.Mems, []MemType{{Limits{}}, {Limits{Min: 1 << 33, Is64: true}}}},
		{"tags", m.Tags, []uint32{1}},
		{"globals", m.Globals, []Global{{GlobalType{Type: I64}, expr("\x42\x01\x42\x02\x7c\x0b")}}},
		{"exports", m.Exports, []Export{{"sum", ExternFunc, 1}, {"é", ExternMem, 0}}},
		{"start", m.Start, &two},
		{"data count", m.DataNum, &three},
		{"code", m.Code, []Code{
			{[]Locals{{2, I32}, {1, V128}}, []byte("\x41\x2a\x0b"), int64(strings.Index(everything, "\x41\x2a\x0b")), 5},
			{nil, []byte("\x0b"), int64(strings.Index(everything, "\x02\x00\x0b"+"\x0b")) + 2, 1},
		}},
		{"imported", []int{m.ImportedFuncs, m.ImportedTables, m.ImportedMems, m.ImportedGlobals, m.ImportedTags}, []int{1, 1, 1, 1, 1}},
		{"size", m.Size, int64(len(everything))},
	}
	for _, c := range checks {
		if !reflect.DeepEqual(c.have, c.want) {
			t.Errorf("%s: have %+v\nwant %+v", c.what, c.have, c.want)
		}
	}
	checkSegments(t, m)
}

func checkSegments(t *testing.T, m *Module) {
	some := FuncRef.AsNonNull()
	want := []string{
		fmt.Sprint(ModeActive, 0, "41000b", some, []uint32{0, 1}, ""),
		fmt.Sprint(ModePassive, 0, "", some, []uint32{0}, ""),
		fmt.Sprint(ModeActive, 1, "41010b", some, []uint32(nil), ""),
		fmt.Sprint(ModeDeclarative, 0, "", some, []uint32(nil), ""),
		fmt.Sprint(ModeActive, 0, "41000b", FuncRef, []uint32(nil), "d0700b"),
		fmt.Sprint(ModePassive, 0, "", ExternRef, []uint32(nil), "d06f0b"),
		fmt.Sprint(ModeActive, 2, "41000b", some, []uint32(nil), "d2000b"),
		fmt.Sprint(ModeDeclarative, 0, "", FuncRef, []uint32(nil), ""),
	}
	for i, e := range m.Elems {
		exprs := ""
		for _, x := range e.Exprs {
			exprs += fmt.Sprintf("%x", x.Bytes)
		}
		if have := fmt.Sprint(e.Mode, e.Table, fmt.Sprintf("%x", e.Offset.Bytes), e.Type, e.Funcs, exprs); have != want[i] || e.IsExprs != (i >= 4) {
			t.Errorf("element segment %d: have %s, want %s", i, have, want[i])
		}
	}
	wantData := []string{"0 0 41080b hi", "1 0  ", "0 1 42000b !"}
	for i, d := range m.Data {
		if have := fmt.Sprintf("%d %d %x %s", d.Mode, d.Mem, d.Offset.Bytes, d.Bytes); have != wantData[i] {
			t.Errorf("data segment %d: have %s, want %s", i, have, wantData[i])
		}
	}
	wantCustoms := []string{"first fffe 0", "last  11"}
	for i, c := range m.Customs {
		if have := fmt.Sprintf("%s %x %d", c.Name, c.Bytes, c.After); have != wantCustoms[i] {
			t.Errorf("custom section %d: have %s, want %s", i, have, wantCustoms[i])
		}
	}
	if len(m.Elems) != len(want) || len(m.Data) != len(wantData) || len(m.Customs) != len(wantCustoms) {
		t.Errorf("have %d, %d and %d segments and custom sections", len(m.Elems), len(m.Data), len(m.Customs))
	}
}

// TestDecodeDocExample is the example of the package documentation.
func TestDecodeDocExample(t *testing.T) {
	m, err := Decode([]byte(preamble+"\x01\x05\x01\x60\x00\x01\x7f\x03\x02\x01\x00\x0a\x06\x01\x04\x00\x41\x2a\x0b"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if c := m.Code[0]; string(c.Body) != "\x41\x2a\x0b" || c.Offset != 24 || !reflect.DeepEqual(m.Types[0].Func.Results, []ValType{I32}) {
		t.Errorf("have %+v", m)
	}
}

// TestDecodeErrors pins the texts for the common mistakes.
func TestDecodeErrors(t *testing.T) {
	oneType := section(idType, "\x01\x60\x00\x00")
	for _, c := range []struct{ bytes, want string }{
		{"", `weft: module at 0x0: unexpected end: have 0 bytes, want the 4 of "\x00asm"`},
		{"(module)", `weft: module at 0x0: magic header not detected: have "(mod", want "\x00asm" (this looks like the text format)`},
		{"\x1f\x8b\x08\x00\x00\x00\x00\x00", `weft: module at 0x0: magic header not detected: have "\x1f\x8b\b\x00", want "\x00asm" (this looks like a gzip file)`},
		{"\x00asm\x0d\x00\x01\x00", `weft: module at 0x4: unknown binary version: have 65549, want 1 (this is a component)`},
		{"\x00asm\x01", `weft: module at 0x5: unexpected end: have 5 bytes, want the 8 of magic and version`},
		{preamble + "\x0e\x00", `weft: module at 0x8: malformed section id: 14`},
		{preamble + "\x01\x05\x01", `weft: module at 0x9: length out of bounds: type section of 5 bytes, but the module ends at 0xb`},
		{preamble + section(idType, "\x01\x60\x00\x00\x00"), `weft: module at 0xe: section size mismatch: type section of 5 bytes, its contents take 4`},
		{preamble + section(idType, "\x02\x60\x00\x00"), `weft: module at 0xe: unexpected end of section or function: have nothing, want one more byte, beyond the end of its section or body at 0xe`},
		{preamble + section(idType, "\x01\x40"), `weft: module at 0xb: malformed definition type: 0x40`},
		{preamble + section(idType, "\x01\x60\x01\x40"), `weft: module at 0xd: malformed value type: 0x40`},
		{preamble + section(idImport, "\x00") + oneType, `weft: module at 0xb: unexpected content after last section: type section behind the import section`},
		{preamble + section(idImport, "\x01\x01m\x01\xff"), `weft: module at 0xe: malformed UTF-8 encoding: name of an import "\xff"`},
		{preamble + section(idImport, "\x01\x01m\x01n\x05"), `weft: module at 0xf: malformed import kind: have 0x05, want at most 4`},
		{preamble + section(idExport, "\x01\x01m\x05"), `weft: module at 0xd: malformed export kind: have 0x05, want at most 4`},
		{preamble + section(idTable, "\x01\x7f\x00\x00"), `weft: module at 0xb: malformed reference type: 0x7f`},
		{preamble + section(idTable, "\x01\x70\x02\x00"), `weft: module at 0xc: malformed limits flags: have 0x02, want none but 0x05`},
		{preamble + section(idTable, "\x01\x40\x01\x70"), `weft: module at 0xc: malformed table: have 0x01, want 0`},
		{preamble + section(idMemory, "\x01\x08\x00"), `weft: module at 0xb: malformed limits flags: have 0x08, want none but 0x07`},
		{preamble + section(idTag, "\x01\x01\x00"), `weft: module at 0xb: malformed tag attribute: have 0x01, want 0`},
		{preamble + section(idGlobal, "\x01\x7f\x02\x41\x00\x0b"), `weft: module at 0xc: malformed mutability: have 0x02, want 0 or 1`},
		{preamble + section(idGlobal, "\x01\x7f\x00\xff\x0b"), `weft: module at 0xd: illegal opcode: ff`},
		{preamble + section(idElement, "\x01\x08"), `weft: module at 0xb: malformed elements segment kind: have 8, want at most 7`},
		{preamble + section(idElement, "\x01\x01\x01"), `weft: module at 0xc: malformed element kind: have 0x01, want 0`},
		{preamble + section(idData, "\x01\x03"), `weft: module at 0xb: malformed data segment kind: have 3, want at most 2`},
		{preamble + section(idDataCount, "\x02") + section(idData, "\x01\x01\x00"), `weft: module at 0x10: data count and data section have inconsistent lengths: a data count of 2, 1 data segments`},
		{preamble + oneType + section(idFunction, "\x01\x00"), `weft: module at 0x12: function and code section have inconsistent lengths: 1 functions, 0 bodies`},
		{preamble + oneType + section(idFunction, "\x01\x00") + section(idCode, "\x01\x03\x00\x41\x00"),
			`weft: function 0 at 0x19: unexpected end of section or function: have the end of the body, want end`},
		{preamble + oneType + section(idFunction, "\x01\x00") + section(idCode, "\x01\x08\x01\xd1\x86\x03\x7f\x0b"),
			`weft: function 0 at 0x15: length out of bounds: a body of 8 bytes, with 6 to come`},
		{preamble + oneType + section(idFunction, "\x01\x00") + section(idCode, "\x01\x06\x01\xd1\x86\x03\x7f\x0b"),
			`weft: function 0 at 0x17: too many locals: 50001, at most 50000 are supported`},
	} {
		_, err := Decode([]byte(c.bytes), nil)
		if err == nil || err.Error() != c.want {
			t.Errorf("%q: have %v\nwant %s", c.bytes, err, c.want)
		}
	}
}

// TestDecodeFeatures shows what is malformed without a proposal.
func TestDecodeFeatures(t *testing.T) {
	for _, c := range []struct {
		without Features
		bytes   string
		kind    Kind
	}{
		{FeatureMemory64, section(idMemory, "\x01\x04\x00"), MalformedLimitsFlags},
		{FeatureSet(op.FeatureThreads), section(idMemory, "\x01\x03\x00\x01"), MalformedLimitsFlags},
		{FeatureSet(op.FeatureExceptions), section(idTag, "\x00"), MalformedSectionID},
		{FeatureSet(op.FeatureBulk), section(idDataCount, "\x00"), MalformedSectionID},
	} {
		if _, err := Decode([]byte(preamble+c.bytes), nil); err != nil {
			t.Errorf("%x: %v", c.bytes, err)
		}
		_, err := Decode([]byte(preamble+c.bytes), &Options{Features: AllFeatures &^ c.without})
		var e *Error
		if !errors.As(err, &e) || e.Kind != c.kind {
			t.Errorf("%x: have %v, want %q", c.bytes, err, c.kind)
		}
	}
}
