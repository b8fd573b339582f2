package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/weft-wasm/weft"
)

// wantsCore reports whether what has ended a call is to leave a core dump.
func (o *runOptions) wantsCore(ended error) bool {
	return o.core != "" && (errors.As(ended, new(*weft.Trap)) || errors.As(ended, new(*weft.Exception)))
}

// noCore says why there is no core dump, if one is wanted, of an instance that a trap kept from coming to be.
func (o *runOptions) noCore(ended error) string {
	if !o.wantsCore(ended) {
		return ""
	}
	return "no core dump: there is no instance yet\n"
}

// dumpCore writes a core dump of an instance that a trap or an exception has ended a call of, if one is wanted. It returns a line about that, for the end of
// the error.
func (o *runOptions) dumpCore(in *weft.Instance, file string, ended error) string {
	if !o.wantsCore(ended) {
		return ""
	}
	if err := writeCore(o.core, in, filepath.Base(file), ended); err != nil {
		return fmt.Sprintf("no core dump: %s\n", strings.TrimPrefix(err.Error(), "weft: "))
	}
	return fmt.Sprintf("core dump: %s\n", o.core)
}

// writeCore writes a core dump to a file, which is for nobody else to read: it has all that the guest knew.
func writeCore(name string, in *weft.Instance, program string, ended error) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err = errors.Join(in.CoreDump(f, program, ended), f.Close()); err != nil {
		_ = os.Remove(name) // the error is what counts
	}
	return err
}
