package amd64

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/isa"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

// TestEncodingsAgainstGNU assembles the text of every instance with GNU as, disassembles that and our encoding with objdump, and wants
// the same instructions, ours in no more bytes.
func TestEncodingsAgainstGNU(t *testing.T) {
	for _, tool := range []string{"as", "objdump"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not on this machine", tool)
		}
	}
	var insts []Inst
	for op := Invalid + 1; op < Count; op++ {
		if !hasCode(op) {
			insts = append(insts, instances(op)...)
		}
	}
	var theirs, ours bytes.Buffer
	theirs.WriteString(".intel_syntax noprefix\n")
	for i := range insts {
		in := swapped(insts[i])
		theirs.WriteString(in.String() + "\n")
		ours.WriteString(byteDirective(insts[i].Append(nil)))
	}
	want, have := disassemble(t, theirs.String()), disassemble(t, ours.String())
	if len(want) != len(insts) || len(have) != len(insts) {
		t.Errorf("%d instances: GNU as makes %d instructions, we make %d", len(insts), len(want), len(have))
	}
	failures := 0
	for i := range min(len(want), len(have)) {
		in := &insts[i]
		if have[i].text != want[i].text && !isSwap(in) || have[i].size != want[i].size && have[i].size > want[i].size+excess(in) {
			t.Errorf("%s is %x\n\thave %s, %d bytes\n\twant %s, %d bytes", in, in.Append(nil), have[i].text, have[i].size, want[i].text, want[i].size)
			if failures++; failures == 20 {
				t.Fatal("and so on")
			}
		}
	}
	t.Logf("%d operations, %d instances", Count-1, len(insts))
}

// isSwap reports whether GNU as may exchange the operands of an instance: it has a short form with rax as either of them.
func isSwap(in *Inst) bool {
	return (in.Op == Xchg32 || in.Op == Xchg64) && (in.R[0] == RAX || in.R[1] == RAX)
}

// swapped is the instance with those operands exchanged that the encoder exchanges for a shorter prefix.
func swapped(in Inst) Inst {
	e := &encodings[in.Op]
	if e.flags&(swappable|isVEX|rmIsMem) == swappable|isVEX && in.R[e.rm]&8 != 0 && in.R[e.vex]&8 == 0 {
		in.R[e.rm], in.R[e.vex] = in.R[e.vex], in.R[e.rm]
	}
	return in
}

// excess is how many bytes more than GNU as an instance may take: as uses short forms for rax, and one for vmovq, that are not in the
// table.
func excess(in *Inst) int {
	operands := Target.OperandsOf(uint16(in.Op))
	if isSwap(in) || len(operands) > 0 && in.R[0] == RAX && operands[len(operands)-1].Form == isa.FormImm || in.Op == VmovqLow {
		return 1
	}
	return 0
}

func byteDirective(text []byte) string {
	var b strings.Builder
	for i, c := range text {
		if i == 0 {
			b.WriteString(".byte ")
		} else {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "0x%02x", c)
	}
	return b.String() + "\n"
}

// listed is a line of objdump's listing.
type listed struct {
	text string
	size int
}

// disassemble assembles a source and returns what objdump says of it.
func disassemble(t *testing.T, source string) []listed {
	t.Helper()
	dir := t.TempDir()
	src, obj := filepath.Join(dir, "x.s"), filepath.Join(dir, "x.o")
	if err := os.WriteFile(src, []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("as", "--64", "-o", obj, src).CombinedOutput(); err != nil {
		t.Fatalf("as: %v\n%.2000s", err, out)
	}
	out, err := exec.Command("objdump", "-d", "-w", "-z", "-M", "intel", obj).Output()
	if err != nil {
		t.Fatal(err)
	}
	var lines []listed
	for _, line := range strings.Split(string(out), "\n") {
		cols := strings.SplitN(line, "\t", 3)
		if len(cols) < 3 {
			continue
		}
		text, _, _ := strings.Cut(cols[2], "#") // the address that an offset from RIP comes to
		lines = append(lines, listed{strings.Join(strings.Fields(text), " "), len(strings.Fields(cols[1]))})
	}
	return lines
}

// TestEncodings compares two instances of every operation with testdata/encodings.txt, so that a change shows on machines without GNU
// binutils.
func TestEncodings(t *testing.T) {
	var have strings.Builder
	for op := Invalid + 1; op < Count; op++ {
		all := instances(op)
		for _, in := range []*Inst{&all[0], &all[len(all)-1]} {
			fmt.Fprintf(&have, "%-22s %-24x %s\n", op, in.Append(nil), in)
			if len(all) == 1 {
				break
			}
		}
	}
	golden(t, "encodings.txt", have.String())
}

// golden compares a text with a file in testdata, or rewrites the file.
func golden(t *testing.T, name, have string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(have), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if have != string(want) {
		t.Errorf("%s differs; if that is meant to be, run go test -update and look at the difference", path)
	}
}

func TestWrongInstructionsPanic(t *testing.T) {
	for _, in := range []Inst{
		{Op: Add32Load, R: [4]isa.Reg{RAX}, Mem: Indexed(RAX, RSP, 0, 0)},
		{Op: Add64Imm, R: [4]isa.Reg{RAX}, Imm: 1 << 31},
		{Op: Add32Imm, R: [4]isa.Reg{RAX}, Imm: 1 << 32},
		{Op: Shl32Imm, R: [4]isa.Reg{RAX}, Imm: 256},
		{Op: Cmp16Imm, R: [4]isa.Reg{RAX}, Imm: 1 << 16},
		{Op: JmpShort, Imm: 128},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is encoded as %x", &in, in.Append(nil))
				}
			}()
			in.Append(nil)
		}()
	}
}
