package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// The rule language. A rule is an equation on one line: whatever matches the left side may be computed by the right side instead.
//
//	(iN.add (iN.add x $c) $d) = (iN.add x {c + d})
//	(iN.mul x $c)             = (iN.shl x {log2(c)})    if pow2(c)
//
// On the left side stand
//
//	(op a b)      an operation; (op[i] …) or (op[i,j] …) with names or numbers for its Imm and Aux
//	x             any value; the same value where the name stands twice; _ any value, without a name
//	$c            a constant; c is its Imm in expressions
//	7             the constant 7
//	x:(op a)      an operation, with a name for its value
//
// On the right side stand the same, and {expression} for a constant computed in Go; brackets hold expressions. A condition, behind `if`, is a Go
// expression. Functions called in expressions are methods of the receiver of the rules: pow2(c) calls m.Pow2(c).
//
// Rules that select instructions make operations of a target. They may also say
//
//	m:(i32.load ..)                    on the left, `..` for base and index of an access, if it has one; what is stored follows
//	(amd64.add32.load x &m)            an operation on the memory that the access m is to; m is then made by this operation
//	(amd64.vpshufb.v128 x fill(0))     the type of a result that could be of several, if not that of what is computed; a value that Go makes
//	= do divide(x, y)                  that the method divide rewrites the root, which is called v
//	cond (iN.eq x y) = CondE (amd64.cmpN x y)
//	                                   how the truth of the left side is made as condition flags: the condition that holds of them then
//
// Operations that commute match either way round, except that constants stand on the right. One line may be several rules: names that end in N end in
// 32 and 64 instead, those that end in X in s and d with them, and <a b c> stands for a, b and c, in step with other such lists of the same
// length in the line. A rule that looks more closely at an operand is tried before one that does not, and of those that look equally closely
// the first.

// term is a node of either side.
type term struct {
	op       string   // of an operation
	bracket  []string // its Imm and Aux
	args     []*term
	name     string // of a value or constant
	constant bool   // $name or a literal
	literal  string // a number, or on the right side an expression
	call     string // on the right side: a call that makes a value
	access   bool   // on the right side: &name
	dots     bool   // on the left side: base and index of an access
}

// rule is one equation.
type rule struct {
	where     string // file:line
	left      *term
	right     *term
	condition string
	do        string // a call that rewrites the root, instead of a right side
	flags     string // of a rule for condition flags: the condition
}

// readRules reads all rule files that match a pattern below root, in the order of their names.
func readRules(root, pattern string) ([]rule, error) {
	paths, err := filepath.Glob(filepath.Join(root, pattern))
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("no files %s (%v)", pattern, err)
	}
	var rules []rule
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		for i, line := range strings.Split(string(text), "\n") {
			line, _, _ = strings.Cut(line, "#")
			if strings.TrimSpace(line) == "" {
				continue
			}
			where := fmt.Sprintf("%s:%d", filepath.Base(path), i+1)
			for _, one := range expandRule(line) {
				r, err := parseRule(one)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", where, err)
				}
				r.where = where
				rules = append(rules, r)
			}
		}
	}
	return rules, nil
}

var (
	widthWord = regexp.MustCompile(`\b\w*[NX]\b`)
	choice    = regexp.MustCompile(`<[-A-Za-z0-9_. ]+>`)
)

// expandRule writes out the widths and the choices of a line.
func expandRule(line string) []string {
	if !widthWord.MatchString(line) {
		return expandChoices(line)
	}
	var out []string
	for _, n := range []string{"32", "64"} {
		wide := widthWord.ReplaceAllStringFunc(line, func(w string) string {
			if w[len(w)-1] == 'X' {
				return w[:len(w)-1] + map[string]string{"32": "s", "64": "d"}[n]
			}
			return w[:len(w)-1] + n
		})
		out = append(out, expandChoices(wide)...)
	}
	return out
}

// expandChoices writes out the first choice, with those of the same length in step, and then the others.
func expandChoices(line string) []string {
	first := strings.Fields(strings.Trim(choice.FindString(line), "<>"))
	if len(first) == 0 {
		return []string{line}
	}
	var out []string
	for i := range first {
		one := choice.ReplaceAllStringFunc(line, func(c string) string {
			if words := strings.Fields(strings.Trim(c, "<>")); len(words) == len(first) {
				return words[i]
			}
			return c
		})
		out = append(out, expandChoices(one)...)
	}
	return out
}

