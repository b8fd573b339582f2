// Package nearest finds the name that was probably meant, for error messages: "i32.ad" is i32.add but for one letter.
package nearest

// Search looks for the name that is most like a word. It starts with the word; what Consider and Better then find is the result.
type Search struct {
	Word string
	Best string // the nearest name so far, "" if none is near

	distance int // of Best
}

// maxWord is the length of the longest words to look for others like them. Long words come from machines, and comparing takes
// time in proportion to the product of the lengths.
const maxWord = 80

// Consider compares a name. Whatever the order of the names, the result is the same.
func (s *Search) Consider(name string) {
	if len(s.Word) > maxWord || name == "" {
		return
	}
	limit := (2 + len(s.Word)) / 4 // one letter may be wrong in words of two or more, two in words of six or more
	if s.Best != "" {
		limit = s.distance
	}
	d := distance(s.Word, name, limit)
	if d < limit || d == limit && (s.Best == "" || name < s.Best) {
		s.Best, s.distance = name, d
	}
}

// Better compares the results of two searches for one word: below 0 if s is nearer, above 0 if t is. A search without a result is
// further off than any other.
func (s *Search) Better(t *Search) int {
	switch {
	case s.Best == "" && t.Best == "":
		return 0
	case t.Best == "":
		return -1
	case s.Best == "":
		return 1
	}
	return s.distance - t.distance
}

// Of returns the name that is most like a word, "" if none is near.
func Of(word string, names []string) string {
	s := Search{Word: word}
	for _, n := range names {
		s.Consider(n)
	}
	return s.Best
}

// distance returns how many letters to insert, delete or replace, or neighbours to swap, to turn a into b; or more than limit if
// that is clear from their lengths.
func distance(a, b string, limit int) int {
	if max(len(a)-len(b), len(b)-len(a)) > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range len(b) {
			d := last[j]
			if a[i] != b[j] {
				d++
			}
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d = min(d, before[j-1]+1)
			}
			row[j+1] = min(d, row[j]+1, last[j+1]+1)
		}
	}
	return row[len(b)]
}
