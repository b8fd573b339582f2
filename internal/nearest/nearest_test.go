package nearest

import (
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	names := []string{"i32.add", "i32.and", "memory", "env.print", "env.paint", ""}
	for _, test := range []struct{ word, want string }{
		{"i32.ad", "i32.add"},  // also one letter from i32.and: the first in order
		{"i32.nad", "i32.and"}, // a swap is one change
		{"memroy", "memory"},   //
		{"env.prnt", "env.print"},
		{"env.prit", "env.print"},
		{"x", ""},      // too short to tell
		{"global", ""}, // nothing near
		{strings.Repeat("a", 1000), ""},
	} {
		if have := Of(test.word, names); have != test.want {
			t.Errorf("for %q: have %q, want %q", test.word, have, test.want)
		}
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	if a, b := Of("cat", []string{"bat", "hat", "car"}), Of("cat", []string{"car", "hat", "bat"}); a != b || a != "bat" {
		t.Errorf("have %q and %q, want bat", a, b)
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"kitten", "sitting", 3}, {"ab", "ba", 1}, {"flaw", "lawn", 2}} {
		if have := distance(test.a, test.b, 9); have != test.want {
			t.Errorf("%q to %q: have %d, want %d", test.a, test.b, have, test.want)
		}
	}
	if d := distance("a", "abcdef", 2); d != 3 {
		t.Errorf("beyond the limit: have %d, want 3", d)
	}
}
