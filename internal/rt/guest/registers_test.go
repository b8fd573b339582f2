//go:build linux && amd64

package guest

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// A program that loads every register from its slots, spins for a while without touching them, and stores them again. What it
// has after is compared with what it had before, under a storm of preemption signals.

// Slots of the program: what it counts down, MXCSR, the general registers, the mask registers, the vector registers.
const (
	slotRounds  = 0
	slotMXCSR   = 1
	slotGeneral = 2
	slotMasks   = slotGeneral + 16
	slotVectors = slotMasks + 8
	slotCount   = slotVectors + 32*8
)

// scratch registers of the program: its slots' address, its counter, the stack.
const (
	codeAX = 0
	codeCX = 1
	codeSP = 4
)

type assembler struct{ code []byte }

func (a *assembler) emit(b ...byte) { a.code = append(a.code, b...) }

// slot is the operand [rax+8*slot] with a register field.
func (a *assembler) slot(register byte, slot int) {
	a.emit(0x80 | register&7<<3)
	a.code = binary.LittleEndian.AppendUint32(a.code, uint32(8*slot))
}

// general is mov reg, [slot] or, with store, mov [slot], reg.
func (a *assembler) general(register byte, slot int, store bool) {
	op := byte(0x8b)
	if store {
		op = 0x89
	}
	a.emit(0x48|register>>3<<2, op)
	a.slot(register, slot)
}

// ymm is vmovups.
func (a *assembler) ymm(register byte, slot int, store bool) {
	op := byte(0x10)
	if store {
		op = 0x11
	}
	a.emit(0xc5, 0x7c|(1-register>>3)<<7, op)
	a.slot(register, slot)
}

// zmm is vmovups with 512 bits.
func (a *assembler) zmm(register byte, slot int, store bool) {
	op := byte(0x10)
	if store {
		op = 0x11
	}
	a.emit(0x62, 0x61|(1-register>>3&1)<<7|(1-register>>4)<<4, 0x7c, 0x48, op)
	a.slot(register, slot)
}

// mask is kmovq.
func (a *assembler) mask(register byte, slot int, store bool) {
	op := byte(0x90)
	if store {
		op = 0x91
	}
	a.emit(0xc4, 0xe1, 0xf8, op)
	a.slot(register, slot)
}

// each moves every register that the test watches, from its slot or to it.
func (a *assembler) each(store, avx512 bool) {
	for r := byte(0); r < 16; r++ {
		if r != codeAX && r != codeCX && r != codeSP {
			a.general(r, slotGeneral+int(r), store)
		}
	}
	if !avx512 {
		for r := byte(0); r < 16; r++ {
			a.ymm(r, slotVectors+8*int(r), store)
		}
		return
	}
	for r := byte(0); r < 8; r++ {
		a.mask(r, slotMasks+int(r), store)
	}
	for r := byte(0); r < 32; r++ {
		a.zmm(r, slotVectors+8*int(r), store)
	}
}

// registerProgram is the whole of it.
func registerProgram(avx512 bool) snippet {
	var a assembler
	for _, r := range []byte{3, 5, 12, 13, 14, 15} {
		if r >= 8 {
			a.emit(0x41)
		}
		a.emit(0x50 | r&7) // push
	}
	a.emit(0x0f, 0xae) // ldmxcsr
	a.slot(2, slotMXCSR)
	a.general(codeCX, slotRounds, false)
	a.each(false, avx512)
	a.emit(0x48, 0xff, 0xc9) // dec rcx
	a.emit(0x75, 0xfb)       // jnz
	a.each(true, avx512)
	a.emit(0x0f, 0xae) // stmxcsr
	a.slot(3, slotMXCSR)
	a.emit(0xc5, 0xf8, 0x77)             // vzeroupper
	a.emit(0x68, 0x80, 0x1f, 0x00, 0x00) // push 0x1f80
	a.emit(0x0f, 0xae, 0x14, 0x24)       // ldmxcsr [rsp]
	a.emit(0x48, 0x83, 0xc4, 0x08+6*8)   // add rsp, 56
	a.emit(0xc3)                         // ret
	return snippet{code: a.code, tables: Tables{Frames: frameless}}
}

func TestRegistersUnderStorm(t *testing.T) {
	s := testStack(t)
	avx512 := stateMask()&componentsAll == componentsAll
	t.Logf("AVX-512: %v", avx512)
	code := mapSnippet(t, registerProgram(avx512))
	defer storm(t)()
	rounds := 40
	if testing.Short() {
		rounds = 4
	}
	before := s.Yields()
	for i := range rounds {
		args, trap := s.Slots(slotCount)
		if trap != 0 {
			t.Fatal(trap)
		}
		for j := range args {
			args[j] = rand.Uint64()
		}
		args[slotRounds] = 3_000_000
		args[slotMXCSR] = 0x1f80 | uint64(i%4)<<13 | uint64(i/4%2)<<15 // rounding, flush to zero
		want := append([]uint64{}, args...)
		if trap := s.Call(code, 0, 0); trap != 0 {
			t.Fatal(trap)
		}
		for j := range args {
			if args[j] != want[j] {
				t.Errorf("round %d: slot %d is %#x, was %#x", i, j, args[j], want[j])
			}
		}
	}
	t.Logf("%d yields", s.Yields()-before)
	if s.Yields() == before {
		t.Error("the guest was never interrupted")
	}
}
