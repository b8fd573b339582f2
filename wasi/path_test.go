package wasi

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParsePath(t *testing.T) {
	for _, c := range []struct {
		path string
		want guestPath
		err  error
	}{
		{"a", guestPath{name: "a"}, nil},
		{"a/b//", guestPath{name: "a/b", dir: true}, nil},
		{"./../x", guestPath{name: "./../x"}, nil},
		{`back\slash`, guestPath{name: `back\slash`}, nil},
		{"", guestPath{}, ErrNoEntry},
		{"/", guestPath{}, ErrNotPermitted},
		{"/etc/passwd", guestPath{}, ErrNotPermitted},
		{"a\x00b", guestPath{}, ErrInvalid},
		{"a\xff", guestPath{}, ErrIllegalByteSequence},
		{strings.Repeat("x", maxPathBytes+1), guestPath{}, ErrNameTooLong},
	} {
		if strings.Contains(c.path, `\`) && filepath.Separator == '\\' {
			c.want, c.err = guestPath{}, ErrInvalid
		}
		got, err := parsePath(c.path)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("parsePath(%q) = %+v, %v, want %+v, %v", c.path, got, err, c.want, c.err)
		}
	}
}

func TestWindowsSafe(t *testing.T) {
	for path, want := range map[string]bool{
		"a/b.txt": true, ".": true, "..": true, "../a//b": true, ".git": true, "a b": true,
		`a\b`: false, `..\..\x`: false, "c:/x": false, "file:stream": false, "a?": false, "a*": false,
		".. ": false, "...": false, "dir./x": false, "tab\tname": false, `\\host\share`: false,
	} {
		if got := windowsSafe(path); got != want {
			t.Errorf("windowsSafe(%q) = %v, want %v", path, got, want)
		}
	}
}

// FuzzPaths tries to read, create, move and remove through a path of the fuzzer's choice, in a tree whose links point
// out, and requires that what lies outside stays as it was and is never seen.
func FuzzPaths(f *testing.F) {
	for _, seed := range []string{
		"in/file", "../secret", "in/../../secret", "out/secret", "abs/secret", "in/up/secret", "up/", "/secret",
		"in/./../out/../secret", "loop/x", "in/up/../secret", "abs", "out", `..\secret`, "in/../out/./secret//",
	} {
		f.Add(seed)
	}
	outside := f.TempDir()
	secret := filepath.Join(outside, "secret")
	const kept = "outside the sandbox"
	if err := os.WriteFile(secret, []byte(kept), 0o600); err != nil {
		f.Fatal(err)
	}
	dir := filepath.Join(outside, "root")
	plantLinks(f, dir, outside)
	root, err := os.OpenRoot(dir)
	if err != nil {
		f.Fatal(err)
	}
	d := HostDir(root)
	f.Cleanup(func() { d.Close() })

	f.Fuzz(func(t *testing.T, path string) {
		for _, flags := range []OpenFlags{
			OpenRead | OpenFollow, OpenRead, OpenRead | OpenWrite | OpenCreate | OpenFollow,
			OpenWrite | OpenTruncate | OpenFollow, OpenDirectory | OpenFollow,
		} {
			node, err := d.Open(path, flags)
			if err != nil {
				continue
			}
			if file, ok := node.(File); ok {
				p := make([]byte, 64)
				n, _ := file.ReadAt(p, 0)
				if string(p[:n]) == kept {
					t.Fatalf("Open(%q, %b) read the file outside", path, flags)
				}
				file.WriteAt([]byte("overwritten"), 0)
			}
			node.Close()
		}
		d.Link(path, d, "linked")
		d.Rename(path, d, "in/moved")
		d.Rename("in/file", d, path)
		d.Symlink("in", path)
		d.Mkdir(path)
		d.RemoveFile(path)
		d.RemoveDir(path)
		if s, err := d.StatAt(path, true); err == nil && s.Type == TypeRegularFile && s.Size == uint64(len(kept)) {
			t.Fatalf("StatAt(%q) sees the file outside", path)
		}
		if got, err := os.ReadFile(secret); err != nil || string(got) != kept {
			t.Fatalf("%q changed what is outside: %q, %v", path, got, err)
		}
		if entries, err := os.ReadDir(outside); err != nil || len(entries) != 2 {
			t.Fatalf("%q changed the directory outside: %v, %v", path, entries, err)
		}
	})
}

// plantLinks makes a tree at dir whose symbolic links lead out to outside in every way there is.
func plantLinks(tb testing.TB, dir, outside string) {
	tb.Helper()
	if err := os.MkdirAll(filepath.Join(dir, "in"), 0o700); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "in", "file"), []byte("inside"), 0o600); err != nil {
		tb.Fatal(err)
	}
	for name, target := range map[string]string{
		"out":     "..",
		"abs":     outside,
		"in/up":   "../..",
		"secret":  filepath.Join(outside, "secret"),
		"loop":    "loop",
		"through": "in/up/secret",
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			tb.Fatal(err)
		}
	}
}

// readAll reads a File from its beginning.
func readAll(tb testing.TB, node Node) string {
	tb.Helper()
	data, err := io.ReadAll(io.NewSectionReader(node.(File), 0, 1<<20))
	if err != nil {
		tb.Fatal(err)
	}
	return string(data)
}
