//go:build (amd64 || arm64) && !weft_portable

package rt

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/weft-wasm/weft/internal/fault"
	"github.com/weft-wasm/weft/internal/wasm"
)

// slotted is a module of memories with some contents, and slots.
func slotted(t *testing.T, slots *Slots, pages uint64, data ...wasm.Data) *Module {
	t.Helper()
	w := &wasm.Module{Mems: []wasm.MemType{{Limits: wasm.Limits{Min: pages}}}, Data: data}
	m, err := NewModule(w, wasm.NewTypeSet(), Limits{MemoryBytes: 1 << 30, TableElements: 1000})
	if err != nil {
		t.Fatal(err)
	}
	m.Slots = slots
	return m
}

func segment(at byte, b []byte) wasm.Data {
	return wasm.Data{Mode: wasm.ModeActive, Offset: wasm.Expr{Bytes: []byte{0x41, at, 0x0b}}, Bytes: b}
}

func instantiate(t *testing.T, m *Module) *Instance {
	t.Helper()
	in, err := m.Instantiate(nil)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// contentsOf are data segments of some sizes: none, one that is copied, one that is mapped.
var contentsOf = map[string][]wasm.Data{
	"zeros":  nil,
	"small":  {segment(5, []byte("a small segment"))},
	"mapped": {segment(60, bytes.Repeat([]byte("image"), 50_000)), segment(0, []byte("first"))},
}

// writings are what a guest may do to its memory of 1 MiB.
var writings = map[string]func(m *Memory){
	"nothing": func(*Memory) {},
	"reads": func(m *Memory) {
		sum := byte(0)
		for i := 0; i < len(m.Bytes()); i += 512 {
			sum += m.Bytes()[i]
		}
		runtime.KeepAlive(sum)
	},
	"a byte":    func(m *Memory) { m.Bytes()[70_000] = 0xdb },
	"64 KiB":    func(m *Memory) { MemoryFill(m.Bytes(), 100_000, 0xdb, 64<<10) },
	"scattered": func(m *Memory) { scatter(m.Bytes(), 8192) },
	"all":       func(m *Memory) { MemoryFill(m.Bytes(), 0, 0xdb, uint64(len(m.Bytes()))) },
	"grown": func(m *Memory) {
		m.Grow(3)
		MemoryFill(m.Bytes(), 15<<16, 0xdb, 4<<16)
	},
}

func scatter(b []byte, step int) {
	for i := 0; i < len(b); i += step {
		b[i] = 0xdb
	}
}

// TestSlots has instances of one module in one slot: none sees anything of those before it, whatever way there is to find out what they wrote.
func TestSlots(t *testing.T) {
	for way, refused := range map[string][]fault.Call{"scan": nil, "read": {fault.PagemapScan}, "neither": {fault.PagemapScan, fault.Pread}} {
		stop := fault.Inject(func(c fault.Call) error {
			if slices.Contains(refused, c) {
				return syscall.ENOTTY
			}
			return nil
		})
		for name, data := range contentsOf {
			slots := NewSlots(4, 1<<20)
			m := slotted(t, slots, 16, data...)
			want := bytes.Clone(instantiate(t, m).Mems[0].Bytes())
			first := instantiate(t, m)
			base := first.Mems[0].descriptor.base
			first.Close()
			for writing, write := range writings {
				in := instantiate(t, m)
				write(in.Mems[0])
				memory := in.Mems[0]
				in.Close()
				if len(memory.Bytes()) != 0 {
					t.Errorf("%s, %s: a closed memory can be read", name, writing)
				}
				next := instantiate(t, m)
				if next.Mems[0].descriptor.base != base {
					t.Fatalf("%s, %s: the slot was not used again", name, writing)
				}
				if !bytes.Equal(next.Mems[0].Bytes(), want) {
					t.Errorf("%s, %s, %s: the next instance begins with what the one before wrote", way, name, writing)
				}
				if previous, ok := next.Mems[0].Grow(4); !ok || previous != 16 || !allZeros(next.Mems[0].Bytes()[16<<16:]) {
					t.Errorf("%s, %s, %s: grown, the next instance does not get zeros", way, name, writing)
				}
				next.Close()
			}
			m.CloseSlots()
		}
		stop()
	}
}

// TestSlotsAreInaccessible reports that what a slot's guest had grown its memory by is not accessible to the next one.
func TestSlotsAreInaccessible(t *testing.T) {
	m := slotted(t, NewSlots(1, 1<<20), 1)
	in := instantiate(t, m)
	in.Mems[0].Grow(5)
	base := in.Mems[0].descriptor.base
	in.Close()
	in = instantiate(t, m)
	defer in.Close()
	if have := protection(t, base+1<<16); in.Mems[0].descriptor.base != base || have != "---p" {
		t.Errorf("behind the memory: have %s, want ---p", have)
	}
}

// protection is how an address of this process is mapped.
func protection(t *testing.T, at uintptr) string {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(maps)) {
		var from, to uintptr
		var prot string
		if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &prot); err == nil && from <= at && at < to {
			return prot
		}
	}
	return "nothing"
}

