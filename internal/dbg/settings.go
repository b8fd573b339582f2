package dbg

import (
	"fmt"
	"strconv"
	"strings"
)

// A setting is what WEFTDEBUG may have.
type setting struct {
	name  string // what stands in front of =
	value string // what stands behind it in the help, "" if nothing does
	help  string
	set   func(s *settings, value string) error
}

// table is all settings but those of passes, which have a slash in their names.
var table []setting

func init() { // not an initialiser, since help prints the table
	table = []setting{
		{"func", "FUNCS", "confine what is said of passes to these functions", setFuncs(func(s *settings) **Funcs { return &s.confined })},
		{"dump", "FUNCS", "print these functions behind each phase of the compiler", setFuncs(func(s *settings) **Funcs { return &s.dumped })},
		{"phase", "NAMES", "confine dump to these phases, with + between them", setPhases},
		{"interpret", "RANGES", "interpret the functions with these indices, whatever the tier", setInterpreted},
		{"heat", "N", "compile functions after so many calls and turns of loops, in the automatic tier", setHeat},
		{"time", "", "print at the end how long the phases took", setBool(func(s *settings) *bool { return &s.timing })},
		{"verify", "", "prove the IR right behind each pass, and allocations of registers", setBool(func(s *settings) *bool { return &s.verify })},
		{"perf", "", "write names and places of functions to /tmp/perf-PID.map, for Linux perf", setBool(func(s *settings) *bool { return &s.perf })},
		{"jitdump", "", "write functions with their code to jit-PID.dump, for perf inject --jit", setBool(func(s *settings) *bool { return &s.jitdump })},
		{"help", "", "print this table", func(*settings, string) error { Printf("%s", Help()); return nil }},
	}
}

// passHelp is the first rows of the table.
const passHelp = `Settings of WEFTDEBUG, with commas between them:

  AREA/PASS=off       leave out a pass, with - for blanks in its name, such as ssa/late-gvn; ssa/all is all of them
  AREA/PASS=dump      print each function behind a pass
`

const funcsHelp = `
FUNCS are indices, ranges of indices such as 3..7, 3.. or ..7, names, or regular expressions for whole names, with + between them.
`

// Help is the table of all settings, as WEFTDEBUG=help prints it.
func Help() string {
	var w strings.Builder
	w.WriteString(passHelp)
	for _, row := range table {
		name := row.name
		if row.value != "" {
			name += "=" + row.value
		}
		fmt.Fprintf(&w, "  %-18s  %s\n", name, row.help)
	}
	w.WriteString(funcsHelp)
	return w.String()
}

// set takes in one setting.
func (s *settings) set(text string) error {
	key, value, hasValue := strings.Cut(text, "=")
	if strings.Contains(key, "/") {
		return s.setPass(key, value)
	}
	for i := range table {
		row := &table[i]
		switch {
		case row.name != key:
		case hasValue && row.value == "":
			return fmt.Errorf("%s: %s takes no value", text, key)
		case !hasValue && row.value != "":
			return fmt.Errorf("%s: want %s=%s", text, key, row.value)
		default:
			if err := row.set(s, value); err != nil {
				return fmt.Errorf("%s: %w", text, err)
			}
			return nil
		}
	}
	return fmt.Errorf("unknown setting %q (WEFTDEBUG=help prints what there is)", text)
}

func (s *settings) setPass(name, value string) error {
	switch value {
	case "off":
		s.passes[name] = Off
	case "dump":
		s.passes[name] = Dump
	default:
		return fmt.Errorf("%s=%s: want off or dump", name, value)
	}
	return nil
}

func setBool(field func(*settings) *bool) func(*settings, string) error {
	return func(s *settings, _ string) error {
		*field(s) = true
		return nil
	}
}

func setFuncs(field func(*settings) **Funcs) func(*settings, string) error {
	return func(s *settings, value string) (err error) {
		*field(s), err = ParseFuncs(value)
		return err
	}
}

func setPhases(s *settings, value string) error {
	for name := range strings.SplitSeq(value, "+") {
		s.phases = append(s.phases, passName(name))
	}
	return nil
}

// setInterpreted takes indices only: who asks does not know names.
func setInterpreted(s *settings, value string) error {
	f, err := ParseFuncs(value)
	if err != nil {
		return err
	}
	if len(f.names) > 0 {
		return fmt.Errorf("want indices, or ranges of them such as 3..7, with + between them")
	}
	s.interpreted = f
	return nil
}

func setHeat(s *settings, value string) (err error) {
	if s.heat, err = strconv.Atoi(value); err != nil || s.heat < 1 {
		return fmt.Errorf("want a number from 1 on")
	}
	return nil
}

// passName is how WEFTDEBUG spells the name of a pass.
func passName(name string) string { return strings.ReplaceAll(name, " ", "-") }
