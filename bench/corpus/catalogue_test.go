package main

import (
	"os"
	"strings"
	"testing"
)

func TestReadmeHoldsTheTable(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), "\n"+table()) {
		t.Error("the table of programs in README.md is not what `go run ./corpus -list` prints")
	}
}

func TestCatalogue(t *testing.T) {
	all := catalogue()
	if len(all) < 24 {
		t.Errorf("%d programs, want at least 24", len(all))
	}
	names := map[string]bool{}
	for _, p := range all {
		if names[p.name] {
			t.Errorf("two programs are named %s", p.name)
		}
		names[p.name] = true
		for _, file := range p.files {
			if _, err := material.ReadFile(file); err != nil {
				t.Errorf("%s: %v", p.name, err)
			}
		}
		if _, isC := p.binary.(*cBinary); !isC && p.like == nil {
			if _, isGo := p.binary.(goBinary); !isGo {
				t.Errorf("%s: nothing says what it must print", p.name)
			}
		}
	}
}

func TestChooseUnknown(t *testing.T) {
	if _, err := choose("zlib,zlab"); err == nil || err.Error() != `no program "zlab"` {
		t.Errorf("choose: %v", err)
	}
	if chosen, err := choose("zlib,lz4"); err != nil || len(chosen) != 2 || chosen[1].name != "lz4" {
		t.Errorf("choose: %v, %v", chosen, err)
	}
}
