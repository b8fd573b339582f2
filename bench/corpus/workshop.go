package main

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// material is everything that is ours: drivers, kernels, scripts, and what libraries expect their configuration to write.
//
//go:embed c scripts golang assemblyscript
var material embed.FS

// workshop is where binaries are made: the cache, the compiler, and a bound on the processes that run at once.
type workshop struct {
	// base is the cache directory.
	base string
	// tree is a copy of material.
	tree  string
	tools tools
	debs  debianSources
	slots chan struct{}

	mu sync.Mutex
	// doors holds one door per cache entry, so that programs that share a binary build it once.
	doors map[string]*door
}

// door guards one cache entry while it is made. failure is kept: what failed once is not tried again.
type door struct {
	sync.Mutex
	failure error
}

func openWorkshop(ctx context.Context, jobs int) (*workshop, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	base = filepath.Join(base, "weft-corpus")
	if err := os.MkdirAll(base, 0o755); err != nil {
		return nil, err
	}
	tools, err := findTools(ctx)
	if err != nil {
		return nil, err
	}
	shop := &workshop{base: base, tools: tools, slots: make(chan struct{}, jobs), doors: map[string]*door{}}
	shop.debs.shop = shop
	if shop.tree, err = os.MkdirTemp(base, ".tree-"); err != nil {
		return nil, err
	}
	return shop, os.CopyFS(shop.tree, material)
}

func (shop *workshop) close() { os.RemoveAll(shop.tree) }

// run runs a command when a slot is free.
func (shop *workshop) run(command *exec.Cmd) error {
	shop.slots <- struct{}{}
	defer func() { <-shop.slots }()
	return command.Run()
}

// do runs a tool in dir; the error holds the end of what it printed.
func (shop *workshop) do(ctx context.Context, dir, name string, args ...string) error {
	command := exec.CommandContext(ctx, name, args...)
	command.Dir = dir
	var output strings.Builder
	command.Stdout, command.Stderr = &output, &output
	if err := shop.run(command); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, lastLines(output.String()))
	}
	return nil
}

func lastLines(text string) string {
	const most = 2500
	if len(text) > most {
		text = "…" + text[len(text)-most:]
	}
	return text
}

// binary returns the folder that holds what b's build left, built now or before.
func (shop *workshop) binary(ctx context.Context, b binary) (string, error) {
	inputs, err := b.inputs(ctx, shop)
	if err != nil {
		return "", err
	}
	return shop.cached("binary/"+hash(inputs), func(path string) error {
		if err := os.Mkdir(path, 0o755); err != nil {
			return err
		}
		return b.build(ctx, shop, path)
	})
}

// cached returns the path of the entry named key, a file or a folder, and has fill make it when it is not there. fill gets
// a path that does not exist yet; its work is renamed into place when it is complete.
func (shop *workshop) cached(key string, fill func(path string) error) (string, error) {
	door := shop.door(key)
	door.Lock()
	defer door.Unlock()
	if door.failure != nil {
		return "", door.failure
	}
	place, err := shop.make(key, fill)
	door.failure = err
	return place, err
}

// make is cached for one caller at a time.
func (shop *workshop) make(key string, fill func(path string) error) (string, error) {
	place := filepath.Join(shop.base, filepath.FromSlash(key))
	if _, err := os.Stat(place); err == nil {
		return place, nil
	}
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		return "", err
	}
	scratch, err := os.MkdirTemp(filepath.Dir(place), ".fill-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(scratch)
	fresh := filepath.Join(scratch, filepath.Base(place))
	if err := fill(fresh); err != nil {
		return "", err
	}
	if err := os.Rename(fresh, place); err != nil {
		// Another process may have made the same entry; both are complete.
		if _, gone := os.Stat(place); errors.Is(gone, fs.ErrNotExist) {
			return "", err
		}
	}
	return place, nil
}

func (shop *workshop) door(key string) *door {
	shop.mu.Lock()
	defer shop.mu.Unlock()
	if shop.doors[key] == nil {
		shop.doors[key] = new(door)
	}
	return shop.doors[key]
}

// contents returns the names and the contents of all files of our material below the given names.
func (shop *workshop) contents(names ...string) ([]string, error) {
	var parts []string
	for _, name := range names {
		err := fs.WalkDir(material, name, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := material.ReadFile(path)
			parts = append(parts, path, string(content))
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return parts, nil
}

func hash(parts []string) string {
	h := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(h, "%d:%s,", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
