package code

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"sync"
)

const modulePath = "github.com/weft-wasm/weft"

// Build identifies the Weft of this process: two of the same identity make the same code. That is the version of the module where it says what the
// source was; else it is the build ID of the program, which changes with everything in it.
var Build = sync.OnceValue(func() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		if v := released(info); v != "" {
			return v
		}
	}
	id, err := executableID()
	if err != nil {
		// Nothing is known of the program, so nothing but itself takes its code.
		return "unknown " + rand.Text()
	}
	sum := sha256.Sum256([]byte(id)) // a build ID is as long as a line
	return "build " + hex.EncodeToString(sum[:8])
})

// released returns the version of Weft in a program, "" if its source may be any.
func released(info *debug.BuildInfo) string {
	m := &info.Main
	for _, d := range info.Deps {
		if d.Path == modulePath {
			m = d
		}
	}
	if m.Path != modulePath || m.Replace != nil || !strings.HasPrefix(m.Version, "v") || strings.Contains(m.Version, "+dirty") {
		return ""
	}
	return m.Version
}

// executableID is the build ID of the program that is running, or a hash of all of it if it has none.
func executableID() (string, error) {
	name, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b := make([]byte, buildIDReach)
	n, err := io.ReadFull(f, b)
	if err != nil && err != io.ErrUnexpectedEOF {
		return "", err
	}
	if id := buildID(b[:n]); id != "" {
		return id, nil
	}
	hash := sha256.New()
	hash.Write(b[:n])
	if _, err := io.Copy(hash, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// The build ID of a program lies within its first bytes: in a note of ELF, elsewhere between marks in front of the text.
const (
	buildIDReach = 64 << 10
	noteOwner    = "Go\x00\x00" // the lengths of this and of the ID, and the kind of the note, four bytes each, are in front
	noteKind     = 4
	markStart    = "\xff Go build ID: \""
	markEnd      = "\"\n \xff"
)

// buildID finds the build ID in the first bytes of a program, "" if it is not there.
func buildID(b []byte) string {
	for from := 0; ; {
		i := bytes.Index(b[from:], []byte(noteOwner))
		if i < 0 {
			break
		}
		at := from + i
		from = at + 1
		if at < 12 {
			continue
		}
		lengths := b[at-12:]
		ownerBytes, idBytes, kind := binary.LittleEndian.Uint32(lengths), binary.LittleEndian.Uint32(lengths[4:]), binary.LittleEndian.Uint32(lengths[8:])
		start := at + len(noteOwner)
		if ownerBytes == uint32(len(noteOwner)) && kind == noteKind && idBytes > 0 && uint64(idBytes) <= uint64(len(b)-start) {
			return string(b[start : start+int(idBytes)])
		}
	}
	_, rest, _ := bytes.Cut(b, []byte(markStart))
	if id, _, ended := bytes.Cut(rest, []byte(markEnd)); ended {
		return string(id)
	}
	return ""
}
