//go:build !(linux && (amd64 || arm64)) || weft_portable

package rt

// canReset is false: memories are made and given back each by itself, and their contents are copied.
const canReset = false

func (r *reservation) place([]byte, *contents) { panic(noSlots) }

func (r *reservation) reset(*contents, uint64, uint64, int) error { panic(noSlots) }

func (r *reservation) putBack(*contents, uint64, uint64, int) bool { panic(noSlots) }

func (r *reservation) confirm(int64) bool { panic(noSlots) }

func pageFaults() int64 { panic(noSlots) }

func (r *reservation) accessible(int) []byte { panic(noSlots) }

const noSlots = "rt: there are no slots"

func (c *contents) mapImage([]part, int) bool { return false }

// ownPages is nothing here, nor is image.
type ownPages struct{}

type image struct{}
