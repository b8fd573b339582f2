package fuel

import (
	"fmt"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/op"
)

// TestMeter takes bodies apart: a line for each instruction says what is done in front of it.
func TestMeter(t *testing.T) {
	for _, test := range []struct{ name, body, want string }{
		{"straight code is charged at the entry", "local.get i32.const i32.add end", "end: close 3"},
		{"a loop is a segment of its own", "local.get loop local.get br_if end local.get end", `
			loop: close 1
			br_if: close 3
			local.get: charge
			end: close 1`},
		{"arms", "local.get if local.get else nop drop end local.get end", `
			if: close 2
			local.get: charge
			else: close 1
			local.get: charge
			end: close 1`},
		{"calls are exact, and change the count", "call drop call end", `
			call: close 1 settle reload
			call: charge close 1 settle reload`},
		{"nothing that costs nothing is charged", "block nop end block end end", "end: close 0"},
		{"what ends a function", "local.get br_if unreachable end", `
			br_if: close 2
			unreachable: settle`},
		{"copies are points that charge for themselves", "memory.copy local.get end", `
			memory.copy: close 1
			local.get: charge
			end: close 1`},
	} {
		if have, want := meter(Default(), strings.Fields(test.body)), strings.Fields(test.want); have != strings.Join(want, " ") {
			t.Errorf("%s: have %s, want %s", test.name, have, strings.Join(want, " "))
		}
	}
}

// meter lists what is to be done.
func meter(c *Costs, body []string) string {
	var m Meter
	m.Reset(c, false)
	var list []string
	for _, name := range body {
		a, total := m.Before(op.ByText(name))
		if a == 0 {
			continue
		}
		list = append(list, name+":")
		for _, x := range []struct {
			a    Action
			text string
		}{{Charge, "charge"}, {Close, fmt.Sprint("close ", total)}, {Settle, "settle"}, {Reload, "reload"}} {
			if a&x.a != 0 {
				list = append(list, x.text)
			}
		}
	}
	return strings.Join(list, " ")
}

func TestIsLeaf(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "block nop end": true, "loop end": false, "block block end loop end end": false,
		"i32.const call": false, "return_call": false, "block end i32.const": true,
		"call unreachable": true, "block call end unreachable": false, "call unreachable call": false,
	} {
		var body []byte
		for _, name := range strings.Fields(text) {
			body = append(body, byte(op.ByText(name).Info().Code))
			switch name {
			case "block", "loop":
				body = append(body, 0x40)
			case "i32.const", "call", "return_call":
				body = append(body, 0)
			}
		}
		if have := IsLeaf(append(body, 0x0b)); have != want {
			t.Errorf("%s: have %t", text, have)
		}
	}
	if IsLeaf([]byte{0x41}) {
		t.Error("a body without an end is a leaf")
	}
}

// TestLongSegment cuts a segment before what it costs gets too large, and charges all of it.
func TestLongSegment(t *testing.T) {
	c := Default()
	if err := c.Set(op.I32Add, MaxCost); err != nil {
		t.Fatal(err)
	}
	var m Meter
	m.Reset(c, false)
	const n = 1000
	sum, segments := int64(0), 0
	for i := range n + 1 {
		o := op.I32Add
		if i == n {
			o = op.End
		}
		if a, total := m.Before(o); a&Close != 0 {
			if total > maxSegment+MaxCost {
				t.Errorf("a segment costs %d", total)
			}
			sum += total
			segments++
		}
	}
	if sum != n*MaxCost || segments < 3 {
		t.Errorf("have %d in %d segments, want %d in some", sum, segments, int64(n*MaxCost))
	}
}

func TestCosts(t *testing.T) {
	c := Default()
	for _, o := range []op.Op{op.Loop, op.ReturnCall, op.ReturnCallIndirect, op.ReturnCallRef, op.End, op.Else} {
		if err := c.Set(o, 0); err == nil {
			t.Errorf("%s may cost nothing", o)
		}
	}
	if err := c.Set(op.I32Add, MaxCost+1); err == nil {
		t.Errorf("an instruction may cost more than %d", MaxCost)
	}
	if c.ID() != Default().ID() {
		t.Error("what was refused has changed the costs")
	}
	if err := c.Set(op.I32Add, 3); err != nil || c.Of(op.I32Add) != 3 || c.ID() == Default().ID() {
		t.Errorf("have %v, a cost of %d, and the ID %s", err, c.Of(op.I32Add), c.ID())
	}
	for _, test := range []struct {
		n, room, size uint64
		want          int64
	}{{63, 1 << 16, 1, 0}, {64, 1 << 16, 1, 1}, {1 << 40, 1 << 16, 1, 1 << 10}, {16, 100, ElementBytes, 2}} {
		if have := c.Bulk(test.n, test.room, test.size); have != test.want {
			t.Errorf("%d of %d: have %d, want %d", test.n, test.room, have, test.want)
		}
	}
}
