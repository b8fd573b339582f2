package cache

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/weft-wasm/weft/internal/fault"
)

// entry is a file in the directory.
type entry struct {
	name  string
	bytes int64
	used  time.Time
}

// evict removes the files whose last use is longest ago until there is room, but not the one that was just written. Others may do the same at
// the same time, so a file that is gone already is no surprise.
func (c *Cache) evict(keep string) {
	entries, total := c.entries()
	if total <= c.limit {
		return
	}
	slices.SortFunc(entries, func(a, b entry) int { return a.used.Compare(b.used) })
	enough := c.limit - c.limit/8 // so that not every file that is written removes another one
	for _, e := range entries {
		if total <= enough {
			return
		}
		if e.name == keep || fault.RemoveFile(e.name) != nil {
			continue
		}
		total -= e.bytes
		c.count(func(s *Stats) { s.Evicted++ })
	}
}

// entries lists the files and adds up their sizes. It removes those that were never completed.
func (c *Cache) entries() (list []entry, total int64) {
	files, err := fault.Entries(c.dir)
	if err != nil {
		return nil, 0
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		e := entry{filepath.Join(c.dir, f.Name()), info.Size(), info.ModTime()}
		switch {
		case strings.HasSuffix(f.Name(), suffix):
			list, total = append(list, e), total+e.bytes
		case isStale(info):
			_ = fault.RemoveFile(e.name)
		}
	}
	return list, total
}

func isStale(info fs.FileInfo) bool {
	return strings.HasPrefix(info.Name(), prefix) && time.Since(info.ModTime()) > staleAfter
}
