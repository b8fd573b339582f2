package native

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/rt/guest"
	"github.com/weft-wasm/weft/internal/wasm"
)

// helperSlots is how many slots the arguments and the results of each helper take that has no variable number of them.
var helperSlots = func() (n [abi.HelperCount]int) {
	for h := range n {
		info := abi.Helper(h).Info()
		n[h] = max(len(strings.Fields(info.Params)), len(strings.Fields(info.Results)))
	}
	return n
}()

// help answers the call of a helper by the code of an instance. The arguments and results are as abi's table of helpers has them.
func (m *machine) help(s *guest.Stack, in *rt.Instance, h abi.Helper) guest.Action {
	slots := s.HostSlots(helperSlots[h])
	trap := abi.TrapNone
	switch h {
	case abi.HelperMemoryGrow, abi.HelperMemoryFill, abi.HelperMemoryCopy, abi.HelperMemoryInit, abi.HelperDataDrop:
		trap = m.bulkMemory(in, h, slots)
	case abi.HelperTableGrow, abi.HelperTableFill, abi.HelperTableCopy, abi.HelperTableInit, abi.HelperElemDrop:
		trap = bulkTable(in, h, slots)
	case abi.HelperIsSubtype:
		sub := in.Module.Canon.IsSub(wasm.TypeID(slots[0]), wasm.TypeID(slots[1]))
		slots[0] = 0
		if sub {
			slots[0] = 1
		}
	default:
		return m.exception(s, in, h, slots)
	}
	if trap != abi.TrapNone {
		return s.Leave(trap)
	}
	return guest.Continue
}

func (m *machine) bulkMemory(in *rt.Instance, h abi.Helper, a []uint64) abi.Trap {
	switch h {
	case abi.HelperMemoryGrow:
		a[0] = grown(in.Mems[uint32(a[0])].Grow(a[1]))
	case abi.HelperMemoryFill:
		return rt.FillUntil(m, in.Mems[uint32(a[0])].Bytes(), a[1], byte(a[2]), a[3])
	case abi.HelperMemoryCopy:
		return rt.CopyUntil(m, in.Mems[uint32(a[0])].Bytes(), in.Mems[uint32(a[1])].Bytes(), a[2], a[3], a[4])
	case abi.HelperMemoryInit:
		return rt.CopyUntil(m, in.Mems[uint32(a[1])].Bytes(), in.Data[uint32(a[0])], a[2], a[3], a[4])
	case abi.HelperDataDrop:
		in.DropData(uint32(a[0]))
	}
	return abi.TrapNone
}

func bulkTable(in *rt.Instance, h abi.Helper, a []uint64) abi.Trap {
	ok := true
	switch h {
	case abi.HelperTableGrow:
		a[0] = grown(in.Tables[uint32(a[0])].Grow(a[2], rt.Ref(a[1])))
	case abi.HelperTableFill:
		ok = in.Tables[uint32(a[0])].Fill(a[1], rt.Ref(a[2]), a[3])
	case abi.HelperTableCopy:
		ok = in.Tables[uint32(a[0])].Copy(in.Tables[uint32(a[1])], a[2], a[3], a[4])
	case abi.HelperTableInit:
		ok = in.Tables[uint32(a[1])].Init(in.Elems[uint32(a[0])], a[2], a[3], a[4])
	case abi.HelperElemDrop:
		in.DropElem(uint32(a[0]))
	}
	if !ok {
		return abi.TrapTableOutOfBounds
	}
	return abi.TrapNone
}

// grown is the result of memory.grow and table.grow: the previous size, or -1.
func grown(previous uint64, ok bool) uint64 {
	if !ok {
		return math.MaxUint64
	}
	return previous
}

// exception answers the helpers for exceptions.
func (m *machine) exception(s *guest.Stack, in *rt.Instance, h abi.Helper, slots []uint64) guest.Action {
	switch h {
	case abi.HelperThrow:
		tag := in.Tags[uint32(s.HostSlots(1)[0])]
		args := slices.Clone(s.HostSlots(1 + tag.Type.ParamSlots)[1:])
		tag.Type.CleanParams(args) // code writes but half of a slot for what takes no more
		return m.throw(s, &rt.Exception{Tag: tag, Args: args}, nil)
	case abi.HelperThrowRef:
		o := in.Store().Object(rt.Ref(slots[0]))
		if o == nil || o.Exception == nil {
			return s.Leave(abi.TrapNullReference)
		}
		return m.throw(s, o.Exception, nil)
	case abi.HelperRethrow:
		return m.rethrow(s)
	case abi.HelperCaught:
		slots[0], slots[1] = rt.TagAddress(m.thrown.Tag), rt.SlotsAddress(m.thrown.Args)
	case abi.HelperCaughtRef:
		slots[0] = uint64(m.NewRef(&rt.Object{Exception: m.thrown}))
	default:
		panic(fmt.Sprintf("native: helper %d does not exist", h))
	}
	return guest.Continue
}
