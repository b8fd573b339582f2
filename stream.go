package weft

import (
	"bytes"
	"context"
	"io"

	"github.com/weft-wasm/weft/internal/dbg"
	"github.com/weft-wasm/weft/internal/native"
	"github.com/weft-wasm/weft/internal/validate"
	"github.com/weft-wasm/weft/internal/wasm"
)

// stream is a module on its way: the goroutine that reads it validates each function as it arrives, and others compile it.
type stream struct {
	engine  *Engine
	ctx     context.Context
	checker *validate.Validator // once a function has arrived
	making  *native.Making      // nil where functions are not compiled in advance, or not this module's
	invalid bool
}

// decode reads the module. What arrives is kept in one piece, which is decoded again in the end: that takes a tenth of the time of validation, and the
// pieces go.
func (s *stream) decode(r io.Reader) (*decoded, error) {
	var binary bytes.Buffer
	features := s.engine.features()
	m, err := wasm.DecodeReader(io.TeeReader(r, &binary), &wasm.Options{Features: features, Body: s.body})
	if err != nil {
		return nil, err
	}
	info := s.finish(m)
	if info == nil {
		return decodeBytes(binary.Bytes(), features) // which finds the error
	}
	defer dbg.Spent("decode", dbg.Now())
	m, err = wasm.Decode(binary.Bytes(), &wasm.Options{Features: features})
	return &decoded{Module: m, binary: binary.Bytes(), info: info, making: s.making}, err
}

// body takes a function that has arrived.
func (s *stream) body(m *wasm.Module, i int) error {
	if err := context.Cause(s.ctx); err != nil {
		return err
	}
	if s.checker == nil && !s.invalid {
		s.begin(m)
	}
	if s.invalid {
		return nil
	}
	defer dbg.Spent("validate", dbg.Now())
	if s.invalid = s.checker.Func(i) != nil; s.invalid || s.checker.Unsupported() != nil {
		s.abandon()
	}
	if s.making != nil {
		s.making.Arrived(i)
	}
	return nil
}

// begin checks what is in front of the functions.
func (s *stream) begin(m *wasm.Module) {
	var err error
	if s.checker, err = validate.New(m, s.engine.features()); err != nil {
		s.invalid = true
		return
	}
	if s.engine.native == nil || s.engine.tiers() || s.checker.Unsupported() != nil {
		return
	}
	early, err := s.engine.prepare(m.Beginning())
	if err == nil {
		s.making = s.engine.native.Begin(s.ctx, early, progressOf(s.ctx))
	}
}

// finish returns what is known of the module when all of it is there, nil if it is not valid.
func (s *stream) finish(m *wasm.Module) *validate.Info {
	if s.checker == nil && !s.invalid {
		s.begin(m)
	}
	if s.invalid {
		return nil
	}
	info, err := s.checker.Finish()
	if err != nil {
		return nil
	}
	return info
}

// abandon ends the compilation, if it has not ended.
func (s *stream) abandon() {
	if s.making != nil {
		s.making.Abandon()
		s.making = nil
	}
}
