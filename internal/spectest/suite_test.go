package spectest

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/dbg"
)

var update = flag.Bool("update", false, "rewrite the list of expected failures")

const (
	expectedFile = "expected-failures.txt"
	expectedHead = `# What of the specification's test suite fails, and why: GC instructions and atomics are not executed yet, so Compile refuses the
# modules that have any. A line is FILE:LINE, or FILE:FIRST-LAST for all commands that begin in that range. TestSuite fails when
# one of these passes, and when another one fails. To write this file anew: go test ./internal/spectest -run TestSuite -update
`
)

// suiteRoot returns the folder of the core test suite, and skips the test on machines without it.
func suiteRoot(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("WEFT_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	root := filepath.Join(dir, "spec", "core")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no test suite: set WEFT_SHARED to run this (%v)", err)
	}
	return root
}

// TestSuite runs the whole suite on every tier. It fails for each command that fails without being expected to, for each that is expected to fail and
// does not, and for each failure that has another reason than an instruction that is not executed yet.
func TestSuite(t *testing.T) {
	root := suiteRoot(t)
	interpreted := Options{Tier: weft.TierInterpreter, RoundTrip: true}
	if *update {
		writeExpected(t, root, runSuite(t, root, interpreted))
		return
	}
	t.Run("interpreter", func(t *testing.T) { testSuite(t, root, interpreted) })
	if weft.NewEngine(weft.Config{}).Info().Tier != weft.TierCompiled {
		t.Skip("no machine code runs here")
	}
	t.Run("compiled", func(t *testing.T) { testSuite(t, root, Options{Tier: weft.TierCompiled}) })
	t.Run("explicit", func(t *testing.T) { testSuite(t, root, Options{Tier: weft.TierCompiled, Explicit: true}) })
	for _, heat := range []string{"heat=1", "heat=4"} { // functions move when they have been called once, and often enough that each has been in both tiers
		t.Run("automatic/"+heat, func(t *testing.T) {
			restore, err := dbg.Set(heat)
			if err != nil {
				t.Fatal(err)
			}
			defer restore()
			testSuite(t, root, Options{Tier: weft.TierAuto})
			testSuite(t, root, Options{Tier: weft.TierAuto, Explicit: true})
		})
	}
}

// TestSuiteAgain runs the suite on every tier with all scripts on one engine, on instances that are not the first: in slots that were used, after Reset, and as
// snapshots.
func TestSuiteAgain(t *testing.T) {
	root := suiteRoot(t)
	tiers := map[string]Options{"interpreter": {Tier: weft.TierInterpreter}}
	if weft.NewEngine(weft.Config{}).Info().Tier == weft.TierCompiled {
		tiers["automatic"] = Options{Tier: weft.TierAuto}
		tiers["compiled"] = Options{Tier: weft.TierCompiled}
		tiers["explicit"] = Options{Tier: weft.TierCompiled, Explicit: true}
	}
	for tier, o := range tiers {
		for reuse, name := range map[Reuse]string{Slots: "slots", Resets: "resets", Snapshot: "snapshots"} {
			if testing.Short() && (tier != "compiled" || reuse != Slots) {
				continue
			}
			t.Run(tier+"/"+name, func(t *testing.T) {
				if tier == "automatic" {
					restore, err := dbg.Set("heat=4") // else most functions stay interpreted
					if err != nil {
						t.Fatal(err)
					}
					defer restore()
				}
				o.Reuse, o.Engines = reuse, new(Engines)
				defer o.Engines.Close()
				testSuite(t, root, o)
				if n := o.Engines.reused.Load(); n < 1000 {
					t.Errorf("%d instances were used before", n)
				}
			})
		}
	}
}

