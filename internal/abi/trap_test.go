package abi

import "testing"

func TestEveryTrapHasAText(t *testing.T) {
	texts := map[string]Trap{}
	for c := range TrapCount {
		s := c.String()
		if other, ok := texts[s]; s == "" || ok {
			t.Errorf("trap %d has the text %q, which is empty or that of %d", c, s, other)
		}
		texts[s] = c
	}
	if s := Trap(200).String(); s != "trap(200)" {
		t.Errorf("a code that does not exist is %q", s)
	}
}
