//go:build (amd64 || arm64) && !weft_portable

package rt

import (
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/wasm"
)

func TestResident(t *testing.T) {
	before, err := Resident()
	if err != nil {
		t.Fatal(err)
	}
	m, err := NewMemory(wasm.MemType{Limits: wasm.Limits{Min: 64}}, NewBudget(1<<30))
	if err != nil {
		t.Fatal(err)
	}
	const wrote = 40 * PageSize
	for i := 0; i < wrote; i += 4096 {
		m.Bytes()[i] = 1
	}
	with, err := Resident()
	if err != nil {
		t.Fatal(err)
	}
	m.Release()
	after, err := Resident()
	if err != nil {
		t.Fatal(err)
	}
	if n := with.Own - before.Own; n < wrote || n > wrote+1<<20 || with.Resident < with.Own {
		t.Errorf("%d bytes of %d written are resident (%+v)", n, wrote, with)
	}
	if n := with.Reserved - before.Reserved; n < Reservation32 {
		t.Errorf("%d bytes are reserved", n)
	}
	if after.Reserved != before.Reserved || after.Own > before.Own+1<<20 {
		t.Errorf("%+v before, %+v after", before, after)
	}
}

func TestResidentOf(t *testing.T) {
	const smaps = `1000-3000 rw-p 00000000 00:00 0
Rss:                  8 kB
Private_Clean:        0 kB
Private_Dirty:        4 kB
VmFlags: rd wr mr
3000-9000 ---p 00000000 00:00 0 
Rss:                  0 kB
a000-b000 rw-p 00000000 00:00 0
Rss:               4000 kB
Private_Dirty:     4000 kB
c000-d000 rw-s 00000000 00:01 7    /memfd:weft (deleted)
Rss:                  4 kB
Private_Clean:        4 kB
`
	have, err := resident(strings.NewReader(smaps), []addresses{{0x1000, 0x9000}, {0xc000, 0xd000}})
	if want := (MemoryUse{0x9000, 12 << 10, 4 << 10}); err != nil || have != want {
		t.Errorf("have %+v, %v, want %+v", have, err, want)
	}
	if _, err := resident(strings.NewReader("x-y z\n"), nil); err == nil {
		t.Error("nonsense is read")
	}
}
