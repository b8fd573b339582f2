package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/wasm"
)

// invoke calls an exported function with arguments in text, and prints each result on a line. What a reactor wants called in front of all
// others is called first.
func invoke(ctx context.Context, w io.Writer, in *weft.Instance, name string, args []string) error {
	f, err := in.Func(name)
	if missing, ok := errors.AsType[*weft.ExportError](err); ok && missing.Have == "" && missing.Hint == "" {
		return fmt.Errorf("%w%s", err, listFuncs(in.Module()))
	}
	if err != nil {
		return err
	}
	values, err := arguments(name, f.Type(), args)
	if err != nil {
		return err
	}
	if initialize, err := in.Func("_initialize"); err == nil && name != "_initialize" {
		if _, err := initialize.Call(ctx); err != nil {
			return err
		}
	}
	results, err := f.Call(ctx, values...)
	if err != nil {
		return err
	}
	for _, v := range results {
		fmt.Fprintln(w, show(v))
	}
	return nil
}

// listFuncs returns the names of the functions that a module exports, for the end of an error.
func listFuncs(m *weft.Module) string {
	var names []string
	for _, x := range m.Exports() {
		if x.Type.Kind() == "func" {
			names = append(names, wasm.PlainName(x.Name))
		}
	}
	const most = 10
	switch n := len(names); {
	case n == 0:
		return " (it exports no functions)"
	case n > most:
		names = append(names[:most], fmt.Sprintf("and %d more", n-most))
	}
	return " (--invoke can call " + strings.Join(names, ", ") + ")"
}

// arguments reads the arguments of a function by the types of its parameters.
func arguments(name string, t weft.FuncType, args []string) ([]any, error) {
	if len(args) != len(t.Params) {
		return nil, fmt.Errorf("%s: have %d arguments, want %d for %s", name, len(args), len(t.Params), t)
	}
	values := make([]any, len(args))
	for i, arg := range args {
		v, ok := argument(t.Params[i], arg)
		if !ok {
			return nil, fmt.Errorf("%s: argument %d: have %q, want %s", name, i+1, arg, wanted(t.Params[i]))
		}
		values[i] = v
	}
	return values, nil
}

// wanted says what to write for a value of a type.
func wanted(t weft.ValueType) string {
	switch t {
	case weft.I32, weft.I64:
		return fmt.Sprintf("an integer that fits %s", t)
	case weft.F32, weft.F64:
		return fmt.Sprintf("a number (%s)", t)
	case weft.Vec128:
		return "32 hexadecimal digits (v128)"
	}
	return fmt.Sprintf("null, the only %s there is on a command line", t)
}

// argument reads a value of a type.
func argument(t weft.ValueType, s string) (v any, ok bool) {
	switch t {
	case weft.I32:
		n, err := strconv.ParseInt(s, 0, 64)
		return uint32(n), err == nil && n >= -1<<31 && n < 1<<32
	case weft.I64:
		if n, err := strconv.ParseInt(s, 0, 64); err == nil {
			return n, true
		}
		n, err := strconv.ParseUint(s, 0, 64)
		return n, err == nil
	case weft.F32:
		f, err := strconv.ParseFloat(s, 32)
		return float32(f), err == nil
	case weft.F64:
		f, err := strconv.ParseFloat(s, 64)
		return f, err == nil
	case weft.Vec128:
		return vector(strings.TrimPrefix(s, "0x"))
	}
	return nil, s == "null"
}

// vector reads a v128, the highest digit first.
func vector(s string) (v weft.V128, ok bool) {
	if len(s) != 32 {
		return v, false
	}
	hi, err1 := strconv.ParseUint(s[:16], 16, 64)
	lo, err2 := strconv.ParseUint(s[16:], 16, 64)
	return weft.V128{Lo: lo, Hi: hi}, err1 == nil && err2 == nil
}

// show returns a result as invoke prints it.
func show(v any) string {
	switch v := v.(type) {
	case weft.V128:
		return fmt.Sprintf("0x%016x%016x", v.Hi, v.Lo)
	case nil:
		return "null"
	case *weft.Func:
		if v == nil {
			return "null"
		}
		return "function " + v.Type().String()
	case weft.Extern:
		if v.Value == nil {
			return "null"
		}
		return "externref"
	case float32:
		return showFloat(float64(v), 32)
	case float64:
		return showFloat(v, 64)
	case int32, int64:
		return fmt.Sprint(v)
	}
	return "reference"
}

// showFloat returns the shortest decimal that reads as the number, or inf or nan as the text format has them.
func showFloat(f float64, bits int) string {
	return strings.ToLower(strings.TrimPrefix(strconv.FormatFloat(f, 'g', -1, bits), "+"))
}
