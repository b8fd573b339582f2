package spectest

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
)

// Files returns the scripts that paths stand for, in order: a file is itself, and a folder stands for all .wast files in it and in the
// folders below, of which there must be some.
func Files(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		before := len(files)
		err = filepath.WalkDir(path, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && filepath.Ext(path) == ".wast" {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(files) == before {
			return nil, fmt.Errorf("no .wast files in %s", path)
		}
	}
	return files, nil
}

// RunFiles executes scripts, as many at a time as there are processors, and calls report with each result in the order of
// the files. It ends early with the first error of reading a file, of report, or of ctx.
func RunFiles(ctx context.Context, files []string, o Options, report func(*Result) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type outcome struct {
		res *Result
		err error
	}
	outcomes := make([]chan outcome, len(files))
	for i := range outcomes {
		outcomes[i] = make(chan outcome, 1)
	}
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				res, err := runFile(ctx, files[i], o)
				outcomes[i] <- outcome{res, err}
			}
		})
	}
	workers.Go(func() {
		defer close(next)
		for i := range files {
			select {
			case next <- i:
			case <-ctx.Done():
				return
			}
		}
	})
	defer workers.Wait()
	defer cancel()
	for i := range outcomes {
		select {
		case out := <-outcomes[i]:
			if out.err != nil {
				return out.err
			}
			if err := report(out.res); err != nil {
				return err
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

func runFile(ctx context.Context, file string, o Options) (*Result, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return Run(ctx, file, src, o)
}
