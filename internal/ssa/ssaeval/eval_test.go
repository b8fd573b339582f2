package ssaeval

import (
	"fmt"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
	"github.com/weft-wasm/weft/internal/ssa"
)

// bench is a machine with a few bytes at memBase, whose function 0 returns the sum and the difference of its arguments; function 1
// unwinds and function 2 traps.
type bench struct {
	mem   [32]byte
	refs  int // accesses to references
	polls int
}

const memBase = 1000

func (*bench) Context() uint64           { return 7 }
func (*bench) MemBase() uint64           { return memBase }
func (*bench) CodeAddr(fn uint32) uint64 { return uint64(fn) + 100 }
func (b *bench) at(addr uint64) []byte   { return b.mem[min(addr-memBase, uint64(len(b.mem))):] }
func (b *bench) count(ref bool)          { b.refs += map[bool]int{true: 1}[ref] }
func (b *bench) Poll() abi.Trap          { b.polls++; return abi.TrapNone }
func (b *bench) Meter(left int64) (int64, abi.Trap) {
	if left <= 0 {
		return left, abi.TrapOutOfFuel
	}
	return left, abi.TrapNone
}
func sum(args []num.V128) (x num.V128)    { x.Lo = args[0].Lo + args[1].Lo; return x }
func differ(args []num.V128) (x num.V128) { x.Lo = args[0].Lo - args[1].Lo; return x }

func (b *bench) Load(addr uint64, to []byte, ref bool) bool {
	b.count(ref)
	return copy(to, b.at(addr)) == len(to)
}

func (b *bench) Store(addr uint64, from []byte, ref bool) bool {
	b.count(ref)
	return len(b.at(addr)) >= len(from) && copy(b.at(addr), from) == len(from)
}

func (b *bench) Call(c *Call) Outcome {
	switch {
	case c.Target == 1:
		return Outcome{Kind: Unwound}
	case c.Target == 2:
		return Trap(abi.TrapOutOfMemory)
	case len(c.Sig.Results) == 1:
		return Return(sum(c.Args))
	}
	return Return(sum(c.Args), differ(c.Args))
}

// spell says what an outcome is.
func spell(o Outcome) string {
	switch o.Kind {
	case Trapped:
		return o.Trap.String()
	case Unwound:
		return "unwound"
	case TailCalled:
		return fmt.Sprintf("%v %d %v", o.Tail.Op, o.Tail.Target, lows(o.Tail.Args))
	}
	return fmt.Sprint(lows(o.Values))
}

func lows(vs []num.V128) []uint64 {
	list := []uint64{}
	for _, v := range vs {
		list = append(list, v.Lo)
	}
	return list
}

