package validate

import (
	"bytes"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// encode encodes instructions.
func encode(list ...wasm.Instr) []byte {
	var b []byte
	for i := range list {
		b = wasm.AppendInstr(b, &list[i])
	}
	return b
}

// code returns a body of pieces and a final end.
func code(pieces ...[]byte) wasm.Code {
	return wasm.Code{Body: append(bytes.Join(pieces, nil), byte(op.End.Info().Code))}
}

// times returns n copies of some instructions.
func times(n int, list ...wasm.Instr) []byte { return bytes.Repeat(encode(list...), n) }

// module returns a module with a function of each type.
func module(types []wasm.FuncType, bodies ...wasm.Code) *wasm.Module {
	m := new(wasm.Module)
	for i, t := range types {
		m.Types = append(m.Types, wasm.SubType{Final: true, Func: t})
		m.Groups = append(m.Groups, wasm.Group{Start: uint32(i), Len: 1})
		if i < len(bodies) {
			m.Funcs = append(m.Funcs, uint32(i))
		}
	}
	m.Code = bodies
	return m
}

// expectKind validates a module and compares the kind of the error; "" stands for none.
func expectKind(t *testing.T, m *wasm.Module, want wasm.Kind) {
	t.Helper()
	_, err := Module(m, wasm.AllFeatures)
	var e *wasm.Error
	errors.As(err, &e)
	if want == "" && err != nil || want != "" && (e == nil || e.Kind != want) {
		t.Errorf("have %v, want %q", err, want)
	}
}

func TestNestingLimit(t *testing.T) {
	for _, o := range []op.Op{op.Block, op.Loop, op.TryTable} {
		for _, test := range []struct {
			depth int
			want  wasm.Kind
		}{{wasm.MaxNesting - 1, ""}, {wasm.MaxNesting, wasm.LimitExceeded}} {
			body := code(times(test.depth, wasm.Instr{Op: o}), times(test.depth, wasm.Instr{Op: op.End}))
			expectKind(t, module([]wasm.FuncType{{}}, body), test.want)
		}
	}
}

func TestOperandLimit(t *testing.T) {
	wide := wasm.FuncType{Results: slices.Repeat([]wasm.ValType{wasm.I32}, wasm.MaxResults)}
	unreachable := encode(wasm.Instr{Op: op.Unreachable})
	for _, test := range []struct {
		calls int
		want  wasm.Kind
	}{{MaxOperands / wasm.MaxResults, ""}, {MaxOperands/wasm.MaxResults + 1, wasm.LimitExceeded}} {
		calls := times(test.calls, wasm.Instr{Op: op.Call, X: 1})
		expectKind(t, module([]wasm.FuncType{{}, wide}, code(calls, unreachable), code(unreachable)), test.want)
	}
	for _, test := range []struct {
		n    int
		want wasm.Kind
	}{{MaxOperands, ""}, {MaxOperands + 1, wasm.LimitExceeded}} {
		constants := times(test.n, wasm.Instr{Op: op.I32Const})
		expectKind(t, module([]wasm.FuncType{{}}, code(constants, unreachable)), test.want)
	}
}

// TestWideBranchTables has branches with very many labels that take very many operands.
func TestWideBranchTables(t *testing.T) {
	wide := wasm.FuncType{Results: slices.Repeat([]wasm.ValType{wasm.I32}, wasm.MaxResults)}
	block := wasm.BlockType{Kind: wasm.BlockIndex, Index: 1}
	const depth = 1000
	labels := make([]uint32, 200_000)
	for i := range labels {
		labels[i] = uint32(i % depth)
	}
	unreachable := encode(wasm.Instr{Op: op.Unreachable})
	m := module([]wasm.FuncType{{}, wide}, code(
		times(depth, wasm.Instr{Op: op.Block, Block: block}),
		times(10, wasm.Instr{Op: op.Call, X: 1}, wasm.Instr{Op: op.I32Const}, wasm.Instr{Op: op.BrTable, Labels: labels}),
		times(depth, wasm.Instr{Op: op.End}),
		unreachable,
	), code(unreachable))
	expectKind(t, m, "")
}

func TestManyArrayOperands(t *testing.T) {
	m := module([]wasm.FuncType{{}}, code(encode(
		wasm.Instr{Op: op.Unreachable}, wasm.Instr{Op: op.ArrayNewFixed, X: 1, Y: 1<<32 - 1}, wasm.Instr{Op: op.Drop})))
	m.Types = append(m.Types, wasm.SubType{Kind: wasm.CompArray, Fields: []wasm.FieldType{{Type: wasm.I32}}})
	m.Groups = append(m.Groups, wasm.Group{Start: 1, Len: 1})
	expectKind(t, m, wasm.LimitExceeded)
}

// TestManyLocals has many functions that declare as many locals as they may, without default value for that matter, and use few.
func TestManyLocals(t *testing.T) {
	external := wasm.Ref(wasm.HeapExtern, false)
	locals := []wasm.Locals{{Count: wasm.MaxLocals / 2, Type: wasm.I32}, {Count: wasm.MaxLocals / 2, Type: external}}
	body := code(encode(wasm.Instr{Op: op.LocalGet, X: wasm.MaxLocals/2 - 1}, wasm.Instr{Op: op.LocalSet, X: 300}))
	body.Locals = locals
	m := module([]wasm.FuncType{{}}, body)
	m.Funcs = make([]uint32, 200_000)
	m.Code = slices.Repeat(m.Code, len(m.Funcs))
	expectKind(t, m, "")

	for _, test := range []struct {
		local uint32
		extra uint32
		want  wasm.Kind
	}{
		{wasm.MaxLocals/2 - 1, 0, ""},
		{wasm.MaxLocals / 2, 0, wasm.UninitializedLocal},
		{wasm.MaxLocals, 0, wasm.UnknownLocal},
		{0, 1, wasm.TooManyLocals},
		{0, 1<<32 - 1, wasm.TooManyLocals},
	} {
		body := code(encode(wasm.Instr{Op: op.LocalGet, X: test.local}, wasm.Instr{Op: op.Drop}))
		body.Locals = append(slices.Clip(locals), wasm.Locals{Count: test.extra, Type: wasm.I32})
		expectKind(t, module([]wasm.FuncType{{}}, body), test.want)
	}
}

// TestSubtypeDepth has chains of supertypes, each type in a group of its own or all in one, and fields that make them be compared.
func TestSubtypeDepth(t *testing.T) {
	for _, test := range []struct {
		types int
		want  wasm.Kind
	}{{wasm.MaxSubtypeDepth + 1, ""}, {wasm.MaxSubtypeDepth + 2, wasm.LimitExceeded}, {300_000, wasm.LimitExceeded}} {
		for _, oneGroup := range []bool{false, true} {
			m := new(wasm.Module)
			for i := range test.types {
				s := wasm.SubType{Kind: wasm.CompStruct, Fields: []wasm.FieldType{{Type: nonNull(uint32(i))}}}
				if i > 0 {
					s.Supers = []uint32{uint32(i - 1)}
				}
				m.Types = append(m.Types, s)
				if !oneGroup {
					m.Groups = append(m.Groups, wasm.Group{Start: uint32(i), Len: 1})
				}
			}
			if oneGroup {
				m.Groups = []wasm.Group{{Start: 0, Len: uint32(test.types)}}
			}
			expectKind(t, m, test.want)
		}
	}
}

// TestLongMismatch checks that the error about a long list of types stays short.
func TestLongMismatch(t *testing.T) {
	wide := wasm.FuncType{Params: slices.Repeat([]wasm.ValType{wasm.I32}, wasm.MaxParams)}
	m := module([]wasm.FuncType{wide, {}}, code(), code(encode(wasm.Instr{Op: op.Call})))
	_, err := Module(m, wasm.AllFeatures)
	if err == nil || len(err.Error()) > 300 || !strings.Contains(err.Error(), "and 980 more") {
		t.Errorf("have %v", err)
	}
}

// TestFirstError validates a module in which every tenth function has an error of its own, many times and on many goroutines: the
// error is always that of the first.
func TestFirstError(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
	good := code(times(200, wasm.Instr{Op: op.I32Const}, wasm.Instr{Op: op.Drop}))
	m := module([]wasm.FuncType{{}})
	for i := range 6000 {
		body := good
		if i >= 1000 && i%10 == 7 {
			body = code(encode(wasm.Instr{Op: op.LocalGet, X: uint32(i)}))
		}
		m.Funcs = append(m.Funcs, 0)
		m.Code = append(m.Code, body)
	}
	const want = "weft: function 1007 at 0x0: local.get: unknown local: 1007, the function has 0"
	for range 20 {
		if _, err := Module(m, wasm.AllFeatures); err == nil || err.Error() != want {
			t.Fatalf("have %v, want %s", err, want)
		}
	}
}
