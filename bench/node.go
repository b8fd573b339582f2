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

// nodeScripts read a module from standard input and print a time in milliseconds: V8's validation alone, and the
// making of a module in a process that has not seen it before, which validates and prepares lazy compilation.
const (
	nodeValidate = `
const wasm = require("fs").readFileSync(0);
let best = Infinity;
for (let i = 0; i < 5; i++) {
  const start = performance.now();
  if (!WebAssembly.validate(wasm)) throw new Error("not valid");
  best = Math.min(best, performance.now() - start);
}
console.log(best);
`
	nodeModule = `
const wasm = require("fs").readFileSync(0);
const start = performance.now();
new WebAssembly.Module(wasm);
console.log(performance.now() - start);
`
)

// nodeTime runs a script in reps fresh processes and returns the best of the times it prints.
func nodeTime(ctx context.Context, script string, wasm []byte, reps int) (time.Duration, error) {
	var shortest time.Duration
	for range reps {
		elapsed, err := nodeOnce(ctx, script, wasm)
		if err != nil {
			return 0, err
		}
		shortest = best(shortest, elapsed)
	}
	return shortest, nil
}

func nodeOnce(ctx context.Context, script string, wasm []byte) (time.Duration, error) {
	node := exec.CommandContext(ctx, "node", "-e", script)
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
