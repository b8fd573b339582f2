package cache

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// dirVariable makes the test program a process that uses the cache in a directory, and seedVariable says how.
const (
	dirVariable  = "WEFT_TEST_CACHE"
	seedVariable = "WEFT_TEST_SEED"
)

const (
	processLimit = 400_000
	processKeys  = 40
	processTime  = 700 * time.Millisecond
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(dirVariable); dir != "" {
		seed, _ := strconv.ParseUint(os.Getenv(seedVariable), 10, 64)
		if err := use(dir, seed); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// sizeOf is the size of the file of a key.
func sizeOf(key int) int { return 500 + 1000*key }

// use loads and stores files of a cache at random. It never finds one that is not as it was written.
func use(dir string, seed uint64) error {
	c, err := Open(dir, processLimit)
	if err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(seed, 1))
	for start := time.Now(); time.Since(start) < processTime; {
		key := random.IntN(processKeys)
		if name := fmt.Sprint("key", key); !c.has(name, sizeOf(key)) {
			c.put(name, sizeOf(key))
		}
	}
	if s := c.Stats(); s.Damaged > 0 || s.Failed > 0 || s.Hits == 0 {
		return fmt.Errorf("stats %+v", s)
	}
	return nil
}

// TestProcesses has several processes use a cache that is too small for what they do, and kills some of them.
func TestProcesses(t *testing.T) {
	c := open(t, processLimit)
	var workers []*exec.Cmd
	for i := range 6 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), dirVariable+"="+c.Dir(), fmt.Sprintf("%s=%d", seedVariable, i))
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		workers = append(workers, cmd)
	}
	for i, cmd := range workers[:2] {
		time.Sleep(processTime / time.Duration(3+i))
		if err := cmd.Process.Kill(); err != nil {
			t.Error(err)
		}
	}
	for i, cmd := range workers {
		if err := cmd.Wait(); err != nil && i >= 2 {
			t.Errorf("process %d: %v", i, err)
		}
	}
	found := 0
	for key := range processKeys {
		if c.has(fmt.Sprint("key", key), sizeOf(key)) {
			found++
		}
	}
	if s := c.Stats(); s.Damaged > 0 || found == 0 {
		t.Errorf("%d files in the end, stats %+v", found, s)
	}
	c.put("last", 10)
	if _, total := c.entries(); total > processLimit {
		t.Errorf("%d bytes in the end, want at most %d", total, processLimit)
	}
}
