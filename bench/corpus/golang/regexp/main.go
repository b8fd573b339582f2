// Regexp searches and rewrites a text with package regexp and fills a template.
package main

import (
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"regexp"
	"strings"
	"text/template"

	"github.com/weft-wasm/weft/bench/corpus/golang/mark"
)

var patterns = []string{`[a-z]+tre\b`, `(?i)(ba|ce|di)[fg]o?u?[a-z]*`, `\b(\w\w)(\w\w)(\w\w)\b`, `st[^.]*?\.`, `(\w+) (\w+)\.`}

const page = `{{range $i, $line := .}}{{if lt $i 2000}}<li id="{{$i}}">{{printf "%-12s" $line | html}}</li>
{{end}}{{end}}`

func main() {
	random := mark.Random(2463534242)
	text := string(random.Text(100_000))
	mark.Start()
	for _, pattern := range patterns {
		re := regexp.MustCompile(pattern)
		found := re.FindAllStringIndex(text, -1)
		changed := re.ReplaceAllStringFunc(text, strings.ToUpper)
		fmt.Printf("%-40s %6d %08x\n", pattern, len(found), crc32.ChecksumIEEE([]byte(changed)))
	}
	hash := crc32.NewIEEE()
	filled := template.Must(template.New("page").Parse(page))
	if err := filled.Execute(io.Writer(hash), strings.Split(text, ".")); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	mark.End()
	fmt.Printf("page %08x\n", hash.Sum32())
}
