package wasm

import (
	"bufio"
	"encoding/binary"
	"io"
)

const (
	magic   = "\x00asm"
	version = 1
)

// Options are what Decode can be told.
type Options struct {
	// Features are the proposals whose additions to the format are accepted; 0 means AllFeatures. Whether instructions and types are
	// accepted is left to validation.
	Features Features

	// Body, if not nil, is called for each function body, in order, as it arrives. All sections in front of the code section are
	// complete then, and so are m.Code[:i+1]; what comes later, custom sections included, must not be touched yet, also not by
	// goroutines that Body starts. An error ends the decoding, which returns it.
	Body func(m *Module, i int) error

	// Bodiless leaves function bodies out: nothing of the code section is looked at, and Code is empty. It is for a module that has been validated
	// and whose code comes from elsewhere.
	Bodiless bool
}

// Decode decodes a module (spec 5). The result aliases b, which must not change any more. The error is an *Error, or what
// Options.Body returned; it is the first one in the order of the module, malformed instructions included if it lies behind them.
func Decode(b []byte, o *Options) (*Module, error) {
	return decode(&source{b: b[:len(b):len(b)]}, o)
}

// DecodeReader decodes a module as it arrives, up to the end of r. Its errors are those of Decode and those of r, which pass through
// unchanged. It differs only in how it names the error of a section that is longer than its size says.
func DecodeReader(r io.Reader, o *Options) (*Module, error) {
	return decode(&source{r: bufio.NewReaderSize(r, chunkSize)}, o)
}

// decoder is the state of decoding a module.
type decoder struct {
	src      source
	m        *Module
	features Features
	body     func(m *Module, i int) error
	bodiless bool
	locals   []Locals // room for the locals of the next functions
	after    byte     // the id of the last section that is not a custom one
	late     *Error   // sections that do not agree in length: reported if nothing else is wrong
}

func decode(src *source, o *Options) (*Module, error) {
	d := decoder{src: *src, m: &Module{names: new(nameIndex)}, features: AllFeatures}
	if o != nil {
		d.body, d.bodiless = o.Body, o.Bodiless
		if o.Features != 0 {
			d.features = o.Features
		}
	}
	if err := d.module(); err != nil {
		return nil, d.earliest(err)
	}
	return d.m, nil
}

// module reads the preamble and then section after section.
func (d *decoder) module() error {
	if err := d.preamble(); err != nil {
		return err
	}
	for {
		start := d.src.pos
		id, err := d.src.byte()
		if err == io.EOF {
			return d.finish()
		}
		if err != nil {
			return err
		}
		if err := d.section(id, start); err != nil {
			return err
		}
	}
}

func (d *decoder) preamble() error {
	b, err := d.src.take(8)
	if err != nil && err != io.EOF {
		return err
	}
	switch {
	case len(b) < 4:
		return Errorf(UnexpectedEnd, int64(len(b)), "have %d bytes, want the 4 of %q", len(b), magic)
	case string(b[:4]) != magic:
		return Errorf(MagicNotDetected, 0, "have %q, want %q%s", b[:4], magic, magicHint(b))
	case len(b) < 8:
		return Errorf(UnexpectedEnd, int64(len(b)), "have %d bytes, want the 8 of magic and version", len(b))
	}
	if v := binary.LittleEndian.Uint32(b[4:]); v != version {
		hint := ""
		if v == 0x1000d {
			hint = " (this is a component)"
		}
		return Errorf(UnknownVersion, 4, "have %d, want %d%s", v, version, hint)
	}
	return nil
}

// magicHint returns what the bytes may be instead of a module.
func magicHint(b []byte) string {
	switch {
	case b[0] == '(' || b[0] == ';':
		return " (this looks like the text format)"
	case b[0] == 0x1f && b[1] == 0x8b:
		return " (this looks like a gzip file)"
	case string(b[:4]) == "\x7fwef":
		return " (this looks like a precompiled module)"
	}
	return ""
}

// section reads the section with an id that was at start.
func (d *decoder) section(id byte, start int64) error {
	if int(id) >= len(sectionRank) || !d.features.Has(sectionFeature(id)) {
		return Errorf(MalformedSectionID, start, "%d", id)
	}
	if id != idCustom {
		if sectionRank[id] <= sectionRank[d.after] {
			return Errorf(UnexpectedContent, start, "%s section behind the %s section", sectionNames[id], sectionNames[d.after])
		}
		d.after = id
	}
	d.m.sections[id] = start
	sizeAt := d.src.pos
	size, err := d.src.u32(false)
	if err != nil {
		return err
	}
	if d.src.r == nil && int64(size) > int64(len(d.src.b))-d.src.pos {
		return d.outOfBounds(id, size, sizeAt)
	}
	if d.src.pos+int64(size) > MaxModuleSize {
		return Errorf(LimitExceeded, sizeAt, "a module of more than %d bytes", MaxModuleSize)
	}
	if id == idCode {
		return d.codeSection(size, sizeAt)
	}
	return d.plainSection(id, size, sizeAt)
}

