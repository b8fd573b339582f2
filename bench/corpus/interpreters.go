package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
)

// interpreters are language interpreters and a database, built from C.
func interpreters() []program {
	duktape := &cBinary{packages: []string{"duktape"},
		sources: []string{"c/duktape.c", "duktape/src/duktape.c"}, include: []string{"duktape/src"}}
	mujs := &cBinary{packages: []string{"mujs"}, sources: []string{"c/mujs.c", "mujs/one.c"}, include: []string{"mujs"}}
	return []program{
		script("lua-nbody", lua, "nbody.lua", 250_000, "steps of five bodies"),
		script("lua-words", lua, "words.lua", 2_000_000, "words counted and sorted"),
		script("lua-trees", lua, "trees.lua", 14, "binary trees made, counted and forgotten"),
		script("lua-queens", lua, "queens.lua", 12, "all ways to place the queens"),
		script("lua-format", lua, "format.lua", 1200, "patterns, formats, substitutions"),
		script("duktape-nbody", duktape, "nbody.js", 50_000, "steps of five bodies"),
		script("duktape-words", duktape, "words.js", 150_000, "words counted and sorted"),
		script("duktape-trees", duktape, "trees.js", 12, "binary trees made, counted and forgotten"),
		script("mujs-words", mujs, "words.js", 150_000, "words counted and sorted"),
		script("mujs-trees", mujs, "trees.js", 12, "binary trees made, counted and forgotten"),
		sqlite(),
	}
}

// script is a program that runs one of our scripts with a number.
func script(name string, runtime binary, file string, n int, what string) program {
	return program{
		name:     name,
		workload: fmt.Sprintf("%s %d: %s", file, n, what),
		binary:   runtime,
		args:     []string{file, strconv.Itoa(n)},
		files:    []string{"scripts/" + file},
	}
}

// lua has a fixed seed for its hashes, so that the order of a table's keys is the same everywhere.
var lua = &cBinary{packages: []string{"lua5.4"},
	sources:   []string{"c/lua.c", "lua5.4/src/*.c", "!lua5.4/src/lua.c", "!lua5.4/src/luac.c"},
	include:   []string{"c/config/lua", "lua5.4/src"},
	flags:     []string{"-Dluai_makeseed(state)=1u"},
	wasmFlags: []string{"-DL_tmpnam=20"}}

func sqlite() program {
	return program{
		name:     "sqlite",
		workload: "inserts, an index, updates, joins, a recursive query, full-text search, in memory",
		binary: &cBinary{packages: []string{"sqlite3"},
			sources: []string{"c/sqlite.c", "made/sqlite3.c"},
			flags: []string{"-DSQLITE_THREADSAFE=0", "-DSQLITE_OMIT_LOAD_EXTENSION", "-DSQLITE_OMIT_WAL", "-DSQLITE_ENABLE_FTS5",
				"-DSQLITE_DEFAULT_MEMSTATUS=0", "-DSQLITE_OMIT_SHARED_CACHE", "-DSQLITE_TEMP_STORE=3", "-DSQLITE_OMIT_LOCALTIME"},
			wasmFlags: []string{"-DSQLITE_OS_OTHER=1"},
			prepare:   joinSQLite},
	}
}

// joinSQLite has SQLite's own makefile join its sources to one file.
func joinSQLite(ctx context.Context, shop *workshop, at placer, dir string) error {
	return shop.do(ctx, dir, "make", "-f", filepath.Join(at["sqlite3"], "main.mk"), "TOP="+at["sqlite3"], "BCC="+shop.tools.clang,
		"TCC="+shop.tools.clang, "NAWK=awk", "sqlite3.c")
}
