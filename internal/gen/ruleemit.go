package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
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
		set, err := newRuleSet(root, rows, pkg, targets)
		if err != nil {
			fatal(err)
		}
		fmt.Fprintf(w, "package %s\n\n", pkg)
		if pkg != "ssa" {
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

func newRuleSet(root string, rows []row, pkg, targets string) (*ruleSet, error) {
	ops, err := ssaOps(root, rows)
	if err != nil {
		return nil, err
	}
	set := &ruleSet{ops: map[string]ssaOp{}, targets: targets}
	for _, o := range ops {
		set.ops[o.name] = o
	}
	if pkg != "ssa" {
		set.pkg = "ssa."
		set.methods, err = rewriterMethods(root)
	}
	return set, err
}

var rewriterMethod = regexp.MustCompile(`(?m)^func \(\w+ \*Rewriter\) (\w+)\(`)

// rewriterMethods lists what rules of a target may call of package ssa.
func rewriterMethods(root string) (map[string]bool, error) {
	paths, err := filepath.Glob(filepath.Join(root, "internal/ssa/*.go"))
	if err != nil {
		return nil, err
	}
	methods := map[string]bool{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		for _, m := range rewriterMethod.FindAllSubmatch(text, -1) {
			methods[string(m[1])] = true
		}
	}
	return methods, nil
}

// write writes the method that applies rules, for a target that which makes condition flags, and what has rules.
func (w *ruleWriter) write(rules []rule) error {
	var plain, flags []rule
	for _, r := range rules {
		if r.flags == "" {
			plain = append(plain, r)
		} else {
			flags = append(flags, r)
		}
	}
	always, err := w.method(plain, "apply", "bool", "false", "rewrites v by the first rule that matches, and reports whether one did.")
	if err != nil || w.set.targets == "" {
		return err
	}
	fmt.Fprintf(w, "\n// always lists the operations with a rule that matches whatever the arguments are.\nvar always = []ssa.Op{\n")
	for _, ident := range always {
		fmt.Fprintf(w, "\t%s,\n", ident)
	}
	fmt.Fprintf(w, "}\n\n")
	_, err = w.method(flags, "flags", "(Cond, ssa.Value)", "0, 0", "makes condition flags for the truth of v by the first rule that matches. Without one it returns no flags.")
	return err
}

// method writes a method that switches on the operation of its argument, and one for each operation with its tree. It returns the operations
// with a rule that always matches.
func (w *ruleWriter) method(rules []rule, name, result, none, doc string) (always []string, err error) {
	var order []string
	byOp := map[string][]match{}
	for _, r := range rules {
		matches, err := w.set.matches(r)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.where, err)
		}
		if byOp[r.left.op] == nil {
			order = append(order, r.left.op)
		}
		byOp[r.left.op] = append(byOp[r.left.op], matches...)
	}
	fmt.Fprintf(w, "// %s %s\n", name, doc)
	fmt.Fprintf(w, "func (m *%s) %s(v %sValue) %s {\n\tswitch m.Op(v) {\n", w.receiver, name, w.set.pkg, result)
	for _, op := range order {
		ident, err := w.set.opIdent(op)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(byOp[op], func(m match) bool { return len(m.tests) == 0 }) {
			always = append(always, ident)
		}
		fmt.Fprintf(w, "\tcase %s:\n\t\treturn m.%s%s(v)\n", ident, name, camel(op))
	}
	fmt.Fprintf(w, "\t}\n\treturn %s\n}\n", none)
	for _, op := range order {
		fmt.Fprintf(w, "\nfunc (m *%s) %s%s(v %sValue) %s {\n", w.receiver, name, camel(op), w.set.pkg, result)
		done, err := w.tree(byOp[op], map[string]bool{"v": true})
		if err != nil {
			return nil, err
		}
		if !done {
			fmt.Fprintf(w, "\treturn %s\n", none)
		}
		fmt.Fprintf(w, "}\n")
	}
	return always, nil
}

