package realworld

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the committed expectations from the native runs")

// nativeRun runs the program of one committed expectation outside WebAssembly. dir is an empty directory for its files.
type nativeRun struct {
	stdout string // below testdata
	tools  []string
	run    func(t *testing.T, dir string) []byte
}

// nativeRuns covers every committed expectation of a program that runs outside WebAssembly too.
var nativeRuns = []nativeRun{
	{"c/stations.stdout", []string{"cc"}, func(t *testing.T, dir string) []byte {
		return execute(t, nil, compileC(t, "cc", "c/stations.c", mustRead("c/stations.c")), dir)
	}},
	{"c/mosaic.stdout", []string{"cc"}, func(t *testing.T, dir string) []byte {
		return execute(t, nil, compileC(t, "cc", "c/mosaic.c", mustRead("c/mosaic.c")))
	}},
	{"emscripten/stdout", []string{"c++"}, func(t *testing.T, dir string) []byte {
		program := compileC(t, "c++", "emscripten/ledger.cpp", mustRead("emscripten/ledger.cpp"))
		return execute(t, []byte(mustRead("emscripten/stdin")), program)
	}},
	{"clang/stdout", []string{"cc"}, func(t *testing.T, dir string) []byte {
		words := filepath.Join(dir, "words.txt")
		write(t, words, mustRead("clang/words.txt"))
		source := strings.ReplaceAll(mustRead("clang/wordcount.c"), "/words.txt", words)
		return execute(t, nil, compileC(t, "cc", "clang/wordcount.c", source), "argument")
	}},
	{"python/stdout", []string{"python3"}, interpret("python/script.py", "", "python3")},
	{"ruby/stdout", []string{"ruby"}, interpret("ruby/script.rb", "", "ruby", "--disable-gems")},
	{"php/stdout", []string{"php"}, interpret("php/script.php", "", "php", "-n")},
	{"quickjs/stdout", []string{"node"}, interpret("quickjs/script.js",
		"const print = (...values) => console.log(values.map(String).join(' '));\n", "node")},
	{"sqlite/stdout", []string{"sqlite3"}, func(t *testing.T, dir string) []byte {
		return execute(t, []byte(sqliteScript()), "sqlite3", "-batch", filepath.Join(dir, "shop.db"))
	}},
	{"assemblyscript/stdout", []string{"node"}, func(t *testing.T, dir string) []byte {
		wasm := filepath.Join(dir, "life.wasm")
		write(t, wasm, mustRead("assemblyscript/life.wasm"))
		return execute(t, []byte(mustRead("assemblyscript/drive.mjs")), "node", "--input-type=module", "-", wasm)
	}},
}

// TestExpectations shows that the committed expectations are what the same programs print outside WebAssembly. Run with
// -update after a change of a program.
func TestExpectations(t *testing.T) {
	for _, n := range nativeRuns {
		t.Run(n.stdout, func(t *testing.T) {
			for _, tool := range n.tools {
				if _, err := exec.LookPath(tool); err != nil {
					t.Skip(&UnavailableError{What: tool, Err: err})
				}
			}
			got := n.run(t, t.TempDir())
			if *update {
				write(t, filepath.Join("testdata", n.stdout), string(got))
				return
			}
			if err := compareText("native output", string(got), mustRead(n.stdout)); err != nil {
				t.Error(err)
			}
		})
	}
}

// interpret runs a script with an interpreter of the host. The folder /guest of the script becomes one below dir.
func interpret(script, prelude string, command ...string) func(*testing.T, string) []byte {
	return func(t *testing.T, dir string) []byte {
		file := filepath.Join(dir, filepath.Base(script))
		write(t, file, prelude+strings.ReplaceAll(mustRead(script), `"/guest"`, fmt.Sprintf("%q", filepath.Join(dir, "guest"))))
		return execute(t, nil, append(command, file)...)
	}
}

// compileC builds a C or C++ source for the host and returns the program's path. Contraction to fused multiply-add is off, as
// it is in the WebAssembly build.
func compileC(t *testing.T, compiler, name, source string) string {
	t.Helper()
	dir := t.TempDir()
	file, program := filepath.Join(dir, filepath.Base(name)), filepath.Join(dir, "program")
	write(t, file, source)
	execute(t, nil, compiler, "-O2", "-w", "-ffp-contract=off", "-o", program, file, "-lm")
	return program
}

func execute(t *testing.T, stdin []byte, command ...string) []byte {
	t.Helper()
	var stderr bytes.Buffer
	c := exec.CommandContext(t.Context(), command[0], command[1:]...)
	c.Stdin, c.Stderr = bytes.NewReader(stdin), &stderr
	output, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, stderr.Bytes())
	}
	return output
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
