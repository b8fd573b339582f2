package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The IR's part: its operations, those of op.table in front of the numeric instructions, and the folder of constants.

const ssaTable = "internal/ssa/op.table"

// ssaOp is one operation of the IR, from either table.
type ssaOp struct {
	name     string
	params   []string
	results  []string
	optional bool // params[1] may be missing
	variadic bool
	imm, aux string
	flags    []string
}

func (o ssaOp) ident() string { return "Op" + camel(o.name) }

// ssaOps returns the operations in the order of their numbers.
func ssaOps(root string, rows []row) ([]ssaOp, error) {
	path := filepath.Join(root, ssaTable)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var ops []ssaOp
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		o, err := parseSSAOp(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, i+1, err)
		}
		ops = append(ops, o)
	}
	for _, r := range rows {
		if r.numeric() && !r.has("atomic") {
			ops = append(ops, r.ssaOp())
		}
	}
	return ops, nil
}

func parseSSAOp(line string) (o ssaOp, err error) {
	cols := strings.Split(line, "|")
	if len(cols) != 5 {
		return o, fmt.Errorf("have %d columns, want 5", len(cols))
	}
	for i := range cols {
		if cols[i] = strings.TrimSpace(cols[i]); cols[i] == "-" {
			cols[i] = ""
		}
	}
	params, results, ok := strings.Cut(cols[1], "->")
	if !ok {
		return o, fmt.Errorf("signature %q has no arrow", cols[1])
	}
	o = ssaOp{name: cols[0], results: strings.Fields(results), imm: cols[2], aux: cols[3], flags: split(cols[4])}
	for _, p := range strings.Fields(params) {
		switch {
		case p == "*":
			o.variadic = true
		case strings.HasSuffix(p, "?"):
			o.optional = true
			o.params = append(o.params, p[:len(p)-1])
		default:
			o.params = append(o.params, p)
		}
	}
	return o, nil
}

// ssaOp is the operation of a numeric instruction.
func (r row) ssaOp() ssaOp {
	o := ssaOp{name: r.name, params: r.params, results: r.results}
	if len(r.imms) > 0 {
		o.imm = r.imms[0]
	}
	for _, f := range r.flags {
		if f == "trap" || f == "comm" || f == "cmp" {
			o.flags = append(o.flags, f)
		}
	}
	return o
}

// writeSSAOps returns the function that writes package ssa's constants and table.
func writeSSAOps(root string) func(*bytes.Buffer, []row) {
	return func(w *bytes.Buffer, rows []row) {
		ops, err := ssaOps(root, rows)
		if err != nil {
			fatal(err)
		}
		fmt.Fprintf(w, "package ssa\n\n// The operations: those of op.table, then the numeric instructions of %s.\nconst (\n\tOpInvalid Op = iota\n", instrTable)
		for _, o := range ops {
			fmt.Fprintf(w, "\t%s // %s\n", o.ident(), o.name)
		}
		fmt.Fprintf(w, "\n\topCount\n)\n\nvar genericOps = [opCount]Info{\n\tOpInvalid: {Name: \"invalid\"},\n")
		for _, o := range ops {
			fmt.Fprintf(w, "\t%s: {%s},\n", o.ident(), o.fields())
		}
		fmt.Fprintf(w, "}\n")
	}
}

func (o ssaOp) fields() string {
	f := []string{fmt.Sprintf("Name: %q", o.name)}
	if len(o.params) > 0 {
		f = append(f, "Params: []Type{"+typeList(o.params)+"}")
	}
	if len(o.results) > 0 {
		f = append(f, "Results: []Type{"+typeList(o.results)+"}")
	}
	if o.optional {
		f = append(f, "Optional: true")
	}
	if o.variadic {
		f = append(f, "Variadic: true")
	}
	if o.imm != "" {
		f = append(f, "Imm: Imm"+camel(o.imm))
	}
	if o.aux != "" {
		f = append(f, "Aux: Aux"+camel(o.aux))
	}
	if len(o.flags) > 0 {
		f = append(f, "Flags: "+strings.ReplaceAll(list("Flag", o.flags), ", ", "|"))
	}
	return strings.Join(f, ", ")
}

func typeList(names []string) string {
	idents := make([]string, len(names))
	for i, n := range names {
		if idents[i] = "Type" + camel(n); n == "t" {
			idents[i] = "TypeVar"
		}
	}
	return strings.Join(idents, ", ")
}

// foldable reports whether the folder has a case for a row: one result, which the operands determine.
func (r row) foldable() bool {
	return r.numeric() && !r.has("atomic") && len(r.results) == 1
}

// writeSSAFold writes the folder of constants: one case for each numeric instruction, from the expression in its row.
func writeSSAFold(w *bytes.Buffer, rows []row) {
	fmt.Fprint(w, `package ssa

import (
	"math"
	"math/bits"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
)

// fold computes an operation on constants. It returns false if the operation is not numeric, has several results, or traps.
func fold(o Op, s *[4]num.V128, lane uint8, lanes num.V128) (r num.V128, ok bool) {
	var t abi.Trap
	switch o {
	default:
		return r, false
`)
	for _, r := range rows {
		if r.foldable() {
			writeSSAFoldCase(w, r)
		}
	}
	fmt.Fprint(w, "\t}\n\treturn r, t == abi.TrapNone\n}\n\n")
	fmt.Fprint(w, "// accessBytes is how many bytes each load and store moves.\nvar accessBytes = [opCount]uint8{\n")
	for _, r := range rows {
		if r.ssaAccess() {
			fmt.Fprintf(w, "\tOp%s: %d,\n", r.ident(), 1<<r.align)
		}
	}
	fmt.Fprint(w, "\tOpRefLoad: 8,\n\tOpRefStore: 8,\n}\n")
}

// ssaAccess reports whether r is a load or store that the IR has an operation for.
func (r *row) ssaAccess() bool {
	return r.expr != "" && len(r.imms) == 1 && !r.has("atomic") && (r.has("load") || r.has("store"))
}

func writeSSAFoldCase(w *bytes.Buffer, r row) {
	fmt.Fprintf(w, "\tcase %s:\n", r.ssaOp().ident())
	expr := r.expr
	for i, t := range r.params {
		fmt.Fprintf(w, "\t\t%s := %s\n", operandNames[i], r.operand(t, fmt.Sprintf("s[%d]", i)))
	}
	if r.has("trap") {
		fmt.Fprintf(w, "\t\tv, trap := %s\n\t\tt = trap\n", expr)
		expr = "v"
	}
	fmt.Fprintf(w, "\t\tr = %s\n", r.value(r.results[0], expr))
}
