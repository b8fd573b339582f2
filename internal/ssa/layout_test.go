package ssa

import (
	"fmt"
	"strings"
	"testing"
)

// justJumps reports whether there is nothing in b but a jump.
func justJumps(f *Func) func(Block) bool {
	return func(b Block) bool { return f.Op(f.First(b)) == OpJump && len(f.EdgeArgs(f.Succ(b, 0))) == 0 }
}

// The archive has pairs of files: a function, and the order of its blocks. A block that control falls into has no line of its own; | stands in
// front of one that begins an innermost loop.
func TestLayout(t *testing.T) {
	const path = "testdata/layout/all.txtar"
	comment, files := readArchive(t, path)
	var out []section
	var l Layout
	for i := 0; i < len(files); i += 2 {
		f := parse(t, files[i].text)
		checked(t, f)
		l.Find(f, justJumps(f))
		have := l.text(f)
		if want := files[i+1].text; have != want && !*update {
			t.Errorf("%s: have\n%s\nwant\n%s", files[i].name, have, want)
		}
		out = append(out, files[i], section{"order", have})
	}
	if *update {
		writeArchive(t, path, comment, out)
	}
}

func (l *Layout) text(f *Func) string {
	var w strings.Builder
	for i, b := range l.Blocks {
		sep := ""
		if i > 0 {
			sep = "\n"
			for j := range f.NumSuccs(l.Blocks[i-1]) {
				if l.Target(f.To(f.Succ(l.Blocks[i-1], j))) == b {
					sep = " "
				}
			}
		}
		if l.Top(b) {
			sep += "|"
		}
		fmt.Fprintf(&w, "%s%v", sep, b)
	}
	return w.String() + "\n"
}

// In layouts of random functions, all blocks that can be reached come once, the entry first, those of a loop side by side, and empty ones lead to
// where control gets to.
func TestLayoutOfRandomFunctions(t *testing.T) {
	var l Layout
	for seed := range uint64(200) {
		f := makeRandom(seed, 20+int(seed)%80)
		(&Pipeline{Passes: Passes()}).Run(f)
		f.SplitCriticalEdges()
		for _, b := range f.Order() {
			f.SetCold(b, (uint64(b)*31+seed)%7 == 0)
		}
		l.Find(f, justJumps(f))
		checkLayout(t, f, &l)
		if t.Failed() {
			t.Fatalf("seed %d: have\n%s\n%s", seed, l.text(f), f)
		}
	}
}

func checkLayout(t *testing.T, f *Func, l *Layout) {
	place := make([]int, f.NumBlocks())
	for i, b := range l.Blocks {
		if place[b] != 0 || !f.Reachable(b) {
			t.Errorf("%v must not be here", b)
		}
		place[b] = i + 1
	}
	if place[Entry] != 1 {
		t.Errorf("the entry is not first")
	}
	for _, b := range f.Order() {
		to := b
		for n := 0; place[to] == 0 && n < f.NumBlocks(); n++ {
			to = f.To(f.Succ(to, 0))
		}
		if to != l.Target(b) {
			t.Errorf("%v leads to %v, want %v", b, l.Target(b), to)
		}
	}
	for i := range f.Loops() {
		first, last, n := len(place), 0, 0
		for _, b := range l.Blocks {
			if f.inLoop(b, int32(i)) && !f.isCold(b) {
				first, last, n = min(first, place[b]), max(last, place[b]), n+1
			}
		}
		if n > 0 && last-first != n-1 {
			t.Errorf("the loop of %v is torn apart", f.Loops()[i].Head)
		}
	}
}
