package interp

import (
	"context"
	"math"
	"sync"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/sample"
)

// machine executes one call from the host, with the guest calls inside it. A host function that calls a guest again gets
// another machine.
type machine struct {
	own rt.Activation // of a machine that works for none of compiled code
	*rt.Activation
	ctx    context.Context
	stack  []uint64 // the frames, which overlap
	frames []frame  // the callers, outermost first
	limits rt.Limits
	depth  int // guest frames of the calls around this one

	// The function at hand.
	code   *code
	pc     int // the next instruction; in run's variable while run executes
	base   int // of its frame in stack
	inst   *rt.Instance
	module *Module
	mem    uint32 // the memory that accesses are to; 0 save between two opUseMem

	fuel    *uint64 // the count of the instance
	charged uint64  // since the last point
	denied  error   // why the host gave no fuel, if it said so
	native  Native  // what executes functions that are compiled; nil if they are called as those of others
	bottom  int     // how many frames are those of segments below
	bottoms []int   // of all segments
	busy    bool    // a Machine is within Run
	left    bool    // and in a call of Execute
	tick    int     // calls and turns of loops until the next one is counted

	err error // why run ended, nil if the first function returned

	sampler *sample.Sampler
	watch   *sample.Call // what profiles see of the call, nil for nothing

	thrown []point // what the latest exception has unwound

}

// frame is a function that waits for the one it called.
type frame struct {
	code *code
	pc   int
	base int
	inst *rt.Instance
}

// firstStack is how many slots a machine's stack has at first. As many calls from the host as rt lets nest do not exceed the default
// limit of a stack with it.
const firstStack = 1 << 10

var machines = sync.Pool{New: func() any { return newMachine(nil) }}

// Call implements rt.Executor.
func (mod *Module) Call(ctx context.Context, f *rt.Func, stack []uint64) error {
	if err := ctx.Err(); err != nil {
		return &rt.TrapError{Code: abi.TrapInterrupted, Err: context.Cause(ctx)}
	}
	m := machines.Get().(*machine)
	if err := m.begin(ctx, mod, f); err != nil {
		machines.Put(m)
		return err
	}
	defer m.release()
	if ctx.Done() != nil {
		m.Watch(ctx)
	}
	if m.sampler.Session() != nil {
		m.observe()
	}
	if !m.Compute(m) {
		return &rt.TrapError{Code: abi.TrapInterrupted, Err: m.cause()}
	}
	m.start(mod.code(f.Index), f.Type, stack)
	if m.err != nil {
		return m.err
	}
	copy(stack, m.stack[:f.Type.ResultSlots])
	return nil
}

// Stopped implements rt.Stopper.
func (m *machine) Stopped() bool { return m.Asked.Load() && m.look() }

// look reports whether the call is to end: what has asked may have meant an earlier one, or something else.
func (m *machine) look() bool {
	m.Asked.Store(false)
	if m.cause() == nil {
		return false
	}
	m.Asked.Store(true)
	return true
}

// attendAt is attend in front of an instruction.
func (m *machine) attendAt(pc int) bool {
	m.pc = pc
	return m.attend()
}

// attend is look for a guest that executes: it takes a sample if a clock has ticked, and lets others compute if it is their turn.
func (m *machine) attend() bool {
	if session := m.sampler.Session(); session != nil {
		m.sample(session)
	}
	return m.look() || !m.GiveWay(m)
}

// cause is why the call is to end, nil if it is not.
func (m *machine) cause() error {
	if err := context.Cause(m.ctx); err != nil {
		return err
	}
	return m.Interrupted()
}

// begin enters the store of the function that is to be called.
func (m *machine) begin(ctx context.Context, mod *Module, f *rt.Func) error {
	// How far the stack of an earlier call has grown must not decide when this one's is exhausted.
	m.stack = m.stack[:firstStack]
	if err := m.Enter(f.Instance.Store(), m.stack); err != nil {
		return err
	}
	m.ctx, m.limits, m.depth, m.mem, m.err, m.sampler = ctx, mod.m.Limits, m.Depth, 0, nil, mod.m.Sampler
	m.limits.StackSlots -= m.Slots
	m.inst, m.module, m.base, m.code = f.Instance, mod, 0, nil
	m.fuel, m.charged = f.Instance.FuelWord(), 0
	if f.Instance.Dead() {
		m.Leave()
		return rt.ErrClosed
	}
	return nil
}

