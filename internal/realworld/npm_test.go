package realworld

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// fakeNpm puts a command npm in front of the PATH that "downloads" the tarball, and gives the test a cache of its own.
func fakeNpm(t *testing.T, tarball []byte) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in for npm is a shell script")
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "tarball"), string(tarball))
	script := fmt.Sprintf("#!/bin/sh\nfor a; do case $a in --pack-destination=*) cp %s \"${a#*=}/guest-1.0.0.tgz\";; esac; done\n",
		filepath.Join(dir, "tarball"))
	if err := os.WriteFile(filepath.Join(dir, "npm"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
}

func tarball(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	zipped := gzip.NewWriter(&b)
	w := tar.NewWriter(zipped)
	for name, content := range files {
		header := &tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(content))}
		if err := w.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), zipped.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func packageOf(archive []byte, files map[string]string) *npmPackage {
	sum := sha512.Sum512(archive)
	p := &npmPackage{name: "@scope/guest", version: "1.0.0", integrity: base64.StdEncoding.EncodeToString(sum[:]), files: map[string]string{}}
	for name, content := range files {
		sum := sha256.Sum256([]byte(content))
		p.files[name] = hex.EncodeToString(sum[:])
	}
	return p
}

func TestNpmPackageIsFetchedOnceAndChecked(t *testing.T) {
	archive := tarball(t, map[string]string{"package/dist/a.wasm": "module a", "package/README.md": "unwanted"})
	fakeNpm(t, archive)
	wanted := map[string]string{"dist/a.wasm": "module a"}
	got, err := packageOf(archive, wanted).read(t.Context(), "dist/a.wasm")
	if err != nil || string(got) != "module a" {
		t.Fatalf("have %q, %v, want the file's content", got, err)
	}

	t.Setenv("PATH", t.TempDir()) // from here on only the cache can answer
	again := packageOf(archive, wanted)
	if got, err := again.read(t.Context(), "dist/a.wasm"); err != nil || string(got) != "module a" {
		t.Fatalf("from the cache: have %q, %v, want the file's content", got, err)
	}
	write(t, filepath.Join(again.dir, "a.wasm"), "module b")
	_, err = again.read(t.Context(), "dist/a.wasm")
	if err == nil || !strings.Contains(err.Error(), "has SHA-256") {
		t.Errorf("a changed file in the cache: have error %v, want one about its SHA-256", err)
	}
}

func TestNpmPackageErrors(t *testing.T) {
	archive := tarball(t, map[string]string{"package/dist/a.wasm": "module a"})
	fakeNpm(t, archive)
	wanted := map[string]string{"dist/a.wasm": "module a"}

	forged := packageOf(archive, wanted)
	forged.integrity = base64.StdEncoding.EncodeToString(make([]byte, sha512.Size))
	if _, err := forged.read(t.Context(), "dist/a.wasm"); err == nil || !strings.Contains(err.Error(), "SHA-512 is not the pinned one") {
		t.Errorf("another tarball: have error %v, want one about its SHA-512", err)
	}
	incomplete := packageOf(archive, map[string]string{"dist/a.wasm": "module a", "dist/b.wasm": "module b"})
	if _, err := incomplete.read(t.Context(), "dist/b.wasm"); err == nil || !strings.Contains(err.Error(), "holds 1 of the 2 files") {
		t.Errorf("a missing file: have error %v, want one that counts the files", err)
	}
	t.Setenv("PATH", t.TempDir())
	var unavailable *UnavailableError
	if _, err := packageOf(archive, wanted).read(t.Context(), "dist/a.wasm"); !errors.As(err, &unavailable) {
		t.Errorf("no npm: have error %v, want an UnavailableError", err)
	}
}

func TestUnpackIntoStaysInside(t *testing.T) {
	dir := t.TempDir()
	if err := unpackInto(dir, tarball(t, map[string]string{"./usr/lib/a": "content"})); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "usr", "lib", "a")); err != nil || string(got) != "content" {
		t.Errorf("have %q, %v, want the file's content", got, err)
	}
	if err := unpackInto(dir, tarball(t, map[string]string{"../outside": "content"})); err == nil {
		t.Error("a name that leaves the directory was unpacked")
	}
}
