package main

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func testShop(t *testing.T) *workshop {
	shop := &workshop{base: t.TempDir(), slots: make(chan struct{}, 1), doors: map[string]*door{}}
	shop.debs.shop = shop
	return shop
}

func TestCachedMakesOnce(t *testing.T) {
	shop := testShop(t)
	times := 0
	fill := func(path string) error {
		times++
		return os.WriteFile(path, []byte("made"), 0o644)
	}
	for range 2 {
		entry, err := shop.cached("kind/entry", fill)
		if err != nil {
			t.Fatal(err)
		}
		if content, err := os.ReadFile(entry); err != nil || string(content) != "made" {
			t.Fatalf("%q, %v", content, err)
		}
	}
	if times != 1 {
		t.Errorf("made %d times, want once", times)
	}
}

func TestCachedKeepsFailuresButNoFiles(t *testing.T) {
	shop := testShop(t)
	times, broken := 0, errors.New("broken")
	for range 2 {
		_, err := shop.cached("kind/entry", func(path string) error {
			times++
			if err := os.WriteFile(path, nil, 0o644); err != nil {
				t.Fatal(err)
			}
			return broken
		})
		if !errors.Is(err, broken) {
			t.Errorf("have %v, want %v", err, broken)
		}
	}
	left, err := os.ReadDir(filepath.Join(shop.base, "kind"))
	if times != 1 || err != nil || len(left) != 0 {
		t.Errorf("tried %d times, left %v, %v", times, left, err)
	}
}

func TestExpand(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.c", "b.c", "main.c"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	at := placer{"lib": dir}
	have, err := at.expand([]string{"lib/*.c", "!lib/main.c"})
	want := []string{filepath.Join(dir, "a.c"), filepath.Join(dir, "b.c")}
	if err != nil || !reflect.DeepEqual(have, want) {
		t.Errorf("have %v, %v, want %v", have, err, want)
	}
	for _, pattern := range []string{"lib/*.h", "!lib/nothing.c", "other/*.c"} {
		if _, err := at.expand([]string{pattern}); err == nil {
			t.Errorf("%s: no error", pattern)
		}
	}
}

func TestHashSeparates(t *testing.T) {
	if hash([]string{"ab", "c"}) == hash([]string{"a", "bc"}) {
		t.Error("lists that differ in where a string ends have the same hash")
	}
}

func TestInstallReplacesOnlyWhatDiffers(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	for _, content := range []string{"one", "two"} {
		if err := os.WriteFile(from, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		var before, after os.FileInfo
		for range 2 {
			if err := install(from, to, 0o755); err != nil {
				t.Fatal(err)
			}
			before, after = after, mustStat(t, to)
		}
		if have, err := os.ReadFile(to); err != nil || string(have) != content {
			t.Errorf("have %q, %v, want %q", have, err, content)
		}
		if !os.SameFile(before, after) || after.Mode().Perm() != 0o755 {
			t.Errorf("the same content was written again, or its mode is %v", after.Mode())
		}
	}
}

func mustStat(t *testing.T, path string) os.FileInfo {
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info
}
