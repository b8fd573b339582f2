// Goprog is the guest that exercises Go's own runtime: it writes a small archive of generated articles below the
// directory given as its only argument, processes it with goroutines, and prints what it saw. Its output depends on
// nothing outside, so the run inside WebAssembly must print what the native run prints.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: goprog DIR")
		os.Exit(2)
	}
	root := filepath.Join(os.Args[1], "archive")
	steps := []struct {
		name string
		run  func(root string) error
	}{
		{"write", writeArticles},
		{"index", indexArticles},
		{"compress", compressArticles},
		{"search", searchArticles},
		{"rearrange", rearrange},
		{"errors", provokeErrors},
		{"list", list},
		{"wait", wait},
		{"remove", os.RemoveAll},
	}
	for _, step := range steps {
		fmt.Printf("== %s\n", step.name)
		if err := step.run(root); err != nil {
			fmt.Fprintf(os.Stderr, "goprog: %s: %v\n", step.name, err)
			os.Exit(1)
		}
	}
	if _, err := os.Stat(root); !os.IsNotExist(err) {
		fmt.Fprintf(os.Stderr, "goprog: the archive is still there: %v\n", err)
		os.Exit(1)
	}
	fmt.Println("done")
}
