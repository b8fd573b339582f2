package fault

import (
	"errors"
	"os"
	"slices"
	"syscall"
	"testing"
)

func TestInject(t *testing.T) {
	var calls []Call
	stop := Inject(func(c Call) error {
		if calls = append(calls, c); c == Write {
			return syscall.ENOSPC
		}
		return nil
	})
	f, err := CreateTemp(t.TempDir(), "*")
	if err != nil {
		t.Fatal(err)
	}
	if err := At(Mmap); err != nil {
		t.Error(err)
	}
	if n, err := f.Write([]byte("twelve bytes")); n != 6 || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("a write that fails: %d, %v", n, err)
	}
	stop()
	_, err = f.Write([]byte("!"))
	if b, _ := os.ReadFile(f.Name()); err != nil || f.Close() != nil || string(b) != "twelve!" {
		t.Errorf("written: %q, %v", b, err)
	}
	if want := []Call{Create, Mmap, Write}; !slices.Equal(calls, want) {
		t.Errorf("the calls were %v, want %v", calls, want)
	}
}

func TestNames(t *testing.T) {
	if len(names) != int(ReadDir)+1 {
		t.Errorf("%d names for %d calls", len(names), ReadDir+1)
	}
}

func BenchmarkAt(b *testing.B) {
	for b.Loop() {
		if err := At(Mmap); err != nil {
			b.Fatal(err)
		}
	}
}
