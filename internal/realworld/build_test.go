package realworld

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCommittedModules rebuilds the committed modules with their scripts and compares. The toolchains write the same bytes
// for the same version, so a difference means that the source, the script or the module was changed without the others; a
// machine with another version of the tools skips.
func TestCommittedModules(t *testing.T) {
	for _, c := range []struct {
		folder  string
		modules []string
		version []string // prints a line with want
		want    string
	}{
		{"c", []string{"stations.wasm", "mosaic.wasm"}, []string{"clang-19", "--version"}, "19.1.7"},
		{"emscripten", []string{"ledger.wasm"}, []string{"emcc", "--version"}, "3.1.6"},
		{"assemblyscript", []string{"life.wasm"}, []string{"npx", "--yes", "--package", "assemblyscript@0.28.20", "asc", "--version"}, "0.28.20"},
	} {
		t.Run(c.folder, func(t *testing.T) {
			output, err := exec.CommandContext(t.Context(), c.version[0], c.version[1:]...).Output()
			if err == nil && !strings.Contains(string(output), c.want) {
				err = errors.New("another version")
			}
			if err != nil {
				t.Skip(&UnavailableError{What: c.version[0] + " " + c.want, Err: err})
			}
			out := t.TempDir()
			execute(t, nil, "sh", filepath.Join("testdata", c.folder, "build.sh"), out)
			for _, module := range c.modules {
				built, err := os.ReadFile(filepath.Join(out, module))
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(built, []byte(mustRead(c.folder+"/"+module))) {
					t.Errorf("%s: the build gives %d other bytes than the %d committed ones", module, len(built),
						len(mustRead(c.folder+"/"+module)))
				}
			}
		})
	}
}