// Each body is that of a function with the parameters v1 and v2, both i64.
func TestEval(t *testing.T) {
	for _, c := range []struct{ name, results, body, want string }{
		{"arithmetic", "i64", "v3 = i64.mul v1 v2\n return v3", "[21]"},
		{"trap of an operation", "i64", "v3 = i64.const 0\n v4 = i64.div_s v1 v3\n return v4", "integer divide by zero"},
		{"two results", "i64 i64", "v3 = i64.mul_wide_s v1 v2\n v4 = proj.i64 v3 0\n v5 = proj.i64 v3 1\n return v4 v5", "[21 0]"},
		{"select", "i64", "v3 = i32.const 0\n v4 = select.i64 v3 v1 v2\n return v4", "[3]"},
		{"lanes", "i32", "v3 = v128.const 0x0000000d00000000000000000000000b\n v4 = i8x16.shuffle v3 v3 0x00000000000000000000000000000c0c\n" +
			" v5 = i8x16.extract_lane_u v4 1\n return v5", "[13]"},
		{"swap on an edge", "i64 i64", "jump -> b2(v1, v2)\nb2(v3 i64, v4 i64):\n jump -> b3(v4, v3)\nb3(v5 i64, v6 i64):\n return v5 v6", "[3 7]"},
		{"if", "i32", "v3 = i64.lt_s v1 v2\n if v3 -> b2, b3\nb2:\n return v3\nb3:\n v4 = i32.const 5\n return v4", "[5]"},
		{"switch", "i64", "v3 = i32.const -1\n switch v3 -> b2, b3\nb2:\n return v1\nb3:\n return v2", "[3]"},
		{"loop", "i64", "jump -> b2(v1, v2)\nb2(v3 i64, v4 i64):\n v5 = i64.const 1\n v6 = i64.sub v4 v5\n v7 = i64.add v3 v3\n v8 = i64.ne v6 v1\n" +
			" v9 = i64.eqz v6\n if v9 -> b3, b2(v7, v6)\nb3:\n return v7", "[56]"},
		{"memory", "i64", "v3 = membase\n i64.store8 v3 v1 v2 +1 memory[0]\n v5 = i32.load16_u v3 v1 memory[0]\n v6 = i64.extend_i32_u v5\n return v6", "[768]"},
		{"fault", "i64", "v3 = membase\n v4 = i64.load v3 +25 memory[0]\n return v4", "out of bounds memory access"},
		{"addresses", "i64 i64", "v3 = context\n v4 = code_addr func[3]\n v5 = addr.ref v4\n v6 = ref.addr v5\n return v3 v6", "[7 103]"},
		{"null", "i64", "v3 = ref.null\n v4 = ref.addr v3\n return v4", "[0]"},
		{"trapif", "i64", "v3 = i32.const 1\n trapif v3 \"null reference\"\n return v1", "null reference"},
		{"trap", "i64", "trap \"unreachable\"", "unreachable"},
		{"call", "i64 i64", "v3 = call v1 v2 (i64 i64) -> i64 i64 func[0]\n v4 = proj.i64 v3 0\n v5 = proj.i64 v3 1\n return v4 v5", "[10 4]"},
		{"call of code", "i64", "v3 = call_ptr v1 v2 () -> i64\n return v3", "[10]"},
		{"call that traps", "i64", "v3 = call () -> i64 func[2]\n return v3", "out of memory"},
		{"call that unwinds", "i64", "v3 = call () -> i64 func[1]\n return v3", "unwound"},
		{"caught", "i64", "v3 = call () -> i64 func[1]\n try -> b2, b3\nb2:\n return v3\nb3:\n return v2", "[3]"},
		{"not thrown", "i64", "v3 = call v1 v2 (i64 i64) -> i64 func[0]\n try -> b2, b3\nb2:\n return v3\nb3:\n return v2", "[10]"},
		{"helper", "i64", "v3 = call_helper v1 v2 (i64 i64) -> i64 helper[3]\n return v3", "[10]"},
		{"tail call", "i64", "tail_call v2 (i64) -> i64 func[9]", "call 9 [3]"},
		{"tail call of code", "i64", "tail_call_ptr v1 v2 () -> i64", "call_ptr 0 [7 3]"},
		{"frame", "i64", "spill v1 8\n v4 = reload.i64 8\n return v4", "[7]"},
		{"poll", "", "poll\n return", "[]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := parse(t, c.results, c.body)
			if have := spell(Eval(f, new(bench), []num.V128{{Lo: 7}, {Lo: 3}})); have != c.want {
				t.Errorf("have %s, want %s\n%s", have, c.want, f)
			}
		})
	}
}

func parse(t *testing.T, results, body string) *ssa.Func {
	t.Helper()
	f, err := ssa.Parse("func f(i64 i64) -> " + results + " {\nb1(v1 i64, v2 i64):\n " + body + "\n}\n")
	if err == nil {
		err = ssa.Check(f)
	}
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestReferencesAreTold(t *testing.T) {
	f := parse(t, "", "v3 = membase\n v4 = ref.load v3 memory[0]\n ref.store v3 v4 +8 memory[0]\n i64.store v3 v1 memory[0]\n return")
	b := new(bench)
	if Eval(f, b, make([]num.V128, 2)); b.refs != 2 {
		t.Errorf("have %d accesses to references, want 2", b.refs)
	}
}

// An access that is marked as safe and is not shows that what marked it is wrong.
func TestSafeAccessThatFaults(t *testing.T) {
	defer func() {
		if r := fmt.Sprint(recover()); !strings.Contains(r, "an access that cannot trap is to 0x407: v4 = i64.load v3 +31 memory[0]!") {
			t.Errorf("have %s", r)
		}
	}()
	Eval(parse(t, "i64", "v3 = membase\n v4 = i64.load v3 +31 memory[0]!\n return v4"), new(bench), make([]num.V128, 2))
}
