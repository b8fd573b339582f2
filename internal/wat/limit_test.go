package wat

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/weft-wasm/weft/internal/wasm"
)

// TestNesting proves that no nesting makes the parser or the printer overflow the stack.
func TestNesting(t *testing.T) {
	const deep = 1_000_000
	for name, c := range map[string]struct {
		text string
		want wasm.Kind // "" if it is a module
	}{
		"parentheses":        {strings.Repeat("(", deep), wasm.UnexpectedToken},
		"folded blocks":      {"(func " + strings.Repeat("(block ", deep) + strings.Repeat(")", deep+1), wasm.NestingTooDeep},
		"folded operands":    {"(func " + strings.Repeat("(drop ", deep) + strings.Repeat(")", deep+1), wasm.NestingTooDeep},
		"folded initialiser": {"(global i32 " + strings.Repeat("(i32.eqz ", deep) + strings.Repeat(")", deep+1), wasm.NestingTooDeep},
		"as deep as allowed": {"(func " + strings.Repeat("(block ", maxDepth) + strings.Repeat(")", maxDepth+1), ""},
		"flat blocks":        {"(func " + strings.Repeat("block ", deep) + strings.Repeat("end ", deep) + ")", ""},
		"comments":           {strings.Repeat("(;", deep) + strings.Repeat(";)", deep), ""},
		"annotations":        {strings.Repeat("(@a", deep) + strings.Repeat(")", deep), ""},
		"annotations apart":  {strings.Repeat("(@a (;;)", deep) + strings.Repeat(")", deep), ""},
		"open annotations":   {strings.Repeat("(@a ", deep), wasm.UnclosedAnnotation},
	} {
		m, err := Parse(name, []byte(c.text))
		var e *Error
		errors.As(err, &e)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.want != "" && (e == nil || e.Kind != c.want):
			t.Errorf("%s: have %v, want %q", name, err, c.want)
		}
		if err != nil {
			continue
		}
		for _, o := range printings {
			if err := Print(io.Discard, m, o); err != nil {
				t.Errorf("%s: print with %+v: %v", name, o, err)
			}
		}
	}
	script := "(assert_return (invoke \"f\") " + strings.Repeat("(either ", deep)
	if _, err := ParseScript("either", []byte(script)); err == nil || kindOf(err) != string(wasm.NestingTooDeep) {
		t.Errorf("nested patterns: have %v, want %q", err, wasm.NestingTooDeep)
	}
}

// TestLinear parses texts that are slow to parse if anything takes time in proportion to the square of the text: tens of
// thousands of millions of steps where a few millions will do.
func TestLinear(t *testing.T) {
	const n = 200_000
	var locals strings.Builder
	for i := range n {
		fmt.Fprintf(&locals, "(local $l%d i32) ", i)
	}
	for name, text := range map[string]string{
		"labels":     "(func block $l " + strings.Repeat("block $m br $l ", n) + strings.Repeat("end ", n) + "end)",
		"locals":     "(func " + locals.String() + strings.Repeat("(drop (local.get $l7))", n) + ")",
		"functions":  strings.Repeat("(func (call $last))", n) + "(func $last)",
		"signatures": strings.Repeat("(func (param i32 i64) (result f32))", n),
		"comments":   strings.Repeat("(func) (; ( ;)", n),
		"imports":    strings.Repeat(`(import "" "" (func))`, n),
	} {
		start := time.Now()
		m, err := Parse(name, []byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := Print(io.Discard, m, PrintOptions{}); err != nil {
			t.Errorf("%s: print: %v", name, err)
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s: parsed and printed in %v, want a second", name, d)
		}
	}
	line := strings.Repeat(`(invoke "f") `, n)
	start := time.Now()
	s, err := ParseScript("script", []byte(line))
	if err != nil || len(s.Commands) != n || s.Commands[n-1].Pos().Col != 13*(n-1)+1 {
		t.Errorf("script: %v", err)
	}
	if d := time.Since(start); d > 20*time.Second {
		t.Errorf("script: parsed in %v, want a second", d)
	}
}

// benchText returns a module of about a megabyte.
func benchText() []byte {
	var b strings.Builder
	b.WriteString("(module (memory 1) (global $sp (mut i32) (i32.const 65536))\n")
	for i := range 3000 {
		fmt.Fprintf(&b, `  (func $function_%d (param $p i32) (result i32)
    (local $q i32) (local $r f64)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $q) (local.get $p)))
        (i32.store offset=16 (local.get $q) (i32.add (local.get $p) (i32.const %d)))
        (local.set $q (i32.add (local.get $q) (i32.const 1)))
        (br $next)))
    (call $function_%d (i32.load (global.get $sp))))
`, i, i*1000, 2999-i)
	}
	b.WriteString(")")
	return []byte(b.String())
}

func BenchmarkParse(b *testing.B) {
	text := benchText()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("bench.wat", text); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPrint counts bytes of text.
func BenchmarkPrint(b *testing.B) {
	m, err := Parse("bench.wat", benchText())
	if err != nil {
		b.Fatal(err)
	}
	for name, o := range map[string]PrintOptions{"flat": {}, "folded": {Folded: true}} {
		b.Run(name, func(b *testing.B) {
			var n counter
			b.ReportAllocs()
			for b.Loop() {
				n = 0
				if err := Print(&n, m, o); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(n))
		})
	}
}

// counter counts the bytes written to it.
type counter int

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}
