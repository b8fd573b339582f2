package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// The columns of isa/amd64/ops.table that have a notation of their own: encodings and operands.

var opmaps = map[string]int{"0F": 1, "0F38": 2, "0F3A": 3}

var hexByte = regexp.MustCompile(`^[0-9A-F]{2}(\+r|\+cc)?$`)

func parseEncoding(text string) (e machineEncoding, err error) {
	opcode := ""
	for _, word := range strings.Fields(text) {
		m, isMap := opmaps[word]
		_, isImm := immBits[word]
		switch {
		case strings.HasPrefix(word, "VEX"):
			if err := e.parseVEX(strings.Split(word, ".")[1:]); err != nil {
				return e, err
			}
		case word == "REX.W":
			e.wide = true
		case isMap && e.opmap == 0 && opcode == "":
			e.opmap = m
		case !e.vex && opcode == "" && e.opmap == 0 && (word == "66" || word == "F2" || word == "F3"):
			e.prefix = parseHex(word)
		case !e.vex && opcode == "" && e.opmap == 0 && word == "F0":
			e.lock = true
		case hexByte.MatchString(word) && opcode == "":
			opcode = word
		case hexByte.MatchString(word):
			e.modrm = word
		case word[0] == '/' && len(word) == 2:
			e.modrm = word[1:]
		case isImm:
			e.imm = word
		default:
			return e, fmt.Errorf("encoding %q: what is %q?", text, word)
		}
	}
	if opcode == "" {
		return e, fmt.Errorf("encoding %q has no opcode", text)
	}
	opcode, suffix, _ := strings.Cut(opcode, "+")
	e.opcode, e.addReg, e.cond = parseHex(opcode), suffix == "r", suffix == "cc"
	return e, nil
}

// parseVEX reads what stands between the dots of a VEX prefix.
func (e *machineEncoding) parseVEX(fields []string) error {
	e.vex = true
	for _, f := range fields {
		switch {
		case f == "" || f == "W0":
		case f == "W1":
			e.wide = true
		case opmaps[f] != 0:
			e.opmap = opmaps[f]
		case f == "66" || f == "F2" || f == "F3":
			e.prefix = parseHex(f)
		default:
			return fmt.Errorf("VEX field %q", f)
		}
	}
	if e.opmap == 0 {
		return fmt.Errorf("VEX prefix without an opcode map")
	}
	return nil
}

func parseHex(text string) int {
	n, err := strconv.ParseUint(text, 16, 8)
	if err != nil {
		panic(err) // the callers have matched the digits
	}
	return int(n)
}

// immBits is how many bits of the operand each kind of immediate encodes.
var immBits = map[string]int{"ib": 8, "iw": 16, "id": 32, "iq": 64, "ibd": 32, "ibw": 16, "is4": 4, "cb": 8, "cd": 32}

var (
	roles       = map[string]string{"": "Use", "w": "Def", "rw": "DefUse"}
	fixedRegs   = map[string]string{"=rax": "RAX", "=rcx": "RCX", "=rdx": "RDX", "cl": "RCX"}
	regFields   = map[string]string{"r": "reg", "v": "vex", "b": "rm", "o": "opcode", "rr": "all"}
	vectorKinds = map[string]string{"x": "reg", "vx": "vex", "bx": "rm", "ix": "is4", "xxx": "all"}
	operandKind = regexp.MustCompile(`^(r|v|b|o|rr|m|a|i)(8|16|32|64|128)$`)
)

func parseOperand(text string) (o machineOperand, err error) {
	role, kind := cutRole(text)
	if o.role = roles[role]; o.role == "" {
		return o, fmt.Errorf("operand %q: no such role", text)
	}
	o.form, o.class, o.fixed, o.bits = "Reg", "Int", "NoReg", 64
	if fixed, ok := fixedRegs[kind]; ok {
		o.fixed, o.implied = fixed, kind != "cl"
		if kind == "cl" {
			o.bits = 8
		}
		return o, nil
	}
	if field, ok := vectorKinds[kind]; ok {
		o.class, o.field, o.bits = "Vector", field, 128
		return o, nil
	}
	if kind == "c" {
		o.form = "Code"
		return o, nil
	}
	m := operandKind.FindStringSubmatch(kind)
	if m == nil {
		return o, fmt.Errorf("operand %q: no such kind", text)
	}
	if o.bits, err = strconv.Atoi(m[2]); err != nil {
		return o, err
	}
	switch m[1] {
	case "m":
		o.form, o.field = "Mem", "rm"
	case "a":
		o.form, o.field = "Addr", "rm"
	case "i":
		o.form = "Imm"
	default:
		o.field = regFields[m[1]]
	}
	return o, nil
}
