//go:build (amd64 || arm64) && !weft_portable

package rt

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestKernelWrites has the kernel write into memories, as hosts do that read files into them: slots are put back all the same.
func TestKernelWrites(t *testing.T) {
	content := bytes.Repeat([]byte{0xdb}, 8*contentPage)
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	for way, flags := range map[string]int{"read": 0, "past the cache": unix.O_DIRECT} {
		fd, err := unix.Open(name, unix.O_RDONLY|flags, 0)
		if err != nil {
			t.Logf("%s: %v", way, err)
			continue
		}
		m := slotted(t, NewSlots(10, 1<<20), 16, contentsOf["mapped"]...)
		first := instantiate(t, m)
		want := bytes.Clone(first.Mems[0].Bytes())
		first.Close()
		for i := range 2000 {
			in := instantiate(t, m)
			b := in.Mems[0].Bytes()
			if !bytes.Equal(b, want) {
				t.Fatalf("%s: instance %d begins with what the kernel wrote for one before it", way, i)
			}
			b[100] = 1
			if i%40 == 39 { // when the pages of slots are known
				at := i * contentPage % (12 << 16)
				if n, err := unix.Pread(fd, b[at:at+len(content)], 0); err != nil || n != len(content) {
					t.Fatal(way, n, err)
				}
			}
			in.Close()
		}
		m.CloseSlots()
		if err := unix.Close(fd); err != nil {
			t.Error(err)
		}
	}
}