func parseRule(line string) (r rule, err error) {
	p := ruleParser{rest: line}
	p.blanks()
	isCond := p.keyword("cond")
	if r.left, err = p.term(); err != nil {
		return r, err
	}
	if r.left.op == "" {
		return r, fmt.Errorf("the left side must be an operation")
	}
	p.blanks()
	if !strings.HasPrefix(p.rest, "=") {
		return r, fmt.Errorf("want = in front of %q", p.rest)
	}
	p.rest = p.rest[1:]
	p.blanks()
	if isCond {
		r.flags = p.word()
	}
	if !isCond && p.keyword("do") {
		r.do, p.rest = p.action()
	} else if r.right, err = p.term(); err != nil {
		return r, err
	}
	p.blanks()
	if rest, ok := strings.CutPrefix(p.rest, "if "); ok {
		r.condition = strings.TrimSpace(rest)
	} else if p.rest != "" {
		return r, fmt.Errorf("unexpected %q", p.rest)
	}
	return r, nil
}

type ruleParser struct{ rest string }

func (p *ruleParser) blanks() { p.rest = strings.TrimSpace(p.rest) }

// keyword takes a word, if it is the next one and a blank follows.
func (p *ruleParser) keyword(w string) bool {
	rest, ok := strings.CutPrefix(p.rest, w+" ")
	if ok {
		p.rest = rest
	}
	return ok
}

// action is the call behind do, and what follows it.
func (p *ruleParser) action() (call, rest string) {
	if i := strings.Index(p.rest, " if "); i >= 0 {
		return strings.TrimSpace(p.rest[:i]), p.rest[i:]
	}
	return p.rest, ""
}

func (p *ruleParser) accept(c byte) bool {
	if p.rest != "" && p.rest[0] == c {
		p.rest = p.rest[1:]
		return true
	}
	return false
}

// word takes what stands in front of a delimiter.
func (p *ruleParser) word() string {
	n := strings.IndexAny(p.rest, " ()[]{}:=")
	if n < 0 {
		n = len(p.rest)
	}
	w := p.rest[:n]
	p.rest = p.rest[n:]
	return w
}

// until takes what stands in front of a closing bracket, with inner brackets in balance, and the bracket.
func (p *ruleParser) until(opening, closing byte) (string, error) {
	depth := 1
	for i := range len(p.rest) {
		switch p.rest[i] {
		case opening:
			depth++
		case closing:
			if depth--; depth == 0 {
				s := p.rest[:i]
				p.rest = p.rest[i+1:]
				return s, nil
			}
		}
	}
	return "", fmt.Errorf("%c is not closed", opening)
}

func (p *ruleParser) term() (t *term, err error) {
	p.blanks()
	switch {
	case p.accept('('):
		return p.operation()
	case p.accept('{'):
		expr, err := p.until('{', '}')
		return &term{constant: true, literal: expr}, err
	case p.accept('$'):
		return &term{constant: true, name: p.word()}, nil
	case p.accept('&'):
		return &term{access: true, name: p.word()}, nil
	}
	w := p.word()
	if w == ".." {
		return &term{dots: true}, nil
	}
	if w != "" && p.accept('(') {
		args, err := p.until('(', ')')
		return &term{call: w + "(" + args + ")"}, err
	}
	if w == "" {
		return nil, fmt.Errorf("want a term in front of %q", p.rest)
	}
	if _, err := strconv.ParseInt(w, 0, 64); err == nil {
		return &term{constant: true, literal: w}, nil
	}
	if p.accept(':') {
		if !p.accept('(') {
			return nil, fmt.Errorf("want an operation behind %s:", w)
		}
		t, err = p.operation()
		if err == nil {
			t.name = w
		}
		return t, err
	}
	return &term{name: w}, nil
}

// splitList cuts a list at the commas that are not within parentheses.
func splitList(s string) (list []string) {
	depth, start := 0, 0
	for i, c := range s {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			list = append(list, strings.TrimSpace(s[start:i]))
			start = i + 1
		}
	}
	return append(list, strings.TrimSpace(s[start:]))
}

func (p *ruleParser) operation() (*term, error) {
	t := &term{op: p.word()}
	if p.accept('[') {
		inner, err := p.until('[', ']')
		if err != nil {
			return nil, err
		}
		t.bracket = splitList(inner)
	}
	for p.blanks(); !p.accept(')'); p.blanks() {
		if p.rest == "" {
			return nil, fmt.Errorf("( is not closed")
		}
		a, err := p.term()
		if err != nil {
			return nil, err
		}
		t.args = append(t.args, a)
	}
	return t, nil
}