// outOfBounds returns the error that a section goes beyond the end of the module.
func (d *decoder) outOfBounds(id byte, size uint32, sizeAt int64) error {
	end := d.src.pos
	if d.src.r == nil {
		end = int64(len(d.src.b))
	}
	return Errorf(LengthOutOfBounds, sizeAt, "%s section of %d bytes, but the module ends at 0x%x", sectionNames[id], size, end)
}

// plainSection reads a section that is all there before any of it is looked at.
func (d *decoder) plainSection(id byte, size uint32, sizeAt int64) error {
	base := d.src.pos
	b, err := d.src.take(int(size))
	if err == io.EOF {
		return d.outOfBounds(id, size, sizeAt)
	}
	if err != nil {
		return err
	}
	r := reader{b: b, base: base, features: d.features, inner: true}
	if d.src.r == nil && id != idCustom {
		r.b, r.soft = d.src.b[base:], int(size)
	}
	d.contents(id, &r)
	if r.err != nil {
		return r.err
	}
	if r.pos != int(size) {
		return Errorf(SectionSizeMismatch, base+int64(min(r.pos, int(size))),
			"%s section of %d bytes, its contents take %d", sectionNames[id], size, r.pos)
	}
	return nil
}

// contents reads what is in a section.
func (d *decoder) contents(id byte, r *reader) {
	switch id {
	case idCustom:
		d.customSection(r)
	case idType:
		d.typeSection(r)
	case idImport:
		d.importSection(r)
	case idFunction:
		d.m.Funcs = r.indices(MaxFuncs, "functions")
	case idTable:
		d.tableSection(r)
	case idMemory:
		d.memorySection(r)
	case idTag:
		d.tagSection(r)
	case idGlobal:
		d.globalSection(r)
	case idExport:
		d.exportSection(r)
	case idStart:
		start := r.u32()
		d.m.Start = &start
	case idElement:
		d.elementSection(r)
	case idDataCount:
		n := r.u32()
		d.m.DataNum = &n
	case idData:
		d.dataSection(r)
	}
}

// customSection reads a custom section (spec 5.5.3).
func (d *decoder) customSection(r *reader) {
	name := r.name("name of a custom section")
	at := r.pos
	d.m.Customs = append(d.m.Customs, Custom{Name: name, Bytes: r.bytes(int64(r.left())), Offset: r.base + int64(at), After: d.after})
}

// finish checks at the end of the module what sections say of each other.
func (d *decoder) finish() error {
	m := d.m
	m.Size = d.src.pos
	switch {
	case d.late != nil:
		return d.late
	case len(m.Code) != len(m.Funcs) && !d.bodiless:
		return Errorf(FuncCodeMismatch, m.Size, "%d functions, %d bodies", len(m.Funcs), len(m.Code))
	case m.DataNum != nil && int64(*m.DataNum) != int64(len(m.Data)):
		return Errorf(DataCountMismatch, m.Size, "a data count of %d, %d data segments", *m.DataNum, len(m.Data))
	}
	return nil
}

// earliest returns the first malformed instruction in front of an error behind the code section; without one, the error. A function with a wrong size
// may well show first as nonsense behind it, which would send the reader of the message to the wrong place.
func (d *decoder) earliest(err error) error {
	found, ok := err.(*Error)
	if !ok {
		return err
	}
	for i := range d.m.Code {
		c := &d.m.Code[i]
		if c.Body == nil || c.Offset >= found.Offset {
			break
		}
		if e := d.firstMalformed(c); e != nil && e.Offset < found.Offset {
			e.Func = d.m.ImportedFuncs + i
			return e
		}
	}
	return err
}

// firstMalformed returns the error of the first malformed instruction in a body, or nil.
func (d *decoder) firstMalformed(c *Code) *Error {
	r := NewInstrReader(c.Body, c.Offset)
	if d.src.r == nil {
		r.r.b, r.r.soft = d.src.b[c.Offset:], len(c.Body)
	}
	var in Instr
	for r.Pos() < len(c.Body) {
		if e, ok := r.Next(&in).(*Error); ok {
			return e
		}
	}
	return nil
}
