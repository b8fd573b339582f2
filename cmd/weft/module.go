package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// readFile reads a file, or standard input for "-".
func readFile(file string, stdin io.Reader) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(stdin)
	}
	return os.ReadFile(file)
}

// readModule reads a module and returns it in the binary format. A text is told by its first character, or by the file's name.
func readModule(file string, stdin io.Reader) ([]byte, error) {
	b, err := readFile(file, stdin)
	if err != nil {
		return nil, err
	}
	if !isText(file, b) {
		return b, nil
	}
	m, err := wat.Parse(file, b)
	if err != nil {
		return nil, err
	}
	return wasm.Encode(m), nil
}

// isText tells the text format by the file's name or the first character.
func isText(file string, b []byte) bool {
	start := bytes.TrimLeft(b, " \t\r\n")
	return filepath.Ext(file) == ".wat" || bytes.HasPrefix(start, []byte("(")) || bytes.HasPrefix(start, []byte(";;"))
}

// inFile says which file an error is about.
func inFile(file string, err error) error {
	if err == nil {
		return nil
	}
	return &fileError{file, err}
}

type fileError struct {
	file string
	err  error
}

func (e *fileError) Error() string {
	return fmt.Sprintf("%s: %s", e.file, strings.TrimPrefix(e.err.Error(), "weft: "))
}

func (e *fileError) Unwrap() error { return e.err }

// output calls write with the file of a name, or with stdout for "" and "-".
func output(name string, stdout io.Writer, write func(io.Writer) error) error {
	if name == "" || name == "-" {
		return write(stdout)
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}
