package guest

import (
	"fmt"
	"slices"
	"sync"

	"github.com/weft-wasm/weft/internal/abi"
)

// slotMask leads from an address in a stack to the last byte of its slot.
const slotMask = abi.StackAlign - 1

// maxStacks bounds the stacks of a process. Each takes two of the kernel's mappings, of which it allows 65,530 by default.
const maxStacks = 16 << 10

// minStacks is what is worth having where address space is scarce.
const minStacks = 16

// stackRegion hands out slots for stacks.
type stackRegion struct {
	region
	mu    sync.Mutex
	free  []int // slots that were in use once
	stuck []int // slots whose memory the system did not take back: it is asked again
	fresh int   // slots from here on have never been in use
}

// stacksLow and stacksHigh bound the region for the signal handler: they are written before it is installed.
var stacksLow, stacksHigh uintptr

// stackSlots reserves the region when it is first needed, as large as the system allows.
var stackSlots = Once(func() (*stackRegion, error) {
	for n := maxStacks; ; n /= 2 {
		r, err := reserve(n*abi.StackAlign, abi.StackAlign)
		if err == nil {
			stacksLow, stacksHigh = r.base, r.base+uintptr(len(r.bytes))
			return &stackRegion{region: r}, nil
		}
		if n <= minStacks {
			return nil, fmt.Errorf("weft: stacks: %w", err)
		}
	}
})

// take returns a slot, inaccessible as yet.
func (r *stackRegion) take() (index int, slot []byte, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unstick()
	switch {
	case len(r.free) > 0:
		index = r.free[len(r.free)-1]
		r.free = r.free[:len(r.free)-1]
	case r.fresh < len(r.bytes)/abi.StackAlign:
		index = r.fresh
		r.fresh++
	default:
		return 0, nil, fmt.Errorf("weft: all %d stacks are in use", r.fresh)
	}
	return index, r.slot(index), nil
}

// giveBack frees a slot and its memory. If the system does not take that back, the slot is freed when one is next taken or given back.
func (r *stackRegion) giveBack(index int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stuck = append(r.stuck, index)
	r.unstick()
}

// unstick frees the slots whose memory the system takes back.
func (r *stackRegion) unstick() {
	r.stuck = slices.DeleteFunc(r.stuck, func(index int) bool {
		slot := r.slot(index)
		if protect(slot, accessNone) != nil || discard(slot) != nil {
			return false
		}
		r.free = append(r.free, index)
		return true
	})
}

func (r *stackRegion) slot(index int) []byte {
	return r.bytes[index*abi.StackAlign : (index+1)*abi.StackAlign : (index+1)*abi.StackAlign]
}
