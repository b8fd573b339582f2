package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestGeneratedFilesAreFresh(t *testing.T) {
	const root = "../.."
	rows, err := readTable(filepath.Join(root, instrTable))
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range generators(root) {
		want, err := g.generate(rows)
		if err != nil {
			t.Fatal(err)
		}
		have, err := os.ReadFile(filepath.Join(root, g.path))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(have, want) {
			t.Errorf("%s is stale: run go generate ./internal/gen", g.path)
		}
	}
}
