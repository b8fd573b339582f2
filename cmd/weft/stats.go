package main

import (
	"fmt"
	"io"
	"time"

	"github.com/weft-wasm/weft"
)

// printStats prints what an engine has counted, and what memories take where the system says so.
func printStats(w io.Writer, engine *weft.Engine) {
	for name, value := range engine.Stats().Each {
		text := fmt.Sprint(value)
		if name == "compile_time" {
			text = time.Duration(value).Round(time.Microsecond).String()
		}
		fmt.Fprintf(w, "%14s  %s\n", text, name)
	}
	use, err := weft.UsedMemory()
	if err != nil {
		return // on this system nobody knows
	}
	fmt.Fprintf(w, "%14d  memory_reserved_bytes\n%14d  memory_resident_bytes\n%14d  memory_own_bytes\n", use.Reserved, use.Resident, use.Own)
}
