//go:build (amd64 || arm64) && !weft_portable

package rt

import (
	"bytes"
	"os"
	"runtime"
	"sync"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/weft-wasm/weft/internal/fault"
)

// usedSlot has instances in a slot, which write as a guest does, until one gets it with no more known than that the list of its pages is right.
func usedSlot(t *testing.T, m *Module, write func(*Memory)) *Instance {
	t.Helper()
	for range 5000 {
		in := instantiate(t, m)
		if in.Mems[0].res.own.uses > 0 {
			return in
		}
		write(in.Mems[0])
		in.Close()
	}
	t.Skip("this system does not count page faults, or has them all the time")
	return nil
}

// TestOwnPages has pages come to a slot whose pages are known, in all ways there are: the next instance sees nothing of what is written there.
func TestOwnPages(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.Write(bytes.Repeat([]byte{0xdb}, 3*contentPage)); err != nil {
		t.Fatal(err)
	}
	ways := map[string]func(b []byte){
		"this thread": func(b []byte) { scatter(b, 8) },
		"another thread": func(b []byte) {
			done := make(chan bool)
			go func() {
				runtime.LockOSThread() // which ends with the goroutine
				scatter(b, 8)
				close(done)
			}()
			<-done
		},
		"the kernel": func(b []byte) {
			if n, err := file.ReadAt(b, 0); n != len(b) {
				t.Error(err)
			}
		},
		"a file of the kernel's": func(b []byte) {
			mem, err := os.OpenFile("/proc/self/mem", os.O_RDWR, 0)
			if err != nil {
				t.Skip(err)
			}
			defer mem.Close()
			if _, err := mem.WriteAt(bytes.Repeat([]byte{0xdb}, len(b)), int64(uintptr(unsafe.Pointer(unsafe.SliceData(b))))); err != nil {
				t.Error(err)
			}
		},
	}
	for name, data := range contentsOf {
		for way, write := range ways {
			t.Run(name+"/"+way, func(t *testing.T) {
				m := slotted(t, NewSlots(4, 1<<20), 16, data...)
				defer m.CloseSlots()
				first := instantiate(t, m)
				want := bytes.Clone(first.Mems[0].Bytes())
				first.Close()
				for i := range 5 {
					in := usedSlot(t, m, func(m *Memory) { m.Bytes()[100] = 0xdb })
					if !bytes.Equal(in.Mems[0].Bytes(), want) {
						t.Fatal("an instance begins with what one before it wrote")
					}
					at := 200_000 + 5*contentPage*i
					write(in.Mems[0].Bytes()[at:][:3*contentPage])
					in.Close()
					if in = instantiate(t, m); !bytes.Equal(in.Mems[0].Bytes(), want) {
						t.Fatal("an instance begins with what is written to new pages")
					}
					in.Close()
				}
			})
		}
	}
}

// TestTurns has so many instances one after the other that they have several slots in turn. Most write to the same page, and some to others.
func TestTurns(t *testing.T) {
	m := slotted(t, NewSlots(10, 1<<20), 16, contentsOf["mapped"]...)
	defer m.CloseSlots()
	first := instantiate(t, m)
	want := bytes.Clone(first.Mems[0].Bytes())
	first.Close()
	most := 0
	for i := range 20_000 {
		in := instantiate(t, m)
		b := in.Mems[0].Bytes()
		if i%16 == 0 && !bytes.Equal(b, want) {
			t.Fatalf("instance %d begins with what one before it wrote", i)
		}
		b[i%100] = 0xdb
		if i%500 > 480 {
			b[(i*7919+1)%len(b)] = 0xdb
		}
		in.Close()
		for _, x := range m.initial().pools[0].all() {
			most = max(most, x.turns)
		}
	}
	if most == 0 {
		t.Skip("this system does not count page faults, or has them all the time")
	}
	if n := m.Slots.Idle(); n > 2*maxTurns {
		t.Errorf("%d slots are idle after instances one after the other", n)
	}
}