// tree writes the tests of some rules: those that start at the same place as the first one in one switch, then the others. It reports whether
// one of them always matches in the end.
func (w *ruleWriter) tree(rules []match, known map[string]bool) (done bool, err error) {
	slices.SortStableFunc(rules, func(a, b match) int { return len(b.tests) - len(a.tests) })
	for len(rules) > 0 {
		if len(rules[0].tests) == 0 {
			if len(rules) > 1 && rules[1].rule.where != rules[0].rule.where {
				return false, fmt.Errorf("%s: never reached, as %s matches first", rules[1].rule.where, rules[0].rule.where)
			}
			return true, w.action(rules[0], known)
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
			return false, err
		}
		rules = rest
	}
	return false, nil
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
		if _, err := w.tree(by[answers[0]], clone(known)); err != nil {
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
		if _, err := w.tree(by[a], clone(known)); err != nil {
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
			parent, last := "v"+place[:len(place)-1], place[len(place)-1:]
			w.need(parent, known)
			if last == lastPlace {
				fmt.Fprintf(w, "%s := m.LastArg(%s)\n", name, parent)
			} else {
				fmt.Fprintf(w, "%s := m.Arg(%s, %s)\n", name, parent, last)
			}
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
var plainCalls = []string{"int64(", "uint64(", "int32(", "uint32(", "int8(", "int16(", "min(", "max("}

// expr is an expression of a rule in Go: names of the rule become locals, and functions methods of the receiver.
func (s *ruleSet) expr(m *match, e string) string {
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
		if exported := strings.ToUpper(call[:1]) + call[1:]; s.methods == nil || s.methods[exported[:len(exported)-1]] {
			return "m." + exported
		}
		return "m." + call
	})
}

// action writes what a rule does once it matched.
func (w *ruleWriter) action(m match, known map[string]bool) error {
	text, err := w.rightSide(m)
	if err != nil {
		return fmt.Errorf("%s: %w", m.rule.where, err)
	}
	w.need(text, known)
	fmt.Fprintf(w, "// %s\n%s\n", m.rule.where, text)
	if m.rule.flags == "" {
		fmt.Fprintf(w, "return true\n")
	}
	return nil
}

func (w *ruleWriter) rightSide(m match) (string, error) {
	right := m.rule.right
	switch {
	case m.rule.do != "":
		call := strings.Replace(w.set.expr(&m, m.rule.do), "(", "(v, ", 1)
		return strings.Replace(call, ", )", ")", 1), nil
	case m.rule.flags != "":
		flags, err := w.build(m, right, "", 0)
		return fmt.Sprintf("return %s, %s", m.rule.flags, flags), err
	case right.constant && right.literal != "":
		return fmt.Sprintf("m.SetConst(v, %s)", w.set.expr(&m, right.literal)), nil
	case right.op == "":
		v, err := w.build(m, right, "", 0)
		return fmt.Sprintf("m.Become(v, %s)", v), err
	case w.set.isTarget(right.op):
		return w.machine(m, right, "m.set%s(v, ")
	}
	return w.operation(m, right, "m.Set(v, ", "m.SetFull(v, ")
}

// build is the Go expression for a term of the right side, which is argument i of an operation.
func (w *ruleWriter) build(m match, t *term, op string, i int) (string, error) {
	switch {
	case t.op != "" && w.set.isTarget(t.op):
		return w.machine(m, t, "m.emit%s("+w.typeOf(t))
	case t.op != "":
		return w.operation(m, t, "m.New(v, ", "m.NewFull(v, ")
	case t.call != "":
		return w.set.expr(&m, t.call), nil
	case t.literal != "":
		typ, err := w.set.constType(op, i)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("m.NewConst(v, %sType%s, %s)", w.set.pkg, camel(typ), w.set.expr(&m, t.literal)), nil
	}
	name := t.name
	if t.constant {
		name = "$" + name
	}
	v, ok := m.names[name]
	if !ok || v[0] != 'v' {
		return "", fmt.Errorf("%s is not a value of the left side", name)
	}
	return v, nil
}

// typeOf is the type of an operation of the target inside a right side, as an argument.
func (w *ruleWriter) typeOf(t *term) string {
	if _, typ := w.set.cutType(t.op); typ != "" {
		return "ssa.Type" + camel(typ) + ", "
	}
	return "m.Type(v), "
}

// operation is the call that makes a generic operation of the right side: the short form without Imm and Aux, or the full one.
func (w *ruleWriter) operation(m match, t *term, short, full string) (string, error) {
	ident, err := w.set.opIdent(t.op)
	if err != nil {
		return "", err
	}
	call := short + ident
	if len(t.bracket) > 0 {
		imm, aux := w.brackets(m, t)
		call = fmt.Sprintf("%s%s, %s, %s", full, ident, imm, aux)
	}
	return w.withArgs(m, t, t.args, call)
}

func (w *ruleWriter) brackets(m match, t *term) (imm, aux string) {
	imm, aux = "0", "0"
	if len(t.bracket) > 0 {
		imm = w.set.expr(&m, t.bracket[0])
	}
	if len(t.bracket) > 1 {
		aux = w.set.expr(&m, t.bracket[1])
	}
	return imm, aux
}

// machine is the call that makes an operation of the target; start has a place for what tells those with an access from those without.
func (w *ruleWriter) machine(m match, t *term, start string) (string, error) {
	name, _ := w.set.cutType(t.op)
	ident, err := w.set.opIdent(name)
	if err != nil {
		return "", err
	}
	imm, aux := w.brackets(m, t)
	if numeric.FindString(imm) == "" {
		imm = "int64(" + imm + ")"
	}
	last := aux
	var args []*term
	for _, a := range t.args {
		if !a.access {
			args = append(args, a)
			continue
		}
		if last = m.names[a.name]; last == "" {
			return "", fmt.Errorf("%s is not an access of the left side", a.name)
		}
	}
	call := fmt.Sprintf(start, map[bool]string{true: "Access"}[len(args) < len(t.args)])
	return w.withArgs(m, t, args, call+ident+", "+imm+", "+last)
}

var numeric = regexp.MustCompile(`^(-?[0-9]+|c[0-9]*)$`)

func (w *ruleWriter) withArgs(m match, t *term, args []*term, call string) (string, error) {
	for i, a := range args {
		arg, err := w.build(m, a, t.op, i)
		if err != nil {
			return "", err
		}
		call += ", " + arg
	}
	return call + ")", nil
}
