//go:build !(linux && (amd64 || arm64)) || weft_portable

package rt

// canReset is false: memories are made and given back each by itself, and their contents are copied.
const canReset = false

// place writes the contents.
func (r *reservation) place(mem []byte, c *contents) {
	c.fill(mem, 0)
}

func (r *reservation) reset(*contents, uint64, uint64, int) error { panic("rt: there are no slots") }

func (r *reservation) bytes(uint64) []byte { panic("rt: there are no slots") }

func (c *contents) mapImage() {}

// image is nothing here.
type image struct{}
