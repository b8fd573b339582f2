package weft

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"

	"github.com/weft-wasm/weft/internal/cache"
	"github.com/weft-wasm/weft/internal/code"
	"github.com/weft-wasm/weft/internal/dbg"
)

// Cache keeps compiled modules in a directory, for the next process that compiles them. It may be used by many engines at once, and its directory by
// many processes. A cache never makes Compile fail: what is damaged, or made by another version of Weft, is compiled again, and what cannot be written,
// because the disk is full for one, is not kept.
//
//	cache, err := weft.OpenCache("", 0)
//	engine := weft.NewEngine(weft.Config{Cache: cache})
type Cache struct{ c *cache.Cache }

// CacheStats are what a cache has done since it was opened.
type CacheStats = cache.Stats

// DefaultCacheBytes is the size of a cache that is opened without one.
const DefaultCacheBytes = 1 << 30

// DefaultCacheDir is the directory of the caches that are opened without one: weft below os.UserCacheDir.
func DefaultCacheDir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("weft: no directory for the cache: %w", err)
	}
	return filepath.Join(dir, "weft"), nil
}

// OpenCache opens the cache in a directory, by default that of DefaultCacheDir, and makes the directory if need be. When the modules in it take more than so
// many bytes, by default DefaultCacheBytes, the ones whose last use is longest ago are removed.
//
// Code in a cache runs as it is: it must be written to by nobody who may not choose what this process does. A directory that others may write to is refused.
func OpenCache(dir string, maxBytes int64) (*Cache, error) {
	if dir == "" {
		var err error
		if dir, err = DefaultCacheDir(); err != nil {
			return nil, err
		}
	}
	if maxBytes <= 0 {
		maxBytes = DefaultCacheBytes
	}
	c, err := cache.Open(dir, maxBytes)
	if err != nil {
		return nil, fmt.Errorf("weft: open cache: %w", err)
	}
	return &Cache{c}, nil
}

// Dir is the directory of the cache.
func (c *Cache) Dir() string { return c.c.Dir() }

// Stats returns what the cache has done so far, in this process.
func (c *Cache) Stats() CacheStats { return c.c.Stats() }

// cache is the engine's cache, nil where modules are neither looked for nor kept: without machine code, and when WEFTDEBUG says how to compile.
func (e *Engine) cache() *cache.Cache {
	if e.config.Cache == nil || e.native == nil || dbg.Compiling() {
		return nil
	}
	return e.config.Cache.c
}

// compile is load for a module that the cache may have.
func (e *Engine) compile(ctx context.Context, binary []byte) (*Module, error) {
	if m := e.lookUp(ctx, binary); m != nil {
		return m, nil
	}
	return e.compileAndKeep(ctx, binary)
}

// lookUp finds a module in the cache. It returns nil if it is not there, or not to be had at all.
func (e *Engine) lookUp(ctx context.Context, binary []byte) *Module {
	c := e.cache()
	if c == nil || e.closed.Load() || e.broken != nil || ctx.Err() != nil {
		return nil
	}
	id := e.identity()
	var m *Module
	c.Load(cacheKey(id, binary), func(name string) (err error) {
		m, err = e.fromCache(name, id, binary)
		return err
	})
	return m
}

// compileAndKeep compiles a module that is not in the cache.
func (e *Engine) compileAndKeep(ctx context.Context, binary []byte) (*Module, error) {
	m, err := e.load(ctx, func() (*decoded, error) { return decodeBytes(binary, e.features()) })
	if c := e.cache(); c != nil && err == nil {
		c.Store(cacheKey(e.identity(), binary), m.Serialize)
	}
	return m, err
}

// CompileFile is Compile for a module in a file. A file whose module the cache has is not copied into memory.
func (e *Engine) CompileFile(ctx context.Context, name string) (*Module, error) {
	if e.cache() != nil {
		binary, unmap, err := code.Map(name)
		if err != nil {
			return nil, err
		}
		m := e.lookUp(ctx, binary)
		if err := unmap(); err != nil {
			return nil, fmt.Errorf("weft: unmap %s: %w", name, err)
		}
		if m != nil {
			return m, nil
		}
	}
	binary, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return e.compileAndKeep(ctx, binary)
}

// cacheKey is a name for what code of a module depends on. Different modules may have the same, by a chance of 1 in 4 billion or by design: what is found has to
// be compared with what was looked for.
func cacheKey(id code.Identity, binary []byte) string {
	environment := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %x", id.Build, id.Machine, id.Settings, id.Features))
	return fmt.Sprintf("%s-%x-%08x", hex.EncodeToString(environment[:8]), len(binary), crc32.ChecksumIEEE(binary))
}

var errOtherModule = errors.New("it is the code of another module, with the same key")

// fromCache loads a file of the cache if it has the module. The error is a cache.ErrDamaged if it never will.
func (e *Engine) fromCache(name string, id code.Identity, binary []byte) (*Module, error) {
	f, err := code.Open(name, id)
	if err != nil {
		return nil, damage(err)
	}
	if !bytes.Equal(f.Module, binary) { // while the file is verified
		return nil, errors.Join(damage(errOtherModule), f.Close())
	}
	m, err := e.fromFile(f)
	if err != nil {
		return nil, errors.Join(damage(err), f.Close())
	}
	return m, nil
}

// damage marks errors that say that a file is of no use.
func damage(err error) error {
	var file *code.Error
	var module *PrecompiledError
	if errors.As(err, &file) || errors.As(err, &module) || err == errOtherModule {
		return fmt.Errorf("%w: %w", cache.ErrDamaged, err)
	}
	return err
}
