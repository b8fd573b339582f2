package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// nodeScript reads a module from standard input, validates it and prints the best time in milliseconds.
const nodeScript = `
const wasm = require("fs").readFileSync(0);
let best = Infinity;
for (let i = 0; i < Number(process.argv[1]); i++) {
  const start = performance.now();
  if (!WebAssembly.validate(wasm)) throw new Error("not valid");
  best = Math.min(best, performance.now() - start);
}
console.log(best);
`

// nodeValidate returns the best of reps times that V8 takes to decode and validate a module.
func nodeValidate(ctx context.Context, wasm []byte, reps int) (time.Duration, error) {
	node := exec.CommandContext(ctx, "node", "-e", nodeScript, strconv.Itoa(reps))
	node.Stdin = bytes.NewReader(wasm)
	output, err := node.Output()
	if err != nil {
		return 0, err
	}
	milliseconds, err := strconv.ParseFloat(strings.TrimSpace(string(output)), 64)
	if err != nil {
		return 0, fmt.Errorf("node printed %q, want a time", output)
	}
	return time.Duration(milliseconds * float64(time.Millisecond)), nil
}
