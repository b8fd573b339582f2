package perfmap

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func contents(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAppend(t *testing.T) {
	m := mapFile{path: filepath.Join(t.TempDir(), "perf-1.map")}
	if err := os.WriteFile(m.path, []byte("1 2 stale\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, symbols := range [][]Symbol{
		{{0x7f21c0000040, 27, "wasm:fib"}, {0x7f21c0000080, 0x100, "two words"}},
		nil,
		{{0x10, 1, "line\nbreak"}},
	} {
		if err := m.append(symbols); err != nil {
			t.Fatal(err)
		}
	}
	want := "7f21c0000040 1b wasm:fib\n7f21c0000080 100 two words\n10 1 line?break\n"
	if have := contents(t, m.path); have != want {
		t.Errorf("have\n%s\nwant\n%s", have, want)
	}
}

// TestConcurrent shows that the symbols of one call are neighbours in the file.
func TestConcurrent(t *testing.T) {
	m := mapFile{path: filepath.Join(t.TempDir(), "perf-1.map")}
	const writers, calls, each = 8, 20, 5
	var wg sync.WaitGroup
	for w := range uint64(writers) {
		wg.Go(func() {
			for c := range uint64(calls) {
				symbols := make([]Symbol, each)
				for i := range symbols {
					symbols[i] = Symbol{w, c, fmt.Sprint(i)}
				}
				if err := m.append(symbols); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	all := strings.Split(strings.TrimSuffix(contents(t, m.path), "\n"), "\n")
	if len(all) != writers*calls*each {
		t.Fatalf("have %d lines, want %d", len(all), writers*calls*each)
	}
	for i, line := range all {
		first := all[i-i%each]
		if want := strings.TrimSuffix(first, "0") + fmt.Sprint(i%each); line != want {
			t.Fatalf("line %d: have %q, want %q", i+1, line, want)
		}
	}
}

// TestLink shows that a link that waits under the name of the map leads nowhere.
func TestLink(t *testing.T) {
	dir := t.TempDir()
	victim := filepath.Join(dir, "victim")
	m := mapFile{path: filepath.Join(dir, "perf-1.map")}
	if err := os.WriteFile(victim, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(victim, m.path); err != nil {
		t.Fatal(err)
	}
	if err := m.append([]Symbol{{1, 2, "f"}}); err != nil {
		t.Fatal(err)
	}
	if contents(t, victim) != "" || contents(t, m.path) != "1 2 f\n" {
		t.Errorf("the link was followed")
	}
}

func TestAppendError(t *testing.T) {
	m := mapFile{path: filepath.Join(t.TempDir(), "missing", "perf-1.map")}
	symbols := []Symbol{{1, 2, "f"}}
	if err := m.append(symbols); err == nil || !strings.HasPrefix(err.Error(), "perf map: ") {
		t.Errorf("have %v, want an error about the file", err)
	}
	if err := m.append(symbols); err != nil {
		t.Errorf("a second error: %v", err)
	}
}

// TestProcess writes the map of the test itself.
func TestProcess(t *testing.T) {
	t.Cleanup(func() { _ = os.Remove(process.path) })
	if err := Append([]Symbol{{0x1234, 0x56, "here"}}); err != nil {
		t.Fatal(err)
	}
	if have := contents(t, fmt.Sprintf("/tmp/perf-%d.map", os.Getpid())); have != "1234 56 here\n" {
		t.Errorf("have %q", have)
	}
}
