package main

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"sync"
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

// indexArticles counts words with four workers that share one channel of ids and send to one of counts.
func indexArticles(root string) error {
	type result struct {
		words map[string]int
		err   error
	}
	ids, results := make(chan int), make(chan result)
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for id := range ids {
				a, err := readArticle(root, id)
				results <- result{a.Words, err}
			}
		})
	}
	go func() {
		for id := range articles {
			ids <- id
		}
		close(ids)
		workers.Wait()
		close(results)
	}()

	index := map[string]int{}
	var failure error
	for r := range results {
		if r.err != nil {
			failure = r.err
		}
		for w, n := range r.words {
			index[w] += n
		}
	}
	words := make([]string, 0, len(index))
	for w := range index {
		words = append(words, w)
	}
	sort.Slice(words, func(i, j int) bool {
		a, b := words[i], words[j]
		return index[a] > index[b] || index[a] == index[b] && a < b
	})
	for _, w := range words[:5] {
		fmt.Printf("%-10s %4d\n", w, index[w])
	}
	return failure
}

// compressArticles compresses the whole archive into one stream, reads it back and compares.
func compressArticles(root string) error {
	var plain, packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		return err
	}
	for id := range articles {
		data, err := os.ReadFile(articlePath(root, id))
		if err != nil {
			return err
		}
		plain.Write(data)
	}
	if _, err := w.Write(plain.Bytes()); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	name := filepath.Join(root, "archive.z")
	if err := os.WriteFile(name, packed.Bytes(), 0o600); err != nil {
		return err
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	back, err := io.ReadAll(flate.NewReader(f))
	if err != nil {
		return err
	}
	fmt.Printf("%d bytes in %d, crc %08x, equal %t\n", plain.Len(), packed.Len(), crc32.ChecksumIEEE(packed.Bytes()),
		bytes.Equal(back, plain.Bytes()))
	return nil
}

func searchArticles(root string) error {
	reference := regexp.MustCompile(`ref:(\d+)-(\w+) <(?P<mail>[^>]+)>`)
	repeated := regexp.MustCompile(`\b(silk|wool) (?:\w+ )?(dye|wheel)\b`)
	for id := 0; id < articles; id += 4 {
		a, err := readArticle(root, id)
		if err != nil {
			return err
		}
		m := reference.FindStringSubmatch(a.Body)
		fmt.Printf("%2d %q %v %.4f: %s at %s, %d pairs\n", a.ID, a.Title, a.Tags, a.Score, m[1],
			m[reference.SubexpIndex("mail")], len(repeated.FindAllString(a.Body, -1)))
	}
	return nil
}
