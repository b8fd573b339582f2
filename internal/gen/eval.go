package main

import (
	"bytes"
	"fmt"
)

// The part of the differential tests: what each instruction computes, as functions of operands in num.V128, for an evaluator that
// knows nothing of lowering.

// operand is the Go expression for an operand of a type in the num.V128 v.
func (r row) operand(t, v string) string {
	switch {
	case t == "i32", t == "f32" && r.has("bits"):
		return "uint32(" + v + ".Lo)"
	case t == "f32":
		return "math.Float32frombits(uint32(" + v + ".Lo))"
	case t == "f64" && !r.has("bits"):
		return "math.Float64frombits(" + v + ".Lo)"
	case t == "v128":
		return v
	}
	return v + ".Lo"
}

// value is the num.V128 for a result of a type.
func (r row) value(t, v string) string {
	switch {
	case r.has("cmp"):
		return "num.V128{Lo: truth(" + v + ")}"
	case t == "v128":
		return v
	case t == "f32" && !r.has("bits"):
		return "num.V128{Lo: uint64(math.Float32bits(" + v + "))}"
	case t == "f64" && !r.has("bits"):
		return "num.V128{Lo: math.Float64bits(" + v + ")}"
	}
	return "num.V128{Lo: uint64(" + v + ")}"
}

func writeEval(w *bytes.Buffer, rows []row) {
	fmt.Fprint(w, `package interp

import (
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/op"
)

// numeric computes the results of an instruction from its operands and nothing else.
func numeric(o op.Op, s []num.V128, lane uint8, lanes num.V128) (a, b num.V128, trap abi.Trap) {
	switch o {
`)
	for _, r := range rows {
		if r.numeric() {
			writeEvalNumeric(w, r, "op.")
		}
	}
	fmt.Fprint(w, "\t}\n\tpanic(\"no case for \" + o.String())\n}\n\n")
	fmt.Fprint(w, "// loaded makes the result of a load from the bytes it is to; y is the vector that a lane is loaded into.\n")
	fmt.Fprint(w, "func loaded(o op.Op, mem []byte, y num.V128, lane uint8) num.V128 {\n\tswitch o {\n")
	for _, r := range rows {
		if r.expr != "" && r.has("load") && !r.has("atomic") {
			writeEvalLoad(w, r, "op.")
		}
	}
	fmt.Fprint(w, "\t}\n\tpanic(\"no case for \" + o.String())\n}\n\n")
	fmt.Fprint(w, "// stored makes what a store writes, as the first bytes of a vector.\n")
	fmt.Fprint(w, "func stored(o op.Op, v num.V128, lane uint8) num.V128 {\n\tswitch o {\n")
	for _, r := range rows {
		if r.expr != "" && r.has("store") && !r.has("atomic") {
			writeEvalStore(w, r)
		}
	}
	fmt.Fprint(w, "\t}\n\tpanic(\"no case for \" + o.String())\n}\n")
}

// writeEvalNumeric writes the case of a row; prefix makes its name one of a constant.
func writeEvalNumeric(w *bytes.Buffer, r row, prefix string) {
	fmt.Fprintf(w, "\tcase %s%s:\n", prefix, r.ident())
	for i, t := range r.params {
		fmt.Fprintf(w, "\t\t%s := %s\n", operandNames[i], r.operand(t, fmt.Sprintf("s[%d]", i)))
	}
	switch {
	case r.has("trap"):
		fmt.Fprintf(w, "\t\tv, t := %s\n\t\treturn %s, b, t\n", r.expr, r.value(r.results[0], "v"))
	case len(r.results) == 2:
		fmt.Fprintf(w, "\t\tlo, hi := %s\n\t\treturn num.V128{Lo: lo}, num.V128{Lo: hi}, 0\n", r.expr)
	default:
		fmt.Fprintf(w, "\t\treturn %s, b, 0\n", r.value(r.results[0], r.expr))
	}
}

func writeEvalLoad(w *bytes.Buffer, r row, prefix string) {
	fmt.Fprintf(w, "\tcase %s%s:\n", prefix, r.ident())
	switch r.align {
	case 0:
		fmt.Fprintf(w, "\t\tm := mem[0]\n")
	case 4:
		fmt.Fprintf(w, "\t\treturn num.V128{Lo: binary.LittleEndian.Uint64(mem), Hi: binary.LittleEndian.Uint64(mem[8:])}\n")
		return
	default:
		fmt.Fprintf(w, "\t\tm := binary.LittleEndian.Uint%d(mem)\n", 8<<r.align)
	}
	fmt.Fprintf(w, "\t\treturn %s\n", r.value(r.results[0], r.expr))
}

func writeEvalStore(w *bytes.Buffer, r row) {
	fmt.Fprintf(w, "\tcase op.%s:\n", r.ident())
	if r.align == 4 {
		fmt.Fprintf(w, "\t\treturn v\n")
		return
	}
	fmt.Fprintf(w, "\t\ty := %s\n\t\treturn num.V128{Lo: uint64(%s)}\n", r.operand(r.params[1], "v"), r.expr)
}
