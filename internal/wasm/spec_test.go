package wasm

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/op"
)

// shared returns the directory of the shared material, and skips the test on machines without it.
func shared(t testing.TB) string {
	dir := os.Getenv("WEFT_SHARED")
	if dir == "" {
		dir = "../../../shared"
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no shared material: %v", err)
	}
	return dir
}

// binaryModule is a module in binary form in a test script, with the assertion it stands in.
type binaryModule struct {
	where, assertion, phrase string
	bytes                    []byte
}

var (
	scriptComment = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|;;[^\n]*`)
	scriptModule  = regexp.MustCompile(`(?:\((assert_\w+)\s+)?\(module\s+(?:definition\s+)?(?:\$\S+\s+)?binary\s*((?:\s*"(?:[^"\\]|\\.)*")*)\s*\)(?:\s*"([^"]*)")?`)
	scriptString  = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"`)
)

// binaryModules returns the modules in binary form of the core test suite. It needs no parser of the text format, which is built on top
// of this package.
func binaryModules(t testing.TB) (list []binaryModule) {
	root := filepath.Join(shared(t), "spec", "core")
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".wast" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		script := scriptComment.ReplaceAllStringFunc(string(text), func(s string) string {
			if strings.HasPrefix(s, ";;") {
				return ""
			}
			return s
		})
		for _, at := range scriptModule.FindAllStringSubmatchIndex(script, -1) {
			part := func(i int) string {
				if at[2*i] < 0 {
					return ""
				}
				return script[at[2*i]:at[2*i+1]]
			}
			line := 1 + strings.Count(script[:at[0]], "\n")
			m := binaryModule{where: filepath.Base(path) + ":" + strconv.Itoa(line), assertion: part(1), phrase: part(3)}
			for _, s := range scriptString.FindAllStringSubmatch(part(2), -1) {
				m.bytes = append(m.bytes, unescape(s[1])...)
			}
			list = append(list, m)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 600 {
		t.Fatalf("found %d binary modules in the suite, want at least 600", len(list))
	}
	return list
}

// unescape resolves the escapes of a string of the text format.
func unescape(s string) (b []byte) {
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b = append(b, s[i])
			continue
		}
		if v, err := strconv.ParseUint(s[i+1:min(i+3, len(s))], 16, 8); err == nil {
			b = append(b, byte(v))
			i += 2
			continue
		}
		i++
		b = append(b, strings.NewReplacer("n", "\n", "t", "\t", "r", "\r").Replace(s[i : i+1])[0])
	}
	return b
}

// foundLater is the one phrase that takes more than reading instructions: validation has it.
const foundLater = "data count section required"

// TestSuiteMalformed checks the phrase for every malformed module in binary form of the suite.
func TestSuiteMalformed(t *testing.T) {
	for _, c := range binaryModules(t) {
		m, err := Decode(c.bytes, nil)
		if err == nil {
			err = readBodies(m)
		}
		var e *Error
		switch {
		case c.assertion != "assert_malformed":
			if err != nil {
				t.Errorf("%s: %v", c.where, err)
			}
		case err == nil:
			if c.phrase != foundLater {
				t.Errorf("%s: decoded, want %q", c.where, c.phrase)
			}
		case !errors.As(err, &e) || !strings.HasPrefix(string(e.Kind), c.phrase) && !strings.HasPrefix(c.phrase, string(e.Kind)):
			t.Errorf("%s: have %v, want %q", c.where, err, c.phrase)
		}
	}
}

// readBodies reads all instructions of a module, and checks that the blocks of each body are closed.
func readBodies(m *Module) error {
	for i := range m.Code {
		c := &m.Code[i]
		depth := 1
		if err := forEachInstr(c, func(in *Instr) {
			switch in.Op {
			case op.Block, op.Loop, op.If, op.TryTable:
				depth++
			case op.End:
				depth--
			}
		}); err != nil {
			return err
		}
		if depth > 0 {
			return Errorf(UnexpectedEndOfSection, c.Offset+int64(len(c.Body)), "%d open blocks", depth)
		}
	}
	return nil
}

// forEachInstr calls f for each instruction of a body.
func forEachInstr(c *Code, f func(in *Instr)) error {
	r := NewInstrReader(c.Body, c.Offset)
	for {
		var in Instr
		switch err := r.Next(&in); err {
		case nil:
			f(&in)
		case io.EOF:
			return nil
		default:
			return err
		}
	}
}
