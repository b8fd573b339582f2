package abi

import (
	"strings"
	"testing"
)

// Every word of a context belongs to one thing, and to one within the context.
func TestInstanceLayout(t *testing.T) {
	for _, c := range []InstanceCounts{
		{},
		{Mems: 1, Tables: 1, Types: 3},
		{Mems: 3, Tables: 2, Tags: 4, Types: 5, ImportedFuncs: 6, ImportedGlobals: 7, Globals: 8},
	} {
		l := NewInstanceLayout(c)
		owner := make([]string, l.SizeBytes)
		take := func(what string, at, size int) {
			if at%min(size, 16) != 0 {
				t.Errorf("%+v: %s is at %d", c, what, at)
			}
			for i := at; i < at+size; i++ {
				if owner[i] != "" {
					t.Fatalf("%+v: byte %d belongs to %s and to %s", c, i, owner[i], what)
				}
				owner[i] = what
			}
		}
		for _, at := range []int{InstanceMemoryBase, InstanceHelpers, InstanceHost, InstanceRecords} {
			take("the header", at, 8)
		}
		for i := range max(c.Mems, 1) {
			take("a memory", l.Memory(uint32(i)), 8)
		}
		for i := range c.ImportedGlobals + c.Globals {
			if at, imported := l.Global(uint32(i)); imported {
				take("an imported global", at, 8)
			} else {
				take("a global", at, GlobalCellBytes)
			}
		}
		each := func(what string, n, size int, at func(uint32) int) {
			for i := range n {
				take(what, at(uint32(i)), size)
			}
		}
		each("a table", c.Tables, 8, l.Table)
		each("an imported function", c.ImportedFuncs, 8, l.ImportedFunc)
		each("a tag", c.Tags, 8, l.Tag)
		each("a type", c.Types, 4, l.TypeID)
	}
}

func TestRecords(t *testing.T) {
	l := NewInstanceLayout(InstanceCounts{ImportedFuncs: 2})
	if l.Record(2) != 0 || l.Record(3) != FuncRecordBytes {
		t.Errorf("records are at %d and %d", l.Record(2), l.Record(3))
	}
}

// The rows of the helpers are complete, and spell types as they should.
func TestHelpers(t *testing.T) {
	names := map[string]bool{}
	for h := range HelperCount {
		info := h.Info()
		if info.Name == "" || info.Doc == "" || names[info.Name] {
			t.Errorf("helper %d: name %q, doc %q", h, info.Name, info.Doc)
		}
		names[info.Name] = true
		for _, typ := range strings.Fields(info.Params + " " + info.Results) {
			if !strings.Contains(" i32 i64 ref * ", " "+typ+" ") {
				t.Errorf("%v: unknown type %s", h, typ)
			}
		}
		if info.Throws && info.Results != "" {
			t.Errorf("%v throws and has results", h)
		}
	}
}
