package dbg

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Funcs is a set of functions of a module, as WEFTDEBUG and the flags of weft name them: items with + between them, each of which is
//
//	12         an index in the function index space
//	3..7       the indices from 3 to 7
//	3..        those from 3 on
//	..7        those up to 7
//	fib        a name
//	fib.*      a regular expression for whole names
//
// The zero Funcs is empty.
type Funcs struct {
	text   string
	ranges []indexRange
	names  []*regexp.Regexp
}

// indexRange is the indices from first to last, both of them in it.
type indexRange struct{ first, last uint32 }

// ParseFuncs reads a set of functions.
func ParseFuncs(text string) (*Funcs, error) {
	f := &Funcs{text: text}
	for item := range strings.SplitSeq(text, "+") {
		r, isRange, err := parseRange(item)
		switch {
		case err != nil:
			return nil, err
		case isRange:
			f.ranges = append(f.ranges, r)
		case item != "":
			f.names = append(f.names, namePattern(item))
		}
	}
	if len(f.ranges) == 0 && len(f.names) == 0 {
		return nil, fmt.Errorf("have %q, want functions: indices, ranges such as 3..7, or names, with + between them", text)
	}
	return f, nil
}

// parseRange reads an index, or two of them with dots in between.
func parseRange(item string) (r indexRange, ok bool, err error) {
	low, high, isRange := strings.Cut(item, "..")
	if !isRange {
		high = low
	}
	if low+high == "" || strings.Trim(low+high, "0123456789") != "" {
		return r, false, nil
	}
	r.last = math.MaxUint32
	for _, end := range []struct {
		text string
		at   *uint32
	}{{low, &r.first}, {high, &r.last}} {
		if end.text == "" {
			continue
		}
		n, err := strconv.ParseUint(end.text, 10, 32)
		if err != nil {
			return r, false, fmt.Errorf("function index %s is above %d", end.text, uint32(math.MaxUint32))
		}
		*end.at = uint32(n)
	}
	if r.first > r.last {
		return r, false, fmt.Errorf("the range of functions %s ends before it begins", item)
	}
	return r, true, nil
}

// namePattern matches a name, and what it matches if it is a regular expression too.
func namePattern(item string) *regexp.Regexp {
	literal := regexp.QuoteMeta(item)
	if pattern, err := regexp.Compile("^(?:" + literal + "|(?:" + item + "))$"); err == nil {
		return pattern
	}
	return regexp.MustCompile("^" + literal + "$")
}

// Has reports whether the function with an index and a name is in the set.
func (f *Funcs) Has(index uint32, name string) bool {
	if f.HasIndex(index) || name != "" && name == f.text {
		return true
	}
	for _, pattern := range f.names {
		if pattern.MatchString(name) {
			return true
		}
	}
	return false
}

// HasIndex reports whether the set has an index by number.
func (f *Funcs) HasIndex(index uint32) bool {
	for _, r := range f.ranges {
		if r.first <= index && index <= r.last {
			return true
		}
	}
	return false
}

func (f *Funcs) String() string { return f.text }
