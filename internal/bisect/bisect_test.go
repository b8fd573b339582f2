package bisect

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/dbg"
)

var passes = []string{"ssa/params", "ssa/gvn", "ssa/late-gvn", "ssa/dce"}

// fake is a program of which it is known which functions are bad, and when.
type fake struct {
	first, count uint32
	bad          func(compiled func(uint32) bool, runs func(pass string, index uint32) bool) bool
	tries        []string
}

func (f *fake) differs(settings string) (bool, error) {
	f.tries = append(f.tries, settings)
	restore, err := dbg.Set(settings)
	if err != nil {
		return false, err
	}
	defer restore()
	compiled := func(index uint32) bool {
		return index >= f.first && index < f.first+f.count && !dbg.Interpreted(index)
	}
	runs := func(pass string, index uint32) bool {
		area, name, _ := strings.Cut(pass, "/")
		return compiled(index) && dbg.Pass(area, name, index, "") == dbg.On
	}
	return f.bad(compiled, runs), nil
}

func (f *fake) find() (*Culprit, error) {
	return Find(&Program{First: f.first, Count: f.count, Passes: passes, Differs: f.differs})
}

// TestFind has each pass spoil each function of programs of several sizes.
func TestFind(t *testing.T) {
	for _, count := range []uint32{1, 2, 3, 8, 13} {
		for index := uint32(3); index < 3+count; index++ {
			for _, pass := range passes {
				f := &fake{first: 3, count: count, bad: func(_ func(uint32) bool, runs func(string, uint32) bool) bool { return runs(pass, index) }}
				c, err := f.find()
				if err != nil {
					t.Fatal(err)
				}
				if c.Func != index || c.Pass != pass || !c.Alone {
					t.Errorf("function %d of %d, %s: have %+v", index, count, pass, c)
				}
				if bad, err := f.differs(c.Settings); err != nil || !bad {
					t.Errorf("function %d of %d, %s: no difference with %s (%v)", index, count, pass, c.Settings, err)
				}
				if bad, err := f.differs(c.Without); err != nil || bad || c.Without == "" {
					t.Errorf("function %d of %d, %s: a difference with %q (%v)", index, count, pass, c.Without, err)
				}
			}
		}
	}
}

// TestExample is the one of the package comment.
func TestExample(t *testing.T) {
	f := &fake{first: 3, count: 8, bad: func(_ func(uint32) bool, runs func(string, uint32) bool) bool { return runs("ssa/gvn", 5) }}
	_, err := Find(&Program{First: 3, Count: 8, Passes: []string{"ssa/gvn", "ssa/dce"}, Differs: f.differs})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"", "interpret=3..", "interpret=7..", "interpret=5..", "interpret=6..", "interpret=..4+6..",
		"interpret=..4+6..,ssa/gvn=off,ssa/dce=off,func=5", "interpret=..4+6..,ssa/dce=off,func=5", "interpret=..4+6..,ssa/gvn=off,func=5",
	}
	if !slices.Equal(f.tries, want) {
		t.Errorf("have tries\n%s\nwant\n%s", strings.Join(f.tries, "\n"), strings.Join(want, "\n"))
	}
}

// TestTogether needs two functions compiled to go wrong.
func TestTogether(t *testing.T) {
	f := &fake{first: 2, count: 100, bad: func(compiled func(uint32) bool, runs func(string, uint32) bool) bool {
		return compiled(17) && runs("ssa/dce", 60)
	}}
	c, err := f.find()
	if err != nil || c.Func != 60 || c.Alone || c.Pass != "ssa/dce" || c.Settings != "interpret=61.." {
		t.Errorf("have %+v, %v", c, err)
	}
}

// TestSeveral has more than one culprit: one of them is found.
func TestSeveral(t *testing.T) {
	f := &fake{first: 0, count: 50, bad: func(_ func(uint32) bool, runs func(string, uint32) bool) bool {
		return runs("ssa/gvn", 40) || runs("ssa/late-gvn", 40) || runs("ssa/dce", 20)
	}}
	c, err := f.find()
	if err != nil || c.Func != 20 || c.Pass != "ssa/dce" {
		t.Errorf("have %+v, %v", c, err)
	}
}

// TestTwoPasses has a function that either of two passes spoils: leaving out one of them repairs nothing.
func TestTwoPasses(t *testing.T) {
	f := &fake{first: 0, count: 5, bad: func(_ func(uint32) bool, runs func(string, uint32) bool) bool {
		return runs("ssa/gvn", 3) || runs("ssa/late-gvn", 3)
	}}
	c, err := f.find()
	if err != nil || c.Func != 3 || c.Pass != "ssa/gvn" || c.Without != "" {
		t.Errorf("have %+v, %v", c, err)
	}
}

// TestRequired is wrong whatever is left out.
func TestRequired(t *testing.T) {
	f := &fake{first: 0, count: 5, bad: func(compiled func(uint32) bool, _ func(string, uint32) bool) bool { return compiled(4) }}
	c, err := f.find()
	if err != nil || c.Func != 4 || c.Pass != "" || c.Without != "" || c.Settings != "interpret=..3" {
		t.Errorf("have %+v, %v", c, err)
	}
}

func TestNothing(t *testing.T) {
	for want, differs := range map[error]bool{ErrSame: false, ErrNoFunc: true} {
		f := &fake{count: 5, bad: func(func(uint32) bool, func(string, uint32) bool) bool { return differs }}
		if c, err := f.find(); err != want || c != nil {
			t.Errorf("have %+v, %v, want %v", c, err, want)
		}
	}
}

// TestErrors has each try fail in turn.
func TestErrors(t *testing.T) {
	for n := 1; ; n++ {
		f := &fake{first: 3, count: 8, bad: func(_ func(uint32) bool, runs func(string, uint32) bool) bool { return runs("ssa/gvn", 5) }}
		wrong := fmt.Errorf("try %d", n)
		_, err := Find(&Program{First: 3, Count: 8, Passes: passes, Differs: func(settings string) (bool, error) {
			if len(f.tries)+1 == n {
				return false, wrong
			}
			return f.differs(settings)
		}})
		if err == nil {
			if n < 8 {
				t.Errorf("no error after %d tries", n)
			}
			return
		}
		if !errors.Is(err, wrong) {
			t.Fatalf("have %v, want %v", err, wrong)
		}
	}
}
