package realworld

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// cached returns the path of the entry named key below the cache directory, a file or a directory, and has fill make it when
// it is not there. fill gets a path on the same file system that does not exist yet; its work is renamed into place when it
// is complete. Where two processes make the same entry, either one's may stay; both are complete.
func cached(key string, fill func(path string) error) (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	place := filepath.Join(base, "weft-test", filepath.FromSlash(key))
	if _, err := os.Stat(place); err == nil {
		return place, nil
	}
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		return "", fmt.Errorf("realworld: cache: %w", err)
	}
	scratch, err := os.MkdirTemp(filepath.Dir(place), ".fill-")
	if err != nil {
		return "", fmt.Errorf("realworld: cache: %w", err)
	}
	defer os.RemoveAll(scratch)
	fresh := filepath.Join(scratch, "entry")
	if err := fill(fresh); err != nil {
		return "", err
	}
	if err := os.Rename(fresh, place); err != nil {
		if _, gone := os.Stat(place); errors.Is(gone, fs.ErrNotExist) {
			return "", fmt.Errorf("realworld: cache: %w", err)
		}
	}
	return place, nil
}