// TestEvictionSparesTheBusy has a shelf with many slots and one that has a few in turn, which would have to be made again if they were the ones to go.
func TestEvictionSparesTheBusy(t *testing.T) {
	if runtime.GOMAXPROCS(0) < 2 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	}
	m := slotted(t, NewSlots(3, 1<<20), 16)
	defer m.CloseSlots()
	p := m.initial().pools[0]
	busy, full := p.shelf(), p.shelf()
	if busy == full {
		t.Fatal("there is one shelf for two processors")
	}
	for range 4 {
		r := new(reservation)
		if _, err := r.reserve(1<<16, 1<<16, wasm.MemType{Limits: wasm.Limits{Min: 1}}); err != nil {
			t.Fatal(err)
		}
		x := full
		if busy.count() == 0 {
			x = busy
		}
		x.put(m.Slots, r, false)
	}
	m.Slots.evict()
	if busy.count() != 1 || full.count() != 2 {
		t.Errorf("%d and %d slots are left, want 1 and 2", busy.count(), full.count())
	}
}

// TestSlotLimits has more slots than may be idle, of several modules, and then gives them up.
func TestSlotLimits(t *testing.T) {
	slots := NewSlots(3, 3*maxKept/2)
	var modules []*Module
	for range 3 {
		m := slotted(t, slots, 16)
		modules = append(modules, m)
		var open []*Instance
		for range 2 {
			open = append(open, instantiate(t, m))
		}
		for _, in := range open {
			writings["64 KiB"](in.Mems[0])
			in.Close()
		}
	}
	if slots.Idle() != 3 {
		t.Errorf("have %d idle slots, want 3", slots.Idle())
	}
	if !modules[0].initial().pools[0].empty() {
		t.Error("the module that has waited longest keeps a slot")
	}
	if have := slots.Resident(); have != 3*64<<10+3*contentPage {
		t.Errorf("have %d bytes resident", have)
	}
	last := instantiate(t, modules[2])
	for _, m := range modules {
		m.CloseSlots()
	}
	last.Close()
	if slots.Idle() != 0 || slots.Resident() != 0 || len(slots.pools) != 0 {
		t.Errorf("have %d slots with %d bytes in %d pools after the last is closed", slots.Idle(), slots.Resident(), len(slots.pools))
	}
}

// TestSlotsOfForgottenModules closes slots when nothing refers to their module.
func TestSlotsOfForgottenModules(t *testing.T) {
	slots := NewSlots(3, 1<<20)
	instantiate(t, slotted(t, slots, 1)).Close()
	if slots.Idle() != 1 {
		t.Fatalf("have %d idle slots, want 1", slots.Idle())
	}
	for range 100 {
		if runtime.GC(); slots.Idle() == 0 {
			return
		}
	}
	t.Error("the slot stays")
}

// failing makes the nth system call from now on fail. The function it returns says how many there were.
func failing(nth int) (calls func() int) {
	var n atomic.Int64 // memories are given back by other goroutines
	stop := fault.Inject(func(fault.Call) error {
		if n.Add(1) == int64(nth) {
			return syscall.ENOMEM
		}
		return nil
	})
	return func() int {
		stop()
		return int(n.Load())
	}
}

// TestSystemFailures lets each system call of some instances fail in turn. An instance then cannot be made or begins as it should, and no mapping
// is left in the end.
func TestSystemFailures(t *testing.T) {
	for name, data := range contentsOf {
		run := func(nth int) (calls int) {
			m := slotted(t, NewSlots(2, 1<<20), 16, data...)
			want := make([]byte, 1<<20)
			for _, d := range data {
				copy(want[d.Offset.Bytes[1]:], d.Bytes)
			}
			count := failing(nth)
			failed := 0
			for _, writing := range []string{"64 KiB", "grown", "all", "nothing"} {
				in, err := m.Instantiate(nil)
				if err != nil {
					if failed++; !errors.Is(err, syscall.ENOMEM) {
						t.Fatalf("%s: call %d fails: %v", name, nth, err)
					}
					continue
				}
				if !bytes.Equal(in.Mems[0].Bytes(), want) {
					t.Errorf("%s: call %d fails: an instance begins with something else", name, nth)
				}
				writings[writing](in.Mems[0])
				in.Close()
			}
			calls = count()
			if failed > 1 {
				t.Errorf("%s: call %d fails: %d instances could not be made", name, nth, failed)
			}
			m.CloseSlots()
			return calls
		}
		before := reservations(t)
		calls := run(0)
		for nth := 1; nth <= calls; nth++ {
			run(nth)
		}
		if after := reservations(t); after > before {
			t.Errorf("%s: have %d bytes of reservations, before %d", name, after, before)
		}
		t.Logf("%s: %d system calls", name, calls)
	}
}

// reservations is how much address space of this process is mapped and inaccessible in pieces as large as guards are.
func reservations(t *testing.T) (size uintptr) {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(maps)) {
		var from, to uintptr
		var prot string
		if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &prot); err == nil && prot == "---p" && to-from >= GuardBytes {
			size += to - from
		}
	}
	return size
}
