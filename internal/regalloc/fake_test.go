package regalloc

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// A machine as small as it can be: seven registers for integers, of which r5 and r6 are preserved by calls, and four for vectors.
const (
	r0 isa.Reg = iota
	r1
	r2
	r3
	r4
	r5
	r6
	rContext
	rMemory
	rStack
	x0
	x1
	x2
	x3
)

// Its operations have two addresses, three, fixed registers, working registers, condition flags.
const (
	fakeAdd   = fakeBase + 1 + iota // a = a + b, or another register = a + b
	fakeSub                         // a = a - b
	fakeLea                         // a = b + c
	fakeDiv                         // r0, r1 = r0 / b, working in r1
	fakeMul                         // r0, r1 = r0 * b
	fakeShift                       // a = a << r2
	fakeTemp                        // a = f(b, c), with a working register
	fakeCmp                         // flags = a ? b
	fakeSet                         // a = flags
	fakeFadd                        // a = a + b
	fakeLoad                        // a = memory[b + c]
	fakeConst                       // a = Imm

	fakeBase = ssa.OpARM64
)

func onReg(role isa.Role, class isa.Class, fixed isa.Reg) isa.Operand {
	return isa.Operand{Form: isa.FormReg, Role: role, Class: class, Bits: 64, Fixed: fixed}
}

func anyInt(role isa.Role) isa.Operand { return onReg(role, isa.ClassInt, isa.NoReg) }

func inReg(role isa.Role, r isa.Reg) isa.Operand { return onReg(role, isa.ClassInt, r) }

const (
	use    = isa.RoleUse
	def    = isa.RoleDef
	defUse = isa.RoleDefUse
)

var fake = &isa.Target{
	Name:     "fake",
	RegNames: []string{"r0", "r1", "r2", "r3", "r4", "r5", "r6", "ctx", "mem", "sp", "x0", "x1", "x2", "x3"},
	Ops: []isa.Op{
		{}, {Name: "add", List: 0, Flags: isa.FlagComm | isa.FlagWritesCond | isa.FlagUntied}, {Name: "sub", List: 0, Flags: isa.FlagWritesCond}, {Name: "lea", List: 1},
		{Name: "div", List: 2, Flags: isa.FlagWritesCond}, {Name: "mul", List: 3, Flags: isa.FlagWritesCond}, {Name: "shift", List: 4}, {Name: "temp", List: 5},
		{Name: "cmp", List: 6, Flags: isa.FlagWritesCond | isa.FlagCompares}, {Name: "set", List: 7, Flags: isa.FlagReadsCond},
		{Name: "fadd", List: 8, Flags: isa.FlagComm}, {Name: "load", List: 9, Flags: isa.FlagLoad}, {Name: "const", List: 10, Flags: isa.FlagRemat},
	},
	Operands: [][]isa.Operand{
		{anyInt(defUse), anyInt(use)},
		{anyInt(def), anyInt(use), anyInt(use)},
		{inReg(defUse, r0), inReg(def, r1), anyInt(use)},
		{inReg(defUse, r0), inReg(def, r1), anyInt(use)},
		{anyInt(defUse), inReg(use, r2)},
		{anyInt(def), anyInt(def), anyInt(use), anyInt(use)},
		{anyInt(use), anyInt(use)},
		{anyInt(def)},
		{onReg(defUse, isa.ClassVector, isa.NoReg), onReg(use, isa.ClassVector, isa.NoReg)},
		{anyInt(def), {Form: isa.FormMem, Role: use}},
		{anyInt(def), {Form: isa.FormImm}},
	},
	Regs: [isa.ClassCount]isa.RegSet{
		isa.ClassInt:    isa.Set(r0, r1, r2, r3, r4, r5, r6),
		isa.ClassVector: isa.Set(x0, x1, x2, x3),
	},
	CallSaved: isa.Set(r5, r6),
	IntArgs:   []isa.Reg{r0, r1},
	VecArgs:   []isa.Reg{x0, x1},
	Context:   rContext,
	MemBase:   rMemory,
	SP:        rStack,
}

func init() {
	i, none := ssa.TypeI64, []ssa.Type(nil)
	row := func(name string, results []ssa.Type, params ...ssa.Type) ssa.Info {
		return ssa.Info{Name: "fake." + name, Params: params, Results: results}
	}
	one, flags := []ssa.Type{i}, []ssa.Type{ssa.TypeFlags}
	ops := []ssa.Info{
		row("add", one, i, i), row("sub", one, i, i), row("lea", one, i, i), row("div", one, i, i), row("mul", []ssa.Type{i, i}, i, i),
		row("shift", one, i, i), row("temp", one, i, i), row("cmp", flags, i, i), row("set", one, ssa.TypeFlags),
		row("fadd", []ssa.Type{ssa.TypeF64}, ssa.TypeF64, ssa.TypeF64), row("load", one, i, i), row("const", one, none...),
	}
	ops[len(ops)-1].Flags, ops[len(ops)-1].Imm = ssa.FlagRemat, ssa.ImmInt
	ssa.Define(fakeBase+1, ops)
}

// allocated allocates registers for f and checks that.
func allocated(t testing.TB, a *Allocator, f *ssa.Func) *Allocation {
	t.Helper()
	if err := ssa.Check(f); err != nil {
		t.Fatalf("before: %v\n%s", err, f)
	}
	o := a.Allocate(f)
	if err := ssa.Check(f); err != nil {
		t.Fatalf("behind: %v\n%s", err, f)
	}
	if err := Check(f, a.target, a.base, o); err != nil {
		t.Fatalf("%v\n%s", err, o.Text(f, a.target))
	}
	return o
}

// section is a file of a txtar archive.
type section struct{ name, text string }

// golden compares what make turns each input of an archive into, a file NAME, with the file NAME.out behind it.
func golden(t *testing.T, pattern string, make func(t *testing.T, text string) string) {
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	for _, path := range paths {
		comment, files := readArchive(t, path)
		var w strings.Builder
		w.WriteString(comment)
		for i := 0; i+1 < len(files); i += 2 {
			t.Run(files[i].name, func(t *testing.T) {
				have := make(t, files[i].text)
				w.WriteString("-- " + files[i].name + " --\n" + files[i].text + "-- " + files[i].name + ".out --\n" + have)
				if !*update && have != files[i+1].text {
					t.Errorf("have\n%s\nwant\n%s", have, files[i+1].text)
				}
			})
		}
		if *update {
			if err := os.WriteFile(path, []byte(w.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func readArchive(t *testing.T, path string) (comment string, files []section) {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitAfterSeq(string(text), "\n") {
		name, ok := strings.CutPrefix(strings.TrimSpace(line), "-- ")
		if name, end := strings.CutSuffix(name, " --"); ok && end {
			files = append(files, section{name: name})
		} else if len(files) == 0 {
			comment += line
		} else {
			files[len(files)-1].text += line
		}
	}
	return comment, files
}
