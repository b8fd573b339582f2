package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// rearrange renames, links, truncates, appends to and removes files of the archive.
func rearrange(root string) error {
	if err := os.Rename(articlePath(root, 1), filepath.Join(root, "first.json")); err != nil {
		return err
	}
	if err := os.Remove(articlePath(root, 2)); err != nil {
		return err
	}
	if err := os.Symlink("first.json", filepath.Join(root, "latest")); err != nil {
		return err
	}
	target, err := os.Readlink(filepath.Join(root, "latest"))
	if err != nil {
		return err
	}
	direct, err := os.Stat(filepath.Join(root, target))
	if err != nil {
		return err
	}
	through, err := os.Stat(filepath.Join(root, "latest"))
	if err != nil {
		return err
	}
	fmt.Printf("latest -> %s, same size %t\n", target, direct.Size() == through.Size())
	return editLog(filepath.Join(root, "log.txt"))
}

// editLog writes, overwrites in the middle, appends, truncates and reads back at an offset.
func editLog(name string) error {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	for line := range 10 {
		fmt.Fprintf(f, "line %d\n", line)
	}
	if _, err := f.WriteAt([]byte("LINE"), 14); err != nil {
		return err
	}
	if err := f.Truncate(28); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekEnd); err != nil {
		return err
	}
	fmt.Fprintln(f, "the end")
	tail := make([]byte, 22)
	if _, err := f.ReadAt(tail, 14); err != nil {
		return err
	}
	fmt.Printf("%q\n", tail)
	return nil
}

// provokeErrors shows that the errors of the host arrive as the errors Go programs test for.
func provokeErrors(root string) error {
	_, missing := os.Open(filepath.Join(root, "nowhere"))
	exists := os.Mkdir(filepath.Join(root, "shelf0"), 0o755)
	full := os.Remove(filepath.Join(root, "shelf0"))
	_, notDir := os.ReadDir(filepath.Join(root, "first.json"))
	fmt.Println(errors.Is(missing, fs.ErrNotExist), errors.Is(exists, fs.ErrExist), full != nil, notDir != nil)
	return nil
}

func list(root string) error {
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if info.Mode().IsRegular() {
			fmt.Printf("%s %d\n", filepath.ToSlash(name), info.Size())
		} else {
			fmt.Printf("%s %v\n", filepath.ToSlash(name), info.Mode().Type())
		}
		return nil
	})
}