// TestOwnPagesUnknown puts slots back where the system does not count, or is not asked for something that it needs for that.
func TestOwnPagesUnknown(t *testing.T) {
	for _, call := range []fault.Call{fault.Getrusage, fault.Madvise} {
		m := slotted(t, NewSlots(4, 1<<20), 16)
		stop := fault.Inject(func(c fault.Call) error {
			if c == call {
				return unix.ENOSYS
			}
			return nil
		})
		for i := range 20 {
			in := instantiate(t, m)
			if !allZeros(in.Mems[0].Bytes()) {
				t.Errorf("without %v, an instance begins with what one before it wrote", call)
			}
			in.Mems[0].Bytes()[i*contentPage] = 1
			r := in.Mems[0].res
			in.Close()
			if r.own.faults != 0 {
				t.Errorf("without %v, a list is kept", call)
			}
		}
		stop()
		m.CloseSlots()
	}
}

// BenchmarkSlot measures what is done to put a slot of 1 MiB back.
func BenchmarkSlot(b *testing.B) {
	const size, dirty = 1 << 20, 64 << 10
	mem, err := mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		b.Fatal(err)
	}
	defer munmap(mem)
	if err := madvise(mem, unix.MADV_NOHUGEPAGE); err != nil && err != unix.EINVAL {
		b.Fatal(err)
	}
	c := newContents([]part{{0, bytes.Repeat([]byte("image"), size/5)}})
	fill := func() { MemoryFill(mem, size/2, 7, dirty) }
	fill()
	b.Run("list pages", func(b *testing.B) {
		s := new(scanner)
		for b.Loop() {
			if _, n := s.changed(mem, maxKept/contentPage, false); n != size {
				b.Fatal("the pages are not listed")
			}
		}
	})
	b.Run("list pages by words", func(b *testing.B) {
		s := new(scanner)
		for b.Loop() {
			if _, n := s.read(pagemap(), mem, maxKept/contentPage); n != size {
				b.Fatal("the pages are not listed")
			}
		}
	})
	b.Run("count faults", func(b *testing.B) {
		for b.Loop() {
			pageFaults()
		}
	})
	b.Run("fill 64 KiB", func(b *testing.B) {
		for b.Loop() {
			fill()
		}
	})
	b.Run("fill and put back 64 KiB", func(b *testing.B) {
		for b.Loop() {
			fill()
			c.restore(mem, size/2, size/2+dirty)
		}
	})
	b.Run("fill and throw away 64 KiB", func(b *testing.B) {
		for b.Loop() {
			fill()
			if err := madvise(mem, unix.MADV_DONTNEED); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// TestSlotsAtOnce has goroutines make instances of one module at the same time, more than processors, with pages that come now and then: nobody finds anything of another.
func TestSlotsAtOnce(t *testing.T) {
	m := slotted(t, NewSlots(6, 1<<20), 16, contentsOf["small"]...)
	defer m.CloseSlots()
	first := instantiate(t, m)
	want := bytes.Clone(first.Mems[0].Bytes())
	first.Close()
	var wg sync.WaitGroup
	for g := range 2*runtime.GOMAXPROCS(0) + 1 {
		wg.Go(func() {
			for i := range 500 {
				in, err := m.Instantiate(nil)
				if err != nil {
					t.Error(err)
					return
				}
				b := in.Mems[0].Bytes()
				if !bytes.Equal(b[:8*contentPage], want[:8*contentPage]) || i%8 == 0 && !bytes.Equal(b, want) {
					t.Error("an instance begins with what another wrote")
				}
				b[contentPage*(g%8)] = byte(g + 1)
				if i%100 == g {
					b[(i*7919+1)%len(b)] = byte(g + 1)
				}
				in.Close()
			}
		})
	}
	wg.Wait()
	if idle := m.Slots.Idle(); idle > 6 {
		t.Errorf("%d slots are idle, want 6 at most", idle)
	}
}
