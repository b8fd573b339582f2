package spectest

import (
	"errors"
	"fmt"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/wat"
)

func (r *runner) assertReturn(c *wat.AssertReturn) error {
	results, err := r.act(c.Action)
	if err != nil {
		return err
	}
	if len(results) != len(c.Results) {
		return fmt.Errorf("have %d results, want %d", len(results), len(c.Results))
	}
	for i := range results {
		if !matches(results[i], &c.Results[i]) {
			return fmt.Errorf("result %d: have %s, want %s", i+1, showValue(results[i]), showPattern(&c.Results[i]))
		}
	}
	return nil
}

func (r *runner) assertTrap(c *wat.AssertTrap) error {
	if c.Action != nil {
		_, err := r.act(c.Action)
		return wantTrap(err, c.Message)
	}
	m, err := r.compile(c.Module)
	if err != nil {
		return err
	}
	in, err := r.instantiate(m, nil)
	if err == nil {
		_ = in.Close()
	}
	return wantTrap(err, c.Message)
}

// wantTrap returns nil for a trap with the message, otherwise an error.
func wantTrap(err error, message string) error {
	trap, ok := errors.AsType[*weft.Trap](err)
	switch {
	case err == nil:
		return fmt.Errorf("have no trap, want %q", message)
	case !ok:
		return err
	case !agrees(trap.Code.String(), message):
		return fmt.Errorf("have the trap %q, want %q", trap.Code, message)
	}
	return nil
}

func (r *runner) assertException(c *wat.AssertException) error {
	_, err := r.act(c.Action)
	if err == nil {
		return errors.New("have no exception, want one")
	}
	if _, ok := errors.AsType[*weft.Exception](err); !ok {
		return err
	}
	return nil
}

// assertInvalid wants a module that can be read, and is then refused. A fault in a custom section is for the parser of the text to find: engines ignore
// what they do not understand in those.
func (r *runner) assertInvalid(c *wat.AssertInvalid) error {
	b, err := r.encoded(c.Module)
	if c.Custom {
		return wantText(err, c.Message)
	}
	if err != nil {
		return err
	}
	return r.refused(b, c.Message)
}

// assertMalformed wants a text that cannot be parsed, or bytes that cannot be decoded.
func (r *runner) assertMalformed(c *wat.AssertMalformed) error {
	b, err := r.encoded(c.Module)
	if err != nil {
		return wantText(err, c.Message)
	}
	if kind, ok := r.dialect.now[c.Message]; ok {
		return r.refused(b, string(kind))
	}
	if c.Module.Form != wat.FormBinary {
		return fmt.Errorf("the text can be parsed, want %q", c.Message)
	}
	return r.refused(b, c.Message)
}

// wantText returns nil for an error in a text with the message, otherwise an error.
func wantText(err error, message string) error {
	text, ok := errors.AsType[*wat.Error](err)
	switch {
	case err == nil:
		return fmt.Errorf("the text can be parsed, want %q", message)
	case !ok:
		return err
	case !agrees(string(text.Kind), message):
		return fmt.Errorf("have %q, want %q", plain(err), message)
	}
	return nil
}

// refused returns nil if the engine does not accept a module, for the reason that the message says.
func (r *runner) refused(b []byte, message string) error {
	_, err := r.engine.Compile(r.ctx, b)
	invalid, ok := errors.AsType[*weft.ModuleError](err)
	switch {
	case err == nil || isUnsupported(err):
		return fmt.Errorf("the module is accepted, want %q", message)
	case !ok:
		return err
	case !agrees(invalid.Kind, message):
		return fmt.Errorf("have %q, want %q", plain(err), message)
	}
	return nil
}

func (r *runner) assertUnlinkable(c *wat.AssertUnlinkable) error {
	m, err := r.compile(c.Module)
	if err != nil {
		return err
	}
	in, err := r.instantiate(m, nil)
	if err == nil {
		_ = in.Close()
		return fmt.Errorf("the module is linked, want %q", c.Message)
	}
	link, ok := errors.AsType[*weft.LinkError](err)
	if !ok {
		return err
	}
	have := "unknown import"
	if link.Have != "" {
		have = "incompatible import type"
	}
	if !agrees(have, c.Message) {
		return fmt.Errorf("have %q, want %q", plain(err), c.Message)
	}
	return nil
}
