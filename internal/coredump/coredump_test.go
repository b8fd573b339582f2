package coredump

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/wasm"
)

func full() *Dump {
	memory := make([]byte, 3*pageSize)
	memory[5], memory[granule], memory[len(memory)-1] = 1, 2, 3
	memory64 := wasm.MemType{Limits: wasm.Limits{Min: 1, Max: 5, HasMax: true, Is64: true}}
	return &Dump{
		Program: "täst",
		Modules: []string{"one", ""},
		Instances: []Instance{
			{Module: 0, Memories: []uint32{0}, Globals: []uint32{0, 1, 2, 3, 4, 5, 6}},
			{Module: 1, Memories: []uint32{1, 0}},
		},
		Threads: []Thread{
			{Name: "main", Frames: []Frame{
				{Instance: 1, Func: 300, Offset: 1 << 20, Locals: []Value{
					{}, {wasm.I32, 0x80000000}, {wasm.I64, 1 << 63}, {wasm.F32, 0x7fc00001}, {wasm.F64, 0x7ff8000000000001},
				}, Stack: []Value{{wasm.I32, 7}}},
				{Instance: 0},
			}},
			{Name: "second"},
		},
		Memories: []Memory{
			{Type: wasm.MemType{Limits: wasm.Limits{Min: 3}}, Segments: Segments(memory, 10)},
			{Type: memory64, Segments: []Segment{{0xfff0, []byte("sixteen bytes...")}}},
		},
		Globals: []Global{
			{wasm.I32, 0xffffffff, 0}, {wasm.I64, 1 << 63, 0}, {wasm.F32, 0x7fc00001, 0}, {wasm.F64, 1, 0}, {wasm.V128, 1, 2},
			{Type: wasm.ExternRef}, {Type: wasm.FuncRef},
		},
	}
}

func encoded(t testing.TB, d *Dump) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRoundTrip(t *testing.T) {
	for _, d := range []*Dump{full(), {}} {
		have, err := Read(encoded(t, d))
		if err != nil || !reflect.DeepEqual(have, d) {
			t.Errorf("have %+v, %v\nwant %+v", have, err, d)
		}
	}
}

// TestBytes compares with bytes put together by hand, from the text of the convention.
func TestBytes(t *testing.T) {
	d := &Dump{
		Program: "p", Modules: []string{"m"}, Instances: []Instance{{Memories: []uint32{0}}},
		Threads: []Thread{{Name: "t", Frames: []Frame{
			{Func: 2, Offset: 130, Locals: []Value{{}, {wasm.I32, 0xfffffffe}, {wasm.F32, 0x3f800000}}},
		}}},
		Memories: []Memory{{Type: wasm.MemType{Limits: wasm.Limits{Min: 1}}, Segments: []Segment{{64, []byte("x")}}}},
		Globals:  []Global{{wasm.I64, 3, 0}},
	}
	want := "\x00asm\x01\x00\x00\x00" +
		"\x00\x08\x04core\x00\x01p" +
		"\x00\x10\x0bcoremodules\x01\x00\x01m" +
		"\x00\x14\x0dcoreinstances\x01\x00\x00\x01\x00\x00" +
		"\x00\x1d\x09corestack\x00\x01t\x01" + "\x00\x00\x02\x82\x01" + "\x03\x01\x7f\x7e\x7d\x00\x00\x80\x3f" + "\x00" +
		"\x05\x03\x01\x00\x01" +
		"\x06\x06\x01\x7e\x00\x42\x03\x0b" +
		"\x0b\x09\x01\x02\x00\x41\xc0\x00\x0b\x01x"
	if have := string(encoded(t, d)); have != want {
		t.Errorf("have %q\nwant %q", have, want)
	}
}

