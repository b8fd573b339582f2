package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

// The part of isa/amd64: constants of its operations, their rows for the rest of the compiler, and the data of the encoder.

const amd64Table = "internal/isa/amd64/ops.table"

func writeAMD64(root string) func(*bytes.Buffer, []row) {
	return func(w *bytes.Buffer, _ []row) {
		ops, err := readMachineTable(filepath.Join(root, amd64Table))
		if err != nil {
			fatal(err)
		}
		fmt.Fprint(w, "package amd64\n\nimport \"github.com/weft-wasm/weft/internal/isa\"\n\n// The operations, in the order of the table.\nconst (\n\tInvalid Op = iota\n")
		for _, op := range ops {
			fmt.Fprintf(w, "\t%s // %s\n", op.ident(), op.name)
		}
		fmt.Fprint(w, "\n\tCount // the number of operations, Invalid included\n)\n\n")
		lists := operandLists(ops)
		writeMachineOps(w, ops, lists)
		fmt.Fprint(w, "var mnemonics = [Count]string{\n")
		for _, op := range ops {
			fmt.Fprintf(w, "\t%s: %q,\n", op.ident(), op.mnemonic)
		}
		fmt.Fprint(w, "}\n\nvar encodings = [Count]encoding{\n")
		for _, op := range ops {
			fmt.Fprintf(w, "\t%s: {%s},\n", op.ident(), op.encodingFields())
		}
		fmt.Fprint(w, "}\n")
	}
}

func (op machineOp) ident() string { return camel(op.name) }

// operandLists gives each distinct list of operands a number, in the order of first use.
func operandLists(ops []machineOp) map[string]int {
	lists := map[string]int{"": 0}
	for _, op := range ops {
		if _, ok := lists[op.operandText()]; !ok {
			lists[op.operandText()] = len(lists)
		}
	}
	return lists
}

func (op machineOp) operandText() string {
	var b strings.Builder
	for _, o := range op.operands {
		fixed := o.fixed
		if fixed == "NoReg" {
			fixed = "isa.NoReg"
		}
		fmt.Fprintf(&b, "{Form: isa.Form%s, Role: isa.Role%s, Class: isa.Class%s, Bits: %d, Fixed: %s", o.form, o.role, o.class, o.bits, fixed)
		if o.implied {
			b.WriteString(", Implied: true")
		}
		b.WriteString("}, ")
	}
	return b.String()
}

func writeMachineOps(w *bytes.Buffer, ops []machineOp, lists map[string]int) {
	fmt.Fprint(w, "var operandLists = [][]isa.Operand{\n")
	byNumber := make([]string, len(lists))
	for text, n := range lists {
		byNumber[n] = text
	}
	for n, text := range byNumber {
		fmt.Fprintf(w, "\t%d: {%s},\n", n, strings.TrimSuffix(text, ", "))
	}
	fmt.Fprint(w, "}\n\nvar ops = [Count]isa.Op{\n\tInvalid: {Name: \"invalid\"},\n")
	for _, op := range ops {
		flags := ""
		if len(op.flags) > 0 {
			flags = ", Flags: isa.Flag" + strings.Join(op.flags, " | isa.Flag")
		}
		fmt.Fprintf(w, "\t%s: {Name: %q, List: %d, Latency: %d%s},\n", op.ident(), op.name, lists[op.operandText()], op.latency, flags)
	}
	fmt.Fprint(w, "}\n\n")
}

// encodingFields are the fields of the encoder's row.
func (op machineOp) encodingFields() string {
	e := op.enc
	f := []string{fmt.Sprintf("opcode: 0x%02x, prefix: 0x%02x, opmap: %d", e.opcode, e.prefix, e.opmap)}
	if e.imm != "" {
		f = append(f, "imm: imm"+strings.ToUpper(e.imm))
	}
	if digit, err := strconv.Atoi(e.modrm); err == nil && len(e.modrm) == 1 {
		f = append(f, fmt.Sprintf("digit: %d", digit))
	} else if len(e.modrm) == 2 {
		f = append(f, "digit: 0x"+strings.ToLower(e.modrm))
	}
	fields, flags := op.fieldIndexes()
	if e.modrm == "r" || len(e.modrm) == 1 {
		flags = append(flags, "hasModRM")
	}
	for flag, set := range map[string]bool{"isVEX": e.vex, "isWide": e.wide, "hasLock": e.lock, "addsCond": e.cond, "addsReg": e.addReg, "fixedModRM": len(e.modrm) == 2, "hasTwin": op.twin} {
		if set {
			flags = append(flags, flag)
		}
	}
	f = append(f, fields)
	if len(flags) > 0 {
		sort.Strings(flags)
		f = append(f, "flags: "+strings.Join(flags, " | "))
	}
	return strings.Join(f, ", ")
}

// fieldIndexes tells for each field of an encoding which operand is in it, and what the encoder must know of those.
func (op machineOp) fieldIndexes() (fields string, flags []string) {
	at := map[string]int{"reg": -1, "rm": -1, "vex": -1, "is4": -1}
	for i, o := range op.operands {
		switch o.field {
		case "all":
			at["reg"], at["rm"] = i, i
			if op.enc.vex {
				at["vex"] = i
			}
		case "opcode":
			at["rm"] = i
		case "":
		default:
			at[o.field] = i
		}
		switch {
		case o.form == "Mem" || o.form == "Addr":
			flags = append(flags, "rmIsMem")
		case o.form == "Reg" && o.bits == 8 && o.field == "reg":
			flags = append(flags, "byteReg")
		case o.form == "Reg" && o.bits == 8 && o.field == "rm":
			flags = append(flags, "byteRM")
		}
	}
	for _, f := range op.flags {
		if f == "Comm" && op.enc.vex {
			flags = append(flags, "swappable")
		}
	}
	return fmt.Sprintf("reg: %d, rm: %d, vex: %d, is4: %d", at["reg"], at["rm"], at["vex"], at["is4"]), flags
}
