package main

import (
	"fmt"
	"strconv"
	"strings"
)

// Rules become decision trees: each rule is a sequence of tests, each test about a place in the pattern, and rules that start with a
// test of the same place share a switch.

type testKind int

const (
	testOp        testKind = iota // what operation the value at the place has
	testArgs                      // how many arguments
	testImm                       // what Imm
	testAux                       // what Aux
	testSame                      // whether it is another value of the pattern
	testCondition                 // an expression, at no place
)

// test is one question; rules share it if kind and place are equal, and its answer too if want is.
type test struct {
	kind  testKind
	place string // the path of argument numbers from the root: "01" is the second argument of the first
	want  string
}

// match is a rule on its way into the tree.
type match struct {
	rule  rule
	tests []test
	names map[string]string // what the rule's names are in Go
}

// ruleSet is what the rules of one package need to know of it.
type ruleSet struct {
	ops     map[string]ssaOp // the generic operations
	pkg     string           // the qualifier of package ssa, "" inside of it
	targets string           // the prefix of the names of a target's operations, as in "amd64."
	methods map[string]bool  // those of package ssa's Rewriter; nil in package ssa, where there are no others
}

// valueTypes are the types that the name of an operation may end in.
var valueTypes = []string{"i32", "i64", "f32", "f64", "v128", "ref", "flags"}

// isTarget reports whether op is an operation of the target.
func (s *ruleSet) isTarget(op string) bool {
	return s.targets != "" && strings.HasPrefix(op, s.targets)
}

// cutType takes a type off the end of an operation of the target, or of a generic one that may have any.
func (s *ruleSet) cutType(op string) (name, typ string) {
	if _, ok := s.ops[op]; ok {
		return op, ""
	}
	if i := strings.LastIndexByte(op, '.'); i >= 0 && has(valueTypes, op[i+1:]) {
		return op[:i], op[i+1:]
	}
	return op, ""
}

// opIdent is the Go name of an operation.
func (s *ruleSet) opIdent(op string) (string, error) {
	if o, ok := s.ops[op]; ok {
		return s.pkg + o.ident(), nil
	}
	if s.isTarget(op) {
		return camel(op[len(s.targets):]), nil
	}
	return "", fmt.Errorf("unknown operation %s", op)
}

// constType is the type of a constant that is argument i of an operation.
func (s *ruleSet) constType(op string, i int) (string, error) {
	o, ok := s.ops[op]
	if !ok || i < 0 || i >= len(o.params) || o.params[i] == "t" {
		return "", fmt.Errorf("argument %d of %s has no type that a constant could have", i, op)
	}
	return o.params[i], nil
}

// variants are the ways to match a term: operations that commute also have their arguments exchanged, unless the right one is a constant or
// both match anything.
func (s *ruleSet) variants(t *term) []*term {
	if t.op == "" {
		return []*term{t}
	}
	lists := [][]*term{nil}
	for _, a := range t.args {
		var next [][]*term
		for _, list := range lists {
			for _, v := range s.variants(a) {
				next = append(next, append(list[:len(list):len(list)], v))
			}
		}
		lists = next
	}
	var out []*term
	for _, args := range lists {
		c := *t
		c.args = args
		out = append(out, &c)
		if s.turns(t.op, args) {
			d := *t
			d.args = []*term{args[1], args[0]}
			out = append(out, &d)
		}
	}
	return out
}

// turns reports whether a pattern with these arguments is also tried with them exchanged.
func (s *ruleSet) turns(op string, args []*term) bool {
	return has(s.ops[op].flags, "comm") && len(args) == 2 && !args[0].dots && !args[0].isConst() && !args[1].isConst() && (args[0].op != "" || args[1].op != "")
}

func (t *term) isConst() bool { return t.constant || strings.HasSuffix(t.op, ".const") }

func has(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// matches are the sequences of tests for a rule, one for each variant of its left side.
func (s *ruleSet) matches(r rule) ([]match, error) {
	var out []match
	for _, left := range s.variants(r.left) {
		m := match{rule: r, names: map[string]string{}}
		if err := s.collect(&m, left); err != nil {
			return nil, err
		}
		if r.condition != "" {
			for _, c := range strings.Split(r.condition, " && ") {
				m.tests = append(m.tests, test{testCondition, "", s.expr(&m, c)})
			}
		}
		out = append(out, m)
	}
	return out, nil
}

// placed is a term and where it stands.
type placed struct {
	t     *term
	place string
	op    string // the operation that it is an argument of
	index int
}

// lastPlace stands in a place for the last argument, however many there are.
const lastPlace = "9"

// collect lists the tests of a pattern level by level, the arguments of an operation from the last, where constants are.
func (s *ruleSet) collect(m *match, root *term) error {
	queue := []placed{{t: root}}
	for len(queue) > 0 {
		p := queue[0]
		queue = queue[1:]
		if err := s.collectTerm(m, p); err != nil {
			return err
		}
		for i := len(p.t.args) - 1; i >= 0; i-- {
			place := strconv.Itoa(i)
			if i > 0 && p.t.args[0].dots {
				place = lastPlace
			}
			queue = append(queue, placed{p.t.args[i], p.place + place, p.t.op, len(s.ops[p.t.op].params) - len(p.t.args) + i})
		}
	}
	return nil
}

func (s *ruleSet) collectTerm(m *match, p placed) error {
	t := p.t
	add := func(kind testKind, want string) { m.tests = append(m.tests, test{kind, p.place, want}) }
	switch {
	case t.constant:
		typ, err := s.constType(p.op, p.index)
		if err != nil {
			return err
		}
		add(testOp, s.pkg+"Op"+camel(typ+".const"))
		if t.literal != "" {
			add(testImm, t.literal)
			return nil
		}
		if old, ok := m.names[t.name]; ok {
			add(testImm, old)
			return nil
		}
		m.names[t.name], m.names["$"+t.name] = "c"+p.place, "v"+p.place
	case t.op != "":
		if err := s.collectOp(m, p, add); err != nil {
			return err
		}
		if t.name != "" {
			m.names[t.name] = "v" + p.place
		}
	case t.name == "_", t.dots:
	default:
		if old, ok := m.names[t.name]; ok {
			add(testSame, old)
			return nil
		}
		m.names[t.name] = "v" + p.place
	}
	return nil
}

// maxRuleArgs is how many arguments the Rewriter of package ssa gives access to.
const maxRuleArgs = 3

func (s *ruleSet) collectOp(m *match, p placed, add func(testKind, string)) error {
	t := p.t
	ident, err := s.opIdent(t.op)
	if err != nil {
		return err
	}
	o := s.ops[t.op]
	dots := len(t.args) > 0 && t.args[0].dots
	if n := len(o.params); len(t.args) != n && !(o.optional && len(t.args) == n-1) && !o.variadic && !(dots && len(t.args) == 1) {
		return fmt.Errorf("%s has %d arguments, want %d", t.op, len(t.args), n)
	}
	if len(t.args) > maxRuleArgs {
		return fmt.Errorf("%s has more than %d arguments: no rule can match it", t.op, maxRuleArgs)
	}
	if p.place != "" {
		add(testOp, ident)
	}
	if (o.optional || o.variadic) && !dots {
		add(testArgs, strconv.Itoa(len(t.args)))
	}
	for i, b := range t.bracket {
		kind, prefix := testImm, "c"
		if i == 1 {
			kind, prefix = testAux, "a"
		}
		if b == "_" {
			continue
		}
		if _, err := strconv.ParseInt(b, 0, 64); err == nil {
			add(kind, b)
		} else {
			m.names[b] = prefix + p.place
		}
	}
	return nil
}
