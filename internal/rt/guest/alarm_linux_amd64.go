package guest

import (
	"runtime"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// An alarm is a timer of the kernel that sends a thread preemption signals. Go's own timers cannot make guests yield in time: while there is a guest on
// every processor, nobody is there to run them.
type alarm struct {
	mu     sync.Mutex
	timer  int32
	thread int // that the timer sends signals to, 0 if there is no timer
	set    bool
}

// repeatAlarm is the time after which the signal comes again: one that comes while the guest is in the host is not taken.
const repeatAlarm = time.Millisecond

// alarms has the numbers of all alarms' timers, which are no ticks of a profile.
var alarms sync.Map

func isAlarm(timer int32) bool {
	_, is := alarms.Load(timer)
	return is
}

// Alarm makes guest code on the stack yield after a time, and from then on every millisecond until Silence. The stack's thread is the one that its guest is on,
// or if here is set that of the caller, which is going to enter the guest. Any goroutine may call it. Where there is no such timer it does nothing.
func (s *Stack) Alarm(after time.Duration, here bool) {
	if !threadsKnown.Load() {
		return
	}
	thread := s.thread()
	if here {
		thread = int(goroutineThread())
	}
	if thread == 0 {
		return
	}
	a := s.alarm
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.thread != thread && !a.move(thread) {
		return
	}
	a.set = setTimer(a.timer, after, repeatAlarm)
}

// Silence takes Alarm back.
func (s *Stack) Silence() {
	a := s.alarm
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.set {
		setTimer(a.timer, 0, 0)
		a.set = false
	}
}

// move has the timer send signals to another thread.
func (a *alarm) move(thread int) bool {
	a.drop()
	event := signalEvent{signal: int32(unix.SIGURG), notify: notifyThread, thread: int32(thread)}
	// The kernel reads the struct, and writes the number of the timer, before the call returns.
	_, _, errno := unix.RawSyscall(unix.SYS_TIMER_CREATE, unix.CLOCK_MONOTONIC, uintptr(unsafe.Pointer(&event)), uintptr(unsafe.Pointer(&a.timer)))
	if errno != 0 {
		return false
	}
	a.thread = thread
	alarms.Store(a.timer, true)
	return true
}

// drop gives the timer back.
func (a *alarm) drop() {
	if a.thread != 0 {
		alarms.Delete(a.timer)
		unix.RawSyscall(unix.SYS_TIMER_DELETE, uintptr(a.timer), 0, 0)
		a.thread, a.set = 0, false
	}
}

// setTimer has a timer fire after a time, and then every so often; 0 stops it.
func setTimer(timer int32, after, every time.Duration) bool {
	spec := [2]unix.Timespec{unix.NsecToTimespec(int64(every)), unix.NsecToTimespec(int64(after))}
	// The kernel reads the struct before the call returns.
	_, _, errno := unix.RawSyscall6(unix.SYS_TIMER_SETTIME, uintptr(timer), 0, uintptr(unsafe.Pointer(&spec)), 0, 0, 0)
	return errno == 0
}

// newAlarm returns the alarm of a stack, whose timer goes with it.
func newAlarm(s *Stack) *alarm {
	a := new(alarm)
	runtime.AddCleanup(s, (*alarm).drop, a)
	return a
}
