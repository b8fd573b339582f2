package code

import (
	"fmt"
	"slices"
	"strings"
)

// Error says why a file cannot be loaded.
type Error struct {
	Kind       ErrorKind
	Have, Want string // for Corrupt, Have is what of the file it is, and Want is ""
}

// ErrorKind is a reason not to load a file.
type ErrorKind uint8

// The reasons.
const (
	NotPrecompiled ErrorKind = iota // it is something else
	Truncated
	Corrupt
	OtherVersion  // another version of Weft has made it
	OtherMachine  // the code is for another architecture, or uses what the processor does not have
	OtherSettings // the code leaves to the runtime what it does not do here
	OtherFeatures // the module may use features that are switched off
)

var kindTexts = [...]string{
	NotPrecompiled: "not a precompiled module",
	Truncated:      "truncated",
	Corrupt:        "corrupt",
	OtherVersion:   "made by another version of Weft",
	OtherMachine:   "the code does not run on this machine",
	OtherSettings:  "made for an engine with other settings",
	OtherFeatures:  "made with features that this engine does not have",
}

func (k ErrorKind) String() string { return kindTexts[k] }

func (e *Error) Error() string {
	if e.Want == "" {
		return fmt.Sprintf("%s: %s is not as it was written", e.Kind, e.Have)
	}
	return fmt.Sprintf("%s: have %s, want %s", e.Kind, e.Have, e.Want)
}

func corrupt(what string) *Error { return &Error{Kind: Corrupt, Have: what} }

func truncated(have int, want uint64) *Error {
	return &Error{Kind: Truncated, Have: fmt.Sprintf("%d bytes", have), Want: fmt.Sprintf("%d", want)}
}

// runsOn reports whether a machine has what the code uses: its architecture, and among its features those of the code.
func (id *Identity) runsOn(machine string) bool {
	want, have := strings.Fields(id.Machine), strings.Fields(machine)
	if len(want) == 0 || len(have) == 0 || want[0] != have[0] {
		return false
	}
	return !slices.ContainsFunc(want[1:], func(feature string) bool { return !slices.Contains(have[1:], feature) })
}

// check says why code of an identity does not run where another one is asked for.
func (id *Identity) check(here Identity) error {
	switch {
	case id.Build != here.Build:
		return &Error{OtherVersion, id.Build, here.Build}
	case !id.runsOn(here.Machine):
		return &Error{OtherMachine, here.Machine, id.Machine}
	case id.Settings != here.Settings:
		return &Error{OtherSettings, id.Settings, here.Settings}
	case id.Features&^here.Features != 0:
		return &Error{OtherFeatures, fmt.Sprintf("%#x", id.Features), fmt.Sprintf("%#x", here.Features)}
	}
	return nil
}
