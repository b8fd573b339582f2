package dwarf

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

func data(s Sections) *Data { return New(s, codeAt, codeSize) }

func locations(all []Location) string {
	var b strings.Builder
	for _, l := range all {
		fmt.Fprintf(&b, "%s %s:%d:%d; ", l.Function, l.File, l.Line, l.Column)
	}
	return b.String()
}

func TestFind(t *testing.T) {
	const run, gone = "run /src/sums.c:5:0; ", ""
	for name, s := range map[string]Sections{"version 4": version4(), "version 5": version5()} {
		d := data(s)
		for _, c := range []struct {
			address int64
			want    string
		}{
			{0x00, gone},
			{0x0f, gone},
			{0x10, run},
			{0x13, run},
			{0x14, "sums::sum /src/sums.c:5:0; run /src/sums.c:20:3; "},
			{0x18, "sums::square /src/inc/square.h:3:7; sums::sum /src/inc/square.h:300:0; run /src/sums.c:20:3; "},
			{0x20, "sums::sum /src/inc/square.h:3:7; run /src/sums.c:20:3; "},
			{0x27, "sums::square /src/inc/square.h:3:7; sums::sum /src/inc/square.h:300:0; run /src/sums.c:20:3; "},
			{0x28, "sums::sum /src/inc/square.h:3:7; run /src/sums.c:20:3; "},
			{0x30, run},
			{0x3f, run},
			{0x40, gone},
			{0x7f, gone},
			{0x80, gone},
			{-1, gone},
			{1 << 40, gone},
		} {
			if have := locations(d.Find(codeAt + c.address)); have != c.want {
				t.Errorf("%s, 0x%x:\nhave %s\nwant %s", name, c.address, have, c.want)
			}
		}
	}
}

func TestFindNothing(t *testing.T) {
	var none *Data
	if l := none.Find(codeAt); l != nil {
		t.Errorf("without data: %v", l)
	}
	if l := data(Sections{Info: []byte("nonsense"), Abbrev: []byte{1}}).Find(codeAt + 0x10); l != nil {
		t.Errorf("nonsense: %v", l)
	}
}

// TestParts leaves out one section after the other: what the others say is still found.
func TestParts(t *testing.T) {
	without := func(f func(*Sections)) string {
		s := version4()
		f(&s)
		return locations(data(s).Find(codeAt + 0x18))
	}
	for _, c := range []struct{ have, want string }{
		{without(func(s *Sections) { s.Line = nil }), "sums::square :0:0; sums::sum :300:0; run :20:3; "},
		{without(func(s *Sections) { s.Ranges = nil }), ""},
		{without(func(s *Sections) { s.Abbrev = nil }), ""},
		{without(func(s *Sections) { s.Info = s.Info[:len(s.Info)-8] }), ""},
	} {
		if c.have != c.want {
			t.Errorf("have %s, want %s", c.have, c.want)
		}
	}
}

func TestConcurrent(t *testing.T) {
	d := data(version5())
	want := d.Find(codeAt + 0x18)
	var wg sync.WaitGroup
	d = data(version5())
	for range 8 {
		wg.Go(func() {
			if have := d.Find(codeAt + 0x18); !slices.Equal(have, want) {
				t.Errorf("have %v, want %v", have, want)
			}
		})
	}
	wg.Wait()
}

func TestJoined(t *testing.T) {
	for want, elements := range map[string][]string{
		"":              {"", "", ""},
		"/a/b/c.c":      {"/a", "b", "c.c"},
		"/b/c.c":        {"/a", "/b", "c.c"},
		"/c.c":          {"/a", "/b", "/c.c"},
		"/a/c.c":        {"/a", "b", "../c.c"},
		"a/c.c":         {"a", "", "c.c"},
		"a://b/c/d.c":   {"/a", "a://b/c", "d.c"},
		"/a/b/c:/d.c":   {"/a", "b/c://d.c"},
		`C:\src/c.c`:    {"/a", `C:\src`, "c.c"},
		`c:/src/c.c`:    {"/a", `x`, "c:/src/c.c"},
		`/a/b\..\c/d.c`: {"/a", `b\..\c`, "d.c"},
	} {
		if have := joined(elements...); have != want {
			t.Errorf("%q: have %q, want %q", elements, have, want)
		}
	}
}
