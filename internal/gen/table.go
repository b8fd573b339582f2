package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// row is one line of instr.table.
type row struct {
	name    string   // the name in the table
	prefix  byte     // 0, or the prefix byte
	code    uint32   // the opcode, or the code after the prefix
	imms    []string // the immediates
	align   int      // log2 of the natural alignment of a memory access
	byHand  bool     // no signature in the table
	params  []string
	results []string
	feature string
	flags   []string
	expr    string // the Go expression, or ""
}

func (r row) has(flag string) bool {
	for _, f := range r.flags {
		if f == flag {
			return true
		}
	}
	return false
}

// ident is the instruction's name in Go: i32.div_s becomes I32DivS.
func (r row) ident() string { return camel(r.name) }

// text is the spelling in the text format: the suffixes that tell twins apart are Go's only.
func (r row) text() string {
	switch r.name {
	case "select_t", "ref.test_null", "ref.cast_null":
		return r.name[:strings.LastIndexByte(r.name, '_')]
	}
	return r.name
}

func camel(name string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(name, func(c rune) bool { return c == '.' || c == '_' }) {
		b.WriteString(strings.ToUpper(word[:1]))
		b.WriteString(word[1:])
	}
	return b.String()
}

func readTable(path string) ([]row, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var rows []row
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		r, err := parseRow(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, i+1, err)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func parseRow(line string) (r row, err error) {
	cols := strings.SplitN(line, "|", 7)
	if len(cols) != 7 {
		return r, fmt.Errorf("have %d columns, want 7", len(cols))
	}
	for i := range cols {
		cols[i] = strings.TrimSpace(cols[i])
		if cols[i] == "-" {
			cols[i] = ""
		}
	}
	r.name, r.feature, r.expr = cols[0], cols[4], cols[6]
	if err := r.parseCode(cols[1]); err != nil {
		return r, err
	}
	if r.imms = split(cols[2]); len(r.imms) > 0 {
		if kind, align, ok := strings.Cut(r.imms[0], ":"); ok {
			r.imms[0] = kind
			if r.align, err = strconv.Atoi(align); err != nil {
				return r, err
			}
		}
	}
	if r.byHand = cols[3] == "*"; !r.byHand {
		params, results, ok := strings.Cut(cols[3], "->")
		if !ok {
			return r, fmt.Errorf("signature %q has no arrow", cols[3])
		}
		r.params, r.results = strings.Fields(params), strings.Fields(results)
	}
	r.flags = split(cols[5])
	return r, nil
}

func (r *row) parseCode(text string) error {
	code := text
	if prefix, sub, ok := strings.Cut(text, ":"); ok {
		p, err := strconv.ParseUint(prefix, 16, 8)
		if err != nil {
			return err
		}
		r.prefix, code = byte(p), sub
	}
	c, err := strconv.ParseUint(code, 16, 16)
	r.code = uint32(c)
	return err
}

func split(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}