// start executes the first function.
func (m *machine) start(c *code, t *rt.FuncType, stack []uint64) {
	trap := m.reserve(0, c.slots)
	if trap == 0 && m.depth >= m.limits.CallDepth {
		trap = abi.TrapStackExhausted
	}
	if trap == 0 {
		copy(m.stack, stack[:t.ParamSlots])
		t.CleanParams(m.stack)
		trap = m.replace(c)
	}
	if trap != 0 {
		m.fail(trap)
		return
	}
	m.run()
}

// release ends the call, normally or by a panic of a host function, and gives the machine back.
func (m *machine) release() {
	if m.Away() {
		m.NotePanic()
	}
	m.Unwatch()
	if m.watch != nil {
		m.sampler.Forget(m.watch)
		m.watch = nil
	}
	free := m.Leave()
	m.ctx, m.code, m.inst, m.module, m.err, m.fuel = nil, nil, nil, nil, nil, nil
	clear(m.frames)
	clear(m.thrown[:cap(m.thrown)])
	m.frames, m.thrown = m.frames[:0], m.thrown[:0]
	if free && cap(m.stack) <= 1<<16 {
		machines.Put(m)
	}
}

// memory returns the bytes of the memory that accesses are to, if the instance has one.
func (m *machine) memory() []byte {
	if int(m.mem) >= len(m.inst.Mems) {
		return nil
	}
	return m.inst.Mems[m.mem].Bytes()
}

// reserve makes the stack large enough for slots from base on.
func (m *machine) reserve(base int, slots uint32) abi.Trap {
	need := base + int(slots)
	if need > m.limits.StackSlots {
		return abi.TrapStackExhausted
	}
	if need <= len(m.stack) {
		return 0
	}
	size := min(max(2*len(m.stack), need), m.limits.StackSlots)
	if size <= cap(m.stack) {
		m.stack = m.stack[:size]
	} else {
		stack := make([]uint64, size)
		copy(stack, m.stack)
		m.stack = stack
	}
	m.Stack = m.stack
	return 0
}

// call executes a call of a function that the module defines. It reports false when that ended the machine's call, as do those below.
func (m *machine) call(in *instr) bool {
	c := m.module.code(in.B)
	if c.compiled != nil {
		return m.callCompiled(c, m.inst, int(in.A))
	}
	return m.succeeds(m.enter(c, int(in.A)))
}

// tailCall executes a tail call of such a function.
func (m *machine) tailCall(in *instr, fp []uint64) bool {
	c := m.module.code(in.B)
	if c.compiled != nil {
		return m.tailCallCompiled(c, m.inst, in.A, in.C)
	}
	copy(fp, fp[in.A:in.A+in.C])
	return m.succeeds(m.replace(c))
}

// succeeds reports whether there is no trap, and fails with it if there is one.
func (m *machine) succeeds(trap abi.Trap) bool {
	if trap != 0 {
		m.fail(trap)
	}
	return trap == 0
}

// enter enters a function of the current instance whose arguments begin at a slot of the current frame.
func (m *machine) enter(c *code, at int) abi.Trap {
	if m.tick--; m.tick < 0 {
		m.countCall(c)
	}
	if len(m.frames)+1+m.depth >= m.limits.CallDepth {
		return abi.TrapStackExhausted
	}
	if trap := m.reserve(m.base+at, c.slots); trap != 0 {
		return trap
	}
	m.frames = append(m.frames, frame{m.code, m.pc, m.base, m.inst})
	m.base += at
	m.code, m.pc = c, 0
	clear(m.stack[m.base+int(c.params) : m.base+int(c.locals)])
	if m.Asked.Load() && m.attend() {
		return abi.TrapInterrupted
	}
	return 0
}

// replace enters a function in place of the current one, with its arguments at the start of the frame.
func (m *machine) replace(c *code) abi.Trap {
	if m.tick--; m.tick < 0 {
		m.countCall(c)
	}
	if trap := m.reserve(m.base, c.slots); trap != 0 {
		return trap
	}
	m.code, m.pc = c, 0
	clear(m.stack[m.base+int(c.params) : m.base+int(c.locals)])
	if m.Asked.Load() && m.attend() {
		return abi.TrapInterrupted
	}
	return 0
}

// leave returns to the caller. It reports false if that is not in this segment: the host, or compiled code.
func (m *machine) leave() bool {
	n := len(m.frames) - 1
	if n < m.bottom {
		return false
	}
	f := &m.frames[n]
	m.code, m.pc, m.base = f.code, f.pc, f.base
	if f.inst != m.inst {
		m.switchTo(f.inst)
	}
	m.frames = m.frames[:n]
	return true
}

