package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// tools are the compilers of the corpus.
type tools struct {
	clang, linker string
	// version is the first line that the compiler prints about itself.
	version string
}

// neededPackages are Debian's names of what building needs, beyond Go: the compiler for both targets, WebAssembly's libc,
// source packages, and Tcl, with which SQLite's one big source file is put together.
var neededPackages = []string{
	"clang-19", "lld-19", "wasi-libc", "libclang-rt-19-dev-wasm32", "libc6-dev", "dpkg-dev", "make", "tcl",
}

// missing returns what of neededPackages this machine lacks, seen by one file or command of each.
func missing() []string {
	var lacking []string
	for _, pack := range neededPackages {
		var err error
		switch pack {
		case "wasi-libc":
			_, err = os.Stat("/usr/lib/wasm32-wasi/libc.a")
		case "libclang-rt-19-dev-wasm32":
			_, err = os.Stat("/usr/lib/llvm-19/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a")
		case "libc6-dev":
			_, err = os.Stat("/usr/include/stdio.h")
		case "lld-19":
			_, err = exec.LookPath("wasm-ld-19")
		case "dpkg-dev":
			_, err = exec.LookPath("dpkg-source")
		case "tcl":
			_, err = exec.LookPath("tclsh")
		default:
			_, err = exec.LookPath(pack)
		}
		if err != nil {
			lacking = append(lacking, pack)
		}
	}
	return lacking
}

// findTools finds the tools, and installs what is missing where it may.
func findTools(ctx context.Context) (tools, error) {
	if lacking := missing(); len(lacking) > 0 {
		if os.Geteuid() != 0 {
			return tools{}, fmt.Errorf("missing here: %s (as root: apt-get install %[1]s)", strings.Join(lacking, " "))
		}
		if err := aptGet(ctx, "update"); err != nil {
			return tools{}, err
		}
		if err := aptGet(ctx, append([]string{"install", "-y", "--no-install-recommends"}, lacking...)...); err != nil {
			return tools{}, err
		}
	}
	found := tools{}
	var err error
	if found.clang, err = exec.LookPath("clang-19"); err != nil {
		return tools{}, err
	}
	if found.linker, err = exec.LookPath("wasm-ld-19"); err != nil {
		return tools{}, err
	}
	version, err := exec.CommandContext(ctx, found.clang, "--version").Output()
	if err != nil {
		return tools{}, fmt.Errorf("clang-19 --version: %w", err)
	}
	found.version, _, _ = strings.Cut(string(version), "\n")
	return found, nil
}

func aptGet(ctx context.Context, args ...string) error {
	command := exec.CommandContext(ctx, "apt-get", args...)
	command.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("apt-get %s: %w\n%s", strings.Join(args, " "), err, lastLines(string(output)))
	}
	return nil
}
