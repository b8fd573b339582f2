package ssa

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unsafe"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// A hot struct that grows costs time in every pass.
func TestSizes(t *testing.T) {
	if n := unsafe.Sizeof(value{}); n != 32 {
		t.Errorf("a value takes %d bytes, want 32", n)
	}
	if n := unsafe.Sizeof(link{}); n != 16 {
		t.Errorf("a link takes %d bytes, want 16", n)
	}
}

// section is a file of a txtar archive.
type section struct{ name, text string }

// readArchive reads a txtar archive: what stands in front of the first file, and the files.
func readArchive(t testing.TB, path string) (comment string, files []section) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitAfterSeq(string(text), "\n") {
		name, ok := strings.CutPrefix(strings.TrimSpace(line), "-- ")
		if name, ok2 := strings.CutSuffix(name, " --"); ok && ok2 {
			files = append(files, section{name: name})
		} else if len(files) == 0 {
			comment += line
		} else {
			files[len(files)-1].text += line
		}
	}
	return comment, files
}

func writeArchive(t *testing.T, path, comment string, files []section) {
	t.Helper()
	var w strings.Builder
	w.WriteString(comment)
	for _, f := range files {
		w.WriteString("-- " + f.name + " --\n" + f.text)
	}
	if err := os.WriteFile(path, []byte(w.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func archives(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files %s", pattern)
	}
	return paths
}

func parse(t *testing.T, text string) *Func {
	t.Helper()
	f, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func checked(t *testing.T, f *Func) {
	t.Helper()
	if err := Check(f); err != nil {
		t.Fatalf("%v\n%s", err, f)
	}
}