func (m *machine) switchTo(in *rt.Instance) {
	m.inst, m.module, m.fuel = in, interpreterOf(in), in.FuelWord()
}

// callOther executes a call whose target is not a function that the module defines, or not known before. It reports
// false when that ended the machine's call.
func (m *machine) callOther(in *instr) bool {
	fp := m.stack[m.base : m.base+int(m.code.slots)]
	var f *rt.Func
	var trap abi.Trap
	tail := false
	switch in.Op {
	case opCallImport, opCallImportTail:
		f, tail = m.inst.Func(in.B), in.Op == opCallImportTail
	case opCallIndirect, opCallIndirectTail:
		word := &m.code.instrs[m.pc]
		m.pc++
		f, trap = m.lookUp(fp[in.B], word)
		tail = in.Op == opCallIndirectTail
	case opCallRef, opCallRefTail:
		if f = rt.FuncOf(rt.Ref(fp[in.B])); f == nil {
			trap = abi.TrapNullFunction
		}
		tail = in.Op == opCallRefTail
	}
	var target *Module
	if trap == 0 {
		if target = executes(f); f.Instance != nil && f.Instance.Dead() {
			trap = abi.TrapInstanceClosed
		}
	}
	switch {
	case trap != 0:
	case target == nil:
		return m.callHost(f, int(in.A), tail)
	default:
		c := target.code(f.Index)
		switch {
		case c.compiled != nil && tail:
			return m.tailCallCompiled(c, f.Instance, in.A, in.C)
		case c.compiled != nil:
			return m.callCompiled(c, f.Instance, int(in.A))
		case tail:
			copy(fp, fp[in.A:in.A+in.C])
			trap = m.replace(c)
		default:
			trap = m.enter(c, int(in.A))
		}
		if m.code == c { // also when it is interrupted right there
			m.inst, m.module, m.fuel = f.Instance, target, f.Instance.FuelWord()
		}
	}
	return m.succeeds(trap)
}

// lookUp finds the function for a call_indirect and checks its type (spec 4.6.11).
func (m *machine) lookUp(index uint64, word *instr) (*rt.Func, abi.Trap) {
	elems := m.inst.Tables[word.B].Elems
	if index >= uint64(len(elems)) {
		return nil, abi.TrapUndefinedElement
	}
	f := rt.FuncOf(elems[index])
	if f == nil {
		return nil, abi.TrapUninitializedElement
	}
	f = m.inst.Resolve(f)
	mod := m.inst.Module
	if want := mod.IDs[word.A]; f.Type.ID != want && !mod.Canon.IsSub(f.Type.ID, want) {
		return nil, abi.TrapIndirectCallTypeMismatch
	}
	return f, 0
}

// callHost calls a function of the host, or of a guest that is not interpreted, with its arguments and results in place. It reports false when that ended the machine's call.
func (m *machine) callHost(f *rt.Func, at int, tail bool) bool {
	from := m.base + at
	if trap := m.reserve(from, uint32(f.Type.Slots())); trap != 0 {
		m.fail(trap)
		return false
	}
	if tail {
		m.code = nil // it is gone, and in no backtrace (spec 4.6.11)
	}
	depth := len(m.frames) + 1
	m.BeginHost(depth)
	stack := m.stack[from : from+f.Type.Slots()]
	err := m.outside(f, stack)
	if !m.EndHost(depth, m) {
		m.fail(abi.TrapInterrupted)
		return false
	}
	if err != nil {
		return m.hostFailed(f, err, tail)
	}
	f.Type.CleanResults(stack)
	if tail {
		copy(m.stack[m.base:], stack[:f.Type.ResultSlots])
		if !m.leave() {
			return false
		}
	}
	if m.Asked.Load() && m.attend() {
		m.fail(abi.TrapInterrupted)
		return false
	}
	return true
}

// outside calls a function that the interpreter does not execute.
func (m *machine) outside(f *rt.Func, stack []uint64) error {
	if m.watch != nil {
		m.watch.BeginHost()
		defer m.endHost(f)
	}
	if f.Host != nil {
		return f.Host.Call(m.ctx, m.inst, stack)
	}
	return f.Instance.Module.Exec.Call(m.ctx, f, stack)
}

// address adds an offset to a 64-bit address. No memory reaches maxAddress, so that all sums beyond it fail alike.
func address(base, offset uint64) uint64 {
	sum := base + offset
	if sum < base || sum > maxAddress {
		return maxAddress
	}
	return sum
}

// maxAddress is positive as a signed number, also when the size of an access is added, which the accessors of rt rely on.
const maxAddress = math.MaxInt64 - rt.PageSize
