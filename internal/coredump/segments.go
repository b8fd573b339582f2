package coredump

import "bytes"

// MaxSegments is how many segments a dump should have at most. A module may have 100,000.
const MaxSegments = 1 << 16

// granule is the size of the pieces that are left out if they are zero.
const granule = 4096

// Segments returns what is not zero in a memory, in as many pieces as most at most. They alias the memory.
func Segments(memory []byte, most int) []Segment {
	for size := granule; ; size *= 2 {
		if list, ok := segments(memory, size, most); ok {
			return list
		}
	}
}

// segments joins neighbours among the pieces of a size that are not zero. It fails when there are too many.
func segments(memory []byte, size, most int) (list []Segment, ok bool) {
	zeros := make([]byte, granule)
	open := false // the last segment ends where the next piece begins
	for at := 0; at < len(memory); at += size {
		piece := memory[at:min(at+size, len(memory))]
		switch {
		case isZero(piece, zeros):
			open = false
		case open:
			s := &list[len(list)-1]
			s.Bytes = memory[s.Offset : at+len(piece)]
		case len(list) == most:
			return nil, false
		default:
			list, open = append(list, Segment{uint64(at), piece}), true
		}
	}
	return list, true
}

func isZero(piece, zeros []byte) bool {
	for ; len(piece) > len(zeros); piece = piece[len(zeros):] {
		if !bytes.Equal(piece[:len(zeros)], zeros) {
			return false
		}
	}
	return bytes.Equal(piece, zeros[:len(piece)])
}
