package code

import (
	"runtime/debug"
	"strings"
	"testing"
)

func TestBuild(t *testing.T) {
	if strings.HasPrefix(Build(), "unknown") || Build() == "build " {
		t.Errorf("this program is %q", Build())
	}
	if Build() != Build() {
		t.Error("the identity of a program changes")
	}
}

func TestReleased(t *testing.T) {
	weft := func(version string) debug.Module { return debug.Module{Path: modulePath, Version: version} }
	dep := func(m debug.Module) *debug.BuildInfo {
		return &debug.BuildInfo{Deps: []*debug.Module{{Path: "x", Version: "v9.0.0"}, &m}}
	}
	replaced := weft("v1.0.0")
	replaced.Replace = &debug.Module{Path: "../weft"}
	for _, c := range []struct {
		info *debug.BuildInfo
		want string
	}{
		{&debug.BuildInfo{Main: weft("v1.0.0")}, "v1.0.0"},
		{&debug.BuildInfo{Main: weft("v0.0.0-20260101000000-0123456789ab")}, "v0.0.0-20260101000000-0123456789ab"},
		{&debug.BuildInfo{Main: weft("v1.0.0+dirty")}, ""},
		{&debug.BuildInfo{Main: weft("(devel)")}, ""},
		{dep(weft("v1.0.0")), "v1.0.0"},
		{dep(weft("")), ""},
		{dep(replaced), ""},
		{&debug.BuildInfo{Main: debug.Module{Path: "x", Version: "v1.0.0"}}, ""},
	} {
		if have := released(c.info); have != c.want {
			t.Errorf("%+v: %q, want %q", c.info.Main, have, c.want)
		}
	}
}

func TestBuildID(t *testing.T) {
	for program, want := range map[string]string{
		"":           "",
		"Go\x00\x00": "",
		"\x7fELF....\x04\x00\x00\x00\x05\x00\x00\x00\x04\x00\x00\x00Go\x00\x00a/b/c...": "a/b/c",
		"\x7fELF....\x04\x00\x00\x00\xff\x00\x00\x00\x04\x00\x00\x00Go\x00\x00a/b/c...": "",
		"MZ..Go\x00\x00..\xff Go build ID: \"d/e\"\n \xff...":                           "d/e",
		"MZ..\xff Go build ID: \"d/e":                                                   "",
	} {
		if have := buildID([]byte(program)); have != want {
			t.Errorf("%q: %q, want %q", program, have, want)
		}
	}
}
