//go:build !unix

package code

import (
	"io"
	"os"
)

// mapFile reads a file.
func mapFile(f *os.File) (data []byte, mapped bool, err error) {
	data, err = io.ReadAll(f)
	return data, false, err
}

func unmapFile([]byte) error { return nil }
