// Package mark begins and ends the region of a benchmark that counts, and makes input that is the same everywhere.
package mark

// Random is xorshift32.
type Random uint32

// Next returns the next number, never 0.
func (r *Random) Next() uint32 {
	x := uint32(*r)
	x ^= x << 13
	x ^= x >> 17
	x ^= x << 5
	*r = Random(x)
	return x
}

var syllables = []string{"ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sta", "tre"}

// Word returns a made-up word of one to four syllables; short ones repeat often.
func (r *Random) Word() string {
	word := ""
	for n := r.Next()>>8%4 + 1; n > 0; n-- {
		word += syllables[r.Next()>>8%uint32(len(syllables))]
	}
	return word
}

// Text returns n words with spaces and full stops.
func (r *Random) Text(n int) []byte {
	var text []byte
	for i := range n {
		text = append(text, r.Word()...)
		if i%11 == 10 {
			text = append(text, '.')
		}
		text = append(text, ' ')
	}
	return text
}
