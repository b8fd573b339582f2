//go:build linux && amd64

package guest

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

func TestLookup(t *testing.T) {
	var texts []*Text
	for _, size := range []int{1, 15, pageBytes, pageBytes + 1, 3 * pageBytes, 7} {
		text, err := Map("", size, Tables{}, func([]byte, uintptr) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, text)
	}
	check := func(text *Text, mapped bool) {
		t.Helper()
		for _, offset := range []int{-1, 0, len(text.bytes) / 2, len(text.bytes) - 1, len(text.bytes)} {
			want := mapped && offset >= 0 && offset < len(text.bytes)
			if have := Lookup(text.base + uintptr(offset)); (have == text) != want {
				t.Errorf("offset %d of %d: found %v, want %v", offset, len(text.bytes), have == text, want)
			}
		}
	}
	for _, text := range texts {
		check(text, true)
	}
	for i, text := range texts {
		base := text.base
		if err := text.Unmap(); err != nil {
			t.Fatal(err)
		}
		if Lookup(base) != nil {
			t.Errorf("text %d is still there after Unmap", i)
		}
		for _, other := range texts[i+1:] {
			check(other, true)
		}
	}
}

// TestWriteXorExecute reads the access rights of a text from the kernel, while it is written and after.
func TestWriteXorExecute(t *testing.T) {
	var text *Text
	text, err := Map("", 100, Tables{}, func(_ []byte, base uintptr) error {
		if have := access(t, base); have != "rw-p" {
			t.Errorf("while it is written: %s", have)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	base := text.base
	if have := access(t, base); have != "r-xp" {
		t.Errorf("mapped: %s", have)
	}
	if err := text.Unmap(); err != nil {
		t.Fatal(err)
	}
	if have := access(t, base); have != "---p" {
		t.Errorf("unmapped: %s", have)
	}
}

// access finds the rights of the mapping that an address is in.
func access(t *testing.T, address uintptr) string {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(maps)) {
		fields := strings.Fields(line)
		low, high, _ := strings.Cut(fields[0], "-")
		if parseHex(low) <= address && address < parseHex(high) {
			return fields[1]
		}
	}
	return "none"
}

func parseHex(digits string) (v uintptr) {
	for _, d := range digits {
		v = v<<4 | uintptr(strings.IndexRune("0123456789abcdef", d))
	}
	return v
}

func TestMapErrors(t *testing.T) {
	nothing := func([]byte, uintptr) error { return nil }
	if _, err := Map("", 0, Tables{}, nothing); err == nil {
		t.Error("an empty text was mapped")
	}
	if _, err := Map("", arenaBytes+1, Tables{}, nothing); err == nil {
		t.Error("a text larger than code memory was mapped")
	}
	failure := errors.New("no code")
	if _, err := Map("", 1, Tables{}, func([]byte, uintptr) error { return failure }); !errors.Is(err, failure) {
		t.Errorf("error %v, want %v", err, failure)
	}
}

// TestArena takes and gives back pages at random: nothing overlaps, and in the end everything is in one piece again.
func TestArena(t *testing.T) {
	r, err := reserve(1<<20, pageBytes)
	if err != nil {
		t.Fatal(err)
	}
	a := &arena{region: r, free: []extent{{0, len(r.bytes)}}}
	var taken [][]byte
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		if n := len(taken); n > 0 && random.IntN(2) == 0 {
			i := random.IntN(n)
			if mark := byte(addressOf(taken[i]) / pageBytes); bytes.Count(taken[i], []byte{mark}) != len(taken[i]) {
				t.Fatal("pages have been handed out twice")
			}
			if err := a.giveBack(taken[i]); err != nil {
				t.Fatal(err)
			}
			taken[i] = taken[n-1]
			taken = taken[:n-1]
			continue
		}
		pages, err := a.take(1 + random.IntN(8*pageBytes))
		if err != nil {
			continue // full
		}
		if err := protect(pages, accessWrite); err != nil {
			t.Fatal(err)
		}
		for i := range pages {
			pages[i] = byte(addressOf(pages) / pageBytes)
		}
		taken = append(taken, pages)
	}
	for _, pages := range taken {
		if err := a.giveBack(pages); err != nil {
			t.Fatal(err)
		}
	}
	if len(a.free) != 1 || a.free[0] != (extent{0, len(r.bytes)}) {
		t.Errorf("free in the end: %v", a.free)
	}
}
