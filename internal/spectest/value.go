package spectest

import (
	"fmt"
	"math"
	"strings"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// hostRef is what the host's references of scripts refer to: (ref.extern N) is an external reference to the number N.
type hostRef uint32

// arguments returns the values that a script passes, as Func.Call takes them.
func arguments(values []wat.Value) []any {
	args := make([]any, len(values))
	for i := range values {
		args[i] = argument(&values[i])
	}
	return args
}

func argument(v *wat.Value) any {
	switch v.Type {
	case wasm.I32:
		return uint32(v.Bits)
	case wasm.I64:
		return v.Bits
	case wasm.F32:
		return math.Float32frombits(uint32(v.Bits))
	case wasm.F64:
		return math.Float64frombits(v.Bits)
	case wasm.V128:
		return weft.V128{Lo: v.Bits, Hi: v.High}
	}
	if v.Ref == wat.RefNull {
		return nil
	}
	return weft.Extern{Value: hostRef(v.ID)}
}

// matches reports whether a result is what a pattern asks for.
func matches(v any, p *wat.Pattern) bool {
	if p.Either != nil {
		for i := range p.Either {
			if matches(v, &p.Either[i]) {
				return true
			}
		}
		return false
	}
	if p.IsRef() {
		return matchesRef(v, p)
	}
	t, lo, hi := bitsOf(v)
	return t == p.Type && p.MatchBits(lo, hi)
}

// bitsOf returns the type of a number or vector and its bits, Bottom for anything else.
func bitsOf(v any) (t wasm.ValType, lo, hi uint64) {
	switch v := v.(type) {
	case int32:
		return wasm.I32, uint64(uint32(v)), 0
	case int64:
		return wasm.I64, uint64(v), 0
	case float32:
		return wasm.F32, uint64(math.Float32bits(v)), 0
	case float64:
		return wasm.F64, math.Float64bits(v), 0
	case weft.V128:
		return wasm.V128, v.Lo, v.Hi
	}
	return wasm.Bottom, 0, 0
}

func matchesRef(v any, p *wat.Pattern) bool {
	if t, _, _ := bitsOf(v); t != wasm.Bottom {
		return false
	}
	f, isFunc := v.(*weft.Func)
	x, isExtern := v.(weft.Extern)
	switch p.Ref {
	case wat.RefNull:
		return v == nil || isFunc && f == nil || isExtern && x.Value == nil
	case wat.RefFunc:
		return isFunc && f != nil
	case wat.RefExtern, wat.RefHost:
		return isExtern && (x.Value == hostRef(p.ID) || p.AnyID && x.Value != nil)
	}
	return v != nil && !isFunc && !isExtern
}

// showValue returns a result as a script would write it, numbers with their bits.
func showValue(v any) string {
	switch v := v.(type) {
	case nil:
		return "(ref.null)"
	case *weft.Func:
		if v == nil {
			return "(ref.null func)"
		}
		return "(ref.func)"
	case weft.Extern:
		if v.Value == nil {
			return "(ref.null extern)"
		}
		return fmt.Sprintf("(ref.extern %v)", v.Value)
	}
	if t, lo, hi := bitsOf(v); t != wasm.Bottom {
		return showBits(t, lo, hi)
	}
	return fmt.Sprintf("a reference (%T)", v)
}

func showBits(t wasm.ValType, lo, hi uint64) string {
	switch t {
	case wasm.F32:
		return fmt.Sprintf("(f32.const %v) of bits 0x%08x", math.Float32frombits(uint32(lo)), lo)
	case wasm.F64:
		return fmt.Sprintf("(f64.const %v) of bits 0x%016x", math.Float64frombits(lo), lo)
	case wasm.V128:
		return fmt.Sprintf("(v128.const i64x2 0x%016x 0x%016x)", lo, hi)
	case wasm.I32:
		return fmt.Sprintf("(i32.const %d)", int32(lo))
	}
	return fmt.Sprintf("(%s.const %d)", t, int64(lo))
}

var nanNames = [...]string{wat.NaNCanonical: "nan:canonical", wat.NaNArithmetic: "nan:arithmetic"}

var refNames = [...]string{
	wat.RefNull: "ref.null", wat.RefExtern: "ref.extern", wat.RefHost: "ref.host", wat.RefFunc: "ref.func", wat.RefAny: "ref.any",
	wat.RefEq: "ref.eq", wat.RefI31: "ref.i31", wat.RefStruct: "ref.struct", wat.RefArray: "ref.array", wat.RefExn: "ref.exn",
}

// showPattern returns a pattern as a script would write it.
func showPattern(p *wat.Pattern) string {
	switch {
	case p.Either != nil:
		var s []string
		for i := range p.Either {
			s = append(s, showPattern(&p.Either[i]))
		}
		return "one of " + strings.Join(s, ", ")
	case p.IsRef() && (p.Ref == wat.RefExtern || p.Ref == wat.RefHost) && !p.AnyID:
		return fmt.Sprintf("(%s %d)", refNames[p.Ref], p.ID)
	case p.IsRef():
		return "(" + refNames[p.Ref] + ")"
	case p.NaN != wat.NotNaN:
		return fmt.Sprintf("(%s.const %s)", p.Type, nanNames[p.NaN])
	}
	s := showBits(p.Type, p.Bits, p.High)
	for i, nan := range p.NaNs {
		if nan != wat.NotNaN {
			s += fmt.Sprintf(", lane %d %s", i, nanNames[nan])
		}
	}
	return s
}
