package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Reading isa/amd64/ops.table: its rows are parsed after their signs (#, @, %, $) and their r/m operands have been expanded, so that
// each machineOp is one operation with one encoding.

// machineOp is one operation of a machine.
type machineOp struct {
	name     string
	mnemonic string
	enc      machineEncoding
	twin     bool // the opcode plus 1 has ModRM.reg and ModRM.rm exchanged
	operands []machineOperand
	flags    []string // of isa.Op
	latency  int
}

// machineOperand is one operand: the fields of an isa.Operand, and where it is encoded.
type machineOperand struct {
	form, role, class string
	bits              int
	fixed             string
	implied           bool
	field             string // reg, rm, vex, opcode, is4, all, or "" if it has none
}

// machineEncoding is a parsed encoding column.
type machineEncoding struct {
	vex, wide, lock, cond, addReg bool
	prefix, opmap, opcode         int
	modrm                         string // "", "r", a digit, or two hex digits of a fixed byte
	imm                           string // ib iw id iq ibd ibw is4 cb cd
}

func readMachineTable(path string) ([]machineOp, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var ops []machineOp
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		for _, l := range expandSigns(line) {
			for _, l := range expandMemory(l) {
				op, err := parseMachineOp(l)
				if err != nil {
					return nil, fmt.Errorf("%s:%d: %w", path, i+1, err)
				}
				ops = append(ops, op)
			}
		}
	}
	return ops, nil
}

// machineRow is the columns of a row.
type machineRow struct {
	name, mnemonic, encoding, operands, flags, latency, props string
}

// sign is one way to fill in a sign of the table.
type sign struct {
	name, w, prefix, bits string
}

var signs = map[string][]sign{
	"#": {{name: "32", w: "W0", bits: "32"}, {name: "64", w: "W1", bits: "64"}},
	"@": {floatSigns[0], floatSigns[1], floatSigns[2], floatSigns[3]},
	"%": {floatSigns[2], floatSigns[3]},
	"$": {floatSigns[0], floatSigns[1]},
}

var floatSigns = []sign{{"ss", "W0", "F3", "32"}, {"sd", "W1", "F2", "64"}, {"ps", "W0", "", "128"}, {"pd", "W1", "66", "128"}}

// expandSigns makes the rows that a row with a sign stands for.
func expandSigns(line string) []machineRow {
	cols := append(strings.Split(line, "|"), make([]string, 7)...)
	for i := range cols {
		cols[i] = strings.TrimSpace(cols[i])
	}
	r := machineRow{cols[0], cols[1], cols[2], cols[3], cols[4], cols[5], cols[6]}
	i := strings.IndexAny(r.name, "#@%$")
	if i < 0 {
		return []machineRow{r}
	}
	c := r.name[i : i+1]
	var rows []machineRow
	for _, s := range signs[c] {
		e := r
		e.name = strings.ReplaceAll(r.name, c, s.name)
		e.mnemonic = strings.ReplaceAll(r.mnemonic, c, s.name)
		e.operands = strings.ReplaceAll(r.operands, c, s.bits)
		e.encoding = strings.ReplaceAll(strings.ReplaceAll(r.encoding, "W"+c, s.w), c, s.prefix)
		if s.name == "64" && !strings.HasPrefix(e.encoding, "VEX") {
			e.encoding = "REX.W " + e.encoding
		}
		rows = append(rows, e)
	}
	return rows
}

// expandMemory makes two rows of one with an r/m operand: its name tells how the memory is used.
func expandMemory(r machineRow) []machineRow {
	operands := strings.Split(r.operands, ",")
	for i, text := range operands {
		role, kind := cutRole(text)
		if !strings.HasPrefix(kind, "rm") && !strings.HasPrefix(kind, "xm") {
			continue
		}
		regBits, memBits, ok := strings.Cut(kind[2:], "/")
		if !ok {
			memBits = regBits
		}
		reg, mem := r, r
		mem.name += map[string]string{"": ".load", "w": ".store", "rw": ".modify"}[role]
		if kind[0] == 'x' {
			operands[i] = role + " bx"
		} else {
			operands[i] = role + " b" + regBits
		}
		reg.operands = strings.Join(operands, ",")
		operands[i] = role + " m" + memBits
		mem.operands = strings.Join(operands, ",")
		// An operation on memory copies no register, and the registers of an address do not commute with anything.
		mem.props = strings.NewReplacer("move", "", "comm", "").Replace(r.props)
		return []machineRow{reg, mem}
	}
	return []machineRow{r}
}

func cutRole(text string) (role, kind string) {
	words := strings.Fields(text)
	if len(words) == 2 {
		return words[0], words[1]
	}
	return "", strings.TrimSpace(text)
}

func parseMachineOp(r machineRow) (op machineOp, err error) {
	op.name, op.mnemonic, op.twin = r.name, r.mnemonic, strings.Contains(r.props, "twin")
	if op.enc, err = parseEncoding(r.encoding); err != nil {
		return op, err
	}
	if op.latency, err = strconv.Atoi(r.latency); err != nil {
		return op, fmt.Errorf("latency: %w", err)
	}
	for _, text := range strings.Split(r.operands, ",") {
		if strings.TrimSpace(text) == "" {
			continue
		}
		o, err := parseOperand(text)
		if err != nil {
			return op, err
		}
		op.operands = append(op.operands, o)
	}
	op.flags, err = machineFlags(r, op)
	return op, err
}

var propFlags = map[string]string{"comm": "Comm", "move": "Move", "remat": "Remat", "term": "Term", "call": "Call", "trap": "Trap",
	"fence": "Fence", "falsedep": "FalseDep", "avxvnni": "Extension"}

// machineFlags collects what the columns for flags and properties, the operands and the encoding say.
func machineFlags(r machineRow, op machineOp) (flags []string, err error) {
	if strings.Contains(r.flags, "r") {
		flags = append(flags, "ReadsCond")
	}
	if strings.ContainsAny(r.flags, "wzx") {
		flags = append(flags, "WritesCond")
	}
	if strings.ContainsAny(r.flags, "wz") {
		flags = append(flags, "Compares")
	}
	if strings.Contains(r.flags, "z") {
		flags = append(flags, "TestsZero")
	}
	if op.enc.cond {
		flags = append(flags, "Cond")
	}
	for _, o := range op.operands {
		if o.form != "Mem" && o.form != "Addr" {
			continue
		}
		flags = append(flags, "Mem")
		if o.form == "Mem" && o.role != "Def" {
			flags = append(flags, "Load")
		}
		if o.form == "Mem" && o.role != "Use" {
			flags = append(flags, "Store")
		}
	}
	for _, p := range split(r.props) {
		if p == "twin" {
			continue // of interest to the encoder only
		}
		f, ok := propFlags[p]
		if !ok {
			return nil, fmt.Errorf("unknown property %q", p)
		}
		flags = append(flags, f)
	}
	return flags, nil
}
