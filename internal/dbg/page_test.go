package dbg

import (
	"regexp"
	"strings"
	"testing"
)

func pageOf(t *testing.T, fill func(*Page)) string {
	t.Helper()
	p := Page{Title: "fib <1>"}
	fill(&p)
	var w strings.Builder
	n, err := p.WriteTo(&w)
	if err != nil || n != int64(w.Len()) {
		t.Fatalf("%d bytes of %d, %v", n, w.Len(), err)
	}
	return w.String()
}

func TestPage(t *testing.T) {
	const built = "b1(v1 i32):\n  v2 = i32.const 2 @1f\n  v3 = i32.const 3\n  if v2 -> b1(v3)\n"
	page := pageOf(t, func(p *Page) {
		p.AddSource("wasm", "  3c  call $b1 @1f\n")
		p.Add("build", built)
		p.Add("gvn", built)
		p.Add("dce", "b1(v1 i32):\n  v2 = i32.const 2 @1f\n  v3 = i32.const 4\n  if v2 -> b1(v3)\n")
		p.Add("allocate", "    mov\n")
		p.AddCode("emit", "  0  c3  \tret @1f\n")
	})
	for _, want := range []string{
		"<title>fib &lt;1&gt;</title>",
		"<h1>fib &lt;1&gt;</h1>",
		`<section class="source"><h2>wasm</h2><pre><!--<div>  3c  call $b1 <i>@1f</i></div>--></pre></section>`,
		`<section class=""><h2>build</h2><pre><!--<div><b class="d">b1</b>(<b class="d">v1</b> i32):</div>` +
			`<div>  <b class="d">v2</b> = i32.const 2 <i>@1f</i></div><div>  <b class="d">v3</b> = i32.const 3</div>` +
			`<div>  if <b>v2</b> -&gt; <b>b1</b>(<b>v3</b>)</div>--></pre></section>`,
		`<section class="same folded"><h2>gvn</h2>`,
		`<div class="new">  <b class="d">v3</b> = i32.const 4</div><div>  if`,
		`<section class=""><h2>allocate</h2><pre><!--<div>    mov</div>`,
		`<section class="code"><h2>emit</h2><pre><!--<div>  0  c3  	ret <i>@1f</i></div>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in\n%s", want, page)
		}
	}
}

// TestPageAlone shows that a page loads nothing.
func TestPageAlone(t *testing.T) {
	page := pageOf(t, func(p *Page) { p.Add("build", "b1:\n  return\n") })
	if found := regexp.MustCompile(`(?i)https?:|\bsrc=|<link|@import|url\(|fetch\(`).FindString(page); found != "" {
		t.Errorf("the page has %q", found)
	}
	if strings.Contains(page, "{{") {
		t.Error("a place was not filled")
	}
}

// TestPageEscapes puts markup wherever a module's author can put text.
func TestPageEscapes(t *testing.T) {
	const evil = `--><script>alert(1)</script><!--`
	page := pageOf(t, func(p *Page) {
		p.AddSource(evil, evil+"\n")
		p.Add(evil, "v1 = "+evil+"\nb1("+evil+"):\n"+evil)
		p.AddCode(evil, evil)
	})
	if n := strings.Count(page, "<script>"); n != 1 {
		t.Errorf("the page has %d scripts", n)
	}
	if starts, ends := strings.Count(page, "<!--"), strings.Count(page, "-->"); starts != 3 || ends != 3 {
		t.Errorf("the page has %d starts and %d ends of comments, want 3", starts, ends)
	}
}

// TestPageLarge shows which columns of a large page are folded.
func TestPageLarge(t *testing.T) {
	for lines, want := range map[int]string{10: "|same folded||code", largePage: "|same folded|folded|code"} {
		page := pageOf(t, func(p *Page) {
			p.Add("build", "x\n")
			p.Add("gvn", "x\n")
			p.Add("lower", strings.Repeat("y\n", lines))
			p.AddCode("emit", "z\n")
		})
		var classes []string
		for _, m := range regexp.MustCompile(`<section class="([^"]*)">`).FindAllStringSubmatch(page, -1) {
			classes = append(classes, m[1])
		}
		if have := strings.Join(classes, "|"); have != want {
			t.Errorf("%d lines: have %q, want %q", lines, have, want)
		}
	}
}
