package guest

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// Support says what of this package works in this process at this moment. The zero value says that everything does.
type Support struct {
	// Run is why no machine code can run at all; the other fields are set as well then.
	Run *Unsupported
	// Faults is why faults do not become traps: code must check for itself, its stack included, and trap by StubTrap.
	Faults *Unsupported
	// Preempt is why guests are not made to yield by a signal: code must check at the head of every loop, and yield by StubPoll.
	Preempt *Unsupported
}

// Unsupported is something that does not work here.
type Unsupported struct {
	What string
	Why  error
}

func (u *Unsupported) Error() string { return fmt.Sprintf("weft: %s: %v", u.What, u.Why) }
func (u *Unsupported) Unwrap() error { return u.Why }

const (
	whatRun     = "machine code does not run here"
	whatFaults  = "hardware faults do not become traps here"
	whatPreempt = "guests are not preempted by signals here"
)

// errPlatform is why nothing works on systems other than linux/amd64.
var errPlatform = errors.New("not supported on this platform")

func unsupported(what string, why error) *Unsupported {
	if why == nil {
		return nil
	}
	return &Unsupported{What: what, Why: why}
}

// Check installs the signal handlers, unless they are, and tries out everything that engines rely on: it runs a few instructions of
// each kind and takes microseconds. An engine calls it when it is made, because what a program does to its signals in between, by
// signal.Ignore for one, can take away what has worked before.
func Check() Support {
	if err := tryRun(); err != nil {
		return Support{unsupported(whatRun, err), unsupported(whatFaults, err), unsupported(whatPreempt, err)}
	}
	return Support{Faults: unsupported(whatFaults, tryFaults()), Preempt: unsupported(whatPreempt, tryPreempt())}
}

// CheckExplicit tries out what code with explicit checks relies on. It leaves the program's signals alone.
func CheckExplicit() error {
	if err := tryRun(); err != nil {
		return unsupported(whatRun, err)
	}
	return nil
}

// asyncPreemptOff is the setting under which Go sends no preemption signals. Go reads it once, when the process starts.
var asyncPreemptOff = godebug(os.Getenv("GODEBUG"), "asyncpreemptoff") == "1"

// godebug finds the value of a key in a GODEBUG list, where the last one counts.
func godebug(list, key string) (value string) {
	for _, setting := range strings.Split(list, ",") {
		if k, v, _ := strings.Cut(setting, "="); strings.TrimSpace(k) == key {
			value = strings.TrimSpace(v)
		}
	}
	return value
}
