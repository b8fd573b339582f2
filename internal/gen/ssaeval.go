package main

import (
	"bytes"
	"fmt"
)

// writeSSAEval writes what the evaluator of the IR takes from the table: what numeric operations compute, and what loads and stores move.
func writeSSAEval(w *bytes.Buffer, rows []row) {
	fmt.Fprint(w, `package ssaeval

import (
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/ssa"
)

// numeric computes the results of an operation from its operands and nothing else.
func numeric(o ssa.Op, s []num.V128, lane uint8, lanes num.V128) (a, b num.V128, trap abi.Trap) {
	switch o {
`)
	for _, r := range rows {
		if r.numeric() && !r.has("atomic") {
			writeEvalNumeric(w, r, "ssa.Op")
		}
	}
	fmt.Fprint(w, "\t}\n\tpanic(\"ssaeval: no case for \" + o.String())\n}\n\n")
	fmt.Fprint(w, "// loaded makes the result of a load from the bytes it is to.\nfunc loaded(o ssa.Op, mem []byte) num.V128 {\n\tswitch o {\n")
	for _, r := range rows {
		if r.ssaAccess() && r.has("load") {
			writeEvalLoad(w, r, "ssa.Op")
		}
	}
	fmt.Fprint(w, "\t}\n\tpanic(\"ssaeval: no case for \" + o.String())\n}\n")
}
