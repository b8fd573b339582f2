// Command files is a guest that uses the file system through package os, as ordinary programs do, and says what went
// wrong. It finds a writable directory at "/", a read-only one at "/ro", and one over fs.FS at "/fs".
package main

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

var failed bool

func check(what string, ok bool, got ...any) {
	if !ok {
		failed = true
		fmt.Fprintln(os.Stderr, append([]any{"FAIL", what}, got...)...)
	}
}

func main() {
	arguments()
	files()
	directories()
	links()
	times()
	refused()
	waiting()
	if failed {
		os.Exit(1)
	}
	fmt.Println("all is well")
	os.Exit(42)
}

func arguments() {
	check("arguments", slices.Equal(os.Args, []string{"files", "an argument", ""}), os.Args)
	check("environment", os.Getenv("GREETING") == "hello world", os.Environ())
	lines := bufio.NewScanner(os.Stdin)
	var read []string
	for lines.Scan() {
		read = append(read, lines.Text())
	}
	check("standard input", slices.Equal(read, []string{"first", "second"}), read)
	p, q := make([]byte, 16), make([]byte, 16)
	rand.Read(p)
	rand.Read(q)
	check("randomness", !bytes.Equal(p, q))
}

func files() {
	data := bytes.Repeat([]byte("0123456789abcdef"), 10000)
	check("write", os.WriteFile("/big", data, 0o600) == nil)
	got, err := os.ReadFile("/big")
	check("read", bytes.Equal(got, data), len(got), err)
	f, err := os.OpenFile("/big", os.O_RDWR|os.O_APPEND, 0)
	check("open", err == nil, err)
	f.WriteString("tail")
	p := make([]byte, 8)
	n, err := f.ReadAt(p, int64(len(data)-4))
	check("read at", string(p[:n]) == "cdeftail" && err == nil, string(p[:n]), err)
	check("truncate", f.Truncate(10) == nil)
	at, err := f.Seek(-3, io.SeekEnd)
	check("seek", at == 7 && err == nil, at, err)
	rest, err := io.ReadAll(f)
	check("rest", string(rest) == "789" && err == nil, string(rest), err)
	check("sync", f.Sync() == nil)
	f.Close()
	_, err = os.OpenFile("/big", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	check("exclusive", errors.Is(err, fs.ErrExist), err)
	check("rename", os.Rename("/big", "/small") == nil)
	_, err = os.Stat("/big")
	check("gone", errors.Is(err, fs.ErrNotExist), err)
	info, err := os.Stat("/small")
	check("size", err == nil && info.Size() == 10 && info.Mode().IsRegular(), err)
}

func directories() {
	check("mkdir", os.MkdirAll("/a/b/c", 0o700) == nil)
	var want []string
	for i := range 200 {
		name := fmt.Sprintf("entry-%03d-%s", i, strings.Repeat("x", i%50))
		want = append(want, name)
		os.WriteFile(filepath.Join("/a", name), []byte(name), 0o600)
	}
	entries, err := os.ReadDir("/a")
	var got []string
	for _, e := range entries {
		if !e.IsDir() {
			got = append(got, e.Name())
		}
	}
	check("readdir", slices.Equal(got, want) && err == nil, len(got), err)
	count := 0
	filepath.WalkDir("/", func(path string, d fs.DirEntry, err error) error {
		count++
		return err
	})
	check("walk", count > 205, count)
	check("remove a full directory", os.Remove("/a") != nil)
	check("remove all", os.RemoveAll("/a") == nil)
	check("chdir", os.Mkdir("/work", 0o700) == nil && os.Chdir("/work") == nil)
	check("relative", os.WriteFile("here", []byte("x"), 0o600) == nil)
	_, err = os.Stat("/work/here")
	check("relative to the working directory", err == nil, err)
}

func links() {
	check("symlink", os.Symlink("small", "/link") == nil)
	target, err := os.Readlink("/link")
	check("readlink", target == "small" && err == nil, target, err)
	through, err := os.ReadFile("/link")
	check("through a link", len(through) == 10 && err == nil, err)
	info, err := os.Lstat("/link")
	check("lstat", err == nil && info.Mode()&fs.ModeSymlink != 0, err)
	check("link", os.Link("/small", "/hard") == nil)
	one, _ := os.Stat("/small")
	two, _ := os.Stat("/hard")
	check("same file", os.SameFile(one, two))
}

func times() {
	when := time.Unix(1234567890, 0)
	check("chtimes", os.Chtimes("/small", when, when) == nil)
	info, err := os.Stat("/small")
	check("modified", err == nil && info.ModTime().Equal(when), err)
}

func refused() {
	for _, path := range []string{"/../secret", "/escape", "/work/../../secret", "/absolute"} {
		_, err := os.ReadFile(path)
		check("escape "+path, err != nil)
	}
	err := os.WriteFile("/ro/new", nil, 0o600)
	check("write to a read-only mount", err != nil && strings.Contains(err.Error(), "Read-only"), err)
	got, err := os.ReadFile("/ro/given")
	check("read from a read-only mount", string(got) == "from the host" && err == nil, string(got), err)
	got, err = os.ReadFile("/fs/dir/embedded")
	check("read from fs.FS", string(got) == "from fs.FS" && err == nil, string(got), err)
	entries, err := os.ReadDir("/fs/dir")
	check("list fs.FS", err == nil && len(entries) == 1, err)
	err = os.Remove("/fs/dir/embedded")
	check("remove from fs.FS", err != nil && strings.Contains(err.Error(), "Read-only"), err)
	_, err = os.Stat("/nowhere")
	check("not there", errors.Is(err, fs.ErrNotExist), err)
}

func waiting() {
	start := time.Now()
	done := make(chan bool)
	go func() {
		time.Sleep(5 * time.Millisecond)
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		check("goroutines and timers", false)
	}
	check("sleep", time.Since(start) >= 5*time.Millisecond, time.Since(start))
}
