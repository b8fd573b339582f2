package main

import (
	"bytes"
	"fmt"
	"strings"
)

// writeOps writes package op's constants and tables.
func writeOps(w *bytes.Buffer, rows []row) {
	fmt.Fprintf(w, "package op\n\n// The instructions, in the order of the table.\nconst (\n\tInvalid Op = iota\n")
	for _, r := range rows {
		fmt.Fprintf(w, "\t%s // %s\n", r.ident(), r.text())
	}
	fmt.Fprintf(w, "\n\tCount // the number of instructions, Invalid included\n)\n\n")
	fmt.Fprintf(w, "var infos = [Count]Info{\n\tInvalid: {Name: \"invalid\", Text: \"invalid\"},\n")
	for _, r := range rows {
		fmt.Fprintf(w, "\t%s: {%s},\n", r.ident(), infoFields(r))
	}
	fmt.Fprintf(w, "}\n\n")
	writeCodes(w, rows, 0, "single")
	writeCodes(w, rows, 0xfb, "prefixFB")
	writeCodes(w, rows, 0xfc, "prefixFC")
	writeCodes(w, rows, 0xfd, "prefixFD")
	writeCodes(w, rows, 0xfe, "prefixFE")
}

func infoFields(r row) string {
	f := []string{fmt.Sprintf("Name: %q, Text: %q, Prefix: 0x%02x, Code: 0x%02x", r.name, r.text(), r.prefix, r.code)}
	if len(r.imms) > 0 {
		f = append(f, fmt.Sprintf("Imms: []Imm{%s}", list("Imm", r.imms)))
	}
	if r.align > 0 {
		f = append(f, fmt.Sprintf("Align: %d", r.align))
	}
	if r.byHand {
		f = append(f, "ByHand: true")
	}
	if len(r.params) > 0 {
		f = append(f, fmt.Sprintf("Params: []Type{%s}", list("", r.params)))
	}
	if len(r.results) > 0 {
		f = append(f, fmt.Sprintf("Results: []Type{%s}", list("", r.results)))
	}
	f = append(f, "Feature: Feature"+camel(r.feature))
	if len(r.flags) > 0 {
		f = append(f, "Flags: "+strings.ReplaceAll(list("Flag", r.flags), ", ", "|"))
	}
	return strings.Join(f, ", ")
}

func list(prefix string, names []string) string {
	idents := make([]string, len(names))
	for i, n := range names {
		if prefix == "" {
			idents[i] = strings.ToUpper(n)
		} else {
			idents[i] = prefix + camel(n)
		}
	}
	return strings.Join(idents, ", ")
}

// writeCodes writes the array from opcode to Op for one prefix.
func writeCodes(w *bytes.Buffer, rows []row, prefix byte, name string) {
	size := uint32(256)
	if prefix != 0 {
		size = 0
		for _, r := range rows {
			if r.prefix == prefix {
				size = max(size, r.code+1)
			}
		}
	}
	fmt.Fprintf(w, "var %s = [%d]Op{\n", name, size)
	for _, r := range rows {
		if r.prefix == prefix {
			fmt.Fprintf(w, "\t0x%02x: %s,\n", r.code, r.ident())
		}
	}
	fmt.Fprintf(w, "}\n\n")
}
