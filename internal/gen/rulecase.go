package main

import (
	"bytes"
	"fmt"
	"strings"
)

// For each rule, its left side as the text of a function, with $ in front of the names of constants: what tests evaluate before and after
// simplification, or run as selected instructions.

func writeRuleCases(root, pattern, pkg, targets string) func(*bytes.Buffer, []row) {
	return func(w *bytes.Buffer, rows []row) {
		set, err := newRuleSet(root, rows, "ssa", targets)
		if err != nil {
			fatal(err)
		}
		rules, err := readRules(root, pattern)
		if err != nil {
			fatal(err)
		}
		fmt.Fprintf(w, "package %s\n\n// ruleCases are the left sides of the rules.\nvar ruleCases = []ruleCase{\n", pkg)
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

// ruleCase is the text for a rule. There is none for rules on terminators and checks, which have no result to compare or leave to the host, and for those
// that the language of cases has no words for.
func (s *ruleSet) ruleCase(r rule) (string, bool) {
	o := s.ops[r.left.op]
	stores := has(o.flags, "write") && len(r.left.args) == 2
	if len(o.results) != 1 && !stores || o.imm == "lanes" || r.left.op == "meter" || strings.HasPrefix(r.left.op, "ref.") || strings.HasSuffix(r.left.op, ".ref") {
		return "", false
	}
	c := caseText{set: s, values: map[string]string{}, next: 100}
	if stores {
		c.build(r.left, "")
		return c.function("-> ", "  return\n"), true
	}
	result := o.results[0]
	if result == "t" {
		result = s.choiceType(r.left)
	}
	v := c.build(r.left, result)
	if r.flags != "" {
		return c.function("-> i32 ", fmt.Sprintf("  if %s -> b2, b3\nb2:\n  v98 = i32.const 1\n  return v98\nb3:\n  v99 = i32.const 0\n  return v99\n", v)), true
	}
	return c.function("-> "+result+" ", fmt.Sprintf("  return %s\n", v)), true
}

// choiceType is the type of a choice that a rule is about: that of floats which decide, or of constants, or else i32.
func (s *ruleSet) choiceType(left *term) string {
	if first := left.args[0].op; strings.HasPrefix(first, "f32.") || strings.HasPrefix(first, "f64.") {
		return first[:3]
	}
	if s.wants(left, "i64.const") {
		return "i64"
	}
	return "i32"
}

// function puts the lines together.
func (c *caseText) function(results, end string) string {
	params := make([]string, len(c.params))
	for i, p := range c.params {
		params[i] = p + " " + c.types[i]
	}
	head := "b1"
	if len(params) > 0 {
		head += "(" + strings.Join(params, ", ") + ")"
	}
	return fmt.Sprintf("func rule(%s) %s{\n%s:\n%s%s}\n", strings.Join(c.types, " "), results, head, strings.Join(c.lines, ""), end)
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
	if len(t.args) > 0 && t.args[0].dots {
		return c.access(t, text)
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
		if len(t.bracket) > 0 && numeric.MatchString(t.bracket[0]) {
			imm = t.bracket[0]
		} else if o.imm == "lane" && len(t.bracket) > 0 {
			imm = "1"
		}
		text += " " + imm
	}
	return c.line(text)
}

// access adds the lines for an access to memory, all to the same address.
func (c *caseText) access(t *term, text string) string {
	base := c.named("membase", func() string { return c.line("membase") })
	index := c.named("index", func() string {
		word := c.build(&term{name: "address"}, "i32")
		mask := c.line("i32.const 4088")
		return c.line("i64.extend_i32_u " + c.line(fmt.Sprintf("i32.and %s %s", word, mask)))
	})
	text += " " + base + " " + index
	if len(t.args) == 1 {
		return c.line(text + " +16 memory[0]")
	}
	o := c.set.ops[t.op]
	text = fmt.Sprintf("%s %s +16 memory[0]", text, c.build(t.args[1], o.params[2]))
	c.lines = append(c.lines, "  "+text+"\n")
	return ""
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
