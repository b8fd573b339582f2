package wasm

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"
)

// mutate changes a module in place of b's copy: bits, bytes, its length, or a piece of another module in it.
func mutate(rnd *rand.Rand, b, other []byte) []byte {
	b = append([]byte(nil), b...)
	for range 1 + rnd.IntN(3) {
		at := rnd.IntN(len(b))
		if rnd.IntN(2) == 0 {
			at = rnd.IntN(min(len(b), 400)) // where the sections of types and definitions are
		}
		switch rnd.IntN(6) {
		case 0:
			b[at] ^= 1 << rnd.IntN(8)
		case 1:
			b[at] = byte(rnd.Uint32())
		case 2:
			b = b[:at+1]
		case 3:
			from := rnd.IntN(len(other))
			copy(b[at:], other[from:min(len(other), from+1+rnd.IntN(200))])
		case 4:
			n := min(1+rnd.IntN(8), len(b)-at-1)
			b = append(b[:at], b[at+n:]...)
		case 5:
			b = append(b[:at:at], append([]byte{0xff, 0xff, 0xff, 0xff, 0x0f}[rnd.IntN(5):], b[at:]...)...)
		}
	}
	return b
}

// TestMutations decodes 10,000 mutated modules. Whatever comes out, does so soon, without a panic, in memory in proportion to the module, and
// if it is an error, says where.
func TestMutations(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	list := append(realModules(t), realModule{"everything", []byte(everything)})
	accepted := 0
	for n := range 10_000 {
		from := list[n%len(list)]
		b := mutate(rnd, from.bytes, list[rnd.IntN(len(list))].bytes)
		start := time.Now()
		var err error
		allocated := allocatedBy(func() { err = decodeAll(b) })
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("mutation %d of %s: decoding took %v", n, from.name, took)
		}
		if most := uint64(200*len(b) + 1<<20); allocated > most {
			t.Errorf("mutation %d of %s: %d bytes allocated for %d bytes of module, want at most %d", n, from.name, allocated, len(b), most)
		}
		if err == nil {
			accepted++
			continue
		}
		var e *Error
		if !errors.As(err, &e) || e.Offset < 0 || e.Offset > int64(len(b)) || e.Kind == "" {
			t.Errorf("mutation %d of %s: have %v, want an *Error with an offset in the module", n, from.name, err)
		}
	}
	if accepted < 100 || accepted > 9900 {
		t.Errorf("%d of 10,000 mutations accepted, which shows little", accepted)
	}
}

// decodeAll decodes a module and all there is in it.
func decodeAll(b []byte) error {
	m, err := Decode(b, nil)
	if err != nil {
		return err
	}
	NewTypeSet().Add(m)
	for i := range uint32(len(m.Funcs)) {
		m.FuncName(i)
	}
	_, namesErr := DecodeNames(m)
	_, hintsErr := DecodeBranchHints(m)
	return errors.Join(readBodies(m), namesErr, hintsErr)
}
