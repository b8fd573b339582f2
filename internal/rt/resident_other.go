//go:build !linux || !(amd64 || arm64) || weft_portable

package rt

import "errors"

// Resident fails: the system does not say what memories take.
func Resident() (MemoryUse, error) {
	return MemoryUse{}, errors.New("weft: what memories take is known on Linux only, on amd64 and arm64")
}
