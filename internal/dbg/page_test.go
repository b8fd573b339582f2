package dbg

import (
	"strings"
	"testing"
)

func TestPage(t *testing.T) {
	p := Page{Title: "fib <1>"}
	p.Add("build", "b1(v1 i32):\n  v2 = i32.const 2\n  if v2 -> b1\n")
	p.Add("gvn", "b1(v1 i32):\n  v2 = i32.const 2\n  if v2 -> b1\n")
	p.Add("dce", "b1:\n")
	var w strings.Builder
	n, err := p.WriteTo(&w)
	if err != nil || n != int64(w.Len()) {
		t.Fatalf("%d bytes of %d, %v", n, w.Len(), err)
	}
	for _, want := range []string{
		"<h1>fib &lt;1&gt;</h1>",
		"<section><h2>build</h2><pre><b>b1</b>(<b>v1</b> i32):\n  <b>v2</b> = i32.const 2\n  if <b>v2</b> -&gt; <b>b1</b>\n</pre></section>",
		`<section class="same folded"><h2>gvn</h2>`,
		"<section><h2>dce</h2>",
	} {
		if !strings.Contains(w.String(), want) {
			t.Errorf("no %s in\n%s", want, w.String())
		}
	}
}
