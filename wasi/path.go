package wasi

import (
	"runtime"
	"strings"
	"unicode/utf8"
)

// maxPathBytes bounds what a guest may make the host resolve; it is PATH_MAX of Linux.
const maxPathBytes = 4096

// guestPath is a path that passed the checks which do not depend on any file: relative, UTF-8, without NUL, and
// representable on the host.
type guestPath struct {
	name string // without trailing slashes; never empty
	dir  bool   // it ended in a slash, so it must name a directory
}

// parsePath checks a path as the guest gave it. An absolute path is [ErrNotPermitted]: a guest's paths are relative to
// a Dir, and its C library has removed the mount's prefix before they arrive here.
func parsePath(path string) (guestPath, error) {
	switch {
	case path == "":
		return guestPath{}, ErrNoEntry
	case len(path) > maxPathBytes:
		return guestPath{}, ErrNameTooLong
	case strings.IndexByte(path, 0) >= 0:
		return guestPath{}, ErrInvalid
	case !utf8.ValidString(path):
		return guestPath{}, ErrIllegalByteSequence
	case path[0] == '/':
		return guestPath{}, ErrNotPermitted
	}
	if runtime.GOOS == "windows" && !windowsSafe(path) {
		return guestPath{}, ErrInvalid
	}
	name := strings.TrimRight(path, "/")
	return guestPath{name: name, dir: len(name) < len(path)}, nil
}

// windowsSafe reports whether every component means to Windows what it means to the guest: no second separator, no
// drive or alternate stream, no wildcard, and no trailing dot or space, which Windows drops (so that ".. " is not "..").
func windowsSafe(path string) bool {
	for part := range strings.SplitSeq(path, "/") {
		if part == "" || part == "." || part == ".." {
			continue
		}
		if strings.ContainsAny(part, `\:*?"<>|`) || strings.HasSuffix(part, ".") || strings.HasSuffix(part, " ") {
			return false
		}
		for i := range len(part) {
			if part[i] < ' ' {
				return false
			}
		}
	}
	return true
}

// split separates the last component from the directory that holds it, which is "." when nothing else is.
func (p guestPath) split() (dir, base string) {
	i := strings.LastIndexByte(p.name, '/')
	if i < 0 {
		return ".", p.name
	}
	return strings.TrimRight(p.name[:i], "/"), p.name[i+1:]
}

// isDot reports whether the last component is "." or "..", which name a directory that already exists and that no
// entry of a parent can be changed through.
func (p guestPath) isDot() bool {
	_, base := p.split()
	return base == "." || base == ".."
}
