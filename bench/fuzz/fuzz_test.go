package fuzz

import (
	"bytes"
	"encoding/gob"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/validate"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// serveVariable makes the test's program an executor.
const serveVariable = "WEFT_FUZZ_SERVE"

func TestMain(m *testing.M) {
	switch name := os.Getenv(serveVariable); name {
	case "":
		os.Exit(m.Run())
	case "crash":
		panic("as was asked for")
	default:
		if err := Serve(name, os.Stdin, os.NewFile(3, "outcomes")); err != nil {
			panic(err)
		}
	}
}

func start(name string) (*exec.Cmd, error) {
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), serveVariable+"="+name)
	return child, nil
}

// sources is a source with the real modules in the tree.
func source(t *testing.T) *Source {
	t.Helper()
	real, err := Load([]string{"../../internal/realworld/testdata"})
	if err != nil {
		t.Fatal(err)
	}
	if len(real) == 0 {
		t.Fatal("no modules to mutate")
	}
	return &Source{real}
}

// TestSubjects checks that trials are valid, that they depend on the seed alone, and that calls in them come to all kinds of ends.
func TestSubjects(t *testing.T) {
	s, x := source(t), weftExecutor{}
	ends := map[string]int{}
	for seed := range uint64(150) {
		trial, again := s.Subject(seed).Trial(), s.Subject(seed).Trial()
		if !bytes.Equal(trial.Module, again.Module) || !bytes.Equal(trial.Host, again.Host) {
			t.Fatalf("seed %d: the second trial differs from the first", seed)
		}
		for _, code := range [][]byte{trial.Module, trial.Host} {
			m, err := wasm.Decode(code, nil)
			if err == nil {
				_, err = validate.Module(m, wasm.AllFeatures)
			}
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
		o := x.run(&trial)
		if o.Refused != "" {
			t.Fatalf("seed %d: %s", seed, o.Refused)
		}
		for _, end := range o.Ends {
			ends[end]++
		}
	}
	for _, end := range []string{"", endHost, "unreachable", "out of bounds memory access", "integer divide by zero"} {
		if ends[end] == 0 {
			t.Errorf("no call ended with %q: %v", end, ends)
		}
	}
}

// TestCampaign runs the executors that are there against each other, as a campaign does.
func TestCampaign(t *testing.T) {
	names := []string{"weft-interpreter"}
	if info := weft.NewEngine(weft.Config{}).Info(); info.Tier == weft.TierCompiled {
		names = append(names, "weft", "weft-checked")
	}
	if _, err := openWasmtime(); err == nil {
		names = append(names, "wasmtime")
	}
	c := &Campaign{
		Source: source(t), Executors: names, Start: start, Count: 200, Jobs: 2, Folder: t.TempDir(), Log: func(line string) { t.Log(line) },
	}
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := c.Stats()
	if s.Findings > 0 || s.Trials != 200 || s.Next != 200 || s.CPU <= 0 || len(s.Refused) > 0 {
		t.Errorf("have %+v, want 200 trials without a difference", s)
	}
}

func TestCrashesAreFindings(t *testing.T) {
	folder := t.TempDir()
	var lines []string
	c := &Campaign{
		Source: &Source{}, Executors: []string{"weft-interpreter", "crash"}, Start: start, Findings: 1, Jobs: 1, Folder: folder,
		Log: func(line string) { lines = append(lines, line) }, Patience: time.Second,
	}
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s := c.Stats(); s.Findings != 1 || s.Trials != 1 {
		t.Errorf("have %+v, want one finding in one trial", s)
	}
	if len(lines) != 2 || !strings.Contains(lines[0], "as was asked for") {
		t.Errorf("have %q, want two lines with the panic's text", lines)
	}
	differences, err := Replay(filepath.Join(folder, "seed-0.trial"), []string{"weft-interpreter", "crash"}, start)
	if err != nil || !strings.Contains(differences["crash"], "as was asked for") {
		t.Errorf("replayed: have %q, %v", differences, err)
	}
}

func TestCompare(t *testing.T) {
	same := func() Outcome {
		return Outcome{Ends: []string{"", "undefined element", ""}, Log: make([]byte, 32), Memories: []Memory{{1, 2}}}
	}
	trial := &Trial{Probes: 2, slots: []string{"first", "second"}}
	tests := []struct {
		what   string
		change func(*Outcome)
		names  [2]string
		want   string // part of the difference; "" for none
	}{
		{"nothing", func(*Outcome) {}, [2]string{"a", "b"}, ""},
		{"log", func(o *Outcome) { o.Log[20] = 1 }, [2]string{"a", "b"}, `second: b has "00000000010`},
		{"memory", func(o *Outcome) { o.Memories[0].Sum++ }, [2]string{"a", "b"}, "memory 0"},
		{"end", func(o *Outcome) { o.Ends[0] = "unreachable" }, [2]string{"a", "b"}, "probe 0"},
		{"crash", func(o *Outcome) { o.Crash = "gone" }, [2]string{"a", "b"}, "gone"},
		{"refusal", func(o *Outcome) { o.Refused = "no" }, [2]string{"a", "b"}, "compilation"},
		{"refusal of wasmtime", func(o *Outcome) { o.Refused = "no" }, [2]string{"a", "wasmtime"}, ""},
		{"refusal beside wasmtime", func(o *Outcome) { o.Refused = "no" }, [2]string{"wasmtime", "b"}, "compilation"},
		{"trap", func(o *Outcome) { o.Ends[1] = "out of bounds table access" }, [2]string{"a", "b"}, "probe 1"},
		{"trap of wasmtime", func(o *Outcome) { o.Ends[1] = "out of bounds table access" }, [2]string{"a", "wasmtime"}, ""},
		{"stack", func(o *Outcome) { o.Ends[1], o.Log[0] = endExhausted, 1 }, [2]string{"a", "b"}, ""},
	}
	for _, test := range tests {
		b := same()
		test.change(&b)
		v := compare(trial, test.names, same(), b)
		if (v.difference == "") != (test.want == "") || !strings.Contains(v.difference, test.want) {
			t.Errorf("%s: have %q, want %q", test.what, v.difference, test.want)
		}
	}
}

// TestMinimise has the minimiser look for the one instruction that matters.
func TestMinimise(t *testing.T) {
	has := func(s *Subject) bool {
		return slices.ContainsFunc(s.Module.Code, func(c wasm.Code) bool {
			return slices.ContainsFunc(split(c.Body), func(code []byte) bool { return decode(code).Op == op.I64Popcnt })
		})
	}
	var s *Subject
	for seed := uint64(0); s == nil || !has(s); seed++ {
		s = random(rand.New(rand.NewPCG(seed, 3)), seed)
	}
	small := minimise(s, time.Minute, has)
	if !has(small) {
		t.Fatal("what mattered is gone")
	}
	if n := (&minimiser{s: small}).size(); n > 40 {
		var text bytes.Buffer
		if err := wat.Print(&text, small.Module, wat.PrintOptions{}); err != nil {
			t.Error(err)
		}
		t.Errorf("have %d bytes, want at most 40:\n%s", n, &text)
	}
}

// TestMutants sees that most mutations change something and that all modules stay valid.
func TestMutants(t *testing.T) {
	s := source(t)
	changed := 0
	for seed := range uint64(100) {
		subject := s.mutant(rand.New(rand.NewPCG(seed, 3)))
		if _, err := validate.Module(subject.Module, wasm.AllFeatures); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		real := s.Modules[slices.IndexFunc(s.Modules, func(m RealModule) bool { return m.Name == subject.Origin })]
		for i, c := range subject.Module.Code {
			if !bytes.Equal(c.Body, real.Module.Code[i].Body) && len(c.Body) > 3 {
				changed++
				break
			}
		}
	}
	if changed < 50 {
		t.Errorf("%d of 100 mutants differ in a function that is called", changed)
	}
}

// TestGuard sees that a function that would run for ever does not, and that a NaN is the canonical one.
func TestGuard(t *testing.T) {
	m, err := wat.Parse("guard", []byte(`(module (memory 1)
	  (func (loop (br 0)))
	  (func (call 1))
	  (func (result i32) (i32.reinterpret_f32 (f32.add (f32.const nan:0x600000) (f32.const -nan:0x700000)))))`))
	if err != nil {
		t.Fatal(err)
	}
	s := &Subject{Module: m, Guarded: true, Probes: []Probe{{Func: 0}, {Func: 1}, {Func: 2}}}
	trial := s.Trial()
	o := weftExecutor{}.run(&trial)
	if want := []string{"unreachable", "unreachable", "", ""}; !slices.Equal(o.Ends, want) {
		t.Fatalf("have %+v, want %q", o, want)
	}
	at := slices.Index(trial.slots, "probe 2 (function 2): result 0, i32") * slotBytes
	if at < 0 || !bytes.Equal(o.Log[at:at+4], []byte{0, 0, 0xc0, 0x7f}) {
		t.Errorf("have the log %x, want a canonical NaN at %d of it", o.Log, at)
	}
}

func TestServeRefusesUnknown(t *testing.T) {
	if err := Serve("v8", &bytes.Buffer{}, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "wasmtime") {
		t.Errorf("have %v, want an error that lists the executors", err)
	}
	var broken bytes.Buffer
	if err := gob.NewEncoder(&broken).Encode("no trial"); err != nil {
		t.Fatal(err)
	}
	if err := Serve("weft-interpreter", &broken, &bytes.Buffer{}); err == nil {
		t.Error("a message that is no trial is accepted")
	}
}
