package objdump

import (
	"bufio"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/weft-wasm/weft/internal/coredump"
	"github.com/weft-wasm/weft/internal/dwarf"
	"github.com/weft-wasm/weft/internal/wasm"
)

// core shows a core dump: what was running, and in what state it is. With the modules that it names, in its order, functions have names and places in
// the source.
func core(w *bufio.Writer, b []byte, modules [][]byte) error {
	d, err := coredump.Read(b)
	if err != nil {
		return err
	}
	if len(modules) > len(d.Modules) {
		return fmt.Errorf("weft: %s for a core dump of %d", count(len(modules), "module"), len(d.Modules))
	}
	v := &coreView{w: w, d: d}
	for i, b := range modules {
		m, err := wasm.Decode(b, nil)
		if err != nil {
			return fmt.Errorf("module %d of the core dump: %w", i, err)
		}
		v.modules = append(v.modules, m)
		v.sources = append(v.sources, dwarf.Load(m))
	}
	v.show()
	return nil
}

type coreView struct {
	w       *bufio.Writer
	d       *coredump.Dump
	modules []*wasm.Module // those at hand
	sources []*dwarf.Data  // of the same
}

func (v *coreView) show() {
	fmt.Fprintf(v.w, "Core dump of %s\n", named(v.d.Program))
	for _, t := range v.d.Threads {
		fmt.Fprintf(v.w, "\nThread %s:\n", named(t.Name))
		for i := range t.Frames {
			v.frame(i, &t.Frames[i])
		}
	}
	v.part("Instances", len(v.d.Instances), func(i int) string {
		in := &v.d.Instances[i]
		return fmt.Sprintf("module %d (%s)%s%s", in.Module, named(v.d.Modules[in.Module]), indices("memories", in.Memories), indices("globals", in.Globals))
	})
	v.part("Memories", len(v.d.Memories), func(i int) string { return showMemory(&v.d.Memories[i]) })
	v.part("Globals", len(v.d.Globals), func(i int) string { return showGlobal(v.d.Globals[i]) })
}

// part lists things, if there are any.
func (v *coreView) part(title string, n int, show func(i int) string) {
	if n == 0 {
		return
	}
	fmt.Fprintf(v.w, "\n%s:\n", title)
	for i := range n {
		fmt.Fprintf(v.w, "  %d: %s\n", i, show(i))
	}
}

// named is a name, or what stands for none.
func named(name string) string {
	if name == "" {
		return "no name"
	}
	return wasm.PlainName(name)
}

func indices(what string, list []uint32) string {
	if len(list) == 0 {
		return ""
	}
	const most = 20
	var words []string
	for _, n := range list[:min(len(list), most)] {
		words = append(words, strconv.FormatUint(uint64(n), 10))
	}
	if len(list) > most {
		words = append(words, fmt.Sprintf("and %d more", len(list)-most))
	}
	return ", " + what + " " + strings.Join(words, " ")
}

// frame shows a call: with its module, as a backtrace has it.
func (v *coreView) frame(i int, f *coredump.Frame) {
	instance := ""
	if len(v.d.Instances) > 1 {
		instance = fmt.Sprintf("instance %d, ", f.Instance)
	}
	module := int(v.d.Instances[f.Instance].Module)
	if module >= len(v.modules) {
		fmt.Fprintf(v.w, "%3d: %sfunction %d at +0x%x\n", i, instance, f.Func, f.Offset)
		v.values("locals", f.Locals)
		v.values("operands", f.Stack)
		return
	}
	m := v.modules[module]
	label := fmt.Sprintf("function %d", f.Func)
	if name := m.FuncName(f.Func); name != "" {
		label += " (" + wasm.PlainName(name) + ")"
	}
	index := int64(f.Func) - int64(m.ImportedFuncs)
	if index < 0 || index >= int64(len(m.Code)) {
		fmt.Fprintf(v.w, "%3d: %s%s, which the module does not define\n", i, instance, label)
		return
	}
	c := &m.Code[index]
	offset := c.Offset - int64(c.LocalsSize()) + int64(f.Offset)
	fmt.Fprintf(v.w, "%3d: %s%s at 0x%x\n", i, instance, label, offset)
	places := v.sources[module].Find(offset)
	for j, l := range places {
		fmt.Fprintf(v.w, "       %s\n", showPlace(l, j < len(places)-1))
	}
	v.values("locals", f.Locals)
	v.values("operands", f.Stack)
}

// showPlace is a place as backtraces have it.
func showPlace(l dwarf.Location, inlined bool) string {
	s := named(l.Function)
	if l.File != "" {
		s += " at " + wasm.PlainName(l.File)
		if l.Line > 0 {
			s += ":" + strconv.Itoa(l.Line)
			if l.Column > 0 {
				s += ":" + strconv.Itoa(l.Column)
			}
		}
	}
	if inlined {
		s += " (inlined)"
	}
	return s
}

// values shows values, if any is known.
func (v *coreView) values(what string, values []coredump.Value) {
	var words []string
	for i, x := range values {
		if x.Type != wasm.Bottom {
			words = append(words, fmt.Sprintf("%d = %s", i, showNumber(x.Type, x.Bits, 0)))
		}
	}
	if len(words) > 0 {
		fmt.Fprintf(v.w, "       %s: %s\n", what, strings.Join(words, ", "))
	}
}

func showNumber(t wasm.ValType, lo, hi uint64) string {
	switch t {
	case wasm.I32:
		return fmt.Sprintf("i32 %d", int32(lo))
	case wasm.I64:
		return fmt.Sprintf("i64 %d", int64(lo))
	case wasm.F32:
		return fmt.Sprintf("f32 %v", math.Float32frombits(uint32(lo)))
	case wasm.F64:
		return fmt.Sprintf("f64 %v", math.Float64frombits(lo))
	case wasm.V128:
		return fmt.Sprintf("v128 0x%016x%016x", hi, lo)
	}
	return t.String()
}

func showGlobal(g coredump.Global) string {
	if g.Type.IsRef() {
		return g.Type.String()
	}
	return showNumber(g.Type, g.Lo, g.Hi)
}

func showMemory(m *coredump.Memory) string {
	bytes := 0
	for _, s := range m.Segments {
		bytes += len(s.Bytes)
	}
	return fmt.Sprintf("%s, %s in %s", count(int(m.Type.Min), "page"), count(bytes, "byte"), count(len(m.Segments), "segment"))
}
