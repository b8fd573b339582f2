package validate

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/weft-wasm/weft/internal/wasm"
)

// stream validates a module while it is being decoded.
func stream(b []byte) (*Info, error) {
	var v *Validator
	m, err := wasm.DecodeReader(bytes.NewReader(b), &wasm.Options{Body: func(m *wasm.Module, i int) (err error) {
		if v == nil {
			if v, err = New(m, wasm.AllFeatures); err != nil {
				return err
			}
		}
		return v.Func(i)
	}})
	if err != nil {
		return nil, err
	}
	if v == nil {
		if v, err = New(m, wasm.AllFeatures); err != nil {
			return nil, err
		}
	}
	return v.Finish()
}

// TestStream checks that a module validated as it arrives is found to be the same, and that an error in it only lacks the name that
// has not arrived yet.
func TestStream(t *testing.T) {
	for name, b := range realModules(t) {
		m, err := wasm.Decode(b, nil)
		if err != nil {
			t.Fatal(err)
		}
		want, err := Module(m, wasm.AllFeatures)
		if err != nil {
			t.Fatal(err)
		}
		have, err := stream(b)
		if err != nil || !reflect.DeepEqual(have, want) {
			t.Errorf("%s: have another result, and error %v", name, err)
		}
	}
	text := `(memory 1) (data "x") (func $f (memory.init 0 (i32.const 0) (i32.const 0) (i32.const 0))) (func $g drop)`
	_, err := stream(wasm.Encode(decodeText(t, text)))
	const want = "weft: function 1 at 0x2d: drop: type mismatch: have nothing, want a value"
	if err == nil || err.Error() != want {
		t.Errorf("have %v, want %s", err, want)
	}
}
