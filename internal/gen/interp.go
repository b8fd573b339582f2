package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The interpreter's part: its own instructions that are variants of the table's, and the cases of its loop.

// scalarInt reports whether all operands of a row are of one integer type.
func (r row) scalarInt() bool {
	return len(r.params) > 0 && (allAre(r.params, "i32") || allAre(r.params, "i64"))
}

func allAre(types []string, t string) bool {
	for _, u := range types {
		if u != t {
			return false
		}
	}
	return true
}

// numeric reports whether a row computes its results from operands alone, by its expression.
func (r row) numeric() bool { return r.expr != "" && !r.has("load") && !r.has("store") }

// hasImm reports whether the interpreter has a variant of the row whose right operand is a constant.
func (r row) hasImm() bool {
	return r.numeric() && r.scalarInt() && len(r.params) == 2 && !r.has("trap") && len(r.results) == 1
}

// hasBranch reports whether the interpreter has a variant of the row that branches on its result.
func (r row) hasBranch() bool {
	return r.numeric() && r.has("cmp") && r.params[0] != "v128"
}

// writeInterpOps writes the interpreter's opcodes for the variants, and the tables that lead to them.
func writeInterpOps(w *bytes.Buffer, rows []row) {
	fmt.Fprintf(w, "package interp\n\nimport \"github.com/weft-wasm/weft/internal/op\"\n\n")
	fmt.Fprintf(w, "// Variants of the table's instructions: Imm has a constant for the right operand; Br and BrNot branch on the result.\nconst (\n")
	fmt.Fprintf(w, "\t_ = opLast + iota\n")
	for _, r := range rows {
		if r.hasImm() {
			fmt.Fprintf(w, "\top%sImm\n", r.ident())
		}
	}
	for _, r := range rows {
		if r.hasBranch() {
			fmt.Fprintf(w, "\topBr%[1]s\n\topBrNot%[1]s\n", r.ident())
			if r.hasImm() {
				fmt.Fprintf(w, "\topBr%[1]sImm\n\topBrNot%[1]sImm\n", r.ident())
			}
		}
	}
	fmt.Fprintf(w, "\n\topCount\n)\n\n")
	fmt.Fprintf(w, "// immForm leads from an instruction to its variant with a constant, if it has one.\nvar immForm = [opCount]opcode{\n")
	for _, r := range rows {
		if r.hasImm() {
			fmt.Fprintf(w, "\top.%[1]s: op%[1]sImm,\n", r.ident())
		}
	}
	fmt.Fprintf(w, "}\n\n// branchForm leads from a comparison to the branch that is taken if it holds; the next opcode is taken if not.\nvar branchForm = [opCount]opcode{\n")
	for _, r := range rows {
		if r.hasBranch() {
			fmt.Fprintf(w, "\top.%[1]s: opBr%[1]s,\n", r.ident())
			if r.hasImm() {
				fmt.Fprintf(w, "\top%[1]sImm: opBr%[1]sImm,\n", r.ident())
			}
		}
	}
	fmt.Fprintf(w, "}\n")
}

const loopTemplate = "internal/interp/loop.tmpl.go"

// writeInterpLoop returns the function that writes the loop, with the template below root.
func writeInterpLoop(root string) func(*bytes.Buffer, []row) {
	return func(w *bytes.Buffer, rows []row) {
		text, err := os.ReadFile(filepath.Join(root, loopTemplate))
		if err != nil {
			fatal(err)
		}
		head, tail, ok := strings.Cut(string(text), "\t\t//gen:cases\n")
		if !ok {
			fatal(fmt.Errorf("%s has no line //gen:cases", loopTemplate))
		}
		// The build tag and the comment in front of the package clause speak of the template.
		w.WriteString(head[strings.Index(head, "package interp"):])
		for _, r := range rows {
			switch {
			case r.expr == "":
			case r.has("load"):
				writeLoad(w, r)
			case r.has("store"):
				writeStore(w, r)
			default:
				writeNumeric(w, r)
			}
		}
		w.WriteString(tail)
	}
}

// operandNames are what the table's expressions call the operands.
var operandNames = []string{"x", "y", "z", "w"}

// operandSlots are where the interpreter finds them.
var operandSlots = []string{"in.B", "in.C", "code[pc].A", "code[pc].B"}

