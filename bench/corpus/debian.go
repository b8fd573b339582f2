package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// debianSources fetches source packages with apt-get, from the places where this machine's own packages come from, with
// lists of its own: the system's configuration stays as it is.
type debianSources struct {
	shop   *workshop
	update sync.Once
	err    error
	// turn lets one apt-get run at a time; it locks its lists.
	turn sync.Mutex
}

// source is an unpacked source package.
type source struct {
	// dir is the package's own top folder.
	dir     string
	version string
}

// find returns the unpacked source of a Debian package, with Debian's patches applied.
func (d *debianSources) find(ctx context.Context, name string) (source, error) {
	entry, err := d.shop.cached("source/"+name, func(path string) error { return d.fetch(ctx, name, path) })
	if err != nil {
		return source{}, fmt.Errorf("source package %s: %w", name, err)
	}
	version, err := os.ReadFile(filepath.Join(entry, "version"))
	return source{dir: filepath.Join(entry, "tree"), version: string(version)}, err
}

func (d *debianSources) fetch(ctx context.Context, name, path string) error {
	if err := os.Mkdir(path, 0o755); err != nil {
		return err
	}
	if err := d.download(ctx, name, path); err != nil {
		return err
	}
	descriptions, err := filepath.Glob(filepath.Join(path, "*.dsc"))
	if err != nil || len(descriptions) != 1 {
		return fmt.Errorf("apt-get left %d descriptions, want 1", len(descriptions))
	}
	version, err := field(descriptions[0], "Version: ")
	if err != nil {
		return err
	}
	// apt-get has checked signatures and sums; --no-check leaves out the maintainer's own signature, for which the keys
	// would have to be installed.
	if err := d.shop.do(ctx, path, "dpkg-source", "--no-check", "-x", descriptions[0], "tree"); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(path, "version"), []byte(version), 0o644)
}

// findBinary returns the unpacked content of a binary package that holds input data, such as fonts.
func (d *debianSources) findBinary(ctx context.Context, name string) (source, error) {
	entry, err := d.shop.cached("data/"+name, func(path string) error {
		if err := os.Mkdir(path, 0o755); err != nil {
			return err
		}
		if err := d.locked(ctx, path, "download", name); err != nil {
			return err
		}
		packs, err := filepath.Glob(filepath.Join(path, "*.deb"))
		if err != nil || len(packs) != 1 {
			return fmt.Errorf("apt-get left %d packages, want 1", len(packs))
		}
		_, version, _ := strings.Cut(filepath.Base(packs[0]), "_")
		if err := os.WriteFile(filepath.Join(path, "version"), []byte(version), 0o644); err != nil {
			return err
		}
		return d.shop.do(ctx, path, "dpkg-deb", "-x", packs[0], "tree")
	})
	if err != nil {
		return source{}, fmt.Errorf("package %s: %w", name, err)
	}
	version, err := os.ReadFile(filepath.Join(entry, "version"))
	return source{dir: filepath.Join(entry, "tree"), version: string(version)}, err
}

// locked runs an apt-get command in dir, with our lists up to date, while no other runs.
func (d *debianSources) locked(ctx context.Context, dir string, args ...string) error {
	d.turn.Lock()
	defer d.turn.Unlock()
	options, err := d.prepared(ctx)
	if err != nil {
		return err
	}
	command := exec.CommandContext(ctx, "apt-get", append(options, args...)...)
	command.Dir = dir
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("apt-get %s: %w\n%s", strings.Join(args, " "), err, lastLines(string(output)))
	}
	return nil
}

// download leaves the files of a source package in dir.
func (d *debianSources) download(ctx context.Context, name, dir string) error {
	versions, err := d.versions(ctx, name)
	if err != nil {
		return err
	}
	err = fmt.Errorf("apt knows no such package")
	for _, version := range versions {
		if err = d.locked(ctx, dir, "source", "--download-only", "--only-source", name+"="+version); err == nil {
			return nil
		}
	}
	return err
}

// versions returns the versions of a source package that the lists name, the newest first. A mirror may lack the newest
// and have the one before.
func (d *debianSources) versions(ctx context.Context, name string) ([]string, error) {
	d.turn.Lock()
	defer d.turn.Unlock()
	options, err := d.prepared(ctx)
	if err != nil {
		return nil, err
	}
	list, err := exec.CommandContext(ctx, "apt-cache", append(options, "showsrc", "--only-source", name)...).Output()
	if err != nil {
		return nil, fmt.Errorf("apt-cache showsrc: %w", err)
	}
	var versions []string
	for line := range strings.Lines(string(list)) {
		if version, ok := strings.CutPrefix(line, "Version: "); ok {
			versions = append(versions, strings.TrimSpace(version))
		}
	}
	return versions, nil
}

// prepared returns the options for our lists, after it has fetched them once.
func (d *debianSources) prepared(ctx context.Context) ([]string, error) {
	options, err := d.options()
	if err != nil {
		return nil, err
	}
	d.update.Do(func() { d.err = aptGet(ctx, append(options, "update")...) })
	return options, d.err
}

// options returns the options of apt-get that have it use our lists, which it makes when they are not there.
func (d *debianSources) options() ([]string, error) {
	dir := filepath.Join(d.shop.base, "apt")
	for _, sub := range []string{"lists/partial", "archives/partial", "sources.list.d"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return nil, err
		}
	}
	if err := writeSourceLists(filepath.Join(dir, "sources.list.d")); err != nil {
		return nil, err
	}
	return []string{
		"-o", "Dir::Etc::SourceList=/dev/null",
		"-o", "Dir::Etc::SourceParts=" + filepath.Join(dir, "sources.list.d"),
		"-o", "Dir::State::Lists=" + filepath.Join(dir, "lists"),
		"-o", "Dir::Cache=" + dir,
		"-o", "APT::Sandbox::User=root",
	}, nil
}

// writeSourceLists writes the system's lists of packages to dir as lists of source packages too.
func writeSourceLists(dir string) error {
	places, err := filepath.Glob("/etc/apt/sources.list.d/*")
	if err != nil {
		return err
	}
	for _, place := range append(places, "/etc/apt/sources.list") {
		kind := filepath.Ext(place)
		if kind != ".list" && kind != ".sources" {
			continue
		}
		text, err := os.ReadFile(place)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(place)), []byte(asSourceList(kind, string(text))), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// asSourceList turns a list of packages, in the one-line format (.list) or in the one with fields (.sources), into one of
// binary and source packages.
func asSourceList(kind, text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		switch {
		case kind == ".sources" && strings.HasPrefix(line, "Types:"):
			line = "Types: deb deb-src\n"
		case kind == ".list" && strings.HasPrefix(line, "deb "):
			line += "deb-src " + strings.TrimPrefix(line, "deb ")
		case kind == ".list":
			line = "\n"
		}
		b.WriteString(line)
	}
	return b.String()
}

// field returns the rest of the first line of a file that starts with prefix.
func field(file, prefix string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, prefix); ok {
			return strings.TrimSpace(rest), nil
		}
	}
	return "", fmt.Errorf("%s has no line %q", filepath.Base(file), prefix)
}
