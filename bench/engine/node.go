package engine

import (
	_ "embed"
	"os/exec"
)

//go:embed node.js
var nodeScript string

// NodeCommand returns the node process that runs a command and reports to its descriptor 3 what [Measure] reports.
func NodeCommand(file string, args []string) *exec.Cmd {
	return exec.Command("node", append([]string{"--no-warnings", "-e", nodeScript, file}, args...)...)
}
