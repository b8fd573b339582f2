//go:build race

package weft_test

// The race detector has pools forget a quarter of what they are given, at random.
func init() { poolsForget = true }
