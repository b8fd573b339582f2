package dwarf

import (
	stddwarf "debug/dwarf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/wasm"
)

// compileC compiles a file of testdata to a module with DWARF of a version. The test is skipped where there is no compiler for it.
func compileC(t *testing.T, file, version, level string) *wasm.Module {
	t.Helper()
	cc, err := exec.LookPath("clang-19")
	ld, err2 := exec.LookPath("wasm-ld-19")
	if err != nil || err2 != nil {
		t.Skip("clang-19 and wasm-ld-19 are not installed")
	}
	dir := t.TempDir()
	object, module := filepath.Join(dir, "o.o"), filepath.Join(dir, "m.wasm")
	for _, args := range [][]string{
		{cc, "--target=wasm32", "-gdwarf-" + version, level, "-ffile-prefix-map=" + dir + "=/build", "-c", "-o", object, filepath.Join("testdata", file)},
		{ld, "--no-entry", "-o", module, object},
	} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	b, err := os.ReadFile(module)
	if err != nil {
		t.Fatal(err)
	}
	m, err := wasm.Decode(b, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// eachInstr calls f with the offsets of all instructions.
func eachInstr(t *testing.T, m *wasm.Module, f func(in *wasm.Instr)) {
	t.Helper()
	for i := range m.Code {
		r := wasm.NewInstrReader(m.Code[i].Body, m.Code[i].Offset)
		for end := r.Pos() + len(m.Code[i].Body); r.Pos() < end; {
			var in wasm.Instr
			if err := r.Next(&in); err != nil {
				t.Fatal(err)
			}
			f(&in)
		}
	}
}

// TestClang finds the places of the traps in programs that clang has compiled.
func TestClang(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"sums.c", "square sums.c:5:5; sum sums.c:11:10; deep sums.c:16:12; "},
		{"shapes.cc", "geometry::Shape<int>::area shapes.cc:4:62; "},
	} {
		for _, version := range []string{"4", "5"} {
			m := compileC(t, c.file, version, "-O1")
			d := Load(m)
			var have []string
			eachInstr(t, m, func(in *wasm.Instr) {
				if in.Op.String() == "unreachable" {
					all := d.Find(in.Offset)
					for i := range all {
						all[i].File = filepath.Base(all[i].File)
					}
					have = append(have, locations(all))
				}
			})
			if len(have) == 0 || have[0] != c.want {
				t.Errorf("%s, DWARF %s: have %q, want %q", c.file, version, have, c.want)
			}
		}
	}
}

// TestAgainstStandard compares the line of each instruction, and the function it is in, with what the standard library's reader says.
func TestAgainstStandard(t *testing.T) {
	for _, file := range []string{"sums.c", "shapes.cc"} {
		for _, version := range []string{"4", "5"} {
			for _, level := range []string{"-O0", "-O2"} {
				t.Run(file+version+level, func(t *testing.T) { againstStandard(t, compileC(t, file, version, level)) })
			}
		}
	}
}

func againstStandard(t *testing.T, m *wasm.Module) {
	section := func(name string) []byte {
		if c := m.Custom(name); c != nil {
			return c.Bytes
		}
		return nil
	}
	std, err := stddwarf.New(section(".debug_abbrev"), nil, nil, section(".debug_info"), section(".debug_line"), nil, section(".debug_ranges"), section(".debug_str"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".debug_line_str", ".debug_str_offsets", ".debug_addr", ".debug_rnglists"} {
		if err := std.AddSection(name, section(name)); err != nil {
			t.Fatal(err)
		}
	}
	unit, err := std.Reader().Next()
	if err != nil {
		t.Fatal(err)
	}
	lines, err := std.LineReader(unit)
	if err != nil {
		t.Fatal(err)
	}
	d := Load(m)
	start, _ := m.CodeSpan()
	found := 0
	eachInstr(t, m, func(in *wasm.Instr) {
		address := uint64(in.Offset - start)
		want, have := "", ""
		var line stddwarf.LineEntry
		if lines.SeekPC(address, &line) == nil {
			want = fmt.Sprintf("%s in %s:%d:%d", functionAt(t, std, address), line.File.Name, line.Line, line.Column)
			found++
		}
		if all := d.Find(in.Offset); len(all) > 0 {
			outer := all[len(all)-1].Function
			have = fmt.Sprintf("%s in %s:%d:%d", outer[strings.LastIndexByte(outer, ':')+1:], all[0].File, all[0].Line, all[0].Column)
		}
		if have != want {
			t.Errorf("0x%x: have %s, want %s", address, have, want)
		}
	})
	if found == 0 {
		t.Error("nothing found to compare")
	}
}

// functionAt is the name of the function that has an address, by way of the standard library.
func functionAt(t *testing.T, std *stddwarf.Data, address uint64) string {
	t.Helper()
	for r := std.Reader(); ; {
		e, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if e == nil {
			return ""
		}
		if e.Tag != stddwarf.TagSubprogram {
			continue
		}
		ranges, err := std.Ranges(e)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range ranges {
			if s[0] <= address && address < s[1] {
				return nameIn(t, std, e)
			}
		}
	}
}

// nameIn is the name of an entry, or of what it refers to.
func nameIn(t *testing.T, std *stddwarf.Data, e *stddwarf.Entry) string {
	t.Helper()
	for {
		if name, ok := e.Val(stddwarf.AttrName).(string); ok {
			return name
		}
		to, ok := e.Val(stddwarf.AttrSpecification).(stddwarf.Offset)
		if !ok {
			if to, ok = e.Val(stddwarf.AttrAbstractOrigin).(stddwarf.Offset); !ok {
				return ""
			}
		}
		r := std.Reader()
		r.Seek(to)
		var err error
		if e, err = r.Next(); err != nil {
			t.Fatal(err)
		}
	}
}
