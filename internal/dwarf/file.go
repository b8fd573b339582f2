package dwarf

import (
	"path"
	"strings"
)

// file is the path of a file of a unit's line table, "" if there is none.
func (d *Data) file(u *unit, number uint32) string {
	t := d.linesOf(u)
	if number == noFile || t.version == 0 {
		return ""
	}
	name, known := t.files[number]
	if !known {
		name = d.path(u, t, number)
		t.files[number] = name
	}
	return name
}

// path finds out the path of a file.
func (d *Data) path(u *unit, t *lineTable, number uint32) string {
	compiled := string(d.text(u, u.dir))
	if t.version < 5 {
		name, dir := t.oldFile(d, number)
		return joined(compiled, dir, name)
	}
	name, dir, ok := t.files5(d, u, uint64(number))
	if !ok {
		return ""
	}
	return joined(compiled, dir, name)
}

// joined is a path in a directory in another one.
func joined(elements ...string) string {
	whole := ""
	for _, e := range elements {
		switch {
		case e == "":
		case whole == "" || isAbsolute(e):
			whole = e
		default:
			whole += "/" + e
		}
	}
	if whole == "" || strings.Contains(whole, `\`) || isURL(whole) {
		return whole
	}
	return path.Clean(whole)
}

// isAbsolute reports whether a path does not begin in a directory, on any system.
func isAbsolute(p string) bool {
	return p[0] == '/' || p[0] == '\\' || len(p) > 2 && p[1] == ':' && (p[2] == '/' || p[2] == '\\') || isURL(p)
}

// isURL reports whether a path is a URL, as WASI's libraries have them: wasisdk://v7.0/build.
func isURL(p string) bool {
	scheme, _, found := strings.Cut(p, "://")
	return found && !strings.Contains(scheme, "/")
}

// oldFile is a file and its directory, of the tables up to DWARF 4. They begin with 1; directory 0 is where the unit was compiled.
func (h *lineHeader) oldFile(d *Data, number uint32) (name, dir string) {
	c := h.tables
	for d.work > 0 && len(c.text()) > 0 {
		d.work--
	}
	for i := uint32(1); d.work > 0; i++ {
		d.work--
		file, dirNumber := short(c.text()), c.uleb()
		c.uleb() // when it was changed
		c.uleb() // its size
		switch {
		case len(file) == 0 || c.bad:
			return "", ""
		case i == number:
			return file, h.oldDir(d, dirNumber)
		}
	}
	return "", ""
}

func (h *lineHeader) oldDir(d *Data, number uint64) string {
	c := h.tables
	for i := uint64(1); number > 0 && d.work > 0; i++ {
		d.work--
		dir := c.text()
		if len(dir) == 0 || i == number {
			return short(dir)
		}
	}
	return ""
}

// short is a string of the data that is not too long for a name.
func short(b []byte) string { return string(b[:min(len(b), maxName)]) }

// What the entries of the tables of DWARF 5 say (7.22).
const (
	contentPath      = 1
	contentDirectory = 2
)

// column says how one thing is written that the entries of a table say.
type column struct{ content, form uint64 }

// files5 is a file and its directory, of the tables of DWARF 5.
func (h *lineHeader) files5(d *Data, u *unit, number uint64) (name, dir string, ok bool) {
	dirs := h.tables
	c := dirs
	h.entry5(d, &c, u, ^uint64(0))
	name, dirNumber, ok := h.entry5(d, &c, u, number)
	if !ok {
		return "", "", false
	}
	dir, _, _ = h.entry5(d, &dirs, u, dirNumber)
	if dirNumber == 0 {
		return name, dir, true
	}
	zero := h.tables
	root, _, _ := h.entry5(d, &zero, u, 0)
	return name, joined(root, dir), true
}

// entry5 reads a table up to an entry with a number, or leaves c behind the table if it does not have so many.
func (h *lineHeader) entry5(d *Data, c *cursor, u *unit, number uint64) (name string, dir uint64, ok bool) {
	columns := make([]column, c.byte())
	for i := range columns {
		columns[i] = column{c.uleb(), c.uleb()}
	}
	count := c.uleb()
	for i := uint64(0); i < count && !c.bad && d.work > 0; i++ {
		start := c.pos
		var path value
		dir = 0
		for _, k := range columns {
			v := h.read(c, uint16(k.form), 0)
			switch k.content {
			case contentPath:
				path = v
			case contentDirectory:
				dir = v.n
			}
		}
		d.work -= 1 + int64(len(columns))
		if i == number && !c.bad {
			return h.text(d, u, path), dir, true
		}
		if c.pos == start {
			break // entries of no bytes: nothing more is to come
		}
	}
	return "", 0, false
}

// text is a string of the line table: one that is written in place is in .debug_line.
func (h *lineHeader) text(d *Data, u *unit, v value) string {
	if v.form == formString {
		c := at(d.s.Line, v.n)
		return string(c.name())
	}
	return string(d.text(u, v))
}
