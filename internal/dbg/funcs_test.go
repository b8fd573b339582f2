package dbg

import "testing"

func TestFuncs(t *testing.T) {
	for _, c := range []struct {
		set   string
		index uint32
		name  string
		want  bool
	}{
		{"12", 12, "f", true},
		{"12", 13, "f", false},
		{"12", 13, "12", true},
		{"3..7", 2, "f", false},
		{"3..7", 3, "f", true},
		{"3..7", 7, "f", true},
		{"3..7", 8, "f", false},
		{"3..", 1 << 31, "f", true},
		{"3..", 2, "f", false},
		{"..7", 0, "f", true},
		{"..7", 8, "f", false},
		{"1+5..6+fib", 1, "f", true},
		{"1+5..6+fib", 6, "f", true},
		{"1+5..6+fib", 9, "fib", true},
		{"1+5..6+fib", 9, "fibber", false},
		{"fib.*", 0, "fibber", true},
		{"fib.*", 0, "a fib", false},
		{"fib|fac", 0, "fac", true},
		{"fib|fac", 0, "facts", false},
		{"operator+", 0, "operator+", true},
		{"drop$LT$u8$GT$", 0, "drop$LT$u8$GT$", true},
		{"f(int", 0, "f(int", true},
		{"f(int)", 0, "f(int)", true},
		{"fib", 0, "", false},
	} {
		f, err := ParseFuncs(c.set)
		if err != nil {
			t.Errorf("%q: %v", c.set, err)
		} else if have := f.Has(c.index, c.name); have != c.want {
			t.Errorf("%q has %d (%s): %v, want %v", c.set, c.index, c.name, have, c.want)
		}
	}
}

func TestFuncsErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                `have "", want functions: indices, ranges such as 3..7, or names, with + between them`,
		"+":               `have "+", want functions: indices, ranges such as 3..7, or names, with + between them`,
		"7..3":            "the range of functions 7..3 ends before it begins",
		"99999999999":     "function index 99999999999 is above 4294967295",
		"1+0..5000000000": "function index 5000000000 is above 4294967295",
	} {
		if _, err := ParseFuncs(text); err == nil || err.Error() != want {
			t.Errorf("%q: have %v, want %s", text, err, want)
		}
	}
}
