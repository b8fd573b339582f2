package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/weft-wasm/weft/wasi"
)

// mounts opens the directories that --dir names.
func mounts(dirs []string) ([]wasi.Mount, error) {
	var all []wasi.Mount
	for _, dir := range dirs {
		host, guest, ok := strings.Cut(dir, "::")
		if !ok {
			guest = filepath.ToSlash(host)
		}
		root, err := os.OpenRoot(host)
		if err != nil {
			return nil, fmt.Errorf("--dir %s: %w", dir, err)
		}
		all = append(all, wasi.Mount{Path: guest, Dir: wasi.HostDir(root)})
	}
	return all, nil
}

// environment returns the variables that --env names.
func environment(vars []string) ([]string, error) {
	var env []string
	for _, v := range vars {
		name, _, ok := strings.Cut(v, "=")
		if name == "" {
			return nil, fmt.Errorf("--env %q: want NAME=VALUE or NAME", v)
		}
		if !ok {
			value, set := os.LookupEnv(name)
			if !set {
				continue
			}
			v = name + "=" + value
		}
		env = append(env, v)
	}
	return env, nil
}

// size is a number of bytes as a flag.
type size uint64

var units = map[string]uint64{
	"": 1, "K": 1 << 10, "KIB": 1 << 10, "M": 1 << 20, "MIB": 1 << 20, "G": 1 << 30, "GIB": 1 << 30,
}

// Set reads a number and a unit of 1024 bytes, 1024² or 1024³.
func (s *size) Set(text string) error {
	digits := strings.TrimRight(text, "kKmMgGiIbB")
	n, err := strconv.ParseUint(digits, 10, 64)
	unit, ok := units[strings.ToUpper(text[len(digits):])]
	if err != nil || !ok || n == 0 || n > 1<<62/unit {
		return fmt.Errorf("have %q, want a number of bytes, or one with K, M or G", text)
	}
	*s = size(n * unit)
	return nil
}

func (s *size) String() string {
	if *s == 0 {
		return ""
	}
	return strconv.FormatUint(uint64(*s), 10)
}

// Type is the name of the value in the help.
func (s *size) Type() string { return "SIZE" }
