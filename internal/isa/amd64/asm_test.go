package amd64

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/isa"
)

// program is a random mixture of labels, branches and instructions, for the assembler and as text for GNU as.
type program struct {
	asm  Assembler
	text strings.Builder
}

// randomProgram makes a program of so many steps whose branches reach about as far as the reach.
func randomProgram(r *rand.Rand, steps, reach int) *program {
	p := &program{}
	p.text.WriteString(".intel_syntax noprefix\n")
	labels := make([]Label, steps)
	for i := range labels {
		labels[i] = p.asm.NewLabel()
	}
	for i := range steps {
		p.asm.Bind(labels[i])
		fmt.Fprintf(&p.text, "L%d:\n", i)
		in := Inst{Op: Add64Imm, R: [4]isa.Reg{RCX}, Imm: r.Int64N(300)}
		p.asm.Emit(&in)
		fmt.Fprintln(&p.text, &in)
		target := max(0, min(steps-1, i+r.IntN(2*reach+1)-reach))
		if c := Cond(r.IntN(20)); c < 16 {
			p.asm.Branch(c, labels[target])
			fmt.Fprintf(&p.text, "j%s L%d\n", c, target)
		} else if target != i+1 {
			p.asm.Jump(labels[target])
			fmt.Fprintf(&p.text, "jmp L%d\n", target)
		}
	}
	return p
}

// TestBranchesAgainstGNU compares whole programs with what GNU as makes of them. It grows branches from short to long until all fit, so
// its result is the shortest there is; we shrink them, which may leave a few long that hold each other apart.
func TestBranchesAgainstGNU(t *testing.T) {
	for _, tool := range []string{"as", "objcopy"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not on this machine", tool)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, reach := range []int{3, 12, 16, 20, 40, 300} {
		p := randomProgram(r, 2000, reach)
		var o code.Object
		p.asm.Finish(&o)
		want := assemble(t, p.text.String())
		if len(o.Text) > len(want)+len(want)/300 {
			t.Errorf("reach %d: %d bytes, GNU as needs %d", reach, len(o.Text), len(want))
		} else if len(o.Text) == len(want) && !slices.Equal(o.Text, want) {
			t.Errorf("reach %d: as long as what GNU as makes, but different", reach)
		}
	}
}

