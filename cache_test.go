package weft_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/weft-wasm/weft"
)

// openCache opens a cache in a directory of its own.
func openCache(t *testing.T) *weft.Cache {
	t.Helper()
	c, err := weft.OpenCache(filepath.Join(t.TempDir(), "cache"), 0)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// entries lists the modules in a cache.
func entries(t *testing.T, c *weft.Cache) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(c.Dir(), "*.cwasm"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// compileCached compiles the sample with a new engine and uses it.
func compileCached(t *testing.T, c weft.Config, text string) {
	t.Helper()
	e := machineCode(t, c)
	m, err := e.Compile(bg, binary(t, text))
	if err != nil {
		t.Fatal(err)
	}
	trySample(t, e, m)
}

func TestCompileCached(t *testing.T) {
	cache := openCache(t)
	c := weft.Config{Cache: cache}
	for range 3 {
		compileCached(t, c, precompiledText)
	}
	e := machineCode(t, c)
	m, err := e.CompileReader(bg, bytes.NewReader(binary(t, precompiledText)))
	if err != nil {
		t.Fatal(err)
	}
	trySample(t, e, m)
	if have, want := cache.Stats(), (weft.CacheStats{Hits: 3, Misses: 1, Stored: 1}); have != want {
		t.Errorf("stats %+v, want %+v", have, want)
	}
	// Code with other checks, and a module validated with other features, are others.
	compileCached(t, weft.Config{Cache: cache, ExplicitChecks: true}, precompiledText)
	compileCached(t, weft.Config{Cache: cache, Features: weft.AllFeatures &^ weft.FeatureThreads}, precompiledText)
	if n := len(entries(t, cache)); n != 3 {
		t.Errorf("%d entries, want 3", n)
	}
	again, err := weft.OpenCache(cache.Dir(), 0)
	if err != nil {
		t.Fatal(err)
	}
	compileCached(t, weft.Config{Cache: again}, precompiledText)
	if have, want := again.Stats(), (weft.CacheStats{Hits: 1}); have != want {
		t.Errorf("stats %+v, want %+v", have, want)
	}
}

func TestCompileFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "sample.wasm")
	if err := os.WriteFile(name, binary(t, precompiledText), 0o600); err != nil {
		t.Fatal(err)
	}
	cache := openCache(t)
	for _, c := range []weft.Config{{}, {Cache: cache}, {Cache: cache}} {
		e := machineCode(t, c)
		m, err := e.CompileFile(bg, name)
		if err != nil {
			t.Fatal(err)
		}
		trySample(t, e, m)
		if _, err := e.CompileFile(bg, name+"x"); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("a file that is not there: %v", err)
		}
	}
	if have, want := cache.Stats(), (weft.CacheStats{Hits: 1, Misses: 1, Stored: 1}); have != want {
		t.Errorf("stats %+v, want %+v", have, want)
	}
}

// TestCacheDamaged has entries that are damaged or of another module: modules work, and the entries are replaced.
func TestCacheDamaged(t *testing.T) {
	cache := openCache(t)
	c := weft.Config{Cache: cache}
	compileCached(t, c, precompiledText)
	first := entries(t, cache)[0]
	good, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	other := machineCode(t, c)
	if _, err := other.Compile(bg, binary(t, strings.ReplaceAll(precompiledText, "margin", "middle"))); err != nil {
		t.Fatal(err)
	}
	name := ""
	for _, n := range entries(t, cache) {
		if n != first {
			name = n
		}
	}
	for i, bad := range [][]byte{nil, good[:len(good)/2], good, bytes.Repeat([]byte("x"), 10_000)} {
		// Not in place: an engine may have the entry mapped.
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		e := machineCode(t, c)
		m, err := e.Compile(bg, binary(t, strings.ReplaceAll(precompiledText, "margin", "middle")))
		if err != nil {
			t.Fatal(err)
		}
		if note := m.CustomSections("note"); string(note[0]) != "written in the middle" {
			t.Errorf("damage %d: the module is another: %q", i, note)
		}
		if s := cache.Stats(); s.Damaged != int64(i+1) || s.Err == nil {
			t.Errorf("damage %d: stats %+v", i, s)
		}
	}
}

// TestCacheUnwritable takes a cache away: modules compile all the same.
func TestCacheUnwritable(t *testing.T) {
	cache := openCache(t)
	if err := os.RemoveAll(cache.Dir()); err != nil {
		t.Fatal(err)
	}
	compileCached(t, weft.Config{Cache: cache}, precompiledText)
	if s := cache.Stats(); s.Failed != 1 || s.Err == nil || s.Stored != 0 {
		t.Errorf("stats %+v", s)
	}
}

// TestCacheOfInterpreter has no machine code to keep.
func TestCacheOfInterpreter(t *testing.T) {
	cache := openCache(t)
	e := weft.NewEngine(weft.Config{Cache: cache, Tier: weft.TierInterpreter})
	if _, err := e.Compile(bg, binary(t, precompiledText)); err != nil {
		t.Fatal(err)
	}
	if s := cache.Stats(); s != (weft.CacheStats{}) {
		t.Errorf("stats %+v", s)
	}
}

func TestDefaultCacheDir(t *testing.T) {
	dir, err := weft.DefaultCacheDir()
	if err != nil {
		t.Skip(err)
	}
	if filepath.Base(dir) != "weft" || !filepath.IsAbs(dir) {
		t.Errorf("the default is %s", dir)
	}
	if _, err := weft.OpenCache(filepath.Join(t.TempDir(), "a\x00b"), 0); err == nil {
		t.Error("a directory with an impossible name was opened")
	}
}
