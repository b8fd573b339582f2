package dump

import (
	"fmt"
	"slices"
	"strings"

	"github.com/weft-wasm/weft/internal/compile"
	"github.com/weft-wasm/weft/internal/nearest"
)

// Phases returns the names of all phases in their order.
func Phases() []string { return append([]string{"wasm"}, compile.Phases()...) }

// shorts are other names of phases, which stay when passes come and go.
var shorts = []string{"ssa", "opt", "amd64"}

// full returns the name of a phase that a name stands for.
func full(name string, phases []string) string {
	switch name {
	case "ssa":
		return "build"
	case "opt":
		return phases[slices.Index(phases, "lower")-1]
	case "amd64":
		return "emit"
	}
	return name
}

// PhaseError says that there is no phase by a name.
type PhaseError struct {
	Name  string
	Hint  string // the name that was probably meant, or ""
	Known []string
}

func (e *PhaseError) Error() string {
	hint := ""
	if e.Hint != "" {
		hint = fmt.Sprintf(" (did you mean %q?)", e.Hint)
	}
	return fmt.Sprintf("unknown phase %q%s; the phases are %s", e.Name, hint, strings.Join(e.Known, ", "))
}

// ParsePhases reads names of phases with commas between them, and returns them in their order. "all" is all of them, "ssa" is build, "opt" is what
// the last pass makes, and "amd64" is emit. The error is a *PhaseError.
func ParsePhases(text string) ([]string, error) {
	all := Phases()
	chosen := make(map[string]bool)
	for name := range strings.SplitSeq(text, ",") {
		if name == "all" {
			return all, nil
		}
		phase := full(name, all)
		if !slices.Contains(all, phase) {
			known := slices.Concat(all, shorts)
			return nil, &PhaseError{Name: name, Hint: nearest.Of(name, known), Known: append(known, "all")}
		}
		chosen[phase] = true
	}
	return slices.DeleteFunc(all, func(name string) bool { return !chosen[name] }), nil
}
