package dbg

import (
	_ "embed"
	"fmt"
	"html"
	"io"
	"regexp"
	"strings"
)

// Page shows what each phase made of a function, side by side, as one HTML file that needs no other.
//
// A click on a value or a block marks it in all phases, where it is defined more than where it is used, and scrolls them to it; one on a
// position, which is @ and hex digits as in the IR's text form, marks all that was made for that place in the source. Lines that the phase before
// does not have are marked at the side. A phase that changed nothing is folded to its name; a click on a name folds or unfolds.
type Page struct {
	Title string

	columns []column
	last    string // the newest text of a phase
}

// column is one of a page.
type column struct {
	kind  string // "source", "code", "same" or ""
	name  string
	body  string // its lines, as HTML
	lines int
}

// A page with more than largePage lines opens with most of its phases folded: browsers take seconds for a hundred thousand elements.
const largePage = 30_000

// pageText has the places of title and columns in double braces. It is no html/template: that would keep every exported method of a program
// that embeds the engine from being left out by the linker.
//
//go:embed page.html
var pageText string

var (
	// pageNames are the words that a click follows, with the character in front of them: names of the source may have such words in them.
	pageNames = regexp.MustCompile(`(^|[^\w$.])([vb][0-9]+)\b`)
	// pageHeader is a line that defines a block and its parameters.
	pageHeader = regexp.MustCompile(`^b[0-9]+(?:[(:]| cold)`)
	// pageDefined is a line that defines a value, with what stands in front of the rest.
	pageDefined = regexp.MustCompile(`^(\s*)(v[0-9]+)( = .*)`)
	// pagePosition is a position, with the digits.
	pagePosition = regexp.MustCompile(` @([0-9a-f]+)\b`)
)

// AddSource appends the source: its lines have positions, and no names of values.
func (p *Page) AddSource(name, text string) { p.add("source", name, text, nil, html.EscapeString) }

// Add appends a phase and its text in the IR's form.
func (p *Page) Add(name, text string) {
	kind := ""
	if p.last == text {
		kind = "same"
	}
	p.add(kind, name, text, common(p.last, text), markNames)
	p.last = text
}

// AddCode appends a phase whose text has no names of values, such as machine code. A line without a position has that of the line before.
func (p *Page) AddCode(name, text string) { p.add("code", name, text, nil, html.EscapeString) }

// add appends a column; lines that are not in old, which is nil if there is nothing to compare with, are new.
func (p *Page) add(kind, name, text string, old map[string]bool, mark func(string) string) {
	var body strings.Builder
	lines := 0
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \n")
		class := ""
		if old != nil && !old[line] {
			class = ` class="new"`
		}
		fmt.Fprintf(&body, "<div%s>%s</div>", class, pagePosition.ReplaceAllString(mark(line), ` <i>@$1</i>`))
		lines++
	}
	p.columns = append(p.columns, column{kind, name, body.String(), lines})
}

// common returns the lines of a text that has a good part of its lines in common with another one, and nil if it has not.
func common(old, text string) map[string]bool {
	lines := map[string]bool{}
	for line := range strings.Lines(old) {
		lines[strings.TrimRight(line, " \n")] = true
	}
	shared, all := 0, 0
	for line := range strings.Lines(text) {
		all++
		if lines[strings.TrimRight(line, " \n")] {
			shared++
		}
	}
	if shared*4 < all {
		return nil
	}
	return lines
}

// markNames makes elements of the names of values and blocks in a line: b with class d where they are defined.
func markNames(line string) string {
	if pageHeader.MatchString(line) {
		return pageNames.ReplaceAllString(html.EscapeString(line), `$1<b class="d">$2</b>`)
	}
	if parts := pageDefined.FindStringSubmatch(line); parts != nil {
		return parts[1] + `<b class="d">` + parts[2] + "</b>" + markUses(parts[3])
	}
	return markUses(line)
}

func markUses(text string) string {
	return pageNames.ReplaceAllString(html.EscapeString(text), "$1<b>$2</b>")
}

// WriteTo writes the page.
func (p *Page) WriteTo(w io.Writer) (int64, error) {
	lines := 0
	for i := range p.columns {
		lines += p.columns[i].lines
	}
	var columns strings.Builder
	for i := range p.columns {
		p.columns[i].write(&columns, lines > largePage && i > 1)
	}
	fill := strings.NewReplacer("{{title}}", html.EscapeString(p.Title), "{{columns}}", columns.String())
	n, err := fill.WriteString(w, pageText)
	return int64(n), err
}

// write writes a column. Its lines are in a comment, which browsers do not look into; the page takes them out when the column is unfolded.
// No comment ends early: what stands between tags is escaped, and no tag begins with a dash.
func (c *column) write(w *strings.Builder, large bool) {
	class := c.kind
	if c.kind == "same" || large && c.kind != "code" {
		class = strings.TrimSpace(class + " folded")
	}
	fmt.Fprintf(w, "<section class=%q><h2>%s</h2><pre><!--%s--></pre></section>\n", class, html.EscapeString(c.name), c.body)
}
