package main

import (
	"bytes"
	"fmt"
	"strings"
)

// For each rule, its left side as the text of a function, with $ in front of the names of constants: what the tests of package ssa evaluate before
// and after simplification.

func writeRuleCases(root, pattern string) func(*bytes.Buffer, []row) {
	return func(w *bytes.Buffer, rows []row) {
		ops, err := ssaOps(root, rows)
		if err != nil {
			fatal(err)
		}
		set := &ruleSet{ops: map[string]ssaOp{}}
		for _, o := range ops {
			set.ops[o.name] = o
		}
		rules, err := readRules(root, pattern)
		if err != nil {
			fatal(err)
		}
		fmt.Fprint(w, "package ssa\n\n// ruleCases are the left sides of the rules.\nvar ruleCases = []ruleCase{\n")
		for _, r := range rules {
			if c, ok := set.ruleCase(r); ok {
				fmt.Fprintf(w, "\t{%q, %q},\n", r.where, c)
			}
		}
		fmt.Fprint(w, "}\n")
	}
}

// caseText builds the function: parameters for the names of values, and a line for each operation.
type caseText struct {
	set    *ruleSet
	params []string
	types  []string
	lines  []string
	values map[string]string
	next   int
}

// ruleCase is the text for a rule; there is none for rules on terminators and checks, which have no result to compare.
func (s *ruleSet) ruleCase(r rule) (string, bool) {
	o := s.ops[r.left.op]
	if len(o.results) != 1 {
		return "", false
	}
	c := caseText{set: s, values: map[string]string{}, next: 100}
	result := o.results[0]
	if result == "t" {
		result = "i32"
		if s.wants(r.left, "i64.const") {
			result = "i64"
		}
	}
	v := c.build(r.left, result)
	params := make([]string, len(c.params))
	for i, p := range c.params {
		params[i] = p + " " + c.types[i]
	}
	head := "b1"
	if len(params) > 0 {
		head += "(" + strings.Join(params, ", ") + ")"
	}
	return fmt.Sprintf("func rule(%s) -> %s {\n%s:\n%s  return %s\n}\n", strings.Join(c.types, " "), result, head, strings.Join(c.lines, ""), v), true
}

// wants reports whether a direct argument of a term is the operation.
func (s *ruleSet) wants(t *term, op string) bool {
	for _, a := range t.args {
		if a.op == op {
			return true
		}
	}
	return false
}

// build adds the lines for a term of a type and returns its value.
func (c *caseText) build(t *term, typ string) string {
	switch {
	case t.constant && t.literal != "":
		return c.line(fmt.Sprintf("%s.const %s", typ, t.literal))
	case t.constant:
		return c.named("$"+t.name, func() string { return c.line(fmt.Sprintf("%s.const $%s", typ, t.name)) })
	case t.op == "":
		name := t.name
		if name == "_" {
			name = fmt.Sprint("_", c.next)
		}
		return c.named(name, func() string {
			v := fmt.Sprintf("v%d", len(c.params)+1)
			c.params, c.types = append(c.params, v), append(c.types, typ)
			return v
		})
	}
	o := c.set.ops[t.op]
	text := t.op
	if len(o.results) == 1 && o.results[0] == "t" {
		text += "." + typ
	}
	for i, a := range t.args {
		p := o.params[i]
		if p == "t" {
			p = typ
		}
		text += " " + c.build(a, p)
	}
	if o.imm != "" {
		imm := "0"
		if len(t.bracket) > 0 && t.bracket[0] != "_" {
			imm = t.bracket[0]
		}
		text += " " + imm
	}
	return c.line(text)
}

func (c *caseText) named(name string, make func() string) string {
	if v, ok := c.values[name]; ok {
		return v
	}
	v := make()
	c.values[name] = v
	return v
}

func (c *caseText) line(text string) string {
	c.next++
	c.lines = append(c.lines, fmt.Sprintf("  v%d = %s\n", c.next, text))
	return fmt.Sprintf("v%d", c.next)
}
