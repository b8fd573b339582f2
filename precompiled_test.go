package weft_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/weft-wasm/weft"
)

const precompiledText = `(module $sample
	(import "env" "twice" (func $twice (param i32) (result i32)))
	(memory (export "memory") 1)
	(data (i32.const 8) "weft")
	(table funcref (elem $quotient))
	(func $quotient (export "quotient") (param i32 i32) (result i32) (i32.div_s (call $twice (local.get 0)) (local.get 1)))
	(func (export "through") (param i32 i32) (result i32)
		(call_indirect (param i32 i32) (result i32) (local.get 0) (local.get 1) (i32.const 0)))
	(func (export "word") (result i32) (i32.load (i32.const 8)))
	(@custom "note" "written in the margin"))`

// machineCode is an engine that compiles.
func machineCode(t *testing.T, c weft.Config) *weft.Engine {
	t.Helper()
	e := weft.NewEngine(c)
	if info := e.Info(); info.Tier != weft.TierCompiled {
		t.Skip(info.Reason)
	}
	return e
}

// serialized is the sample as a precompiled module of an engine.
func serialized(t *testing.T, e *weft.Engine) []byte {
	t.Helper()
	m, err := e.Compile(bg, binary(t, precompiledText))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := m.Serialize(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// trySample uses all of the sample.
func trySample(t *testing.T, e *weft.Engine, m *weft.Module) {
	t.Helper()
	l := weft.NewLinker(e)
	if err := l.Define("env", "twice", func(x int32) int32 { return 2 * x }); err != nil {
		t.Fatal(err)
	}
	in, err := l.Instantiate(bg, m)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	through, err := weft.Lookup2[int32, int32, int32](in, "through")
	if err != nil {
		t.Fatal(err)
	}
	if v, err := through(bg, 21, 3); err != nil || v != 14 {
		t.Errorf("through(21, 3) is %d, %v", v, err)
	}
	word, err := weft.Lookup0[uint32](in, "word")
	if err != nil {
		t.Fatal(err)
	}
	if v, err := word(bg); err != nil || v != 0x74666577 {
		t.Errorf("word() is %#x, %v", v, err)
	}
	_, err = through(bg, 1, 0)
	trap, ok := errors.AsType[*weft.Trap](err)
	if !ok || trap.Code != weft.TrapDivideByZero || len(trap.Frames) != 2 || trap.Frames[0].Name != "quotient" {
		t.Fatalf("through(1, 0): %v", err)
	}
	if trap.Frames[0].Offset <= 0 || trap.Frames[1].Offset <= trap.Frames[0].Offset {
		t.Errorf("the frames are at 0x%x and 0x%x", trap.Frames[0].Offset, trap.Frames[1].Offset)
	}
	if note := m.CustomSections("note"); len(note) != 1 || string(note[0]) != "written in the margin" || m.Name() != "sample" {
		t.Errorf("custom section %q, name %q", note, m.Name())
	}
}

func TestSerialize(t *testing.T) {
	for _, c := range []weft.Config{{}, {ExplicitChecks: true}} {
		e := machineCode(t, c)
		b := serialized(t, e)
		if !weft.IsPrecompiled(b[:8]) || weft.IsPrecompiled(binary(t, precompiledText)) {
			t.Error("IsPrecompiled does not tell a precompiled module from another")
		}
		other := weft.NewEngine(c)
		m, err := other.Deserialize(b)
		if err != nil {
			t.Fatal(err)
		}
		trySample(t, other, m)
		var again bytes.Buffer
		if err := m.Serialize(&again); err != nil || !bytes.Equal(again.Bytes(), b) {
			t.Errorf("serialized again, it differs: %v", err)
		}
	}
}

func TestSerializeFile(t *testing.T) {
	e := machineCode(t, weft.Config{})
	name := filepath.Join(t.TempDir(), "sample.cwasm")
	m, err := e.CompileReader(bg, bytes.NewReader(binary(t, precompiledText)))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := m.SerializeFile(name); err != nil {
			t.Fatal(err)
		}
		if m, err = e.DeserializeFile(name); err != nil {
			t.Fatal(err)
		}
		runtime.GC()
		trySample(t, e, m)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(name), ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := m.SerializeFile(filepath.Join(name, "none")); err == nil {
		t.Error("written below a file")
	}
	if _, err := e.DeserializeFile(name + "x"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

// TestDeserializeRefuses tries what is not to be loaded.
func TestDeserializeRefuses(t *testing.T) {
	e := machineCode(t, weft.Config{})
	b := serialized(t, e)
	changed := func(at int) []byte {
		c := bytes.Clone(b)
		c[at] ^= 4
		return c
	}
	for _, c := range []struct {
		what   string
		engine *weft.Engine
		bytes  []byte
		reason weft.PrecompiledReason
		text   string
	}{
		{"nothing", e, nil, weft.NotPrecompiled, "not a precompiled module"},
		{"a module", e, binary(t, precompiledText), weft.NotPrecompiled, `have "\x00asm"`},
		{"a part", e, b[:len(b)-9], weft.PrecompiledTruncated, "truncated: have "},
		{"a changed bit", e, changed(len(b) / 2), weft.PrecompiledCorrupt, "is not as it was written"},
		{"another format", e, changed(8), weft.PrecompiledByOther, "have format 5, want format 1"},
		{"explicit checks", weft.NewEngine(weft.Config{ExplicitChecks: true}), b, weft.PrecompiledOtherwise, "other settings"},
		{"fewer features", weft.NewEngine(weft.Config{Features: weft.Version1}), b, weft.PrecompiledByFeatures, "features"},
		{"no machine code", weft.NewEngine(weft.Config{Tier: weft.TierInterpreter}), b, weft.PrecompiledElsewhere, "the interpreter was asked for"},
	} {
		_, err := c.engine.Deserialize(c.bytes)
		refused, ok := errors.AsType[*weft.PrecompiledError](err)
		if !ok || refused.Reason != c.reason || !strings.Contains(err.Error(), c.text) || !strings.HasPrefix(err.Error(), "weft: ") {
			t.Errorf("%s: %v, want %v", c.what, err, c.reason)
		}
	}
	_ = e.Close()
	if _, err := e.Deserialize(b); !errors.Is(err, weft.ErrClosed) {
		t.Errorf("a closed engine: %v", err)
	}
}

func TestSerializeInterpreted(t *testing.T) {
	e := weft.NewEngine(weft.Config{Tier: weft.TierInterpreter})
	m, err := e.Compile(bg, binary(t, precompiledText))
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Serialize(new(bytes.Buffer)); err == nil {
		t.Error("there is machine code of an interpreted module")
	}
}
