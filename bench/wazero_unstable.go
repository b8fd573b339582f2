package main

import (
	"context"
	"encoding/binary"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// wazero has the functions of wasi_snapshot_preview1 only. The older wasi_unstable has the same functions with three other
// layouts, which a listener around the calls translates:
//
//   - the whence of fd_seek counts current, end, start; preview1 counts start, current, end;
//   - a filestat has 56 bytes with a 32-bit link count; preview1 writes 64 bytes with a 64-bit one, so the 8 bytes behind the
//     guest's structure are saved before the call and put back after it;
//   - a subscription has 56 bytes, its clock with an identifier in front; no program of the catalogue polls a clock, so
//     poll_oneoff is left as it is.
//
// Only wazero's interpreter hands the listener the parameters in place, so this is for the interpreter alone.

// withUnstableLayouts makes host modules instantiated with the context speak wasi_unstable.
func withUnstableLayouts(ctx context.Context) context.Context {
	return experimental.WithFunctionListenerFactory(ctx, experimental.FunctionListenerFactoryFunc(
		func(def api.FunctionDefinition) experimental.FunctionListener {
			switch def.Name() {
			case "fd_seek":
				return seekListener{}
			case "fd_filestat_get":
				return &filestatListener{pointerParam: 1}
			case "path_filestat_get":
				return &filestatListener{pointerParam: 4}
			}
			return nil
		}))
}

// noListener is the part of a listener that does nothing.
type noListener struct{}

func (noListener) After(context.Context, api.Module, api.FunctionDefinition, []uint64) {}

func (noListener) Abort(context.Context, api.Module, api.FunctionDefinition, error) {}

// seekListener translates the whence of fd_seek(fd, offset, whence, result).
type seekListener struct{ noListener }

func (seekListener) Before(_ context.Context, _ api.Module, _ api.FunctionDefinition, params []uint64, _ experimental.StackIterator) {
	const whence = 2
	if params[whence] < 3 {
		params[whence] = (params[whence] + 1) % 3
	}
}

const (
	unstableFilestatBytes = 56
	preview1FilestatBytes = 64
	linkCountOffset       = 24 // preview1: 64-bit link count, then the rest
	unstableLinkOffset    = 20
)

// filestatListener rewrites the filestat that a call left at the address in one of its parameters. One value serves one call
// at a time, which is what a single-threaded guest makes.
type filestatListener struct {
	noListener
	pointerParam int
	address      uint32
	behind       [preview1FilestatBytes - unstableFilestatBytes]byte
}

func (l *filestatListener) Before(_ context.Context, m api.Module, _ api.FunctionDefinition, params []uint64, _ experimental.StackIterator) {
	l.address = uint32(params[l.pointerParam])
	saved, _ := m.Memory().Read(l.address+unstableFilestatBytes, uint32(len(l.behind)))
	copy(l.behind[:], saved)
}

func (l *filestatListener) After(_ context.Context, m api.Module, _ api.FunctionDefinition, results []uint64) {
	stat, ok := m.Memory().Read(l.address, preview1FilestatBytes)
	if !ok || results[0] != 0 {
		return
	}
	links := binary.LittleEndian.Uint64(stat[linkCountOffset:])
	binary.LittleEndian.PutUint32(stat[unstableLinkOffset:], uint32(links))
	copy(stat[linkCountOffset:], stat[linkCountOffset+8:])
	copy(stat[unstableFilestatBytes:], l.behind[:])
}
