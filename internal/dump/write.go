package dump

import (
	"fmt"
	"io"
	"slices"

	"github.com/weft-wasm/weft/internal/dbg"
)

// Text writes the phases with the given names, in their order. Of one that changed nothing only that is said.
func (f *Func) Text(w io.Writer, phases []string) error {
	shown := "" // the name of the phase whose text is what the next one started from
	for i := range f.Phases {
		p := &f.Phases[i]
		if !p.Same {
			shown = ""
		}
		if !slices.Contains(phases, p.Name) {
			continue
		}
		text := p.Text
		if shown != "" {
			text = "as behind " + shown + "\n"
		} else {
			shown = p.Name
		}
		if _, err := fmt.Fprintf(w, "-- %s: %s --\n%s\n", f.Label(), p.Name, text); err != nil {
			return err
		}
	}
	return nil
}

// Page writes all phases side by side, as an HTML file that needs no other.
func (f *Func) Page(w io.Writer) error {
	page := dbg.Page{Title: f.Label()}
	for i := range f.Phases {
		switch p := &f.Phases[i]; p.Name {
		case "wasm":
			page.AddSource(p.Name, p.Text)
		case "emit":
			page.AddCode(p.Name, p.Text)
		default:
			page.Add(p.Name, p.Text)
		}
	}
	_, err := page.WriteTo(w)
	return err
}

// Label names the function for people.
func (f *Func) Label() string {
	if f.Name == "" {
		return fmt.Sprintf("func %d", f.Index)
	}
	return fmt.Sprintf("func %d %s", f.Index, f.Name)
}
