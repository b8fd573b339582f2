package realworld

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// prints returns the check that all of standard output equals the committed file testdata/name.
func prints(name string) func(context.Context, string, []byte) error {
	return func(_ context.Context, _ string, stdout []byte) error {
		want, err := testdata.ReadFile("testdata/" + name)
		if err != nil {
			return err
		}
		return compareText("standard output", string(stdout), string(want))
	}
}

// compareText reports the first line in which two texts differ.
func compareText(what, got, want string) error {
	if got == want {
		return nil
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(gotLines), len(wantLines)) {
		have, expected := lineAt(gotLines, i), lineAt(wantLines, i)
		if have != expected {
			return fmt.Errorf("%s, line %d: have %s, want %s", what, i+1, have, expected)
		}
	}
	return nil
}

func lineAt(lines []string, i int) string {
	if i >= len(lines) {
		return "the end"
	}
	return fmt.Sprintf("%q", lines[i])
}

// committed is the Wasm function of a step whose module lies below testdata.
func committed(name string) func(context.Context, string) ([]byte, error) {
	return func(context.Context, string) ([]byte, error) { return testdata.ReadFile("testdata/" + name) }
}

// places returns the set-up that copies committed files into the guest's directory. Each pair is the path below testdata and
// the path the guest sees.
func places(pairs ...string) func(context.Context, string) error {
	return func(_ context.Context, root string) error {
		for i := 0; i+1 < len(pairs); i += 2 {
			content, err := testdata.ReadFile("testdata/" + pairs[i])
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(root, filepath.FromSlash(pairs[i+1])), content, 0o644); err != nil {
				return err
			}
		}
		return nil
	}
}

// mustRead returns a committed file as text. The files are embedded, so a missing one is a bug of this package.
func mustRead(name string) string {
	content, err := fs.ReadFile(testdata, "testdata/"+name)
	if err != nil {
		panic(err)
	}
	return string(content)
}
