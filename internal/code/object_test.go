package code

import "testing"

func TestSourceAt(t *testing.T) {
	o := &Object{Text: make([]byte, 48), CodeBytes: 40, Positions: []Position{{2, 10}, {4, 13}, {38, 10}, {39, Left}}}
	for offset := range uint32(50) {
		want := uint32(10)
		if offset >= 4 && offset < 38 {
			want = 13
		}
		if source, ok := o.SourceAt(offset); ok != (offset >= 2 && offset < 39) || ok && source != want {
			t.Errorf("source at %d: %d, %v", offset, source, ok)
		}
	}
}
