package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func testRuleSet(t *testing.T) *ruleSet {
	t.Helper()
	rows, err := readTable(filepath.Join("../..", instrTable))
	if err != nil {
		t.Fatal(err)
	}
	ops, err := ssaOps("../..", rows)
	if err != nil {
		t.Fatal(err)
	}
	s := &ruleSet{ops: map[string]ssaOp{}, pkg: "ssa.", targets: "amd64.", methods: map[string]bool{"Once": true}}
	for _, o := range ops {
		s.ops[o.name] = o
	}
	return s
}

// generated is the code for some rules, or the error.
func generated(t *testing.T, text string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "test.rules"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	rules, err := readRules(dir, "*.rules")
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	w := ruleWriter{&b, testRuleSet(t), "selector"}
	err = w.write(rules)
	return b.String(), err
}

// Rules that start alike share their tests, commuted variants are tried, and those of a target make its operations.
func TestRuleTree(t *testing.T) {
	have, err := generated(t, `
(i32.add x $c)                     = (amd64.add_imm[c] x)          if int32(c) != 0 && fits(c)
(i32.add x 0)                      = x
(i32.add y s:(i32.load[o,r] b))    = (amd64.add_load[o,r] y b)     if once(s)
(i32.sub x y)                      = do subtract(x, y)
m:(i32.store .. (i32.add x y))     = (amd64.store (amd64.add.i32 x fill(0)) &m)
cond (i32.eqz x)                   = CondE (amd64.test x x)
`)
	if err != nil {
		t.Fatal(err)
	}
	const want = `// apply rewrites v by the first rule that matches, and reports whether one did.
func (m *selector) apply(v ssa.Value) bool {
	switch m.Op(v) {
	case ssa.OpI32Add:
		return m.applyI32Add(v)
	case ssa.OpI32Sub:
		return m.applyI32Sub(v)
	case ssa.OpI32Store:
		return m.applyI32Store(v)
	}
	return false
}

func (m *selector) applyI32Add(v ssa.Value) bool {
v1 := m.Arg(v, 1)
switch m.Op(v1) {
case ssa.OpI32Const:
c1 := m.Imm(v1)
if int32(c1) != 0 {
if m.fits(c1) {
v0 := m.Arg(v, 0)
// test.rules:2
m.set(v, AddImm, c1, 0, v0)
return true
}
}
if c1 == 0 {
v0 := m.Arg(v, 0)
// test.rules:3
m.Become(v, v0)
return true
}
case ssa.OpI32Load:
if m.NumArgs(v1) == 1 {
if m.Once(v1) {
c1 := m.Imm(v1)
a1 := m.Aux(v1)
v0 := m.Arg(v, 0)
v10 := m.Arg(v1, 0)
// test.rules:4
m.set(v, AddLoad, c1, a1, v0, v10)
return true
}
}
}
v0 := m.Arg(v, 0)
if m.Op(v0) == ssa.OpI32Load {
if m.NumArgs(v0) == 1 {
if m.Once(v0) {
c0 := m.Imm(v0)
a0 := m.Aux(v0)
v00 := m.Arg(v0, 0)
// test.rules:4
m.set(v, AddLoad, c0, a0, v1, v00)
return true
}
}
}
	return false
}

func (m *selector) applyI32Sub(v ssa.Value) bool {
v0 := m.Arg(v, 0)
v1 := m.Arg(v, 1)
// test.rules:5
m.subtract(v, v0, v1)
return true
}

func (m *selector) applyI32Store(v ssa.Value) bool {
v9 := m.LastArg(v)
if m.Op(v9) == ssa.OpI32Add {
v90 := m.Arg(v9, 0)
// test.rules:6
m.setAccess(v, Store, 0, v, m.emit(ssa.TypeI32, Add, 0, 0, v90, m.fill(0)))
return true
}
	return false
}

// always lists the operations with a rule that matches whatever the arguments are.
var always = []ssa.Op{
	ssa.OpI32Sub,
}

// flags makes condition flags for the truth of v by the first rule that matches. Without one it returns no flags.
func (m *selector) flags(v ssa.Value) (Cond, ssa.Value) {
	switch m.Op(v) {
	case ssa.OpI32Eqz:
		return m.flagsI32Eqz(v)
	}
	return 0, 0
}

func (m *selector) flagsI32Eqz(v ssa.Value) (Cond, ssa.Value) {
v0 := m.Arg(v, 0)
// test.rules:7
return CondE, m.emit(m.Type(v), Test, 0, 0, v0, v0)
}
`
	if have != want {
		t.Errorf("have\n%s\nwant\n%s", have, want)
	}
}

func TestRuleErrors(t *testing.T) {
	for text, want := range map[string]string{
		"x = y":                                "the left side must be an operation",
		"(i32.add x y":                         "( is not closed",
		"(i32.add x y) x":                      `want = in front of "x"`,
		"(i32.add x y) = x y":                  `unexpected "y"`,
		"(i32.add x y) = ":                     `want a term in front of ""`,
		"(i32.add x y) = {c":                   "{ is not closed",
		"(i32.plus x y) = x":                   "unknown operation i32.plus",
		"(i32.add x) = x":                      "i32.add has 1 arguments, want 2",
		"(i32.add x y) = z":                    "z is not a value of the left side",
		"(i32.add x $c) = (select x x 1)":      "argument 2 of select has no type that a constant could have",
		"(i64.add128 x y z w) = x":             "i64.add128 has more than 3 arguments: no rule can match it",
		"(i32.add x y) = x\n(i32.add x y) = y": "test.rules:2: never reached, as test.rules:1 matches first",
		"(i32.add s:x y) = x":                  "want an operation behind s:",
		"(i32.add x y) = (amd64.add x &m)":     "m is not an access of the left side",
	} {
		if _, err := generated(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: have %v, want %s", text, err, want)
		}
	}
}

func TestExpandRule(t *testing.T) {
	have := expandRule("(iN.<lt gt> x (<a b c> y)) = (iN.<gt lt> y N)")
	want := []string{}
	for _, n := range []string{"32", "64"} {
		for _, p := range [][2]string{{"lt", "gt"}, {"gt", "lt"}} {
			for _, c := range []string{"a", "b", "c"} {
				want = append(want, "(i"+n+"."+p[0]+" x ("+c+" y)) = (i"+n+"."+p[1]+" y "+n+")")
			}
		}
	}
	if strings.Join(have, "\n") != strings.Join(want, "\n") {
		t.Errorf("have\n%s\nwant\n%s", strings.Join(have, "\n"), strings.Join(want, "\n"))
	}
}
