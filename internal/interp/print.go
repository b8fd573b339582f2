package interp

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/weft-wasm/weft/internal/op"
)

// The debug view of lowered code: a line for each instruction, with its index, its name and its operands. Slots are s0, s1 and so on,
// targets @0, @1. Instructions that op's table has keep their name; a variant with a constant ends in .imm, one that branches begins
// with br. or br_not.

// formats say how the operands of instructions are written: a, b and c are the fields of the instruction, x and y those of its word,
// behind s for a slot, @ for a target and # for a number; #k is the constant, #w that of the word. What is not here is an
// instruction of the table and has the form that its signature gives it.
var formats = map[opcode]string{
	opCopy:                  "copy sa = sb",
	opCopy2:                 "copy2 sa = sb",
	opCopyN:                 "copyn sa = sb, #c",
	opConst:                 "const sa = #k",
	opBr:                    "br @c",
	opBrIf:                  "br_if sa -> @c",
	opBrIfNot:               "br_if_not sa -> @c",
	opBrTable:               "br_table sa, #b",
	opReturn:                "return sa, #b",
	opReturn1:               "return sa",
	opCall:                  "call #b, sa",
	opCallImport:            "call_import #b, sa",
	opCallTail:              "return_call #b, sa",
	opCallImportTail:        "return_call_import #b, sa",
	opCallIndirect:          "call_indirect sb, sa, type #x, table #y",
	opCallIndirectTail:      "return_call_indirect sb, sa, type #x, table #y",
	opCallRef:               "call_ref sb, sa",
	opCallRefTail:           "return_call_ref sb, sa",
	opSelect:                "select sa = sb, sc, sx",
	opSelect2:               "select2 sa = sb, sc, sx",
	opGlobalGet2:            "global.get2 sa = #b",
	opGlobalSet2:            "global.set2 #b = sa",
	opUseMem:                "use_memory #a",
	opAddress:               "address sa = sb + #w",
	opTrapNull:              "trap_null sa",
	opCharge:                "charge #a",
	opMeter:                 "meter #a",
	opSettle:                "settle",
	opLoop:                  "loop #a",
	opcode(op.GlobalGet):    "global.get sa = #b",
	opcode(op.GlobalSet):    "global.set #b = sa",
	opcode(op.RefFunc):      "ref.func sa = #b",
	opcode(op.TableGet):     "table.get sa = sb, table #c",
	opcode(op.TableSet):     "table.set sa, sb, table #c",
	opcode(op.Throw):        "throw #b, sa",
	opcode(op.ThrowRef):     "throw_ref sa",
	opcode(op.Unreachable):  "unreachable",
	opcode(op.MemorySize):   "memory.size sa, #b",
	opcode(op.MemoryGrow):   "memory.grow sa, #b",
	opcode(op.MemoryFill):   "memory.fill sa, #b",
	opcode(op.MemoryCopy):   "memory.copy sa, #b, #c",
	opcode(op.MemoryInit):   "memory.init sa, #b, #c",
	opcode(op.DataDrop):     "data.drop #b",
	opcode(op.TableSize):    "table.size sa, #b",
	opcode(op.TableGrow):    "table.grow sa, #b",
	opcode(op.TableFill):    "table.fill sa, #b",
	opcode(op.TableCopy):    "table.copy sa, #b, #c",
	opcode(op.TableInit):    "table.init sa, #b, #c",
	opcode(op.ElemDrop):     "elem.drop #b",
	opcode(op.I8x16Shuffle): "i8x16.shuffle sa = sb, sc, #w",
}

// allFormats completes formats.
var allFormats = sync.OnceValue(func() *[opCount]string {
	var all [opCount]string
	for o := op.Invalid + 1; o < op.Count; o++ {
		all[o] = o.String() + tableFormat(o.Info())
	}
	for o, f := range formats {
		all[o] = f
	}
	for o, imm := range immForm {
		if imm != 0 {
			all[imm] = op.Op(o).String() + ".imm sa = sb, #c"
		}
	}
	for o, br := range branchForm {
		if br == 0 {
			continue
		}
		name, operands, _ := strings.Cut(all[o], " sa = ")
		operands = strings.NewReplacer("sb", "sa", "sc", "sb", "#c", "#b").Replace(operands)
		all[br] = "br." + name + " " + operands + " -> @c"
		all[br+1] = "br_not." + name + " " + operands + " -> @c"
	}
	return &all
})

// tableFormat is the form of an instruction's operands by its row in the table.
func tableFormat(info *op.Info) string {
	lane := len(info.Imms) > 0 && info.Imms[len(info.Imms)-1] == op.ImmLane
	switch {
	case info.Flags&op.FlagStore != 0 && lane:
		return " [sa+#c] = sb, lane #x"
	case info.Flags&op.FlagStore != 0:
		return " [sa+#c] = sb"
	case info.Flags&op.FlagLoad != 0 && lane:
		return " sa = [sb+#c], sy, lane #x"
	case info.Flags&op.FlagLoad != 0:
		return " sa = [sb+#c]"
	case len(info.Params) == 1 && lane:
		return " sa = sb, lane #c"
	case lane:
		return " sa = sb, sc, lane #x"
	}
	return " sa = " + strings.Join([]string{"sb", "sc", "sx", "sy"}[:len(info.Params)], ", ")
}

// String returns the lines of the debug view, after one that says how large the frame is, and before those for handlers.
func (c *code) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "params %d, locals %d, frame %d, results %d\n", c.params, c.locals, c.slots, c.results)
	for i := 0; i < len(c.instrs); i++ {
		in := &c.instrs[i]
		var words []instr
		for j := i + 1; j < len(c.instrs) && c.instrs[j].Op == opWord; j++ {
			words = append(words, c.instrs[j])
		}
		fmt.Fprintf(&b, "%3d  %s\n", i, in.format(words))
		i += len(words)
	}
	for _, h := range c.handlers {
		fmt.Fprintf(&b, "try [@%d, @%d)", h.start, h.end)
		for _, k := range h.catches {
			fmt.Fprintf(&b, " %s", k)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func (k catch) String() string {
	s := "catch"
	if k.all {
		s += "_all"
	}
	if k.ref {
		s += "_ref"
	}
	if !k.all {
		s += " " + strconv.Itoa(int(k.tag))
	}
	return fmt.Sprintf("(%s s%d -> @%d)", s, k.slot, k.target)
}

// format fills in the operands of an instruction, whose further words are given.
func (i *instr) format(words []instr) string {
	var w, w2 instr
	if len(words) > 0 {
		w = words[0]
	}
	constant := fmt.Sprint(int64(w.imm()))
	if len(words) > 1 {
		w2 = words[1]
		constant = fmt.Sprintf("%016x%016x", w2.imm(), w.imm())
	}
	name, operands, _ := strings.Cut(allFormats()[i.Op], " ")
	number := func(v uint32) string { return strconv.Itoa(int(int32(v))) }
	pairs := []string{"#k", fmt.Sprint(int64(i.imm())), "#w", constant, "@c", "@" + number(i.C)}
	for field, v := range map[string]uint32{"a": i.A, "b": i.B, "c": i.C, "x": w.A, "y": w.B} {
		pairs = append(pairs, "s"+field, "s"+number(v), "#"+field, number(v))
	}
	return strings.TrimSpace(name + " " + strings.NewReplacer(pairs...).Replace(operands))
}
