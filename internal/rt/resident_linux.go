//go:build (amd64 || arm64) && !weft_portable

package rt

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"sort"
	"strconv"
)

// Resident asks the system what memories take. That walks through all page tables of the process: some milliseconds for a GiB, or a thousand
// memories.
func Resident() (MemoryUse, error) {
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		return MemoryUse{}, fmt.Errorf("weft: what memories take: %w", err)
	}
	defer func() { _ = f.Close() }()
	u, err := resident(f, reserved())
	if err != nil {
		return u, fmt.Errorf("weft: what memories take: %w", err)
	}
	return u, nil
}

// resident adds up what a file in the format of smaps says of ranges, which are in order.
func resident(smaps io.Reader, ranges []addresses) (u MemoryUse, err error) {
	for _, r := range ranges {
		u.Reserved += int64(r.to - r.from)
	}
	inside := false
	lines := bufio.NewScanner(smaps)
	for lines.Scan() {
		name, rest, _ := bytes.Cut(lines.Bytes(), []byte(" "))
		if from, _, ok := bytes.Cut(name, []byte("-")); ok {
			at, err := strconv.ParseUint(string(from), 16, 64)
			if err != nil {
				return u, err
			}
			i := sort.Search(len(ranges), func(i int) bool { return uint64(ranges[i].to) > at })
			inside = i < len(ranges) && uint64(ranges[i].from) <= at
			continue
		}
		if !inside {
			continue
		}
		switch string(name) {
		case "Rss:":
			u.Resident += kilobytes(rest)
		case "Private_Dirty:":
			u.Own += kilobytes(rest)
		}
	}
	return u, lines.Err()
}

// kilobytes reads a number in front of kB as bytes.
func kilobytes(text []byte) int64 {
	n, _ := strconv.ParseInt(string(bytes.TrimSpace(bytes.TrimSuffix(text, []byte("kB")))), 10, 64)
	return n << 10
}
