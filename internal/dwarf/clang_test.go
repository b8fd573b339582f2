package dwarf_test

import (
	stddwarf "debug/dwarf"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/dwarf"
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
			d := dwarf.Load(m)
			var have []string
			eachInstr(t, m, func(in *wasm.Instr) {
				if in.Op.String() == "unreachable" {
					all := d.Find(in.Offset)
					for i := range all {
						all[i].File = filepath.Base(all[i].File)
					}
					have = append(have, show(all))
				}
			})
			if len(have) == 0 || have[0] != c.want {
				t.Errorf("%s, DWARF %s: have %q, want %q", c.file, version, have, c.want)
			}
		}
	}
}

// show is a chain of calls on one line.
func show(all []dwarf.Location) string {
	var b strings.Builder
	for _, l := range all {
		fmt.Fprintf(&b, "%s %s:%d:%d; ", l.Function, l.File, l.Line, l.Column)
	}
	return b.String()
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
	d := dwarf.Load(m)
	std := newStandard(t, m)
	found := 0
	eachInstr(t, m, func(in *wasm.Instr) {
		if std.same(t, d, in.Offset) {
			found++
		}
	})
	if found == 0 {
		t.Error("nothing found to compare")
	}
}

// standard is the standard library's reader.
type standard struct {
	*stddwarf.Data
	start int64 // of the code
	units []*stddwarf.Entry
}

func newStandard(t *testing.T, m *wasm.Module) *standard {
	t.Helper()
	section := func(name string) []byte {
		if c := m.Custom(name); c != nil {
			return c.Bytes
		}
		return nil
	}
	data, err := stddwarf.New(section(".debug_abbrev"), nil, nil, section(".debug_info"), section(".debug_line"), nil, section(".debug_ranges"), section(".debug_str"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".debug_line_str", ".debug_str_offsets", ".debug_addr", ".debug_rnglists"} {
		if err := data.AddSection(name, section(name)); err != nil {
			t.Fatal(err)
		}
	}
	s := &standard{Data: data}
	s.start, _ = m.CodeSpan()
	for r := data.Reader(); ; r.SkipChildren() {
		unit, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if unit == nil {
			return s
		}
		s.units = append(s.units, unit)
	}
}

// same compares what is said of an instruction: its line, and the function that was not inlined. It reports whether that is anything.
func (s *standard) same(t *testing.T, d *dwarf.Data, offset int64) bool {
	t.Helper()
	have := ""
	if all := d.Find(offset); len(all) > 0 {
		have = fmt.Sprintf("%s in %s:%d:%d", bare(all[len(all)-1].Function), path.Base(all[0].File), all[0].Line, all[0].Column)
	}
	if want := s.at(t, uint64(offset-s.start)); have != want {
		t.Errorf("0x%x: have %s, want %s", offset, have, want)
	}
	return have != ""
}

// bare is a name without arguments of its types and what is around it.
func bare(name string) string {
	var b strings.Builder
	depth := 0
	for _, c := range name {
		switch {
		case c == '<':
			depth++
		case c == '>' && depth > 0:
			depth--
		case depth == 0:
			b.WriteRune(c)
		}
	}
	return b.String()[strings.LastIndexByte(b.String(), ':')+1:]
}

// at says what there is at an address.
func (s *standard) at(t *testing.T, address uint64) string {
	t.Helper()
	for _, unit := range s.units {
		if !s.has(t, unit, address) {
			continue
		}
		lines, err := s.LineReader(unit)
		if err != nil {
			t.Fatal(err)
		}
		line := lineAt(lines, address)
		if line == nil {
			continue
		}
		return fmt.Sprintf("%s in %s:%d:%d", bare(s.functionAt(t, unit, address)), path.Base(line.File.Name), line.Line, line.Column)
	}
	return ""
}

// lineAt is the last row that is not behind an address, in a sequence that goes on. SeekPC wants sequences in order.
func lineAt(lines *stddwarf.LineReader, address uint64) (best *stddwarf.LineEntry) {
	var last, next stddwarf.LineEntry
	for last.EndSequence = true; lines.Next(&next) == nil; last = next {
		if !last.EndSequence && last.Address <= address && address < next.Address && last.Address != 0 {
			entry := last
			best = &entry
		}
	}
	return best
}

func (s *standard) has(t *testing.T, e *stddwarf.Entry, address uint64) bool {
	t.Helper()
	ranges, err := s.Ranges(e)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range ranges {
		if r[0] <= address && address < r[1] && r[0] != 0 {
			return true
		}
	}
	return false
}

// functionAt is the name of the function of a unit that has an address.
func (s *standard) functionAt(t *testing.T, unit *stddwarf.Entry, address uint64) string {
	t.Helper()
	r := s.Reader()
	r.Seek(unit.Offset)
	for first := true; ; first = false {
		e, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if e == nil || e.Tag == stddwarf.TagCompileUnit && !first {
			return ""
		}
		if e.Tag == stddwarf.TagSubprogram && s.has(t, e, address) {
			return s.nameOf(t, e)
		}
	}
}

// nameOf is the name of an entry, or of what it refers to.
func (s *standard) nameOf(t *testing.T, e *stddwarf.Entry) string {
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
		r := s.Reader()
		r.Seek(to)
		var err error
		if e, err = r.Next(); err != nil {
			t.Fatal(err)
		}
	}
}
