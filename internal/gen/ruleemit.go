package main

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// ruleWriter writes the decision trees as methods of a receiver that embeds, or is, package ssa's Rewriter.
type ruleWriter struct {
	*bytes.Buffer
	set      *ruleSet
	receiver string
}

// writeRules returns the function that writes the trees for the rule files of a package.
func writeRules(root, pattern, pkg, receiver, targets string) func(*bytes.Buffer, []row) {
	return func(w *bytes.Buffer, rows []row) {
		ops, err := ssaOps(root, rows)
		if err != nil {
			fatal(err)
		}
		set := &ruleSet{ops: map[string]ssaOp{}, targets: targets}
		for _, o := range ops {
			set.ops[o.name] = o
		}
		fmt.Fprintf(w, "package %s\n\n", pkg)
		if pkg != "ssa" {
			set.pkg = "ssa."
			fmt.Fprintf(w, "import %q\n\n", "github.com/weft-wasm/weft/internal/ssa")
		}
		rules, err := readRules(root, pattern)
		if err != nil {
			fatal(err)
		}
		rw := ruleWriter{w, set, receiver}
		if err := rw.write(rules); err != nil {
			fatal(err)
		}
	}
}

func (w *ruleWriter) write(rules []rule) error {
	var order []string
	byOp := map[string][]match{}
	for _, r := range rules {
		matches, err := w.set.matches(r)
		if err != nil {
			return fmt.Errorf("%s: %w", r.where, err)
		}
		if byOp[r.left.op] == nil {
			order = append(order, r.left.op)
		}
		byOp[r.left.op] = append(byOp[r.left.op], matches...)
	}
	fmt.Fprintf(w, "// apply rewrites v by the first rule that matches, and reports whether one did.\n")
	fmt.Fprintf(w, "func (m *%s) apply(v %sValue) bool {\n\tswitch m.Op(v) {\n", w.receiver, w.set.pkg)
	for _, op := range order {
		ident, err := w.set.opIdent(op)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "\tcase %s:\n\t\treturn m.apply%s(v)\n", ident, camel(op))
	}
	fmt.Fprintf(w, "\t}\n\treturn false\n}\n")
	for _, op := range order {
		fmt.Fprintf(w, "\nfunc (m *%s) apply%s(v %sValue) bool {\n", w.receiver, camel(op), w.set.pkg)
		if err := w.tree(byOp[op], map[string]bool{"v": true}); err != nil {
			return err
		}
		fmt.Fprintf(w, "\treturn false\n}\n")
	}
	return nil
}

// tree writes the tests of some rules: those that start at the same place as the first one in one switch, then the others.
func (w *ruleWriter) tree(rules []match, known map[string]bool) error {
	slices.SortStableFunc(rules, func(a, b match) int { return len(b.tests) - len(a.tests) })
	for len(rules) > 0 {
		if len(rules[0].tests) == 0 {
			if len(rules) > 1 && rules[1].rule.where != rules[0].rule.where {
				return fmt.Errorf("%s: never reached, as %s matches first", rules[1].rule.where, rules[0].rule.where)
			}
			return w.action(rules[0], known)
		}
		first := rules[0].tests[0]
		var same, rest []match
		for _, r := range rules {
			if len(r.tests) > 0 && r.tests[0].kind == first.kind && r.tests[0].place == first.place && (first.kind < testSame || r.tests[0] == first) {
				same = append(same, r)
			} else {
				rest = append(rest, r)
			}
		}
		if err := w.branch(first, same, known); err != nil {
			return err
		}
		rules = rest
	}
	return nil
}

// branch writes the switch over the answers to a test, or an if where there is only one.
func (w *ruleWriter) branch(first test, rules []match, known map[string]bool) error {
	subject := w.subject(first, known)
	var answers []string
	by := map[string][]match{}
	for _, r := range rules {
		want := r.tests[0].want
		if by[want] == nil {
			answers = append(answers, want)
		}
		r.tests = r.tests[1:]
		by[want] = append(by[want], r)
	}
	if len(answers) == 1 {
		w.need(answers[0], known)
		cond := subject + " == " + answers[0]
		if first.kind == testCondition {
			cond = answers[0]
		}
		fmt.Fprintf(w, "if %s {\n", cond)
		if err := w.tree(by[answers[0]], clone(known)); err != nil {
			return err
		}
		fmt.Fprintf(w, "}\n")
		return nil
	}
	for _, a := range answers {
		w.need(a, known)
	}
	fmt.Fprintf(w, "switch %s {\n", subject)
	for _, a := range answers {
		fmt.Fprintf(w, "case %s:\n", a)
		if err := w.tree(by[a], clone(known)); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "}\n")
	return nil
}

