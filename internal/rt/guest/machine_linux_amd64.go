package guest

import (
	"context"
	"errors"
	"sync"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/rt/bias"
)

// The routines of enter_linux_amd64.s and signal_linux_amd64.s. All but enter, Call2 and Call6 are reached by jumps and have neither Go's calling convention nor
// a Go frame; they are declared for the tools that check assembly.

// enter runs the code at an address, with the stack from start down, until it leaves for a reason that hostCall and yielded do not answer. It reports
// whether it did: if not, it has returned.
//
//go:noescape
func enter(s *Stack, code, target, instance, start uintptr) (exited bool)

// Call2 is Lane.Call for functions of up to two words. The compiler puts a call of it, unlike one of a method, right into generic code of other packages.
//
//go:noescape
func Call2(l *Lane, ctx context.Context, a, b uint64) (word uint64, how Outcome)

// Call6 is Call2 for functions of up to six words.
//
//go:noescape
func Call6(l *Lane, ctx context.Context, a, b, c, d, e, f uint64) (word uint64, how Outcome)

func switchIn()
func switchBack()
func switchJump()
func switchResume()
func hostStub()
func trapStub()
func pollStub()
func copyStub()
func fillStub()
func fuelStub()
func yieldLand()
func faultLand()
func signalHandler()

// goroutineGuard reads the lower bound of the goroutine's stack and its guard, as generated code with explicit checks does.
func goroutineGuard() (low, guard uintptr)

// goroutineThread reads the number of the thread that the goroutine is on, as enter does.
func goroutineThread() uint64

// vectorState reads the processor's features and the components of state that the system lets it save.
func vectorState() (features uint32, components uint64)

// stubTable holds the addresses of the stubs; it is defined with them.
var stubTable [StubCount]uintptr

// For assembly, which sees the constants of its own package only.
const (
	goroutineGuardOffset   = abi.GoroutineGuard
	goroutineMachineOffset = abi.GoroutineMachine
	machineThreadOffset    = abi.MachineThread

	instanceMemoryBase = abi.InstanceMemoryBase

	instanceMemory = abi.InstanceMemory
	memoryLength   = abi.MemoryLength
	bulkMost       = 64 << 10 // bytes, which take some 2 µs if they are in the cache

	registerR8    = abi.RegisterR8
	registerR9    = abi.RegisterR9
	registerR10   = abi.RegisterR10
	registerR11   = abi.RegisterR11
	registerR12   = abi.RegisterR12
	registerR13   = abi.RegisterR13
	registerR14   = abi.RegisterR14
	registerR15   = abi.RegisterR15
	registerDI    = abi.RegisterDI
	registerSI    = abi.RegisterSI
	registerBP    = abi.RegisterBP
	registerBX    = abi.RegisterBX
	registerDX    = abi.RegisterDX
	registerAX    = abi.RegisterAX
	registerCX    = abi.RegisterCX
	registerSP    = abi.RegisterSP
	registerPC    = abi.RegisterPC
	registerFlags = abi.RegisterFlags

	gateLock   = bias.GateLock
	gateGrant  = bias.GateGrant
	grantOwner = bias.GrantOwner
	grantHeld  = bias.GrantHeld
	idle       = bias.Idle
	held       = bias.Held
)

// defaultMXCSR masks all floating-point exceptions and rounds to nearest, as Go code expects.
const defaultMXCSR = 0x1f80

// Features in CPUID 1's CX, and components in XCR0.
const (
	featureOSXSAVE = 1 << 27
	featureAVX     = 1 << 28
	componentsAVX  = 1<<0 | 1<<1 | 1<<2                 // x87, SSE, the upper halves of YMM
	componentsAll  = componentsAVX | 1<<5 | 1<<6 | 1<<7 // and AVX-512's masks, upper halves of ZMM, and ZMM16 to ZMM31
)

// processor is what vectorState says, asked once: a hypervisor answers that instruction, and takes its time.
var processor = sync.OnceValues(vectorState)

// stateMask selects what a yield saves: everything that code may use and that fits into the context block's area.
func stateMask() uint64 {
	_, components := processor()
	return components & componentsAll
}

// checkProcessor reports whether the processor and the system can save the state that generated code has in registers.
func checkProcessor() error {
	features, components := processor()
	if features&(featureOSXSAVE|featureAVX) != featureOSXSAVE|featureAVX || components&componentsAVX != componentsAVX {
		return errors.New("the processor has no AVX, or the system does not save its state")
	}
	return nil
}
