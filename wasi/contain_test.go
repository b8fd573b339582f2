package wasi

import (
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// newHostDir returns a Dir over a new directory, and its path.
func newHostDir(tb testing.TB) (Dir, string) {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "root")
	if err := os.Mkdir(path, 0o700); err != nil {
		tb.Fatal(err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		tb.Fatal(err)
	}
	d := HostDir(root)
	tb.Cleanup(func() { d.Close() })
	return d, path
}

// wantError requires that err is classified as want; 0 stands for no error.
func wantError(tb testing.TB, what string, err error, want Error) {
	tb.Helper()
	if got := ErrorOf(err); got != want {
		tb.Errorf("%s: error %v (%v), want %v", what, got, err, want)
	}
}

func TestEscapesAreNotPermitted(t *testing.T) {
	d, path := newHostDir(t)
	outside := filepath.Dir(path)
	if err := os.WriteFile(filepath.Join(outside, "secret"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	plantLinks(t, path, outside)
	for _, escape := range []string{
		"..", "../secret", "in/../../secret", "/etc/passwd", "out/secret", "abs/secret", "in/up/secret",
		"secret", "through", "out", "abs", "in/up", "in/up/", "out/root/in/file",
	} {
		_, err := d.Open(escape, OpenRead|OpenFollow)
		wantError(t, "Open "+escape, err, ErrNotPermitted)
		_, err = d.StatAt(escape, true)
		wantError(t, "StatAt "+escape, err, ErrNotPermitted)
		_, err = d.Open(escape, OpenDirectory|OpenFollow)
		wantError(t, "Open directory "+escape, err, ErrNotPermitted)
		wantError(t, "SetTimesAt "+escape, d.SetTimesAt(escape, true, time.Unix(1, 0), time.Time{}), ErrNotPermitted)
	}
	for _, escape := range []string{"../new", "out/new", "abs/new", "in/up/new", "/new"} {
		_, err := d.Open(escape, OpenWrite|OpenCreate)
		wantError(t, "create "+escape, err, ErrNotPermitted)
		wantError(t, "Mkdir "+escape, d.Mkdir(escape), ErrNotPermitted)
		wantError(t, "Symlink "+escape, d.Symlink("in", escape), ErrNotPermitted)
		wantError(t, "Rename to "+escape, d.Rename("in/file", d, escape), ErrNotPermitted)
		wantError(t, "Link to "+escape, d.Link("in/file", d, escape), ErrNotPermitted)
	}
	for _, escape := range []string{"../secret", "out/secret", "abs/secret", "in/up/secret"} {
		wantError(t, "RemoveFile "+escape, d.RemoveFile(escape), ErrNotPermitted)
		wantError(t, "RemoveDir "+escape, d.RemoveDir(escape), ErrNotPermitted)
		wantError(t, "Rename "+escape, d.Rename(escape, d, "taken"), ErrNotPermitted)
		wantError(t, "Link "+escape, d.Link(escape, d, "taken"), ErrNotPermitted)
		_, err := d.Readlink(escape)
		wantError(t, "Readlink "+escape, err, ErrNotPermitted)
	}
	wantError(t, "Symlink to an absolute target", d.Symlink("/etc", "etc"), ErrNotPermitted)
}

func TestSubdirectoryIsItsOwnBoundary(t *testing.T) {
	d, path := newHostDir(t)
	for _, dir := range []string{"a", "a/b", "a/b/c"} {
		if err := d.Mkdir(dir); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(path, "a", "x"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	node, err := d.Open("a/b", OpenDirectory|OpenFollow)
	if err != nil {
		t.Fatal(err)
	}
	defer node.Close()
	sub := node.(Dir)
	_, err = sub.Open("../x", OpenRead|OpenFollow)
	wantError(t, "../x from a/b", err, ErrNotPermitted)
	_, err = sub.StatAt("c/..", true)
	wantError(t, "c/.. from a/b", err, 0)

	// The descriptor follows its directory when a parent is renamed.
	if runtime.GOOS == "windows" {
		return // an open directory cannot be renamed there
	}
	wantError(t, "rename a", d.Rename("a", d, "moved"), 0)
	wantError(t, "Mkdir in a/b after the rename", sub.Mkdir("d"), 0)
	if _, err := os.Stat(filepath.Join(path, "moved", "b", "d")); err != nil {
		t.Error(err)
	}
	wantError(t, "rename between them", sub.Rename("d", d, "d"), 0)
	if _, err := os.Stat(filepath.Join(path, "d")); err != nil {
		t.Error(err)
	}
}

// TestSwappedLinks changes a component between a directory and a link that leads out, as fast as it can, while every
// kind of operation runs through it. None may have an effect outside or see what is there.
func TestSwappedLinks(t *testing.T) {
	d, path := newHostDir(t)
	outside := filepath.Dir(path)
	secret := filepath.Join(outside, "f")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	var stop atomic.Bool
	var swapping sync.WaitGroup
	swapping.Go(func() {
		real, link, name := filepath.Join(path, "real"), filepath.Join(path, "link"), filepath.Join(path, "x")
		os.Mkdir(real, 0o700)
		os.WriteFile(filepath.Join(real, "f"), []byte("inside"), 0o600)
		for !stop.Load() {
			os.Symlink("..", link)
			os.Rename(link, name)
			os.Remove(name)
			os.Rename(real, name)
			os.Rename(name, real)
		}
	})
	defer swapping.Wait()
	defer stop.Store(true)

	reached, refused := 0, 0
	start := time.Now()
	for time.Since(start) < 300*time.Millisecond || reached == 0 || refused == 0 {
		if time.Since(start) > 20*time.Second {
			t.Fatalf("the race was one-sided: %d reached, %d refused", reached, refused)
		}
		switch node, err := d.Open("x/f", OpenRead|OpenFollow); {
		case err == nil:
			if got := readAll(t, node); got == "secret" {
				t.Fatal("read the file outside")
			}
			reached++
			node.Close()
		case ErrorOf(err) == ErrNotPermitted:
			refused++
		}
		if node, err := d.Open("x/new", OpenWrite|OpenCreate|OpenFollow); err == nil {
			node.Close()
		}
		d.Mkdir("x/dir")
		d.Rename("x/new", d, "x/newer")
		d.RemoveFile("x/newer")
		d.RemoveDir("x/dir")
		d.RemoveFile("x/f2")
		d.SetTimesAt("x/f", true, time.Unix(1, 0), time.Unix(1, 0))
	}
	entries, err := os.ReadDir(outside)
	if err != nil || len(entries) != 2 {
		t.Errorf("outside now holds %v, %v", entries, err)
	}
	if info, err := os.Stat(secret); err != nil || info.ModTime().Unix() == 1 {
		t.Errorf("the file outside was changed: %v, %v", info, err)
	}
}
