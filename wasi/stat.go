package wasi

import (
	"hash/fnv"
	"io/fs"
)

// hostStat translates what the host says about a file. path identifies it, relative to its mount, where the host gives
// no serial number.
func hostStat(info fs.FileInfo, path string) Stat {
	s := Stat{
		Type:     fileType(info.Mode()),
		Links:    1,
		Size:     uint64(max(info.Size(), 0)),
		Modified: info.ModTime(),
	}
	s.Accessed, s.Changed = s.Modified, s.Modified
	addHostStat(&s, info)
	if s.Inode == 0 {
		s.Inode = pathInode(path)
	}
	return s
}

// pathInode makes a serial number of a path. Guests compare serial numbers to tell whether two files are one (a C
// compiler does so for every header), so zero for all of them would be worse than a hash.
func pathInode(path string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(path))
	return h.Sum64() | 1
}

// fileType translates the type bits of a mode.
func fileType(mode fs.FileMode) FileType {
	switch {
	case mode.IsRegular():
		return TypeRegularFile
	case mode.IsDir():
		return TypeDirectory
	case mode&fs.ModeSymlink != 0:
		return TypeSymbolicLink
	case mode&fs.ModeNamedPipe != 0:
		return TypeFIFO
	case mode&fs.ModeCharDevice != 0:
		return TypeCharacterDevice
	case mode&fs.ModeDevice != 0:
		return TypeBlockDevice
	case mode&fs.ModeSocket != 0:
		return TypeSocketStream
	}
	return TypeUnknown
}
