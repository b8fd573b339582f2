package weft

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Memory is a linear memory (spec 4.2.8), of a guest or made by the host. Offsets and lengths are in bytes; numbers are little-endian.
type Memory struct {
	engine *Engine
	m      *rt.Memory
}

// PageSize is the size of a page of memory in bytes.
const PageSize = rt.PageSize

// NewMemory makes a memory. It is given back when it has been closed and no instance uses it any more.
func NewMemory(e *Engine, t MemoryType) (*Memory, error) {
	most := uint64(rt.MaxPages32)
	if t.Is64 {
		most = 1 << 48
	}
	if err := checkLimits("memory", t.limits(), most); err != nil {
		return nil, err
	}
	m, err := rt.NewMemory(wasm.MemType{Limits: t.limits()}, rt.NewBudget(e.limits.MemoryBytes))
	if err != nil {
		return nil, err
	}
	return &Memory{e, m}, nil
}

// Close gives up a memory that NewMemory made. It must be called once, and not on the memory of an instance.
func (m *Memory) Close() error {
	m.m.Release()
	return nil
}

// Type returns the memory's type, with its present size as the minimum.
func (m *Memory) Type() MemoryType { return memoryType(m.m.Type()) }

// Size returns the size in bytes.
func (m *Memory) Size() uint64 { return uint64(len(m.m.Bytes())) }

// Pages returns the size in pages of 64 KiB.
func (m *Memory) Pages() uint64 { return m.m.Pages() }

// Grow adds pages of zeros and returns the previous size in pages. The error is a *LimitError.
func (m *Memory) Grow(deltaPages uint64) (previousPages uint64, err error) {
	previous, err := m.m.TryGrow(deltaPages)
	if err == nil || isLimit(err) {
		return previous, err
	}
	return previous, &LimitError{What: "memory", Have: sum(previous, deltaPages), Limit: m.m.Limit(), Unit: "pages"}
}

// isLimit reports whether an error says what limit it is about.
func isLimit(err error) bool {
	_, ok := errors.AsType[*LimitError](err)
	return ok
}

// sum is a + b, or the largest number if that is beyond it.
func sum(a, b uint64) uint64 {
	if a+b < a {
		return math.MaxUint64
	}
	return a + b
}

// Bytes returns the whole memory, without copying. Writes go to the guest. Where Info.StableMemory is true, the slice stays valid when the memory
// grows; it must not be used after the instance, and those linked with it, are closed, nor when nothing refers to the
// Memory, the instance or one linked with it any more.
func (m *Memory) Bytes() []byte { return m.m.Bytes() }

// Slice returns a part of the memory, without copying, as Bytes does. The error is a *RangeError.
func (m *Memory) Slice(offset, length uint64) ([]byte, error) {
	b := m.m.Bytes()
	if offset > uint64(len(b)) || length > uint64(len(b))-offset {
		return nil, &RangeError{What: "memory", Offset: offset, Length: length, Size: uint64(len(b))}
	}
	return b[offset : offset+length : offset+length], nil
}

// ReadUint8 reads a byte. The error of the reading and writing methods is a *RangeError.
func (m *Memory) ReadUint8(offset uint64) (uint8, error) {
	b, err := m.Slice(offset, 1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

// ReadUint16 reads two bytes.
func (m *Memory) ReadUint16(offset uint64) (uint16, error) {
	b, err := m.Slice(offset, 2)
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint16(b), nil
}

// ReadUint32 reads four bytes.
func (m *Memory) ReadUint32(offset uint64) (uint32, error) {
	b, err := m.Slice(offset, 4)
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint32(b), nil
}

// ReadUint64 reads eight bytes.
func (m *Memory) ReadUint64(offset uint64) (uint64, error) {
	b, err := m.Slice(offset, 8)
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint64(b), nil
}

// ReadFloat32 reads an f32.
func (m *Memory) ReadFloat32(offset uint64) (float32, error) {
	v, err := m.ReadUint32(offset)
	return math.Float32frombits(v), err
}

// ReadFloat64 reads an f64.
func (m *Memory) ReadFloat64(offset uint64) (float64, error) {
	v, err := m.ReadUint64(offset)
	return math.Float64frombits(v), err
}

// ReadString copies bytes into a string.
func (m *Memory) ReadString(offset, length uint64) (string, error) {
	b, err := m.Slice(offset, length)
	return string(b), err
}

// Read copies bytes from the memory into p.
func (m *Memory) Read(offset uint64, p []byte) error {
	b, err := m.Slice(offset, uint64(len(p)))
	copy(p, b)
	return err
}

// WriteUint8 writes a byte.
func (m *Memory) WriteUint8(offset uint64, v uint8) error {
	b, err := m.Slice(offset, 1)
	if err == nil {
		b[0] = v
	}
	return err
}

// WriteUint16 writes two bytes.
func (m *Memory) WriteUint16(offset uint64, v uint16) error {
	b, err := m.Slice(offset, 2)
	if err == nil {
		binary.LittleEndian.PutUint16(b, v)
	}
	return err
}

// WriteUint32 writes four bytes.
func (m *Memory) WriteUint32(offset uint64, v uint32) error {
	b, err := m.Slice(offset, 4)
	if err == nil {
		binary.LittleEndian.PutUint32(b, v)
	}
	return err
}

// WriteUint64 writes eight bytes.
func (m *Memory) WriteUint64(offset uint64, v uint64) error {
	b, err := m.Slice(offset, 8)
	if err == nil {
		binary.LittleEndian.PutUint64(b, v)
	}
	return err
}

// WriteFloat32 writes an f32.
func (m *Memory) WriteFloat32(offset uint64, v float32) error {
	return m.WriteUint32(offset, math.Float32bits(v))
}

// WriteFloat64 writes an f64.
func (m *Memory) WriteFloat64(offset uint64, v float64) error {
	return m.WriteUint64(offset, math.Float64bits(v))
}

// WriteString copies a string into the memory.
func (m *Memory) WriteString(offset uint64, s string) error {
	b, err := m.Slice(offset, uint64(len(s)))
	copy(b, s)
	return err
}

// Write copies p into the memory.
func (m *Memory) Write(offset uint64, p []byte) error {
	b, err := m.Slice(offset, uint64(len(p)))
	copy(b, p)
	return err
}

// String describes the memory.
func (m *Memory) String() string { return fmt.Sprintf("memory of %d pages", m.Pages()) }
