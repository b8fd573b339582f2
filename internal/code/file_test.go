package code

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/abi"
)

var here = Identity{Build: "v1.2.3", Machine: "amd64 avx2 bmi1 bmi2", Settings: "guard of 2048 MiB", Features: 7}

// sample is an image of two functions that call each other and an entry, and its text.
func sample(t *testing.T) (*Image, []byte) {
	t.Helper()
	l := NewLinker()
	l.Func(&Object{
		Text: bytes.Repeat([]byte{0x90}, 100), CodeBytes: 100,
		Frames:    []FrameSite{{0, 0}, {4, 24}, {90, 0}},
		Relocs:    []Reloc{{20, Symbol{SymbolFunc, 4}}},
		Traps:     []TrapSite{{Offset: 30, Code: abi.TrapMemoryOutOfBounds}, {Offset: 40, Divisor: abi.DivideBy(abi.RegisterR9, true)}},
		Positions: []Position{{6, 2}, {30, 9}},
		Landings:  []Landing{{24, 60}},
	}, 1000)
	l.Func(&Object{Text: bytes.Repeat([]byte{0x91}, 10), CodeBytes: 10, Frames: []FrameSite{{0, 0}}, Relocs: []Reloc{{1, Symbol{SymbolFunc, 3}}}}, 2000)
	l.Entry(&Object{Text: []byte{0xc3}, CodeBytes: 1, Frames: []FrameSite{{0, 0}}}, 5)
	x, err := l.Image()
	if err != nil {
		t.Fatal(err)
	}
	x.Interpreted, x.NoRefFunc, x.NoTableAccess = []uint32{1}, true, true
	text := make([]byte, x.TextBytes)
	l.Write(text, 3)
	return x, text
}

func TestImage(t *testing.T) {
	x, text := sample(t)
	if len(text) != 256 || text[20] != 128-24 || text[128+1] != 0x100-128-5 || text[128+2] != 0xff {
		t.Errorf("%d bytes, with references % x and % x", len(text), text[20:24], text[129:133])
	}
	if !reflect.DeepEqual(x.Starts, []uint32{0, 128, 192}) || !reflect.DeepEqual(x.Entries, []Entry{{5, 192}}) {
		t.Errorf("functions at %v, entries %v", x.Starts, x.Entries)
	}
	for offset, want := range map[uint32]int{0: 0, 127: 0, 128: 1, 191: 1, 192: -1, 255: -1, 1000: -1} {
		if have := x.Func(offset); have != want {
			t.Errorf("offset %d is in %d, want %d", offset, have, want)
		}
	}
	if site, ok := x.Trap(40); !ok || site != (TrapSite{40, 0, abi.DivideBy(abi.RegisterR9, true)}) {
		t.Errorf("trap %+v %v", site, ok)
	}
	if site, ok := x.Trap(30); !ok || site != (TrapSite{Offset: 30, Code: abi.TrapMemoryOutOfBounds}) {
		t.Errorf("trap %+v %v", site, ok)
	}
	if _, ok := x.Trap(31); ok {
		t.Error("an instruction that does not trap")
	}
	if handler, ok := x.Landing(24); !ok || handler != 60 {
		t.Errorf("landing %d %v", handler, ok)
	}
	for offset, want := range map[uint32]int64{0: 1000, 5: 1000, 6: 1002, 31: 1009, 128: 2000, 140: 2000} {
		if have, ok := x.Position(offset); !ok || have != want {
			t.Errorf("position of %d: %d, want %d", offset, have, want)
		}
	}
	for offset, want := range map[uint32]uint32{0: 0, 3: 0, 4: 24, 89: 24, 90: 0, 128: 0, 192: 0} {
		if have, ok := x.Frame(offset); !ok || have != want {
			t.Errorf("frame at %d: %d, want %d", offset, have, want)
		}
	}
}

// written is a file of the sample with a module large enough to have several checksums.
func written(t *testing.T) (file []byte, x *Image, text, module []byte) {
	t.Helper()
	x, text = sample(t)
	module = make([]byte, 5<<19)
	for i := range module {
		module[i] = byte(i ^ i>>8)
	}
	var b bytes.Buffer
	if err := Write(&b, here, x, text, module); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), x, text, module
}

func load(b []byte, id Identity) (*File, error) {
	f, err := Load(b, id)
	if err == nil {
		err = f.Verify()
	}
	return f, err
}

