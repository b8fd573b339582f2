package dbg

import (
	_ "embed"
	"fmt"
	"html"
	"io"
	"regexp"
	"strings"
)

// Page shows what each phase made of a function, side by side. Clicking a value or block follows it through all of them; a phase that
// changed nothing is folded to its name, and clicking a name folds or unfolds.
type Page struct {
	Title string

	columns strings.Builder
	last    string // the text of the newest column
}

// pageText has the places of title and columns in double braces. It is no html/template: that would keep every exported method of a program
// that embeds the engine from being left out by the linker.
//
//go:embed page.html
var pageText string

// pageNames are the words that a click follows.
var pageNames = regexp.MustCompile(`\b[vb][0-9]+\b`)

// Add appends a phase and its text.
func (p *Page) Add(name, text string) {
	class := ""
	if p.last == text {
		class = ` class="same folded"`
	}
	p.last = text
	body := pageNames.ReplaceAllString(html.EscapeString(text), "<b>$0</b>")
	fmt.Fprintf(&p.columns, "<section%s><h2>%s</h2><pre>%s</pre></section>\n", class, html.EscapeString(name), body)
}

// WriteTo writes the page as one HTML file that needs no other.
func (p *Page) WriteTo(w io.Writer) (int64, error) {
	fill := strings.NewReplacer("{{title}}", html.EscapeString(p.Title), "{{columns}}", p.columns.String())
	n, err := fill.WriteString(w, pageText)
	return int64(n), err
}