func testSuite(t *testing.T, root string, o Options) {
	results := runSuite(t, root, o)
	expected := readExpected(t)
	passed, failed := 0, 0
	for _, res := range results {
		file := relative(t, root, res.File)
		passed += res.Passed
		failed += len(res.Failures)
		checkExpected(t, file, res, expected[file])
		delete(expected, file)
	}
	for file := range expected {
		t.Errorf("%s lists %s, which is no script of the suite", expectedFile, file)
	}
	t.Logf("%d files: %d passed, %d failed", len(results), passed, failed)
	if len(results) < 260 || passed < 62_000 {
		t.Errorf("have %d files with %d assertions that pass, want at least 260 and 62,000", len(results), passed)
	}
}

func runSuite(t *testing.T, root string, o Options) (results []*Result) {
	files, err := Files([]string{root})
	if err != nil {
		t.Fatal(err)
	}
	err = RunFiles(t.Context(), files, o, func(r *Result) error {
		results = append(results, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return results
}

func relative(t *testing.T, root, file string) string {
	rel, err := filepath.Rel(root, file)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(rel)
}

// checkExpected compares the failures of a script with those expected, by line.
func checkExpected(t *testing.T, file string, res *Result, expected []lineRange) {
	failing := make(map[int]bool)
	for _, f := range res.Failures {
		failing[f.Line] = true
		if !f.Unsupported || !contains(expected, f.Line) {
			t.Errorf("%s:%d: %s", file, f.Line, f.Text)
		}
	}
	for _, line := range res.Lines {
		if contains(expected, line) && !failing[line] {
			t.Errorf("%s:%d passes, but is listed in %s: rerun this test with -update", file, line, expectedFile)
		}
	}
	for _, r := range expected {
		if !failing[r.first] || !failing[r.last] {
			t.Errorf("%s lists %s:%s, but no command begins there", expectedFile, file, r)
		}
	}
}

// lineRange is lines first to last, both included.
type lineRange struct{ first, last int }

func (r lineRange) String() string {
	if r.first == r.last {
		return fmt.Sprint(r.first)
	}
	return fmt.Sprintf("%d-%d", r.first, r.last)
}

func contains(ranges []lineRange, line int) bool {
	for _, r := range ranges {
		if r.first <= line && line <= r.last {
			return true
		}
	}
	return false
}

// readExpected returns the ranges of the list, by file.
func readExpected(t *testing.T) map[string][]lineRange {
	text, err := os.ReadFile(expectedFile)
	if err != nil {
		t.Fatal(err)
	}
	expected := make(map[string][]lineRange)
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		file, lines, _ := strings.Cut(line, ":")
		var r lineRange
		if n, _ := fmt.Sscanf(lines, "%d-%d", &r.first, &r.last); n == 1 {
			r.last = r.first
		} else if n == 0 {
			t.Fatalf("%s: %q is not FILE:LINE or FILE:FIRST-LAST", expectedFile, line)
		}
		expected[file] = append(expected[file], r)
	}
	return expected
}

// writeExpected writes the list anew. Only instructions that are not executed yet get into it; all other failures are errors.
func writeExpected(t *testing.T, root string, results []*Result) {
	var b bytes.Buffer
	b.WriteString(expectedHead)
	for _, res := range results {
		file := relative(t, root, res.File)
		failing := make(map[int]bool)
		for _, f := range res.Failures {
			if !f.Unsupported {
				t.Errorf("%s:%d: %s", file, f.Line, f.Text)
			}
			failing[f.Line] = f.Unsupported
		}
		for _, r := range runs(res.Lines, failing) {
			fmt.Fprintf(&b, "%s:%s\n", file, r)
		}
	}
	if err := os.WriteFile(expectedFile, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// runs returns the failing lines as ranges in which every command fails.
func runs(lines []int, failing map[int]bool) (out []lineRange) {
	open := false
	for _, line := range lines {
		switch {
		case !failing[line]:
			open = false
		case open:
			out[len(out)-1].last = line
		default:
			out = append(out, lineRange{line, line})
			open = true
		}
	}
	return out
}