func TestFile(t *testing.T) {
	b, x, text, module := written(t)
	if !Is(b[:8]) || Is(b[:7]) || Is(module) {
		t.Error("a file is not known by its first 8 bytes")
	}
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, open := range []func() (*File, error){
		func() (*File, error) { return load(b, here) },
		func() (*File, error) {
			f, err := Open(name, here)
			if err == nil {
				err = f.Verify()
			}
			return f, err
		},
	} {
		f, err := open()
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(f.Image, x) || !bytes.Equal(f.Text, text) || !bytes.Equal(f.Module, module) || !f.Bodies || f.Identity != here {
			t.Errorf("read %+v", f)
		}
		if f.TextOffset%pageBytes != 0 || !bytes.Equal(b[f.TextOffset:][:len(text)], text) {
			t.Errorf("text at %d", f.TextOffset)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestDamage changes single bits of a file: all of them in the header, some in the rest.
func TestDamage(t *testing.T) {
	b, _, _, _ := written(t)
	random := rand.New(rand.NewPCG(3, 3))
	check := func(at int, bit byte) {
		b[at] ^= bit
		_, err := load(b, here)
		var refused *Error
		if !errors.As(err, &refused) {
			t.Errorf("bit %#x of byte %d changed: %v", bit, at, err)
		}
		b[at] ^= bit
	}
	for at := range pageBytes {
		check(at, 1<<random.IntN(8))
	}
	for range 300 {
		check(random.IntN(len(b)), 1<<random.IntN(8))
	}
	if _, err := load(b, here); err != nil {
		t.Errorf("unchanged: %v", err)
	}
}

func TestTruncated(t *testing.T) {
	b, _, _, _ := written(t)
	for _, n := range []int{0, 3, 8, 20, fixedBytes, 100, pageBytes, len(b) / 2, len(b) - 1} {
		want := Truncated
		if n < len(Magic) {
			want = NotPrecompiled
		}
		_, err := load(b[:n:n], here)
		if refused, ok := errors.AsType[*Error](err); !ok || refused.Kind != want {
			t.Errorf("%d bytes: %v, want %v", n, err, want)
		}
	}
	if _, err := load(append(b, 0), here); err == nil {
		t.Error("a file that is too long was loaded")
	}
}

// TestShrunk has a file become shorter while it is verified.
func TestShrunk(t *testing.T) {
	b, _, _, _ := written(t)
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Open(name, here)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Verify(); err != nil {
		t.Fatal(err)
	}
	if !f.mapped {
		return // this system reads files
	}
	if err := os.Truncate(name, pageBytes); err != nil {
		t.Fatal(err)
	}
	if _, ok := sumOf(f.sections[sectionModule]); ok {
		t.Error("there is a checksum of what is not there any more")
	}
}

func TestIdentity(t *testing.T) {
	b, _, _, _ := written(t)
	for _, c := range []struct {
		change func(*Identity)
		kind   ErrorKind
		loads  bool
		text   string
	}{
		{change: func(id *Identity) { id.Build = "v1.2.4" }, kind: OtherVersion, text: "made by another version of Weft: have v1.2.3, want v1.2.4"},
		{change: func(id *Identity) { id.Machine = "arm64" }, kind: OtherMachine, text: "have arm64, want amd64 avx2 bmi1 bmi2"},
		{change: func(id *Identity) { id.Machine = "amd64 avx2 bmi1" }, kind: OtherMachine, text: "have amd64 avx2 bmi1, want amd64 avx2 bmi1 bmi2"},
		{change: func(id *Identity) { id.Machine = "amd64 avx2 avx512f bmi1 bmi2" }, loads: true},
		{change: func(id *Identity) { id.Settings = "no guard" }, kind: OtherSettings, text: "have guard of 2048 MiB, want no guard"},
		{change: func(id *Identity) { id.Features = 3 }, kind: OtherFeatures, text: "have 0x7, want 0x3"},
		{change: func(id *Identity) { id.Features = 15 }, loads: true},
	} {
		id := here
		c.change(&id)
		_, err := load(b, id)
		if c.loads {
			if err != nil {
				t.Errorf("%+v: %v", id, err)
			}
			continue
		}
		if refused, ok := errors.AsType[*Error](err); !ok || refused.Kind != c.kind || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%+v: %v, want %v", id, err, c.kind)
		}
	}
	b[len(Magic)]++ // the format
	if _, err := load(b, here); err == nil || err.(*Error).Kind != OtherVersion {
		t.Errorf("another format: %v", err)
	}
}

func TestWriteFails(t *testing.T) {
	x, text := sample(t)
	full := errors.New("disk full")
	for room := range 3 {
		if err := Write(&fullDisk{room * pageBytes, full}, here, x, text, text); !errors.Is(err, full) {
			t.Errorf("with room for %d pages: %v", room, err)
		}
	}
}

type fullDisk struct {
	room int
	err  error
}

func (d *fullDisk) Write(b []byte) (int, error) {
	if d.room -= len(b); d.room < 0 {
		return 0, d.err
	}
	return len(b), nil
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(Magic))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := load(b, here); err != nil && err.Error() == "" {
			t.Error("an error without a text")
		}
	})
}
