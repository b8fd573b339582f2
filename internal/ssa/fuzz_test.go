package ssa

import "testing"

// FuzzPasses looks for a random function that the passes change.
func FuzzPasses(f *testing.F) {
	f.Add(uint64(1), byte(40))
	passes := Passes()
	f.Fuzz(func(t *testing.T, seed uint64, size byte) {
		before := makeRandom(seed, int(size))
		after := parse(t, before.String())
		(&Pipeline{Passes: passes, Check: true}).Run(after)
		compareRuns(t, seed, before, after, 20)
	})
}

// FuzzParse feeds the parser with anything: what it accepts, and the checker too, prints and parses back.
func FuzzParse(f *testing.F) {
	for _, path := range []string{"testdata/text/ops.txtar", "testdata/errors/all.txtar"} {
		_, files := readArchive(f, path)
		for _, file := range files {
			f.Add(file.text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		g, err := Parse(text)
		if err != nil || Check(g) != nil {
			return
		}
		once := g.String()
		again, err := Parse(once)
		if err != nil {
			t.Fatalf("%v\n%s", err, once)
		}
		if twice := again.String(); twice != once {
			t.Fatalf("have\n%s\nwant\n%s", twice, once)
		}
	})
}
