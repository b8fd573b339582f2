package wasm

import (
	"io"

	"github.com/weft-wasm/weft/internal/op"
)

// codeSection reads the code section (spec 5.5.13), one body at a time.
func (d *decoder) codeSection(size uint32, sizeAt int64) error {
	d.m.codeStart, d.m.codeSize = d.src.pos, int64(size)
	end := d.src.pos + int64(size)
	if d.bodiless {
		_, err := d.src.take(int(size))
		return err
	}
	err := d.bodies(size, end)
	if d.src.ended && d.src.pos < end {
		return d.outOfBounds(idCode, size, sizeAt)
	}
	return err
}

// bodies reads the bodies in a code section of that size, which ends at end.
func (d *decoder) bodies(size uint32, end int64) error {
	countAt := d.src.pos
	n, err := d.src.u32(true)
	if err != nil {
		return err
	}
	if int(n) != len(d.m.Funcs) {
		d.late = Errorf(FuncCodeMismatch, countAt, "%d functions, %d bodies", len(d.m.Funcs), n)
	}
	d.m.Code = make([]Code, min(int64(n), int64(len(d.m.Funcs))))
	for i := 0; i < int(n) && d.src.pos <= end; i++ {
		b, err := d.takeBody()
		if err == nil && i < len(d.m.Code) {
			err = d.oneBody(i, b, d.src.pos == end)
		}
		if err != nil {
			return d.inFunc(err, i)
		}
	}
	if d.src.pos != end {
		return Errorf(SectionSizeMismatch, min(d.src.pos, end), "code section of %d bytes, its contents take %d", size, d.src.pos-end+int64(size))
	}
	return nil
}

// takeBody takes the size of a body and its bytes.
func (d *decoder) takeBody() ([]byte, error) {
	at := d.src.pos
	n, err := d.src.u32(true)
	if err != nil {
		return nil, err
	}
	if n > MaxBodySize {
		return nil, Errorf(LimitExceeded, at, "a body of %d bytes, at most %d are supported", n, MaxBodySize)
	}
	b, err := d.src.take(int(n))
	if err == io.EOF {
		err = Errorf(LengthOutOfBounds, at, "a body of %d bytes, with %d to come", n, len(b))
	}
	return b, err
}

// oneBody keeps a body; last says that it ends where the section does.
func (d *decoder) oneBody(i int, b []byte, last bool) error {
	r := reader{b: b, base: d.src.pos - int64(len(b)), features: d.features, inner: true}
	c := &d.m.Code[i]
	c.Locals = d.readLocals(&r)
	if r.err != nil {
		return r.err
	}
	c.localsSize = uint32(r.pos)
	c.Offset = r.base + int64(r.pos)
	c.Body = r.bytes(int64(r.left()))
	if err := d.checkEnd(c, last); err != nil {
		return err
	}
	if d.body != nil {
		return d.body(d.m, i)
	}
	return nil
}

// checkEnd reports a body that cannot end in an end. What that is called depends on what comes next: to the specification's
// decoder, which reads on, it is the next body that does not fit, or the section, or the module.
func (d *decoder) checkEnd(c *Code, last bool) error {
	at := d.src.pos
	switch {
	case len(c.Body) > 0 && c.Body[len(c.Body)-1] == byte(op.End.Info().Code):
		return nil
	case !last:
		return Errorf(EndExpected, at, "have the end of the body, want end")
	case d.src.atEnd():
		return Errorf(UnexpectedEndOfSection, at, "have the end of the body, want end")
	}
	return Errorf(SectionSizeMismatch, at, "the code section ends in a body without an end")
}

// readLocals reads the declarations of locals in front of a body.
func (d *decoder) readLocals(r *reader) []Locals {
	n := r.count(MaxLocals, "declarations of locals")
	if n == 0 || r.err != nil {
		return nil
	}
	if room := r.room(n, 2); cap(d.locals)-len(d.locals) < room {
		d.locals = make([]Locals, 0, max(room, 1024))
	}
	start := len(d.locals)
	total := uint64(0)
	for i := 0; i < n && r.err == nil; i++ {
		at := r.pos
		l := Locals{Count: r.u32(), Type: r.valType()}
		if total += uint64(l.Count); total > MaxLocals {
			r.fail(TooManyLocals, at, "%d, at most %d are supported", total, MaxLocals)
			return nil
		}
		d.locals = append(d.locals, l)
	}
	return d.locals[start:len(d.locals):len(d.locals)]
}

// inFunc adds to an error of this package in which body it is.
func (d *decoder) inFunc(err error, i int) error {
	if e, ok := err.(*Error); ok && e.Func < 0 {
		e.Func = d.m.ImportedFuncs + i
	}
	return err
}