// assemble returns the bytes that GNU as makes of a source.
func assemble(t *testing.T, source string) []byte {
	t.Helper()
	dir := t.TempDir()
	src, obj, bin := filepath.Join(dir, "x.s"), filepath.Join(dir, "x.o"), filepath.Join(dir, "x.bin")
	if err := os.WriteFile(src, []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, cmd := range [][]string{{"as", "--64", "-o", obj, src}, {"objcopy", "-O", "binary", "-j", ".text", obj, bin}} {
		if out, err := exec.Command(cmd[0], cmd[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%.2000s", cmd[0], err, out)
		}
	}
	text, err := os.ReadFile(bin)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestBranchesReachTheirTargets decodes the branches of random programs with paddings in them.
func TestBranchesReachTheirTargets(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for round := range 200 {
		var a Assembler
		labels := make([]Label, 100)
		for i := range labels {
			labels[i] = a.NewLabel()
		}
		for i := range labels {
			if r.IntN(4) == 0 {
				a.AlignTo(1<<(1+r.IntN(5)), uint8(r.IntN(32)))
			}
			a.Bind(labels[i])
			a.raw = append(a.raw, make([]byte, r.IntN(12))...)
			if r.IntN(2) == 0 {
				a.Branch(Cond(r.IntN(16)), labels[r.IntN(len(labels))])
			} else {
				a.Jump(labels[min(len(labels)-1, i+r.IntN(3))])
			}
		}
		var o code.Object
		a.Finish(&o)
		for i, g := range a.gaps {
			end := int64(a.ends[i]) + int64(g.raw)
			if want := int64(a.offset(a.labels[g.target])); g.kind != gapPadding && branchTarget(o.Text, end, g.size) != want {
				t.Fatalf("round %d: branch %d of %d bytes ends at %d and goes to %d, want %d", round, i, g.size, end, branchTarget(o.Text, end, g.size), want)
			}
			if g.kind == gapPadding && g.size > 0 && end%int64(g.align) != 0 {
				t.Fatalf("round %d: padding %d ends at %d, want a multiple of %d", round, i, end, g.align)
			}
		}
	}
}

// branchTarget is where a branch of so many bytes that ends at an offset goes.
func branchTarget(text []byte, end int64, size uint8) int64 {
	switch size {
	case 0:
		return end
	case sizeShort:
		return end + int64(int8(text[end-1]))
	}
	return end + int64(int32(binary.LittleEndian.Uint32(text[end-4:])))
}

// assembleExample puts everything there is into one function.
func assembleExample(a *Assembler, o *code.Object) {
	head, out, handler, cases := a.NewLabel(), a.NewLabel(), a.NewLabel(), []Label{a.NewLabel(), a.NewLabel()}
	a.Source(1)
	a.Emit(&Inst{Op: Zero, R: [4]isa.Reg{RCX}})
	a.Source(3)
	a.Jump(head)
	a.AlignTo(16, 15)
	a.Bind(head)
	a.Source(5)
	a.MayTrap(abi.TrapMemoryOutOfBounds)
	a.Emit(&Inst{Op: Add32Load, R: [4]isa.Reg{RCX}, Mem: Indexed(R15, RAX, 2, 16)})
	a.Source(8)
	a.Emit(&Inst{Op: Test32, R: [4]isa.Reg{RDX, RDX}})
	a.TrapIf(CondE, abi.TrapDivideByZero)
	a.Emit(&Inst{Op: Cmp32Imm, R: [4]isa.Reg{RDX}, Imm: -1})
	a.TrapIf(CondE, abi.TrapIntegerOverflow)
	a.TrapIf(CondS, abi.TrapIntegerOverflow)
	a.Branch(CondNE, head)
	a.Source(12)
	a.Call(code.Symbol{Kind: code.SymbolFunc, Index: 7})
	a.Landing(handler)
	a.Emit(&Inst{Op: VpandLoad, R: [4]isa.Reg{XMM1, XMM9}, Mem: a.Const128(1, 2)})
	a.Emit(&Inst{Op: VaddsdLoad, R: [4]isa.Reg{XMM1, XMM1}, Mem: a.Const64(0x3ff0000000000000)})
	a.Emit(&Inst{Op: Cmp32ImmLoad, Mem: a.Const32(77), Imm: 1000})
	a.Emit(&Inst{Op: VpandLoad, R: [4]isa.Reg{XMM2, XMM2}, Mem: a.Const128(1, 2)})
	a.Emit(&Inst{Op: Lea64, R: [4]isa.Reg{RDX}, Mem: a.Table(cases)})
	a.Emit(&Inst{Op: Movsx32to64Load, R: [4]isa.Reg{RAX}, Mem: Indexed(RDX, RAX, 2, 0)})
	a.Emit(&Inst{Op: Add64, R: [4]isa.Reg{RAX, RDX}})
	a.Emit(&Inst{Op: Jmp, R: [4]isa.Reg{RAX}})
	a.Bind(cases[0])
	a.Address(RAX, code.Symbol{Kind: code.SymbolFunc, Index: 3})
	a.Jump(out)
	a.Bind(cases[1])
	a.TailCall(code.Symbol{Kind: code.SymbolHelper, Index: 2})
	a.Bind(handler)
	a.Source(20)
	a.Trap(abi.TrapUnreachable)
	a.Jump(out)
	a.Bind(out)
	a.Emit(&Inst{Op: Ret})
	a.Finish(o)
}

func TestAssembler(t *testing.T) {
	var a Assembler
	var o code.Object
	a.List()
	assembleExample(&a, &o)
	var b strings.Builder
	b.WriteString(a.Listing(&o))
	for _, r := range o.Relocs {
		fmt.Fprintf(&b, "reloc %x: symbol %d of kind %d\n", r.Offset, r.Symbol.Index, r.Symbol.Kind)
	}
	for _, s := range o.Traps {
		fmt.Fprintf(&b, "trap %x: %s\n", s.Offset, s.Code)
	}
	for _, p := range o.Positions {
		fmt.Fprintf(&b, "position %x: %d\n", p.Offset, p.Source)
	}
	for _, l := range o.Landings {
		fmt.Fprintf(&b, "landing %x: %x\n", l.Offset, l.Handler)
	}
	golden(t, "assembler.txt", b.String())

	first := slices.Clone(o.Text)
	a.Reset()
	assembleExample(&a, &o)
	if !slices.Equal(o.Text, first) {
		t.Errorf("the second time:\n%x\nthe first time:\n%x", o.Text, first)
	}
}

// TestConstants reads the operands at RIP back out of the text.
func TestConstants(t *testing.T) {
	var a Assembler
	var o code.Object
	assembleExample(&a, &o)
	for i, u := range a.uses {
		at := a.offset(u.at)
		got := at + 4 + u.tail + binary.LittleEndian.Uint32(o.Text[at:])
		if want := a.poolOffset(u.id); got != want {
			t.Errorf("use %d is of offset %d, want %d", i, got, want)
		}
	}
	for i, c := range a.pool.consts {
		at := a.poolOffset(uint32(i))
		if at%uint32(c.size) != 0 || at < o.CodeBytes || o.Text[at] != byte(c.lo) {
			t.Errorf("constant %d of %d bytes is at %d", i, c.size, at)
		}
	}
	if n := len(a.pool.consts); n != 3 {
		t.Errorf("%d constants, want 3: equal ones share a place", n)
	}
}

func BenchmarkAssembler(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 6))
	p := randomProgram(r, 100000, 20)
	gaps := slices.Clone(p.asm.gaps)
	var o code.Object
	for b.Loop() {
		copy(p.asm.gaps, gaps)
		p.asm.Finish(&o)
	}
	b.SetBytes(int64(len(o.Text)))
}

func BenchmarkEncode(b *testing.B) {
	in := Inst{Op: Add32Load, R: [4]isa.Reg{RCX}, Mem: Indexed(R15, RAX, 2, 16)}
	text := make([]byte, 0, 16)
	for b.Loop() {
		text = in.Append(text[:0])
	}
	b.SetBytes(int64(len(text)))
}
