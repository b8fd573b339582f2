package objdump

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/weft-wasm/weft/internal/coredump"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// Options say what is shown. Nothing chosen means the headers, or for a core dump what was running.
type Options struct {
	Modules     [][]byte // of a core dump, in its order, or the first of them
	Headers     bool
	Details     bool
	Disassemble bool
	Section     string // show only this section: "type", "code" and so on, or the name of a custom section; "" is all of them
}

// SectionError says that a module has no section by a name.
type SectionError struct {
	Name  string
	Known []string // the names of those it has
}

func (e *SectionError) Error() string {
	return fmt.Sprintf("weft: no section %q (the module has %s)", e.Name, strings.Join(e.Known, ", "))
}

// Write shows the module in b. The error is a *SectionError, a *wasm.Error for a module that cannot be read, in which case everything that can is
// shown before, or that of w.
func Write(w io.Writer, b []byte, o Options) error {
	out := bufio.NewWriter(w)
	err := write(out, b, o)
	if flushErr := out.Flush(); flushErr != nil {
		return flushErr
	}
	return err
}

func write(w *bufio.Writer, b []byte, o Options) error {
	sections, broken := wasm.Sections(b)
	isDump := slices.ContainsFunc(sections, isCore)
	if isDump && !o.chosen() {
		return core(w, b, o.Modules)
	}
	if !isDump && len(o.Modules) > 0 {
		return errors.New("weft: it is not a core dump: modules go with those only")
	}
	if !o.Details && !o.Disassemble {
		o.Headers = true
	}
	shown := sections
	if o.Section != "" {
		if shown = slices.DeleteFunc(slices.Clone(sections), func(s wasm.Section) bool { return !o.selects(s) }); len(shown) == 0 && broken == nil {
			return unknownSection(o.Section, sections)
		}
	}
	if o.Headers {
		headers(w, shown)
	}
	if broken != nil || !o.Details && !o.Disassemble {
		return broken
	}
	m, err := wasm.Decode(b, nil)
	if err != nil {
		return err
	}
	d := &dumper{w: w, m: m, pieces: wat.NewPieces(m), parted: o.Headers}
	if o.Details {
		d.details(shown)
	}
	if o.Disassemble && slices.ContainsFunc(shown, func(s wasm.Section) bool { return s.Name == "code" }) {
		d.disassemble()
	}
	return nil
}

// chosen reports whether something is chosen to be shown.
func (o *Options) chosen() bool { return o.Headers || o.Details || o.Disassemble || o.Section != "" }

// isCore reports whether a section is one that core dumps have.
func isCore(s wasm.Section) bool { return s.Name == "custom" && coredump.IsSection(s.Custom) }

// selects reports whether a section is to be shown.
func (o *Options) selects(s wasm.Section) bool {
	return s.Name == o.Section || s.Name == "custom" && s.Custom == o.Section
}

func unknownSection(name string, sections []wasm.Section) error {
	e := &SectionError{Name: name}
	for _, s := range sections {
		known := s.Name
		if s.Name == "custom" {
			known = s.Custom
		}
		if !slices.Contains(e.Known, known) {
			e.Known = append(e.Known, known)
		}
	}
	return e
}

// headers lists the sections.
func headers(w *bufio.Writer, sections []wasm.Section) {
	fmt.Fprintf(w, "Sections:\n")
	for _, s := range sections {
		span := fmt.Sprintf("0x%x to 0x%x", s.Start, s.Start+s.Size)
		fmt.Fprintf(w, "  %-12s  %-24s %16s", s.Name, span, count(int(s.Size), "byte"))
		if s.Name == "custom" {
			fmt.Fprintf(w, "  %q", s.Custom)
		}
		fmt.Fprintln(w)
	}
}

// dumper shows a module that was decoded.
type dumper struct {
	w      *bufio.Writer
	m      *wasm.Module
	pieces *wat.Pieces
	parted bool // something has been shown: an empty line goes in front of the next part
}

// gap begins a part.
func (d *dumper) gap() {
	if d.parted {
		fmt.Fprintln(d.w)
	}
	d.parted = true
}

// failure shows an error, if there is one, where what is wrong would have been.
func (d *dumper) failure(err error) {
	if err != nil {
		fmt.Fprintf(d.w, "  %s\n", strings.TrimPrefix(err.Error(), "weft: "))
	}
}

// label returns what a function is called: its index, and its name if it has one.
func (d *dumper) label(fn uint32) string {
	if name := d.m.FuncName(fn); name != "" {
		return fmt.Sprintf("function %d (%s)", fn, wasm.PlainName(name))
	}
	return fmt.Sprintf("function %d", fn)
}
