package cache

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/weft-wasm/weft/internal/fault"
)

// Cache is a directory of files. It is safe for concurrent use, by any number of processes.
type Cache struct {
	dir   string
	limit int64 // bytes

	mu    sync.Mutex
	stats Stats
}

// Stats are what a cache has done since it was opened, in this process.
type Stats struct {
	Hits, Misses int64
	Stored       int64 // files written
	Failed       int64 // files that could not be written, or not be read
	Damaged      int64 // files that could not be used, and were removed
	Evicted      int64 // files removed to make room
	Err          error // why the latest of what Failed and Damaged count did, nil if there is none
}

const (
	suffix = ".cwasm"
	prefix = ".new-" // of files that are being written

	// touchAfter is for how long a use of a file is not noted again.
	touchAfter = time.Minute
	// staleAfter is when a file that is being written has been given up by its process.
	staleAfter = time.Hour
)

// Open opens the cache in a directory, which is made if need be, for files of at most so many bytes together. It refuses a directory that others may
// write to: what is in it is going to be executed.
func Open(dir string, limit int64) (*Cache, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := fault.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	info, err := fault.StatFile(dir)
	if err != nil {
		return nil, err
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o022 != 0 {
		return nil, fmt.Errorf("others may write to %s, which has mode %#o, and so choose the code that runs: want at most 0755", dir, mode)
	}
	return &Cache{dir: dir, limit: limit}, nil
}

// Dir is the directory.
func (c *Cache) Dir() string { return c.dir }

// Stats returns what the cache has done so far.
func (c *Cache) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stats
}

func (c *Cache) count(count func(*Stats)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	count(&c.stats)
}

func (c *Cache) path(key string) string { return filepath.Join(c.dir, key+suffix) }

// ErrDamaged is the error, or a part of the error, of a function that finds a file of no use.
var ErrDamaged = errors.New("damaged")

// Load calls open with the name of the file of a key, and reports whether there is one that open takes. One that it calls damaged is removed.
func (c *Cache) Load(key string, open func(name string) error) bool {
	name := c.path(key)
	err := open(name)
	switch {
	case err == nil:
		c.touch(name)
		c.count(func(s *Stats) { s.Hits++ })
		return true
	case errors.Is(err, fs.ErrNotExist):
		c.count(func(s *Stats) { s.Misses++ })
	case errors.Is(err, ErrDamaged):
		_ = fault.RemoveFile(name) // it is replaced in any case
		c.count(func(s *Stats) { s.Misses, s.Damaged, s.Err = s.Misses+1, s.Damaged+1, err })
	default:
		c.count(func(s *Stats) { s.Misses, s.Failed, s.Err = s.Misses+1, s.Failed+1, err })
	}
	return false
}

// touch notes a use of a file.
func (c *Cache) touch(name string) {
	now := time.Now()
	if info, err := fault.StatFile(name); err == nil && now.Sub(info.ModTime()) > touchAfter {
		_ = os.Chtimes(name, now, now) // a file in use that looks old is evicted sooner: no more than that
	}
}

// Store writes the file of a key, and removes others if there are too many bytes then.
func (c *Cache) Store(key string, write func(io.Writer) error) {
	if err := c.store(key, write); err != nil {
		c.count(func(s *Stats) { s.Failed, s.Err = s.Failed+1, err })
		return
	}
	c.count(func(s *Stats) { s.Stored++ })
	c.evict(c.path(key))
}

func (c *Cache) store(key string, write func(io.Writer) error) error {
	f, err := fault.CreateTemp(c.dir, prefix+"*")
	if err != nil {
		return err
	}
	counted := &counter{w: f, left: c.limit}
	err = write(counted)
	if err = errors.Join(err, f.Close()); err == nil {
		err = fault.RenameFile(f.Name(), c.path(key))
	}
	if err != nil {
		_ = fault.RemoveFile(f.Name()) // else it is stale some day
	}
	return err
}

// counter stops the writing of a file that is larger than the cache may be.
type counter struct {
	w    io.Writer
	left int64
}

func (c *counter) Write(b []byte) (int, error) {
	if c.left -= int64(len(b)); c.left < 0 {
		return 0, errors.New("the file is larger than the cache may be")
	}
	return c.w.Write(b)
}
