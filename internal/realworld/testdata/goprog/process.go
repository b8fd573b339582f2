package main

import (
	"bytes"
	"compress/flate"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"sync"
)

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