// read is the Go expression for an operand of a type in a slot.
func (r row) read(t, slot string) string {
	switch {
	case t == "i32", t == "f32" && r.has("bits"):
		return fmt.Sprintf("uint32(fp[%s])", slot)
	case t == "f32":
		return fmt.Sprintf("math.Float32frombits(uint32(fp[%s]))", slot)
	case t == "f64" && !r.has("bits"):
		return fmt.Sprintf("math.Float64frombits(fp[%s])", slot)
	case t == "v128":
		return fmt.Sprintf("num.V128{Lo: fp[%[1]s], Hi: fp[%[1]s+1]}", slot)
	}
	return fmt.Sprintf("fp[%s]", slot)
}

// write is the Go statement that puts a value of a type into the slot A, plus an offset.
func (r row) write(t, value string, offset int) string {
	slot := "in.A"
	if offset > 0 {
		slot = fmt.Sprintf("in.A+%d", offset)
	}
	switch {
	case t == "i32", t == "f32" && r.has("bits"):
		return fmt.Sprintf("fp[%s] = uint64(%s)", slot, value)
	case t == "f32":
		return fmt.Sprintf("fp[%s] = uint64(math.Float32bits(%s))", slot, value)
	case t == "f64" && !r.has("bits"):
		return fmt.Sprintf("fp[%s] = math.Float64bits(%s)", slot, value)
	case t == "v128":
		return fmt.Sprintf("fp[%[1]s], fp[%[1]s+1] = %[2]s.Lo, %[2]s.Hi", slot, value)
	}
	return fmt.Sprintf("fp[%s] = %s", slot, value)
}

func (r row) hasWord() bool {
	return len(r.params) > 2 || len(r.results) > 1 || len(r.params) == 2 && len(r.imms) > 0
}

func writeNumeric(w *bytes.Buffer, r row) {
	fmt.Fprintf(w, "\t\tcase opcode(op.%s):\n", r.ident())
	for i, t := range r.params {
		fmt.Fprintf(w, "\t\t\t%s := %s\n", operandNames[i], r.read(t, operandSlots[i]))
	}
	switch {
	case r.name == "i8x16.shuffle":
		fmt.Fprintf(w, "\t\t\tlanes := num.V128{Lo: code[pc].imm(), Hi: code[pc+1].imm()}\n\t\t\tpc++\n")
	case len(r.imms) > 0 && len(r.params) == 1:
		fmt.Fprintf(w, "\t\t\tlane := uint8(in.C)\n")
	case len(r.imms) > 0:
		fmt.Fprintf(w, "\t\t\tlane := uint8(code[pc].A)\n")
	}
	writeResult(w, r)
	if r.hasWord() {
		fmt.Fprintf(w, "\t\t\tpc++\n")
	}
	if r.hasImm() {
		fmt.Fprintf(w, "\t\tcase op%sImm:\n", r.ident())
		writeImmOperands(w, r, "in.B", "in.C")
		writeResult(w, r)
	}
	if r.hasBranch() {
		writeBranch(w, r)
	}
}

// writeImmOperands reads the left operand from a slot and takes the right one from the instruction.
func writeImmOperands(w *bytes.Buffer, r row, slot, imm string) {
	fmt.Fprintf(w, "\t\t\tx := %s\n", r.read(r.params[0], slot))
	if r.params[1] == "i64" {
		fmt.Fprintf(w, "\t\t\ty := uint64(int32(%s))\n", imm)
	} else {
		fmt.Fprintf(w, "\t\t\ty := %s\n", imm)
	}
}

// calls reports whether the row's expression calls a function that Go does not inline, or not on every processor.
func (r row) calls() bool {
	return strings.Contains(r.expr, "num.") && !strings.HasPrefix(r.expr, "num.V128{") || strings.Contains(r.expr, "OnesCount")
}

// writeResult evaluates the expression and stores the result. Around a call, the next instruction and the slot of the result are
// saved by hand: were they live across it, Go would spill them in every turn of the loop.
func writeResult(w *bytes.Buffer, r row) {
	if r.calls() {
		fmt.Fprintf(w, "\t\t\ta := in.A\n\t\t\tvm.pc = pc\n")
		var b bytes.Buffer
		writeValue(&b, r)
		w.WriteString(strings.ReplaceAll(b.String(), "in.A", "a"))
		fmt.Fprintf(w, "\t\t\tpc = vm.pc\n")
		return
	}
	writeValue(w, r)
}

