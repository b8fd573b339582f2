//go:build !(linux && amd64)

package guest

import (
	"errors"
	"testing"
)

// TestUnsupported checks the answers where there is no machine code to run.
func TestUnsupported(t *testing.T) {
	s := Check()
	if s.Run == nil || s.Faults == nil || s.Preempt == nil || !errors.Is(s.Run, errPlatform) {
		t.Errorf("%+v", s)
	}
	if err := CheckExplicit(); !errors.Is(err, errPlatform) {
		t.Errorf("%v", err)
	}
	if _, err := Map("", 1, Tables{}, nil); !errors.Is(err, errPlatform) {
		t.Errorf("%v", err)
	}
	pool, err := NewPool(0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Get(); !errors.Is(err, errPlatform) {
		t.Errorf("%v", err)
	}
}
