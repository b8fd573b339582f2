package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// goPrograms are Go programs of ours on the standard library, built with the Go at hand.
func goPrograms() []program {
	build := func(name, workload string) program {
		return program{name: "go-" + name, workload: workload, binary: goBinary(name)}
	}
	return []program{
		build("json", "6,000 records written, read, sorted and grouped 6 times"),
		build("deflate", "1 MB of text deflated at 3 levels and back 9 times, SHA-256"),
		build("regexp", "five expressions over 100,000 words, a template"),
		build("goroutines", "a sieve of 300 goroutines, workers, interfaces, 20000!"),
	}
}

// goBinary is the program in the folder of that name below golang. Its build for this machine is no limit for the one for
// WebAssembly, because Go's compiler makes different code for the two, so it is only the reference for the output.
type goBinary string

func (b goBinary) origin() string { return "Go of ours" }

func (b goBinary) inputs(ctx context.Context, shop *workshop) ([]string, error) {
	version, err := exec.CommandContext(ctx, "go", "version").Output()
	if err != nil {
		return nil, fmt.Errorf("go version: %w", err)
	}
	contents, err := shop.contents("golang/"+string(b), "golang/mark")
	return append([]string{"go", string(version)}, contents...), err
}

func (b goBinary) build(ctx context.Context, shop *workshop, dir string) error {
	const module = "github.com/weft-wasm/weft/bench/corpus/golang/"
	for _, target := range []struct{ file, system, arch string }{{wasmFile, "wasip1", "wasm"}, {referenceFile, "", ""}} {
		command := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(dir, target.file), module+string(b))
		command.Env = os.Environ()
		if target.system != "" {
			command.Env = append(command.Env, "GOOS="+target.system, "GOARCH="+target.arch)
		}
		var output strings.Builder
		command.Stdout, command.Stderr = &output, &output
		if err := shop.run(command); err != nil {
			return fmt.Errorf("go build (in the module of bench): %w\n%s", err, lastLines(output.String()))
		}
	}
	return nil
}
