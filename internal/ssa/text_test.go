package ssa

import (
	"strings"
	"testing"
)

// Each text parses, passes the checker, and prints as it was.
func TestRoundTrip(t *testing.T) {
	for _, path := range archives(t, "testdata/text/*.txtar") {
		comment, files := readArchive(t, path)
		for i, file := range files {
			t.Run(file.name, func(t *testing.T) {
				f := parse(t, file.text)
				checked(t, f)
				if *update {
					files[i].text = f.String()
				}
				if have := f.String(); have != files[i].text {
					t.Errorf("have\n%s\nwant\n%s", have, file.text)
				}
			})
		}
		if *update {
			writeArchive(t, path, comment, files)
		}
	}
}

// Each text has an error, in the comment on its first line.
func TestTextErrors(t *testing.T) {
	for _, path := range archives(t, "testdata/errors/*.txtar") {
		comment, files := readArchive(t, path)
		for i, file := range files {
			t.Run(file.name, func(t *testing.T) {
				text, old, _ := strings.Cut(file.text, ";; ")
				f, err := Parse(text)
				if err == nil {
					err = Check(f)
				}
				if err == nil {
					t.Fatal("no error")
				}
				if files[i].text = text + ";; " + strings.ReplaceAll(err.Error(), "\n", "\n;; ") + "\n"; *update {
					return
				}
				if have := files[i].text; have != text+";; "+old {
					t.Errorf("have\n%s\nwant\n%s", have, file.text)
				}
			})
		}
		if *update {
			writeArchive(t, path, comment, files)
		}
	}
}
