package spectest

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// encoded returns a module of a script in the binary format. The error is that of a text; bytes are taken as they are.
func (r *runner) encoded(m *wat.Module) ([]byte, error) {
	switch m.Form {
	case wat.FormInstance:
		return nil, errors.New("an assertion about an instance, want a module")
	case wat.FormBinary:
		return m.Bytes, nil
	}
	parsed, err := m.Load()
	if err != nil {
		return nil, err
	}
	return wasm.Encode(parsed), nil
}

// compile makes a module of a script ready to run.
func (r *runner) compile(m *wat.Module) (*weft.Module, error) {
	b, err := r.encoded(m)
	if err != nil {
		return nil, err
	}
	compiled, err := r.engine.Compile(r.ctx, b)
	if r.options.RoundTrip && (err == nil || isUnsupported(err)) {
		if err := roundTrip(m, b); err != nil {
			return nil, err
		}
	}
	return compiled, err
}

// roundTrip checks that a valid module comes back the same from the binary format and from the text format. The module is that of a
// script and b its encoding.
func roundTrip(m *wat.Module, b []byte) error {
	decoded, err := wasm.Decode(b, nil)
	if err != nil {
		return err
	}
	if parsed, err := m.Load(); err != nil || !wasm.Equal(parsed, decoded) {
		return errors.New("encoding and decoding the module gives another one")
	}
	if again, err := wasm.Decode(wasm.Encode(decoded), nil); err != nil || !wasm.Equal(again, decoded) {
		return errors.New("encoding and decoding the module again gives another one")
	}
	for _, o := range []wat.PrintOptions{{}, {Folded: true}} {
		if err := printTrip(decoded, o, m.Form != wat.FormBinary); err != nil {
			return err
		}
	}
	return nil
}

// printTrip checks that parsing what is printed of a module gives the module. Bytes may spell integers longer than they
// need be, which the text does not show; then exact is false, and the printed texts are compared.
func printTrip(m *wasm.Module, o wat.PrintOptions, exact bool) error {
	var text, again bytes.Buffer
	if err := wat.Print(&text, m, o); err != nil {
		return fmt.Errorf("printing the module: %w", err)
	}
	parsed, err := wat.Parse("printed", text.Bytes())
	if err != nil {
		return fmt.Errorf("parsing the printed module: %w", err)
	}
	if err := wat.Print(&again, parsed, o); err != nil {
		return fmt.Errorf("printing the parsed module: %w", err)
	}
	if !bytes.Equal(text.Bytes(), again.Bytes()) || exact && !wasm.Equal(parsed, m) {
		return errors.New("printing and parsing the module gives another one")
	}
	return nil
}
