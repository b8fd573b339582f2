package wasm

import "strconv"

// PlainName returns a name that a module chose as text for messages: unchanged, or quoted if it has characters that are not printable. A
// stranger's name must not move a terminal's cursor or add lines to a log.
func PlainName(name string) string {
	for _, r := range name {
		if !strconv.IsPrint(r) {
			return strconv.Quote(name)
		}
	}
	return name
}
