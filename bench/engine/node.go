package engine

import (
	"bytes"
	_ "embed"
	"os/exec"
)

var (
	//go:embed node.js
	nodeScript string
	//go:embed calls.js
	nodeCallsScript string
)

// NodeCommand returns the node process that runs a command and reports to its descriptor 3 what [Measure] reports.
func NodeCommand(file string, args []string) *exec.Cmd {
	return exec.Command("node", append([]string{"--no-warnings", "-e", nodeScript, file}, args...)...)
}

// NodeCallsCommand returns the node process that reports to its descriptor 3 what [MeasureCrossings] returns. JavaScript has no types
// to check, and the engine compiles each crossing for the types it sees, so its calls are called typed.
func NodeCallsCommand() (*exec.Cmd, error) {
	guest, err := callsModule()
	node := exec.Command("node", "-e", nodeCallsScript)
	node.Stdin = bytes.NewReader(guest)
	return node, err
}
