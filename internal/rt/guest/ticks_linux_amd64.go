package guest

import (
	"errors"
	"fmt"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/weft-wasm/weft/internal/abi"
)

// sources are where ticks can come from: an event of the performance monitor, which is exact, or a timer of a thread's processor time, which expires
// when the kernel's own clock ticks, 100 to 1,000 times a second.
var sources = []attachment{attachEvent, attachTimer}

// tickSource finds the first source that this system lets the process have. It tries them with the main thread, which is always there.
func tickSource(period time.Duration) (attachment, error) {
	var all []error
	for _, attach := range sources {
		end, err := attach(unix.Getpid(), period)
		if err == nil {
			end()
			return attach, nil
		}
		all = append(all, err)
	}
	return nil, fmt.Errorf("weft: a profile cannot be taken here: %w", errors.Join(all...))
}

// owner is the kernel's struct f_owner_ex: a thread.
type owner struct{ kind, id int32 }

const (
	ownerThread = 0  // F_OWNER_TID
	setOwner    = 15 // F_SETOWN_EX
)

// attachEvent has the performance monitor count the time of a thread in user mode. Sampling needs no hardware counter and no privilege beyond
// that of looking at oneself.
func attachEvent(thread int, period time.Duration) (end func(), err error) {
	attr := unix.PerfEventAttr{
		Type:   unix.PERF_TYPE_SOFTWARE,
		Config: unix.PERF_COUNT_SW_TASK_CLOCK,
		Sample: uint64(period),
		Bits:   unix.PerfBitDisabled | unix.PerfBitExcludeKernel | unix.PerfBitExcludeHv,
		Wakeup: 1,
	}
	attr.Size = uint32(unsafe.Sizeof(attr))
	fd, err := unix.PerfEventOpen(&attr, thread, -1, -1, unix.PERF_FLAG_FD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("open an event of the processor clock: %w", err)
	}
	end = func() { _ = unix.Close(fd) }
	if err := signalOwner(fd, thread); err != nil {
		end()
		return nil, err
	}
	return end, nil
}

// signalOwner makes an event send a thread SIGURG, and starts it.
func signalOwner(fd, thread int) error {
	to := owner{ownerThread, int32(thread)}
	// The kernel reads the 8 bytes of the struct before the call returns.
	_, _, errno := unix.Syscall(unix.SYS_FCNTL, uintptr(fd), setOwner, uintptr(unsafe.Pointer(&to)))
	if errno == 0 {
		_, _, errno = unix.Syscall(unix.SYS_FCNTL, uintptr(fd), unix.F_SETSIG, uintptr(unix.SIGURG))
	}
	if errno == 0 {
		_, _, errno = unix.Syscall(unix.SYS_FCNTL, uintptr(fd), unix.F_SETFL, unix.O_ASYNC)
	}
	if errno == 0 {
		_, _, errno = unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.PERF_EVENT_IOC_ENABLE, 0)
	}
	if errno != 0 {
		return fmt.Errorf("start an event of the processor clock: %w", errno)
	}
	return nil
}

// signalEvent is the kernel's struct sigevent.
type signalEvent struct {
	value  uint64
	signal int32
	notify int32
	thread int32
	_      [44]byte
}

const (
	notifyThread = 4 // SIGEV_THREAD_ID

	// The clock of a thread's processor time is its number, complemented, above these bits: of one thread, as the scheduler counts it.
	clockShift  = 3
	clockThread = 4 | 2
)

// attachTimer has a timer count the processor time of a thread.
func attachTimer(thread int, period time.Duration) (end func(), err error) {
	event := signalEvent{signal: int32(unix.SIGURG), notify: notifyThread, thread: int32(thread)}
	clock := uint32(^thread<<clockShift | clockThread)
	var timer int32
	// The kernel reads the 64 bytes of the event and writes the 4 of the timer's number before the call returns.
	_, _, errno := unix.Syscall(unix.SYS_TIMER_CREATE, uintptr(clock), uintptr(unsafe.Pointer(&event)), uintptr(unsafe.Pointer(&timer)))
	if errno != 0 {
		return nil, fmt.Errorf("make a timer of processor time: %w", errno)
	}
	end = func() { _, _, _ = unix.Syscall(unix.SYS_TIMER_DELETE, uintptr(timer), 0, 0) }
	every := unix.NsecToTimespec(int64(period))
	times := [2]unix.Timespec{every, every} // the interval, and when it expires first
	// The kernel reads the two times before the call returns.
	_, _, errno = unix.Syscall6(unix.SYS_TIMER_SETTIME, uintptr(timer), 0, uintptr(unsafe.Pointer(&times)), 0, 0, 0)
	if errno != 0 {
		end()
		return nil, fmt.Errorf("start a timer of processor time: %w", errno)
	}
	return end, nil
}

// What a signal's si_code says of who has sent it.
const (
	codeTimer = -2 // SI_TIMER
	codeEvent = 1  // POLL_IN: Go sends SIGURG by tgkill, and nobody else for a descriptor
)

// ticksOf is how many periods the signal stands for that the guest has yielded to, 0 for another signal.
func ticksOf(c *abi.Context) int {
	switch int64(c.FaultCode) {
	case codeEvent:
		return 1
	case codeTimer:
		if isAlarm(int32(uint32(c.FaultAddress))) {
			return 0
		}
		return 1 + int(uint32(c.FaultAddress>>32)) // si_overrun, behind the number of the timer
	}
	return 0
}
