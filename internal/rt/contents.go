package rt

import (
	"bytes"
	"cmp"
	"runtime"
	"slices"
	"sort"
)

// contents are what a memory begins with: bytes at some places, and zeros elsewhere.
type contents struct {
	runs  []run  // in order, whole pages of contentPage bytes
	bytes []byte // of all runs, one behind the other; not to be changed
	image *image // the same as a file, nil if there is none
}

// run is a range of a memory that is not all zeros.
type run struct {
	at   uint64 // in the memory
	size int
	from int // in bytes
}

func (r *run) end() uint64 { return r.at + uint64(r.size) }

// part is bytes and where in a memory they are written.
type part struct {
	at    uint64
	bytes []byte
}

func (p part) end() uint64 { return p.at + uint64(len(p.bytes)) }

const (
	// contentPage is the unit of runs, the page of the processors that images are mapped on.
	contentPage = 4096
	// maxImageRuns is how many runs are mapped, each of which costs an instance a mapping: systems allow a process some 65,000.
	maxImageRuns = 4
	// minImageBytes is below what copying is cheaper than a mapping and its faults.
	minImageBytes = 64 << 10
)

// newContents makes the contents that parts written in their order give; nil for zeros.
func newContents(parts []part) *contents {
	c := &contents{runs: mergeRuns(pagesOf(parts))}
	size := 0
	for i := range c.runs {
		c.runs[i].from = size
		size += c.runs[i].size
	}
	if size == 0 {
		return nil
	}
	mapped := size >= minImageBytes && len(c.runs) <= maxImageRuns
	if mapped && inOrder(parts) && c.mapImage(parts, size) {
		return c
	}
	c.bytes = make([]byte, size)
	for _, p := range parts {
		c.write(c.bytes, p)
	}
	if mapped {
		c.mapImage(c.parts(), size)
	}
	return c
}

// parts are the bytes of the runs.
func (c *contents) parts() []part {
	var parts []part
	for i := range c.runs {
		r := &c.runs[i]
		parts = append(parts, part{r.at, c.bytes[r.from:][:r.size]})
	}
	return parts
}

// pagesOf returns the pages with something else than zeros in them, in order, neighbours together. Segments mostly come in the order of their addresses.
func pagesOf(parts []part) []run {
	var pages []run
	for _, p := range parts {
		for b, at := p.bytes, p.at; len(b) > 0; {
			n := min(len(b), int(contentPage-at%contentPage))
			page := at &^ (contentPage - 1)
			last := len(pages) - 1
			switch known := last >= 0 && pages[last].at <= page; {
			case known && page < pages[last].end() || allZeros(b[:n]):
			case known && page == pages[last].end():
				pages[last].size += contentPage
			default:
				pages = append(pages, run{at: page, size: contentPage})
			}
			b, at = b[n:], at+uint64(n)
		}
	}
	slices.SortFunc(pages, func(a, b run) int { return cmp.Compare(a.at, b.at) })
	return joinRuns(pages, 0)
}

// zeros is a page of them.
var zeros [contentPage]byte

func allZeros(b []byte) bool {
	for ; len(b) > len(zeros); b = b[len(zeros):] {
		if !bytes.Equal(b[:len(zeros)], zeros[:]) {
			return false
		}
	}
	return bytes.Equal(b, zeros[:len(b)])
}

// inOrder reports whether parts lie one behind the other.
func inOrder(parts []part) bool {
	end := uint64(0)
	for _, p := range parts {
		if p.at < end {
			return false
		}
		end = p.end()
	}
	return true
}

// pieces calls write for the bytes of all runs, a piece after the other, with their places among them. Parts are in order. The piece is used again.
func (c *contents) pieces(parts []part, write func(piece []byte, from int) error) error {
	room := make([]byte, 256<<10)
	for _, r := range c.runs {
		for done := 0; done < r.size; done += len(room) {
			piece := room[:min(len(room), r.size-done)]
			clear(piece)
			from := r.at + uint64(done)
			to := from + uint64(len(piece))
			for len(parts) > 0 && parts[0].at < to {
				p := parts[0]
				if start := max(p.at, from); start < p.end() {
					copy(piece[start-from:], p.bytes[start-p.at:])
				}
				if p.end() > to {
					break
				}
				parts = parts[1:]
			}
			if err := write(piece, r.from+done); err != nil {
				return err
			}
		}
	}
	return nil
}

// mergeRuns bridges gaps until there are few enough runs to map, if that does not double the bytes.
func mergeRuns(pages []run) []run {
	most := 0
	for _, r := range pages {
		most += 2 * r.size
	}
	for gap := uint64(contentPage); ; gap *= 2 {
		runs, size := joinRuns(pages, gap), 0
		for _, r := range runs {
			size += r.size
		}
		if size > most {
			return pages
		}
		if len(runs) <= maxImageRuns {
			return runs
		}
	}
}

// joinRuns joins runs that are no further apart than a gap.
func joinRuns(runs []run, gap uint64) []run {
	var out []run
	for _, r := range runs {
		if n := len(out); n > 0 && r.at <= out[n-1].end()+gap {
			out[n-1].size = int(max(out[n-1].end(), r.end()) - out[n-1].at)
			continue
		}
		out = append(out, r)
	}
	return out
}

// write writes what runs have of a part.
func (c *contents) write(bytes []byte, p part) {
	end := p.end()
	for i := c.firstEndingAfter(p.at); i < len(c.runs) && c.runs[i].at < end; i++ {
		r := &c.runs[i]
		from, to := max(p.at, r.at), min(end, r.end())
		copy(bytes[r.from+int(from-r.at):], p.bytes[from-p.at:to-p.at])
	}
}

func (c *contents) firstEndingAfter(at uint64) int {
	return sort.Search(len(c.runs), func(i int) bool { return c.runs[i].end() > at })
}

// restore makes mem[from:to] as it is at the beginning.
func (c *contents) restore(mem []byte, from, to uint64) {
	if c != nil {
		for i := c.firstEndingAfter(from); i < len(c.runs) && c.runs[i].at < to; i++ {
			r := &c.runs[i]
			start, end := max(from, r.at), min(to, r.end())
			clear(mem[from:max(start, from)])
			copy(mem[start:end], c.bytes[r.from+int(start-r.at):])
			from = end
		}
	}
	clear(mem[from:to])
	runtime.KeepAlive(c)
}

// fill writes the contents from an address on into a memory of zeros.
func (c *contents) fill(mem []byte, from uint64) {
	for i := c.firstEndingAfter(from); i < len(c.runs); i++ {
		r := &c.runs[i]
		start := max(r.at, from)
		copy(mem[start:r.end()], c.bytes[r.from+int(start-r.at):])
	}
	runtime.KeepAlive(c) // it keeps the bytes
}
