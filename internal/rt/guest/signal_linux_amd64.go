package guest

import (
	"errors"
	"fmt"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/weft-wasm/weft/internal/fault"
)

const sigURG = uint32(unix.SIGURG)

// faultSignals are those that the processor sends for a faulting instruction.
var faultSignals = []unix.Signal{unix.SIGSEGV, unix.SIGBUS, unix.SIGILL, unix.SIGFPE}

// chained holds the handlers that signalHandler goes on to, by signal. An entry is written before signalHandler can be called for its
// signal, and only ever to what the system had installed.
var chained [64]uintptr

// signalHandlerAddress is where signalHandler is; it is defined with it.
var signalHandlerAddress uintptr

// sigaction is the kernel's struct of that name.
type sigaction struct {
	handler  uintptr
	flags    uint64
	restorer uintptr
	mask     uint64
}

var handlers sync.Mutex

// installHandler makes sure that signalHandler comes first for a signal. It does not take the signal away from anybody: it goes in
// front of the handler that Go has, or fails.
func installHandler(signal unix.Signal) error {
	handlers.Lock()
	defer handlers.Unlock()
	action, err := currentAction(signal)
	if err != nil {
		return err
	}
	switch {
	case action.handler == signalHandlerAddress:
		return nil
	case action.handler == 0:
		return fmt.Errorf("%s has no handler", unix.SignalName(signal))
	case action.handler == 1:
		return fmt.Errorf("%s is ignored", unix.SignalName(signal))
	case chained[signal] != 0 && action.handler != chained[signal]:
		return fmt.Errorf("another library has taken %s over", unix.SignalName(signal))
	}
	chained[signal] = action.handler
	action.handler = signalHandlerAddress
	return setAction(signal, &action)
}

func currentAction(signal unix.Signal) (action sigaction, err error) {
	if err := fault.At(fault.Sigaction); err != nil {
		return action, fmt.Errorf("read the handler of %s: %w", unix.SignalName(signal), err)
	}
	// The kernel writes the 32 bytes of the struct before the call returns.
	_, _, errno := unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(signal), 0, uintptr(unsafe.Pointer(&action)), unsafe.Sizeof(action.mask), 0, 0)
	if errno != 0 {
		return action, fmt.Errorf("read the handler of %s: %w", unix.SignalName(signal), errno)
	}
	return action, nil
}

func setAction(signal unix.Signal, action *sigaction) error {
	if err := fault.At(fault.Sigaction); err != nil {
		return fmt.Errorf("install a handler for %s: %w", unix.SignalName(signal), err)
	}
	// The kernel reads the 32 bytes of the struct before the call returns.
	_, _, errno := unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(signal), uintptr(unsafe.Pointer(action)), 0, unsafe.Sizeof(action.mask), 0, 0)
	if errno != 0 {
		return fmt.Errorf("install a handler for %s: %w", unix.SignalName(signal), errno)
	}
	return nil
}

func installFaultHandlers() error {
	var all []error
	for _, signal := range faultSignals {
		all = append(all, installHandler(signal))
	}
	return errors.Join(all...)
}

// nudge sends a thread of this process a preemption signal. It may be gone or doing something else by now: Go sends such signals without
// need as well, and takes them so.
func nudge(thread int) { _ = unix.Tgkill(unix.Getpid(), thread, unix.SIGURG) }
