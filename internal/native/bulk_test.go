package native_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/weft-wasm/weft"
)

// bulky copies and fills in either of two memories of two pages.
const bulky = `(module
	(memory (export "memory") 2) (memory (export "other") 2)
	(func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
	(func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
	(func (export "bring") (param i32 i32 i32) (memory.copy 0 1 (local.get 0) (local.get 1) (local.get 2)))
	(func (export "fill other") (param i32 i32 i32) (memory.fill 1 (local.get 0) (local.get 1) (local.get 2))))`

const bulkyBytes = 2 << 16

// bytes is an exported memory.
func (s *stage) bytes(in *weft.Instance, name string) []byte {
	s.Helper()
	m, err := in.ExportedMemory(name)
	if err != nil {
		s.Fatal(err)
	}
	return m.Bytes()
}

// bulkSizes are all that take a way of their own, and some around where the runtime takes over from the code.
func bulkSizes() []int32 {
	var sizes []int32
	for n := range int32(300) {
		sizes = append(sizes, n)
	}
	return append(sizes, 511, 512, 513, 4095, 1<<16-1, 1<<16, 1<<16+1, 70_000)
}

// TestBulkMemory compares memory.copy and memory.fill with Go's copies of slices, with every way in which ranges may overlap.
func TestBulkMemory(t *testing.T) {
	eachTier(t, func(s *stage) {
		in := s.instantiate(bulky)
		memory, other := s.bytes(in, "memory"), s.bytes(in, "other")
		model := make([]byte, bulkyBytes)
		for i := range model {
			model[i] = byte(i*7 + i>>8)
		}
		copy(memory, model)
		copy(other, model[1:])
		call := func(name string, to, x, n int32) {
			t.Helper()
			if _, err := s.try(bg, in, name, to, x, n); err != nil {
				s.Fatal(err)
			}
			if !bytes.Equal(memory, model) {
				s.Fatalf("%s of %d bytes to %d from or with %d differs", name, n, to, x)
			}
		}
		for _, n := range bulkSizes() {
			for _, shift := range []int32{0, 1, 7, 16, 31, 33, 64, 127, 128, 129, n - 1, n, n + 1} {
				if shift < 0 {
					continue
				}
				from, to := 1000+n%13, 1000+n%13+shift
				if to+n > bulkyBytes {
					continue
				}
				copy(model[to:to+n], model[from:from+n])
				call("copy", to, from, n)
				copy(model[from:from+n], model[to:to+n])
				call("copy", from, to, n)
			}
			copy(model[5:5+n], other[77:77+n])
			call("bring", 5, 77, n)
			for i := range n {
				model[3+i] = byte(n + 1)
			}
			call("fill", 3, n+1|0x100, n)
		}
	})
}

// TestBulkMemoryBounds has ranges end at the end of the memory and behind it: nothing is written then.
func TestBulkMemoryBounds(t *testing.T) {
	eachTier(t, func(s *stage) {
		in := s.instantiate(bulky)
		memory := s.bytes(in, "memory")
		for i := range memory {
			memory[i] = byte(i)
		}
		before := bytes.Clone(memory)
		for _, n := range []int32{0, 1, 15, 100, 5000, 1 << 16, bulkyBytes, -1} {
			last := bulkyBytes - n
			for _, name := range []string{"copy", "fill", "bring", "fill other"} {
				for _, at := range []int32{last + 1, bulkyBytes + 1, -1, -n} {
					if n <= bulkyBytes && n >= 0 && at >= 0 && at <= last {
						continue
					}
					calls := [][2]int32{{at, 0}}
					if name == "copy" || name == "bring" {
						calls = append(calls, [2]int32{0, at})
					}
					for _, c := range calls {
						_, err := s.try(bg, in, name, c[0], c[1], n)
						s.trap(err, weft.TrapMemoryOutOfBounds)
					}
				}
			}
			if !bytes.Equal(memory, before) {
				s.Fatalf("%d bytes out of bounds were written", n)
			}
			if n >= 0 {
				if _, err := s.try(bg, in, "copy", last, last, n); err != nil {
					s.Fatal(err)
				}
			}
		}
	})
}

// BenchmarkBulkMemory measures one instruction and the call around it.
func BenchmarkBulkMemory(b *testing.B) {
	s := newStage(b, weft.Config{Tier: weft.TierCompiled})
	in := s.instantiate(`(module (memory 2)
		(func (export "copy") (param $n i32) (param $times i32)
			(loop $again
				(memory.copy (i32.const 70000) (i32.const 1000) (local.get $n))
				(br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))))`)
	for _, n := range []int32{0, 8, 32, 100, 1000, 60_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(n))
			if _, err := s.try(bg, in, "copy", n, int32(b.N)); err != nil {
				b.Fatal(err)
			}
		})
	}
}
