package ssa

import (
	"bytes"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/dbg"
)

// Each archive in testdata/pass names passes in its first line, and has pairs of files: a function, and what the passes make of it.
func TestPasses(t *testing.T) {
	for _, path := range archives(t, "testdata/pass/*.txtar") {
		comment, files := readArchive(t, path)
		first, _, _ := strings.Cut(comment, "\n")
		var p Pipeline
		p.Check = true
		for name := range strings.SplitSeq(strings.TrimPrefix(first, "passes: "), ", ") {
			p.Passes = append(p.Passes, passByName(t, name))
		}
		var out []section
		for i := 0; i < len(files); i++ {
			in := files[i]
			want := ""
			if i+1 < len(files) && files[i+1].name == "out" {
				i++
				want = files[i].text
			}
			have := ""
			t.Run(strings.TrimPrefix(path, "testdata/pass/")+"/"+in.name, func(t *testing.T) {
				f := parse(t, in.text)
				checked(t, f)
				p.Run(f)
				if have = f.String(); have != want && !*update {
					t.Errorf("have\n%s\nwant\n%s", have, want)
				}
			})
			out = append(out, in, section{"out", have})
		}
		if *update && !t.Failed() {
			writeArchive(t, path, comment, out)
		}
	}
}

func passByName(t *testing.T, name string) Pass {
	t.Helper()
	for _, p := range Passes() {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("no pass is called %q", name)
	return Pass{}
}

func TestOrder(t *testing.T) {
	if err := CheckOrder(Passes(), Order); err != nil {
		t.Error(err)
	}
	wrong := []Constraint{{"dce", "gvn", "of no reason"}}
	if err := CheckOrder(Passes(), wrong); err == nil || err.Error() != "ssa: pass dce must come before gvn: of no reason" {
		t.Errorf("have %v", err)
	}
	if err := CheckOrder(Passes(), []Constraint{{"gvn", "nothing", ""}}); err == nil {
		t.Error("a constraint on a pass that does not exist is not reported")
	}
}

// WEFTDEBUG switches a pass off, but not a required one, and prints what another one makes.
func TestPipelineFlags(t *testing.T) {
	restore, err := dbg.Set("ssa/dce=off,ssa/must=off,ssa/gvn=dump")
	if err != nil {
		t.Fatal(err)
	}
	defer restore()
	var out bytes.Buffer
	defer dbg.SetOutput(dbg.SetOutput(&out))
	const text = "func f() -> {\nb1:\n  v1 = i32.const 1\n  return\n}\n"
	f := parse(t, text)
	var ran []string
	p := Pipeline{
		Passes: []Pass{passByName(t, "gvn"), passByName(t, "dce"), {Name: "must", Required: true, Run: func(*Func) { ran = append(ran, "must") }}},
		After:  func(name string, f *Func) { ran = append(ran, "after "+name) },
	}
	p.Run(f)
	if have := f.String(); have != text {
		t.Errorf("have\n%s", have)
	}
	if have := strings.Join(ran, ", "); have != "after gvn, after dce, must, after must" {
		t.Errorf("have %s", have)
	}
	if have := out.String(); have != "; after gvn\n"+text+"\n" {
		t.Errorf("have %q", have)
	}
}
