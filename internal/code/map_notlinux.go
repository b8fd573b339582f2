//go:build !linux

package code

// populate does nothing on systems that map pages when they are touched, and no sooner.
func populate([]byte) {}
