package guest

import "testing"

func TestGodebug(t *testing.T) {
	for list, want := range map[string]string{
		"":                                     "",
		"asyncpreemptoff=1":                    "1",
		"gctrace=1, asyncpreemptoff=1":         "1",
		"asyncpreemptoff=1,asyncpreemptoff=0":  "0",
		"notasyncpreemptoff=1,asyncpreemptoff": "",
	} {
		if have := godebug(list, "asyncpreemptoff"); have != want {
			t.Errorf("GODEBUG=%q has asyncpreemptoff=%q, want %q", list, have, want)
		}
	}
}
