package wasm

// Section is where a section lies in a binary module.
type Section struct {
	Name   string // "type", "data count" and so on; "custom" for those that have a name of their own
	Custom string // that name
	Offset int64  // of the section's id, in bytes from the start of the module
	Start  int64  // of its contents, in front of the name of a custom section
	Size   int64  // of its contents, in bytes
}

// Sections returns the sections of a binary module in their order, without a look at what is in them: good for modules that
// cannot be decoded, too. After an error, which is an *Error, the sections in front of the place are returned.
func Sections(b []byte) ([]Section, error) {
	d := decoder{src: source{b: b}}
	if err := d.preamble(); err != nil {
		return nil, err
	}
	var list []Section
	for d.src.pos < int64(len(b)) {
		s := Section{Offset: d.src.pos}
		id, _ := d.src.byte()
		if int(id) >= len(sectionNames) {
			return list, Errorf(MalformedSectionID, s.Offset, "%d", id)
		}
		s.Name = sectionNames[id]
		sizeAt := d.src.pos
		size, err := d.src.u32(false)
		if err != nil {
			return list, err
		}
		if int64(size) > int64(len(b))-d.src.pos {
			return list, d.outOfBounds(id, size, sizeAt)
		}
		s.Start, s.Size = d.src.pos, int64(size)
		d.src.pos += s.Size
		if id == idCustom {
			r := reader{b: b[s.Start:d.src.pos], base: s.Start, inner: true}
			if s.Custom = r.name("name of a custom section"); r.err != nil {
				return list, r.err
			}
		}
		list = append(list, s)
	}
	return list, nil
}
