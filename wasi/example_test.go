package wasi_test

import (
	"fmt"
	"log"
	"strings"
	"testing/fstest"

	"github.com/weft-wasm/weft/wasi"
)

// A Config is checked once and gives a System; its Dirs resolve the guest's paths and let none out.
func Example() {
	tree := fstest.MapFS{"etc/motd": {Data: []byte("welcome")}}
	system, err := wasi.New(wasi.Config{
		Args:   []string{"prog", "-v"},
		Stdin:  strings.NewReader("input"),
		Mounts: []wasi.Mount{{Path: "/data", Dir: wasi.FSDir(tree)}},
	})
	if err != nil {
		log.Fatal(err)
	}
	dir := system.Mounts[0].Dir
	node, err := dir.Open("etc/../etc/motd", wasi.OpenRead|wasi.OpenFollow)
	if err != nil {
		log.Fatal(err)
	}
	defer node.Close()
	text := make([]byte, 7)
	node.(wasi.File).ReadAt(text, 0)
	fmt.Println(string(text))

	_, err = dir.Open("../secret", wasi.OpenRead)
	fmt.Println(err)
	_, err = dir.Open("etc/motd", wasi.OpenWrite)
	fmt.Println(wasi.ErrorOf(err))
	// Output:
	// welcome
	// wasi: not-permitted
	// wasi: read-only
}
