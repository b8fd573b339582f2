package regalloc

import (
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/isa"
	"github.com/weft-wasm/weft/internal/ssa"
)

const checkedText = `func checked(i64 i64 f64) -> i64 {
b1(v1 i64, v2 i64, v3 f64):
  v4 = fake.sub v1 v2
  v5 = call v4 (i64) -> i64 func[0]
  v6 = fake.div v5 v2
  v7 = fake.temp v6 v4
  v8 = fake.const 5
  v9 = fake.lea v7 v8
  v10 = i64.trunc_f64_s v3
  v11 = fake.lea v9 v10
  return v11
}`

// The checker finds each way of spoiling an allocation.
func TestCheckFinds(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(o *Allocation)
		want  string
	}{
		{"nothing", func(o *Allocation) {}, ""},
		{"argument elsewhere", func(o *Allocation) { o.Uses(4)[1] = RegLoc(r4) }, "v2 is not in r4, which has []"},
		{"argument in none", func(o *Allocation) { o.Uses(4)[1] = 0 }, "v2 is not in -"},
		{"argument of a call", func(o *Allocation) { o.Uses(5)[0] = RegLoc(r5) }, "v4 is in r5, want r0"},
		{"argument in a working register", func(o *Allocation) { o.Uses(6)[1] = RegLoc(r1) }, "v2 is not in r1"},
		{"result elsewhere than its argument", func(o *Allocation) { o.Results(4)[0] = RegLoc(r3) }, "v1 is in r0, its result in r3"},
		{"result in no fixed register", func(o *Allocation) { o.Results(6)[0] = RegLoc(r3) }, "result 0 is in r3, want r0"},
		{"result in a pinned register", func(o *Allocation) { o.Results(9)[0] = RegLoc(rContext) }, "ctx cannot hold i64"},
		{"result of the wrong class", func(o *Allocation) { o.Results(9)[0] = RegLoc(x0) }, "x0 cannot hold i64"},
		{"working register of an argument", func(o *Allocation) { o.Results(7)[1] = o.Uses(7)[0] }, "which is taken"},
		{"results in one register", func(o *Allocation) { o.Results(7)[1] = o.Results(7)[0] }, "which is taken"},
		{"register not preserved", func(o *Allocation) { o.Saved = 0 }, "is not preserved"},
		{"slot that is not there", func(o *Allocation) { o.Slots = 0 }, "slot0 cannot hold f64"},
		{"definition elsewhere", func(o *Allocation) { o.values[9].def = RegLoc(r4) }, "and defined in r4"},
		{"move from memory to memory", func(o *Allocation) { movesTo(o, KindSlot)[0].From = locOf(KindIn, 0) }, "from memory to memory"},
		{"move from elsewhere", func(o *Allocation) { movesTo(o, KindSlot)[0].From = RegLoc(x3) }, "v3 is not in x"},
		{"value that is no constant", func(o *Allocation) { remat(o).Value = 7 }, "not a constant"},
		{"another constant", func(o *Allocation) { remat(o).To = RegLoc(r6) }, "v8 is not in"},
		{"move of nothing", func(o *Allocation) { o.moves[0].To = 0 }, "no place"},
		{"too few places", func(o *Allocation) { o.values[4].needs = 1 }, "has 1 arguments and 1 results, want 2 and 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := ssa.Parse(checkedText)
			if err != nil {
				t.Fatal(err)
			}
			o := New(fake, fakeBase).Allocate(f)
			text := o.Text(f, fake)
			c.spoil(o)
			err = Check(f, fake, fakeBase, o)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("have %v, want %q\n%s", err, c.want, text)
			}
		})
	}
}

// movesTo returns the moves to a kind of place.
func movesTo(o *Allocation, k Kind) []*Move {
	var moves []*Move
	for i := range o.moves {
		if o.moves[i].To.Kind() == k {
			moves = append(moves, &o.moves[i])
		}
	}
	return moves
}

// remat returns the first computation anew.
func remat(o *Allocation) *Move {
	for i := range o.moves {
		if o.moves[i].Op == MoveRemat {
			return &o.moves[i]
		}
	}
	return nil
}

// Leaving out a move is found unless the move was not needed, which few are not.
func TestCheckFindsMissingMoves(t *testing.T) {
	a := New(fake, fakeBase)
	var found, moves int
	for seed := range uint64(20) {
		f := makeRandom(seed, 30, 12)
		o := allocated(t, a, f)
		for i := range o.moves {
			saved := o.moves[i]
			o.moves[i] = Move{Value: saved.Value, From: saved.To, To: saved.To, Type: saved.Type}
			if moves++; Check(f, fake, fakeBase, o) != nil {
				found++
			}
			o.moves[i] = saved
		}
	}
	if found < moves*9/10 {
		t.Errorf("%d of %d moves that were left out are missed", found, moves)
	}
}

// Moves that happen at once come out right whatever they are, with few free registers or none.
func TestResolve(t *testing.T) {
	places := []Loc{
		RegLoc(r0), RegLoc(r1), RegLoc(r2), RegLoc(r3), locOf(KindSlot, 0), locOf(KindSlot, 1), locOf(KindSlot, 2),
		RegLoc(x0), RegLoc(x1), RegLoc(x2), locOf(KindWide, 0), locOf(KindWide, 1),
	}
	wide := func(l Loc) bool { return l.Kind() == KindWide || l.IsReg() && l.Reg() >= x0 }
	r := newRand()
	for range 20000 {
		a := New(fake, fakeBase)
		a.f = ssa.NewFunc("moves", ssa.Sig{})
		state, want := map[Loc]ssa.Value{}, map[Loc]ssa.Value{}
		var steps []step
		used := isa.RegSet(0)
		for i, to := range places {
			state[to] = ssa.Value(i + 1)
		}
		for _, to := range places {
			from := places[r.IntN(len(places))]
			if r.IntN(3) == 0 || wide(from) != wide(to) {
				want[to] = state[to]
				continue
			}
			typ := ssa.TypeI64
			if wide(to) {
				typ = ssa.TypeV128
			}
			want[to] = state[from]
			steps = append(steps, step{Move: Move{Value: state[from], From: from, To: to, Type: typ}})
		}
		for _, l := range places {
			if l.IsReg() {
				used = used.With(l.Reg())
			}
		}
		a.par.scratch = []isa.RegSet{0, isa.Set(r4), isa.Set(r4, x3), isa.Set(x3)}[r.IntN(4)] &^ used
		a.resolve(steps, func(m Move) {
			if m.Op == MoveSwap {
				state[m.To], state[m.From] = state[m.From], state[m.To]
			} else if state[m.To] = state[m.From]; !m.To.IsReg() && !m.From.IsReg() {
				t.Fatalf("%s is from memory to memory", m.Text(fake))
			}
		})
		for l, v := range want {
			if state[l] != v {
				t.Fatalf("%s has %v, want %v, behind %v", l.Text(fake), state[l], v, steps)
			}
		}
	}
}
