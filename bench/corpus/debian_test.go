package main

import "testing"

func TestAsSourceList(t *testing.T) {
	const fields = "Types: deb\nURIs: http://mirror.test/debian\nSuites: bookworm\nComponents: main\n"
	const fieldsWant = "Types: deb deb-src\nURIs: http://mirror.test/debian\nSuites: bookworm\nComponents: main\n"
	if have := asSourceList(".sources", fields); have != fieldsWant {
		t.Errorf("have:\n%swant:\n%s", have, fieldsWant)
	}
	const lines = "# comment\ndeb [arch=amd64] http://mirror.test/debian bookworm main\n"
	const linesWant = "\ndeb [arch=amd64] http://mirror.test/debian bookworm main\n" +
		"deb-src [arch=amd64] http://mirror.test/debian bookworm main\n"
	if have := asSourceList(".list", lines); have != linesWant {
		t.Errorf("have:\n%swant:\n%s", have, linesWant)
	}
}
