package p1

import (
	"context"
	"math"

	"github.com/weft-wasm/weft/wasi"
)

// call is one call by a guest. Handlers get it by value, so that it stays on the stack.
type call struct {
	ctx context.Context
	*process
	abi    *abi
	memory []byte   // all of the guest's
	args   []uint64 // one slot for each parameter
}

// u32 returns an i32 parameter, u64 an i64 parameter.
func (c call) u32(i int) uint32 { return uint32(c.args[i]) }
func (c call) u64(i int) uint64 { return c.args[i] }

// bytes returns a piece of the guest's memory, or FAULT.
func (c call) bytes(pointer, length uint32) ([]byte, error) {
	end := uint64(pointer) + uint64(length)
	if end > uint64(len(c.memory)) {
		return nil, errnoFault
	}
	return c.memory[pointer:end:end], nil
}

// array returns count records of size bytes each, or FAULT.
func (c call) array(pointer, count, size uint32) ([]byte, error) {
	length := uint64(count) * uint64(size)
	if length > math.MaxUint32 {
		return nil, errnoFault
	}
	return c.bytes(pointer, uint32(length))
}

// result returns the place for a result that is written last. Handlers ask for it first, so that a bad pointer has no
// effect.
func (c call) result(i int, size uint32) ([]byte, error) { return c.bytes(c.u32(i), size) }

// path returns the string whose pointer and length are parameters i and i+1.
func (c call) path(i int) (string, error) {
	b, err := c.bytes(c.u32(i), c.u32(i+1))
	return string(b), err
}

// fd returns the descriptor that parameter i names, if it has the rights.
func (c call) fd(i int, need rights) (*descriptor, error) {
	d, err := c.fds.get(c.u32(i))
	if err != nil {
		return nil, err
	}
	return d, d.allow(need)
}

// dir returns the directory that parameter i names, if it has the rights.
func (c call) dir(i int, need rights) (*descriptor, wasi.Dir, error) {
	d, err := c.fds.get(c.u32(i))
	if err != nil {
		return nil, nil, err
	}
	dir, ok := d.node.(wasi.Dir)
	if !ok {
		return nil, nil, errnoNotDir
	}
	return d, dir, d.allow(need)
}

// file returns the regular file that parameter i names, if it has the rights.
func (c call) file(i int, need rights) (*descriptor, wasi.File, error) {
	d, err := c.fds.get(c.u32(i))
	if err != nil {
		return nil, nil, err
	}
	switch node := d.node.(type) {
	case wasi.File:
		return d, node, d.allow(need)
	case wasi.Dir:
		return nil, nil, errnoBadF
	}
	return nil, nil, errnoSPipe
}
