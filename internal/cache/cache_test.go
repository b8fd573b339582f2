package cache

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/weft-wasm/weft/internal/fault"
)

// contentsOf is what the file of a key holds in the tests: it can be told from all others and from a part of it.
func contentsOf(key string, size int) []byte {
	return append(bytes.Repeat([]byte(key+"\n"), size/(len(key)+1)), []byte("end of "+key)...)
}

func open(t testing.TB, limit int64) *Cache {
	t.Helper()
	c, err := Open(filepath.Join(t.TempDir(), "a", "cache"), limit)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *Cache) put(key string, size int) {
	c.Store(key, func(w io.Writer) error {
		_, err := w.Write(contentsOf(key, size))
		return err
	})
}

func (c *Cache) has(key string, size int) bool {
	return c.Load(key, func(name string) error {
		b, err := os.ReadFile(name)
		if err == nil && !bytes.Equal(b, contentsOf(key, size)) {
			err = ErrDamaged
		}
		return err
	})
}

func TestCache(t *testing.T) {
	c := open(t, 1<<20)
	if c.has("one", 100) {
		t.Error("a file in an empty cache")
	}
	c.put("one", 100)
	if !c.has("one", 100) || c.has("two", 100) {
		t.Error("one was stored")
	}
	other, err := Open(c.Dir(), 1<<20)
	if err != nil || !other.has("one", 100) {
		t.Errorf("opened again, it is empty: %v", err)
	}
	if have, want := c.Stats(), (Stats{Hits: 1, Misses: 2, Stored: 1}); have != want {
		t.Errorf("stats %+v, want %+v", have, want)
	}
}

func TestDamagedFile(t *testing.T) {
	c := open(t, 1<<20)
	c.put("one", 100)
	if err := os.WriteFile(c.path("one"), []byte("one\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if c.has("one", 100) {
		t.Error("a damaged file is taken")
	}
	if _, err := os.Stat(c.path("one")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a damaged file stays: %v", err)
	}
	if s := c.Stats(); s.Damaged != 1 || s.Misses != 1 || s.Err != ErrDamaged {
		t.Errorf("stats %+v", s)
	}
	c.put("one", 100)
	if !c.has("one", 100) {
		t.Error("it is not made again")
	}
}

// TestUnreadable cannot read a file for a reason that will pass: the file stays.
func TestUnreadable(t *testing.T) {
	c := open(t, 1<<20)
	c.put("one", 100)
	if c.Load("one", func(string) error { return syscall.EMFILE }) {
		t.Error("a file that cannot be opened is taken")
	}
	if s := c.Stats(); s.Failed != 1 || s.Misses != 1 || s.Damaged != 0 || s.Err != syscall.EMFILE || !c.has("one", 100) {
		t.Errorf("stats %+v", s)
	}
}

// TestEviction fills a cache: what was used longest ago goes.
func TestEviction(t *testing.T) {
	c := open(t, 10_000)
	for i := range 9 {
		key := fmt.Sprint("key", i)
		c.put(key, 1000)
		age := time.Now().Add(time.Duration(i-100) * time.Hour)
		if err := os.Chtimes(c.path(key), age, age); err != nil {
			t.Fatal(err)
		}
	}
	if !c.has("key0", 1000) { // used: now it is the latest
		t.Fatal("key0 is not there")
	}
	c.put("new", 2000)
	left := ""
	for i := range 9 {
		if c.has(fmt.Sprint("key", i), 1000) {
			left += fmt.Sprint(i)
		}
	}
	if left != "045678" || !c.has("new", 2000) {
		t.Errorf("left: %s", left)
	}
	if n := c.Stats().Evicted; n != 3 {
		t.Errorf("%d evicted", n)
	}
	c.put("large", 20_000)
	if c.has("large", 20_000) || c.Stats().Failed != 1 || !c.has("new", 2000) {
		t.Errorf("a file larger than the cache: %+v", c.Stats())
	}
}

// TestLeftovers leaves files of processes that died behind. Files that are none of the cache's stay.
func TestLeftovers(t *testing.T) {
	c := open(t, 1<<20)
	old := time.Now().Add(-2 * staleAfter)
	for name, when := range map[string]time.Time{prefix + "old": old, prefix + "young": time.Now(), "README": old} {
		if err := os.WriteFile(filepath.Join(c.Dir(), name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(filepath.Join(c.Dir(), name), when, when); err != nil {
			t.Fatal(err)
		}
	}
	c.put("one", 10)
	if have := names(t, c); have != ".new-young README one.cwasm" {
		t.Errorf("left: %s", have)
	}
}

func names(t *testing.T, c *Cache) string {
	t.Helper()
	list, err := os.ReadDir(c.Dir())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range list {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

// TestFailures has every step of writing fail in turn: nothing is stored, nothing is left behind, and what was there stays.
func TestFailures(t *testing.T) {
	for _, call := range []fault.Call{fault.Create, fault.Write, fault.Close, fault.Rename} {
		c := open(t, 1<<20)
		c.put("before", 100)
		stop := refuse(call, syscall.ENOSPC)
		c.put("one", 1000)
		stop()
		if s := c.Stats(); s.Failed != 1 || s.Stored != 1 || !errors.Is(s.Err, syscall.ENOSPC) {
			t.Errorf("%v: stats %+v", call, s)
		}
		if have := names(t, c); have != "before.cwasm" || !c.has("before", 100) {
			t.Errorf("%v: left: %s", call, have)
		}
		c.put("one", 1000)
		if !c.has("one", 1000) {
			t.Errorf("%v: it does not work again", call)
		}
	}
}

// refuse has a kind of system call fail.
func refuse(call fault.Call, err error) (stop func()) {
	return fault.Inject(func(c fault.Call) error {
		if c == call {
			return err
		}
		return nil
	})
}

// TestEvictionFails cannot remove anything, or not see what there is: files are stored all the same.
func TestEvictionFails(t *testing.T) {
	for _, call := range []fault.Call{fault.Remove, fault.ReadDir} {
		c := open(t, 2000)
		stop := refuse(call, syscall.EIO)
		for i := range 5 {
			c.put(fmt.Sprint("key", i), 1000)
		}
		if s := c.Stats(); s.Stored != 5 || s.Evicted != 0 || !c.has("key0", 1000) {
			t.Errorf("%v: stats %+v", call, s)
		}
		stop()
	}
}

func TestOpenRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(file, 1); err == nil {
		t.Error("a file is opened as a cache")
	}
	if runtime.GOOS == "windows" {
		return // there are no modes
	}
	shared := filepath.Join(t.TempDir(), "shared")
	if err := os.Mkdir(shared, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(shared, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(shared, 1); err == nil || !strings.Contains(err.Error(), "others may write") {
		t.Errorf("a directory that all may write to: %v", err)
	}
}
