package main

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

const articles = 24

// Article is what one file of the archive holds, as JSON.
type Article struct {
	ID    int            `json:"id"`
	Title string         `json:"title"`
	Tags  []string       `json:"tags,omitempty"`
	Score float64        `json:"score"`
	Words map[string]int `json:"words"`
	Body  string         `json:"body"`
}

var vocabulary = strings.Fields(`loom weft warp shuttle thread spindle heddle reed selvage bobbin
	twill tapestry pattern colour wool linen silk cotton dye wheel`)

func newArticle(id int) Article {
	random := rand.New(rand.NewSource(int64(id)))
	word := func() string { return vocabulary[random.Intn(len(vocabulary))] }
	a := Article{ID: id, Title: word() + " & " + word(), Score: random.Float64(), Words: map[string]int{}}
	var body []string
	for range 120 + random.Intn(80) {
		w := word()
		a.Words[w]++
		body = append(body, w)
	}
	body = append(body, fmt.Sprintf("ref:%04d-%s <%s@example.org>", random.Intn(10000), word(), word()))
	a.Body = strings.Join(body, " ")
	for w, n := range a.Words {
		if n >= 13 {
			a.Tags = append(a.Tags, w)
		}
	}
	sort.Strings(a.Tags)
	return a
}

func articlePath(root string, id int) string {
	return filepath.Join(root, fmt.Sprintf("shelf%d", id%3), fmt.Sprintf("article%02d.json", id))
}

func writeArticles(root string) error {
	for shelf := range 3 {
		if err := os.MkdirAll(filepath.Join(root, fmt.Sprintf("shelf%d", shelf)), 0o755); err != nil {
			return err
		}
	}
	total := 0
	for id := range articles {
		data, err := json.MarshalIndent(newArticle(id), "", "  ")
		if err != nil {
			return err
		}
		total += len(data)
		if err := os.WriteFile(articlePath(root, id), data, 0o644); err != nil {
			return err
		}
	}
	fmt.Printf("%d articles, %d bytes\n", articles, total)
	return nil
}

func readArticle(root string, id int) (Article, error) {
	var a Article
	data, err := os.ReadFile(articlePath(root, id))
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal(data, &a)
}