func (w *ruleWriter) subject(t test, known map[string]bool) string {
	v := "v" + t.place
	if t.kind != testCondition {
		w.need(v, known)
	}
	switch t.kind {
	case testOp:
		return "m.Op(" + v + ")"
	case testArgs:
		return "m.NumArgs(" + v + ")"
	case testImm:
		w.need("c"+t.place, known)
		return "c" + t.place
	case testAux:
		w.need("a"+t.place, known)
		return "a" + t.place
	}
	return v
}

func clone(m map[string]bool) map[string]bool {
	c := make(map[string]bool, len(m))
	for k := range m {
		c[k] = true
	}
	return c
}

var localName = regexp.MustCompile(`\b[vca][0-9]*\b`)

// need declares the locals that an expression names: v01 is the second argument of v0, c01 its Imm, a01 its Aux.
func (w *ruleWriter) need(expr string, known map[string]bool) {
	for _, name := range localName.FindAllString(expr, -1) {
		if known[name] {
			continue
		}
		known[name] = true
		place := name[1:]
		switch name[0] {
		case 'v':
			parent := "v" + place[:len(place)-1]
			w.need(parent, known)
			fmt.Fprintf(w, "%s := m.Arg(%s, %s)\n", name, parent, place[len(place)-1:])
		case 'c':
			w.need("v"+place, known)
			fmt.Fprintf(w, "%s := m.Imm(v%s)\n", name, place)
		case 'a':
			w.need("v"+place, known)
			fmt.Fprintf(w, "%s := m.Aux(v%s)\n", name, place)
		}
	}
}

var (
	callName = regexp.MustCompile(`\.?\b[a-z]\w*\(`)
	anyName  = regexp.MustCompile(`[$.]?\b[A-Za-z_]\w*\b`)
)

// plainCalls are the functions and conversions of Go that expressions use.
var plainCalls = []string{"int64(", "uint64(", "int32(", "uint32(", "min(", "max("}

// expr is an expression of a rule in Go: names of the rule become locals, and functions methods of the receiver.
func (m *match) expr(e string) string {
	e = anyName.ReplaceAllStringFunc(e, func(name string) string {
		if local, ok := m.names[name]; ok {
			return local
		}
		return name
	})
	return callName.ReplaceAllStringFunc(e, func(call string) string {
		if call[0] == '.' || slices.Contains(plainCalls, call) {
			return call
		}
		return "m." + strings.ToUpper(call[:1]) + call[1:]
	})
}

// action writes what a rule does once it matched.
func (w *ruleWriter) action(m match, known map[string]bool) error {
	right := m.rule.right
	var b bytes.Buffer
	switch {
	case right.constant && right.literal != "":
		fmt.Fprintf(&b, "m.SetConst(v, %s)", m.expr(right.literal))
	case right.op == "":
		v, err := w.build(m, right, "", 0)
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "m.Become(v, %s)", v)
	default:
		call, err := w.operation(m, right, "m.Set(v, ", "m.SetFull(v, ")
		if err != nil {
			return err
		}
		b.WriteString(call)
	}
	w.need(b.String(), known)
	fmt.Fprintf(w, "// %s\n%s\nreturn true\n", m.rule.where, b.String())
	return nil
}

// build is the Go expression for a term of the right side, which is argument i of an operation.
func (w *ruleWriter) build(m match, t *term, op string, i int) (string, error) {
	switch {
	case t.op != "":
		return w.operation(m, t, "m.New(v, ", "m.NewFull(v, ")
	case t.literal != "":
		typ, err := w.set.constType(op, i)
		if err != nil {
			return "", fmt.Errorf("%s: %w", m.rule.where, err)
		}
		return fmt.Sprintf("m.NewConst(v, %sType%s, %s)", w.set.pkg, camel(typ), m.expr(t.literal)), nil
	}
	name := t.name
	if t.constant {
		name = "$" + name
	}
	v, ok := m.names[name]
	if !ok || v[0] != 'v' {
		return "", fmt.Errorf("%s: %s is not a value of the left side", m.rule.where, name)
	}
	return v, nil
}

// operation is the call that makes an operation of the right side: the short form without Imm and Aux, or the full one.
func (w *ruleWriter) operation(m match, t *term, short, full string) (string, error) {
	ident, err := w.set.opIdent(t.op)
	if err != nil {
		return "", fmt.Errorf("%s: %w", m.rule.where, err)
	}
	call := short + ident
	if len(t.bracket) > 0 {
		imm, aux := m.expr(t.bracket[0]), "0"
		if len(t.bracket) > 1 {
			aux = m.expr(t.bracket[1])
		}
		call = fmt.Sprintf("%s%s, %s, %s", full, ident, imm, aux)
	}
	for i, a := range t.args {
		arg, err := w.build(m, a, t.op, i)
		if err != nil {
			return "", err
		}
		call += ", " + arg
	}
	return call + ")", nil
}