// TestSegments leaves out what is zero, and takes larger pieces rather than too many.
func TestSegments(t *testing.T) {
	memory := make([]byte, 32*granule)
	for i := 0; i < len(memory); i += 2 * granule {
		memory[i+i/granule] = 1
	}
	for most, want := range map[int][2]int{16: {16, granule}, 15: {1, len(memory)}, 1: {1, len(memory)}} {
		list := Segments(memory, most)
		if len(list) != want[0] || len(list[0].Bytes) != want[1] {
			t.Errorf("at most %d: have %d, the first of %d bytes; want %v", most, len(list), len(list[0].Bytes), want)
		}
		rebuilt := make([]byte, len(memory))
		for _, s := range list {
			copy(rebuilt[s.Offset:], s.Bytes)
		}
		if !bytes.Equal(rebuilt, memory) {
			t.Errorf("at most %d: something is lost", most)
		}
	}
	if list := Segments(make([]byte, 10*granule), 1); len(list) != 0 {
		t.Errorf("of zeros: %d segments", len(list))
	}
}

// TestRefused reads dumps that are wrong.
func TestRefused(t *testing.T) {
	changed := func(change func(*Dump)) []byte {
		d := full()
		change(d)
		return encoded(t, d)
	}
	section := func(name, contents string) []byte {
		return wasm.Encode(&wasm.Module{Customs: []wasm.Custom{{Name: name, Bytes: []byte(contents)}}})
	}
	for want, b := range map[string][]byte{
		"instance 1 of the core dump has module 2, of 2":                               changed(func(d *Dump) { d.Instances[1].Module = 2 }),
		"instance 0 of the core dump has memory 2, of 2":                               changed(func(d *Dump) { d.Instances[0].Memories[0] = 2 }),
		"instance 0 of the core dump has global 7, of 7":                               changed(func(d *Dump) { d.Instances[0].Globals[2] = 7 }),
		"frame 1 of the core dump has instance 2, of 2":                                changed(func(d *Dump) { d.Threads[0].Frames[1].Instance = 2 }),
		"memory 1 of the core dump has 65536 bytes, and a segment at 0xfff1 of 16":     changed(func(d *Dump) { d.Memories[1].Segments[0].Offset++ }),
		"memory 1 of the core dump has 65536 bytes, and a segment at 0xffffffffffffff": changed(func(d *Dump) { d.Memories[1].Segments[0].Offset = 1<<64 - 256 }),
		"core section: have form 0x1, want 0x0":                                        section("core", "\x01\x00"),
		"core section: have 0 bytes, want 1":                                           section("core", ""),
		"core section: have 1 bytes, want 5":                                           section("core", "\x00\x05x"),
		"core section: a name is not UTF-8":                                            section("core", "\x00\x01\xff"),
		"core section: 1 bytes too many":                                               section("core", "\x00\x00\x00"),
		"coremodules section: a list of 4294967295, and 0 bytes":                       section("coremodules", "\xff\xff\xff\xff\x0f"),
		"coremodules section: an integer does not fit into 32 bits":                    section("coremodules", "\xff\xff\xff\xff\x1f"),
		"corestack section: have value type 0x2":                                       section("corestack", "\x00\x00\x01\x00\x00\x00\x00\x01\x02\x00"),
		"corestack section: more than 4194304 elements":                                section("corestack", "\x00\x00\x01\x00\x00\x00\x00\x80\x80\x80\x02"+strings.Repeat("\x01", 1<<22)+"\x00"),
	} {
		_, err := Read(b)
		if e, ok := errors.AsType[*wasm.Error](err); !ok || !strings.Contains(e.Error(), want) {
			t.Errorf("have %v, want %s", err, want)
		}
	}
}

// FuzzRead reads what may be a dump. What it takes for one can be written, and is then the same.
func FuzzRead(f *testing.F) {
	f.Add(encoded(f, full()))
	f.Add(encoded(f, &Dump{}))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := Read(b)
		if err != nil {
			return
		}
		again, err := Read(encoded(t, d))
		if err != nil {
			t.Fatalf("%v, of what was written of %+v", err, d)
		}
		for i := range d.Globals {
			d.Globals[i].Type = written(d.Globals[i].Type)
		}
		if !reflect.DeepEqual(again, d) {
			t.Errorf("have %+v\nwant %+v", again, d)
		}
	})
}
