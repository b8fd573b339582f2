package ssa

import (
	"testing"
	"unsafe"
)

func TestSizeBytes(t *testing.T) {
	for _, c := range []struct {
		what       string
		have, want uintptr
	}{
		{"value", unsafe.Sizeof(value{}), valueBytes},
		{"link", unsafe.Sizeof(link{}), linkBytes},
		{"block", unsafe.Sizeof(block{}), blockBytes},
		{"edge", unsafe.Sizeof(edge{}), edgeBytes},
	} {
		if c.have != c.want {
			t.Errorf("a %s takes %d bytes, its constant says %d", c.what, c.have, c.want)
		}
	}
}