func writeValue(w *bytes.Buffer, r row) {
	switch {
	case r.has("cmp"):
		fmt.Fprintf(w, "\t\t\tfp[in.A] = truth(%s)\n", r.expr)
	case r.has("trap") && !r.has("load"):
		fmt.Fprintf(w, "\t\t\tv, t := %s\n\t\t\tif t != 0 {\n\t\t\t\ttrap = t\n\t\t\t\tgoto trapped\n\t\t\t}\n", r.expr)
		fmt.Fprintf(w, "\t\t\t%s\n", r.write(r.results[0], "v", 0))
	case len(r.results) == 2:
		fmt.Fprintf(w, "\t\t\tfp[in.A], fp[in.A+1] = %s\n", r.expr)
	case r.results[0] == "v128":
		fmt.Fprintf(w, "\t\t\tv := %s\n\t\t\t%s\n", r.expr, r.write("v128", "v", 0))
	default:
		fmt.Fprintf(w, "\t\t\t%s\n", r.write(r.results[0], r.expr, 0))
	}
}

// writeBranch writes the cases that branch on the comparison: operands in A and B, target in C.
func writeBranch(w *bytes.Buffer, r row) {
	cond := r.expr
	if !strings.Contains(cond, " ") || strings.HasPrefix(cond, "num.") {
		cond += " != 0"
	}
	for _, imm := range []bool{false, true} {
		if imm && !r.hasImm() {
			continue
		}
		for _, not := range []bool{false, true} {
			name, test := "opBr"+r.ident(), cond
			if not {
				name, test = "opBrNot"+r.ident(), "!("+cond+")"
			}
			if imm {
				name += "Imm"
			}
			fmt.Fprintf(w, "\t\tcase %s:\n", name)
			if imm {
				writeImmOperands(w, r, "in.A", "in.B")
			} else {
				for i, t := range r.params {
					fmt.Fprintf(w, "\t\t\t%s := %s\n", operandNames[i], r.read(t, []string{"in.A", "in.B"}[i]))
				}
			}
			fmt.Fprintf(w, "\t\t\tif %s {\n\t\t\t\tgoto taken\n\t\t\t}\n", test)
		}
	}
}

func writeLoad(w *bytes.Buffer, r row) {
	fmt.Fprintf(w, "\t\tcase opcode(op.%s):\n", r.ident())
	if r.align == 4 {
		fmt.Fprintf(w, "\t\t\tlo, hi, ok := rt.Load128(mem, fp[in.B]+uint64(in.C))\n\t\t\tif !ok {\n\t\t\t\tgoto outOfBounds\n\t\t\t}\n")
		fmt.Fprintf(w, "\t\t\tfp[in.A], fp[in.A+1] = lo, hi\n")
		return
	}
	fmt.Fprintf(w, "\t\t\tm, ok := rt.Load%d(mem, fp[in.B]+uint64(in.C))\n\t\t\tif !ok {\n\t\t\t\tgoto outOfBounds\n\t\t\t}\n", 8<<r.align)
	if len(r.imms) > 1 {
		fmt.Fprintf(w, "\t\t\tlane := uint8(code[pc].A)\n\t\t\ty := %s\n\t\t\tpc++\n", r.read("v128", "code[pc].B"))
	}
	if r.results[0] == "v128" {
		writeResult(w, r)
		return
	}
	fmt.Fprintf(w, "\t\t\tfp[in.A] = uint64(%s)\n", r.expr)
}

func writeStore(w *bytes.Buffer, r row) {
	fmt.Fprintf(w, "\t\tcase opcode(op.%s):\n\t\t\ty := %s\n", r.ident(), r.read(r.params[1], "in.B"))
	if len(r.imms) > 1 {
		fmt.Fprintf(w, "\t\t\tlane := uint8(code[pc].A)\n")
	}
	value := r.expr
	if r.align == 4 {
		value = "y.Lo, y.Hi"
	}
	fmt.Fprintf(w, "\t\t\tif !rt.Store%d(mem, fp[in.A]+uint64(in.C), %s) {\n\t\t\t\tgoto outOfBounds\n\t\t\t}\n", 8<<r.align, value)
	if len(r.imms) > 1 {
		fmt.Fprintf(w, "\t\t\tpc++\n")
	}
}
