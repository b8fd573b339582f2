package weft_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// importGraph is what each package may import of this module and of others; the standard library goes without saying. The graph of
// DESIGN.md is the plan, this is what holds.
const importGraph = `
internal/op
internal/abi
internal/nearest
internal/fault
internal/num:        internal/abi
internal/wasm:       internal/op
internal/wat:        internal/nearest internal/op internal/wasm
internal/validate:   internal/op internal/wasm
internal/dwarf:      internal/wasm
internal/coredump:   internal/op internal/wasm
internal/fuel:       internal/op internal/wasm
internal/sched
internal/rt:         internal/abi internal/fault internal/fuel internal/op internal/rt/bias internal/sample internal/sched internal/wasm golang.org/x/sys/unix
internal/rt/bias:    golang.org/x/sys/unix
internal/rt/guest:   internal/abi internal/fault internal/rt/bias golang.org/x/sys/unix
internal/ssagen:     internal/abi internal/fuel internal/num internal/op internal/ssa internal/wasm
internal/ssaexec:    internal/abi internal/num internal/rt internal/ssa internal/ssa/ssaeval internal/wasm
internal/interp:     internal/abi internal/fuel internal/num internal/op internal/rt internal/sample internal/wasm
internal/sample
internal/isa
internal/code:       internal/abi internal/fault golang.org/x/sys/unix
internal/cache:      internal/fault
internal/regalloc:   internal/isa internal/ssa
internal/isa/amd64:  internal/abi internal/code internal/isa internal/num internal/regalloc internal/ssa
internal/compile:    internal/abi internal/code internal/dbg internal/isa/amd64 internal/regalloc internal/ssa
internal/native:     internal/abi internal/code internal/compile internal/dbg internal/fuel internal/interp internal/jitdump internal/perfmap internal/rt internal/rt/guest internal/sample internal/ssa internal/ssagen internal/wasm golang.org/x/sys/cpu
.:                   internal/abi internal/cache internal/code internal/coredump internal/dbg internal/dwarf internal/fault internal/fuel internal/interp internal/native internal/nearest internal/op internal/rt internal/rt/guest internal/sample internal/sched internal/validate internal/wasm
profile:             . github.com/google/pprof/profile
wasi:                golang.org/x/sys/unix
wasi/p1:             . wasi
internal/objdump:    internal/coredump internal/dwarf internal/op internal/wasm internal/wat
internal/bisect
internal/bisect
internal/dump:       internal/abi internal/code internal/compile internal/dbg internal/fuel internal/nearest internal/rt internal/ssa internal/ssagen internal/wasm internal/wat
cmd/weft:            . internal/bisect internal/compile internal/dbg internal/dump internal/nearest internal/objdump internal/op internal/spectest internal/validate internal/wasm internal/wat profile wasi wasi/p1 github.com/spf13/cobra github.com/spf13/pflag golang.org/x/sys/unix

internal/dbg
internal/jitdump:    golang.org/x/sys/unix
internal/perfmap
internal/ssa:        internal/abi internal/dbg internal/num
internal/ssa/ssaeval: internal/abi internal/num internal/ssa

internal/gen
internal/smith:      internal/op internal/wasm
internal/spectest:   . internal/op internal/wasm internal/wat
internal/realworld:  . wasi wasi/p1
`

const modulePath = "github.com/weft-wasm/weft"

func TestImportGraph(t *testing.T) {
	allowed := parseGraph(importGraph)
	for _, p := range listPackages(t, "./...") {
		name := short(p.ImportPath)
		may, ok := allowed[name]
		if !ok {
			t.Errorf("package %s is not in the import graph", name)
			continue
		}
		for _, im := range p.Imports {
			if im = short(im); !isStandard(im) && !may[im] {
				t.Errorf("%s imports %s, which the import graph does not allow", name, im)
			}
		}
	}
}

// TestRootDependencies keeps the promise to embedders: the root package pulls in nothing but golang.org/x/sys.
func TestRootDependencies(t *testing.T) {
	for _, p := range listPackages(t, "-deps", ".") {
		path := p.ImportPath
		if !isStandard(path) && !p.Standard && !strings.HasPrefix(path, modulePath) && !strings.HasPrefix(path, "golang.org/x/sys/") {
			t.Errorf("the root package pulls in %s", path)
		}
	}
}

func parseGraph(text string) map[string]map[string]bool {
	graph := map[string]map[string]bool{}
	for _, line := range strings.Split(text, "\n") {
		name, imports, _ := strings.Cut(strings.TrimSpace(line), ":")
		if name == "" {
			continue
		}
		graph[name] = map[string]bool{}
		for _, im := range strings.Fields(imports) {
			graph[name][im] = true
		}
	}
	return graph
}

// short is the path of a package below this module, "." for the root, or the path of another one.
func short(path string) string {
	if path == modulePath {
		return "."
	}
	return strings.TrimPrefix(path, modulePath+"/")
}

// isStandard reports whether a path is one of the standard library's: those have no dot in the first element.
func isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return path != "." && first != "internal" && first != "profile" && first != "wasi" && first != "cmd" && !strings.Contains(first, ".")
}

type listedPackage struct {
	ImportPath string
	Imports    []string
	Standard   bool
}

func listPackages(t *testing.T, args ...string) []listedPackage {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports,Standard"}, args...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var packages []listedPackage
	d := json.NewDecoder(bytes.NewReader(out))
	for {
		var p listedPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}
