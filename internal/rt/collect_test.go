package rt

import (
	"errors"
	"testing"

	"github.com/weft-wasm/weft/internal/wasm"
)

// library is a module of a function, a table and a memory, client one that imports the function and may put its own into the table.
func libraryAndClient(t *testing.T) (library, client *Module) {
	t.Helper()
	types, groups := wasm.NewTypeSet(), []wasm.Group{{Len: 1}}
	nothing := []wasm.SubType{{Final: true, Kind: wasm.CompFunc}}
	table := wasm.TableType{Elem: wasm.FuncRef, Limits: wasm.Limits{Min: 2}}
	modules := []*wasm.Module{
		{
			Types: nothing, Groups: groups, Funcs: []uint32{0}, Tables: []wasm.Table{{Type: table}},
			Mems: []wasm.MemType{{Limits: wasm.Limits{Min: 1}}},
		},
		{
			Types: nothing, Groups: groups, Funcs: []uint32{0}, Mems: []wasm.MemType{{Limits: wasm.Limits{Min: 1}}},
			Imports:       []wasm.Import{{Kind: wasm.ExternFunc}, {Kind: wasm.ExternTable, Table: table}},
			ImportedFuncs: 1, ImportedTables: 1,
		},
	}
	var made [2]*Module
	for i, w := range modules {
		m, err := NewModule(complete(t, w), types, Limits{MemoryBytes: 1 << 20, TableElements: 10})
		if err != nil {
			t.Fatal(err)
		}
		made[i] = m
	}
	return made[0], made[1]
}

// complete is a module as decoding gives it.
func complete(t *testing.T, w *wasm.Module) *wasm.Module {
	t.Helper()
	for range w.Funcs {
		w.Code = append(w.Code, wasm.Code{Body: []byte{0x0b}})
	}
	m, err := wasm.Decode(wasm.Encode(w), nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestClosedInstancesLeave has many instances come and go that import from one that stays. Those that it can reach stay as well.
func TestClosedInstancesLeave(t *testing.T) {
	library, client := libraryAndClient(t)
	home, err := library.Instantiate(nil)
	if err != nil {
		t.Fatal(err)
	}
	var kept *Instance
	for i := range 200 {
		in, err := client.Instantiate([]Extern{home.Func(0), home.Tables[0]})
		if err != nil {
			t.Fatal(err)
		}
		if i == 3 {
			kept = in
			home.Tables[0].Fill(1, in.Func(1).Ref(), 1)
		}
		in.Close()
	}
	s := home.Store()
	if n := len(s.instances); n > 3*minClosed {
		t.Errorf("have %d instances in the store, one of them open", n)
	}
	if kept.Dead() || len(kept.Mems[0].Bytes()) == 0 {
		t.Error("an instance whose function stands in the table is dead")
	}
	home.Tables[0].Fill(1, 0, 1)
	if s.collect(); len(s.instances) != 1 || !kept.Dead() || len(kept.Mems[0].Bytes()) != 0 {
		t.Errorf("have %d instances; the one whose function is gone from the table: dead %v", len(s.instances), kept.Dead())
	}
	home.Close()
	if !home.Dead() || len(s.instances) != 0 || len(s.tables) != 0 {
		t.Errorf("in the end: dead %v, %d instances, %d tables", home.Dead(), len(s.instances), len(s.tables))
	}
	if _, err := client.Instantiate([]Extern{home.Func(0), home.Tables[0]}); !errors.Is(err, ErrClosed) {
		t.Errorf("importing from a dead instance: have %v, want ErrClosed", err)
	}
}
