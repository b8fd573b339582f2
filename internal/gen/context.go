package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// The context block of a guest stack: a Go struct with the offsets of its fields for the compiler, and a header for assembly.

const contextTable = "internal/abi/context.table"

// contextSize is what the block takes: one page, with what the fields leave over at its end.
const contextSize = 4096

// contextField is one line of context.table with its place in the block.
type contextField struct {
	name   string
	goType string
	doc    string
	offset int
	size   int
	pad    int // bytes left free in front of it
}

// readContext reads the table below root and lays out its fields in their order.
func readContext(root string) ([]contextField, error) {
	path := filepath.Join(root, contextTable)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var fields []contextField
	end := 0
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		f, align, err := parseContextField(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, i+1, err)
		}
		f.offset = (end + align - 1) / align * align
		f.pad = f.offset - end
		end = f.offset + f.size
		fields = append(fields, f)
	}
	if end > contextSize {
		return nil, fmt.Errorf("%s: the fields take %d bytes, have %d", path, end, contextSize)
	}
	return fields, nil
}

func parseContextField(line string) (f contextField, align int, err error) {
	cols := strings.SplitN(line, "|", 3)
	if len(cols) != 3 {
		return f, 0, fmt.Errorf("have %d columns, want 3", len(cols))
	}
	f.name, f.doc = strings.TrimSpace(cols[0]), strings.TrimSpace(cols[2])
	kind, atLeast, aligned := strings.Cut(strings.TrimSpace(cols[1]), "@")
	count, element := 1, kind
	if rest, ok := strings.CutPrefix(kind, "["); ok {
		n, of, _ := strings.Cut(rest, "]")
		if count, err = strconv.Atoi(n); err != nil {
			return f, 0, err
		}
		element = of
	}
	bits, err := strconv.Atoi(strings.TrimPrefix(element, "u"))
	if err != nil {
		return f, 0, fmt.Errorf("type %q: %w", element, err)
	}
	align, f.size = bits/8, count*bits/8
	f.goType = strings.Replace(kind, "u", "uint", 1)
	if aligned {
		align, err = strconv.Atoi(atLeast)
	}
	return f, align, err
}

// writeContext returns the function that writes package abi's part.
func writeContext(root string) func(*bytes.Buffer, []row) {
	return func(w *bytes.Buffer, _ []row) {
		fields, err := readContext(root)
		if err != nil {
			fatal(err)
		}
		fmt.Fprintf(w, "package abi\n\n// ContextBytes is the size of a [Context].\nconst ContextBytes = %d\n\n", contextSize)
		fmt.Fprintf(w, "// Context is the block at the top of every guest stack. It lies outside of Go's heap and holds no Go pointer.\ntype Context struct {\n")
		end := 0
		for _, f := range fields {
			if f.pad > 0 {
				fmt.Fprintf(w, "\t_ [%d]byte\n", f.pad)
			}
			fmt.Fprintf(w, "\t%s %s // %s\n", f.name, f.goType, f.doc)
			end = f.offset + f.size
		}
		if end < contextSize {
			fmt.Fprintf(w, "\t_ [%d]byte\n", contextSize-end)
		}
		fmt.Fprintf(w, "}\n\n// Offsets of the fields of a [Context], for generated code.\nconst (\n")
		for _, f := range fields {
			fmt.Fprintf(w, "\tContext%s = %d\n", f.name, f.offset)
		}
		fmt.Fprintf(w, ")\n")
	}
}

// writeContextHeader returns the function that writes the offsets for the stubs.
func writeContextHeader(root string) func(*bytes.Buffer, []row) {
	return func(w *bytes.Buffer, _ []row) {
		fields, err := readContext(root)
		if err != nil {
			fatal(err)
		}
		fmt.Fprintf(w, "// Offsets of the context block's fields.\n")
		for _, f := range fields {
			fmt.Fprintf(w, "#define context_%s %d\n", f.name, f.offset)
		}
		fmt.Fprintf(w, "#define context__size %d\n", contextSize)
	}
}
