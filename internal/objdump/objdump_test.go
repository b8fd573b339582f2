package objdump

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/coredump"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

func encode(t testing.TB, text string) []byte {
	t.Helper()
	m, err := wat.Parse("test.wat", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return wasm.Encode(m)
}

const addText = `(module (func $add (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))) (func))`

var everything = Options{Headers: true, Details: true, Disassemble: true}

// TestBroken shows modules that cannot be read to their end: what can be read is shown, and then the error returned.
func TestBroken(t *testing.T) {
	whole := string(encode(t, addText))
	add := strings.Index(whole, "\x20\x01\x6a")
	for _, test := range []struct {
		name, module string
		shown, err   string // the end of what is shown, and the error
	}{
		{"no module", "hello, world", "",
			`weft: module at 0x0: magic header not detected: have "hell", want "\x00asm"`},
		{"cut off", whole[:add], "  function      0x16 to 0x19                      3 bytes\n",
			`weft: module at 0x1a: length out of bounds: code section of 12 bytes, but the module ends at 0x20`},
		{"no such instruction", whole[:add+2] + "\x27" + whole[add+3:],
			"      1e  20 00                           local.get 0\n" +
				"      20  20 01                           local.get 1\n" +
				"  function 0 (add) at 0x22: illegal opcode: 27\n\n" +
				"function 1, 1 byte at 0x26:\n" +
				"      26  0b                              end\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			err := Write(&out, []byte(test.module), everything)
			if !strings.HasSuffix(out.String(), test.shown) {
				t.Errorf("have\n%s\nwant at its end\n%s", out.String(), test.shown)
			}
			have := ""
			if err != nil {
				have = err.Error()
			}
			if have != test.err {
				t.Errorf("have error %s\nwant %s", have, test.err)
			}
		})
	}
}

func TestUnknownSection(t *testing.T) {
	err := Write(io.Discard, encode(t, addText), Options{Section: "cod"})
	if e, ok := errors.AsType[*SectionError](err); !ok || e.Name != "cod" {
		t.Fatalf("have %v, want a SectionError", err)
	}
	if want := `weft: no section "cod" (the module has type, function, code, name)`; err.Error() != want {
		t.Errorf("have %v, want %s", err, want)
	}
}

// failingWriter fails as a full disk does.
type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func TestWriteError(t *testing.T) {
	full := errors.New("no space left")
	if err := Write(failingWriter{full}, encode(t, addText), everything); !errors.Is(err, full) {
		t.Errorf("have %v, want %v", err, full)
	}
}

// TestCore shows a core dump with all that one may have; what weft run writes is shown by a transcript of cmd/weft.
func TestCore(t *testing.T) {
	var out strings.Builder
	if err := Write(&out, coreOf(t), Options{Modules: [][]byte{encode(t, addText)}}); err != nil {
		t.Fatal(err)
	}
	const want = `Core dump of "evil\x1b"

Thread no name:
  0: instance 1, function 7 at +0x9
       operands: 0 = f64 NaN
  1: instance 0, function 0 (add) at 0x22
       locals: 1 = i32 -2

Thread worker:

Instances:
  0: module 0 (no name), memories 0
  1: module 1 (b), globals 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 and 5 more

Memories:
  0: 1 page, 3 bytes in 1 segment

Globals:
  0: externref
`
	if out.String() != want {
		t.Errorf("have\n%s\nwant\n%s", out.String(), want)
	}
}

func coreOf(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	err := coredump.Write(&b, &coredump.Dump{
		Program: "evil\x1b", Modules: []string{"", "b"},
		Instances: []coredump.Instance{{Memories: []uint32{0}}, {Module: 1, Globals: make([]uint32, 25)}},
		Threads: []coredump.Thread{{Frames: []coredump.Frame{
			{Instance: 1, Func: 7, Offset: 9, Stack: []coredump.Value{{Type: wasm.F64, Bits: 0x7ff8000000000000}}},
			{Offset: 5, Locals: []coredump.Value{{}, {Type: wasm.I32, Bits: 0xfffffffe}}},
		}}, {Name: "worker"}},
		Memories: []coredump.Memory{{Type: wasm.MemType{Limits: wasm.Limits{Min: 1}}, Segments: []coredump.Segment{{Offset: 1, Bytes: []byte("abc")}}}},
		Globals:  []coredump.Global{{Type: wasm.ExternRef}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// FuzzWrite shows arbitrary bytes. Nothing is to be said of the text but that it comes to an end, and that a module which can be decoded has one.
func FuzzWrite(f *testing.F) {
	f.Add(encode(f, addText))
	f.Add(encode(f, `(module (import "a" "b" (func $f)) (table 1 funcref (ref.func $f)) (memory 1) (tag) (global i32 (i32.const 1))
		(export "x" (func 0)) (start 0) (elem (i32.const 0) func 0) (data (i32.const 0) "x") (func (block $b (br $b))))`))
	f.Add(coreOf(f))
	f.Fuzz(func(t *testing.T, b []byte) {
		_ = Write(io.Discard, b, Options{}) // as a core dump, if it is one
		var out strings.Builder
		err := Write(&out, b, everything)
		if m, decodeErr := wasm.Decode(b, nil); decodeErr == nil && (err != nil || len(m.Types) > 0 && out.Len() == 0) {
			t.Errorf("have %v and %d bytes of text for a module that can be decoded", err, out.Len())
		}
	})
}
