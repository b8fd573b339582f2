//go:build linux && amd64

package guest

import (
	"bytes"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/weft-wasm/weft/internal/abi"
)

// What a program does to its signals lasts for the process, so these tests run theirs in processes of their own: the test binary again,
// with the part to play in its environment.

const partVariable = "WEFT_GUEST_PART"

var parts = map[string]func(t *testing.T){
	"asyncpreemptoff": partAsyncPreemptOff,
	"explicit":        partExplicit,
	"ignore":          partIgnore,
	"notify":          partNotify,
	"takeover":        partTakeOver,
	"user-segv":       partUserFault,
	"stray-fault":     partStrayFault,
}

// TestPart plays the part that this process is for. In the process that runs all tests it has none.
func TestPart(t *testing.T) {
	if part := parts[os.Getenv(partVariable)]; part != nil {
		part(t)
	}
}

// play runs a part in a process of its own and returns what it prints.
func play(t *testing.T, part string, environment ...string) (output string, err error) {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=^TestPart$", "-test.v")
	command.Env = append(append(os.Environ(), partVariable+"="+part), environment...)
	text, err := command.CombinedOutput()
	return string(bytes.TrimSpace(text)), err
}

func TestProcesses(t *testing.T) {
	for _, c := range []struct{ part, environment string }{
		{"asyncpreemptoff", "GODEBUG=asyncpreemptoff=1"},
		{"explicit", ""},
		{"explicit", "GODEBUG=asyncpreemptoff=1"},
		{"ignore", ""},
		{"notify", ""},
		{"takeover", ""},
	} {
		t.Run(c.part, func(t *testing.T) {
			if output, err := play(t, c.part, c.environment); err != nil {
				t.Errorf("%v\n%s", err, output)
			}
		})
	}
}

// TestFatalProcesses checks that faults which are not a guest's still end a program the way Go does it.
func TestFatalProcesses(t *testing.T) {
	for part, want := range map[string]string{
		"user-segv":   "SIGSEGV: segmentation violation",
		"stray-fault": "unexpected fault address",
	} {
		if output, err := play(t, part); err == nil || !strings.Contains(output, want) {
			t.Errorf("%s: %v, want %q in\n%s", part, err, want, output)
		}
	}
}

// partAsyncPreemptOff has Go send no signals: polling guests give way all the same, and faults are traps.
func partAsyncPreemptOff(t *testing.T) {
	s := Check()
	if s.Run != nil || s.Faults != nil || s.Preempt == nil || !strings.Contains(s.Preempt.Error(), "asyncpreemptoff") {
		t.Fatalf("%+v", s)
	}
	stack := stackOf(t, 0)
	code := mapSnippet(t, pollSpin)
	for range 5 {
		timer := time.AfterFunc(5*time.Millisecond, stack.Interrupt)
		if _, trap := call(stack, code, StubPoll.Address()); trap != abi.TrapInterrupted {
			t.Errorf("trap %v", trap)
		}
		timer.Stop()
		stack.Resume()
	}
	if _, trap := call(stack, mapSnippet(t, load), 0, 16); trap != abi.TrapMemoryOutOfBounds {
		t.Errorf("trap %v", trap)
	}
}

// partExplicit does without any signal handler of this package: code that checks for itself traps, yields and is interrupted.
func partExplicit(t *testing.T) {
	if err := CheckExplicit(); err != nil {
		t.Fatal(err)
	}
	s := stackOf(t, 0)
	s.Host = hostFunc(func(s *Stack, word uint64) Action {
		deep(100)
		s.HostSlots(1)[0] += word
		return Continue
	})
	if slots, trap := call(s, mapSnippet(t, callHost), StubHost.Address(), 10, 0); trap != 0 || slots[1] != 70 {
		t.Errorf("%v, slots %v", trap, slots)
	}
	if _, trap := call(s, mapSnippet(t, recurseChecked), StubTrap.Address()); trap != abi.TrapStackExhausted {
		t.Errorf("trap %v", trap)
	}
	if n := len(places(s.Backtrace())); n < 50_000 {
		t.Errorf("%d frames on a full stack", n)
	}
	time.AfterFunc(50*time.Millisecond, s.Interrupt)
	if _, trap := call(s, mapSnippet(t, pollSpin), StubPoll.Address()); trap != abi.TrapInterrupted || s.Yields() == 0 {
		t.Errorf("trap %v after %d yields", trap, s.Yields())
	}
	for _, sig := range append(faultSignals, unix.SIGURG) {
		if action, err := currentAction(sig); err != nil || action.handler == signalHandlerAddress {
			t.Errorf("%v: handler %#x, %v", sig, action.handler, err)
		}
	}
}

// partIgnore ignores the preemption signal, after an engine was made: the next one notices.
func partIgnore(t *testing.T) {
	if s := Check(); s != (Support{}) {
		t.Fatalf("%+v", s)
	}
	signal.Ignore(unix.SIGURG)
	s := Check()
	if s.Faults != nil || s.Preempt == nil || !strings.Contains(s.Preempt.Error(), "SIGURG is ignored") {
		t.Errorf("ignored: %+v", s)
	}
	if err := CheckExplicit(); err != nil {
		t.Errorf("ignored: %v", err)
	}
	// A channel for the signal brings Go's handler back, and ours in front of it.
	signal.Notify(make(chan os.Signal, 1), unix.SIGURG)
	if s := Check(); s != (Support{}) {
		t.Errorf("notified: %+v", s)
	}
}

// partNotify has a program listen to the signal that preempts guests: it hears it, also when it arrives in a guest.
func partNotify(t *testing.T) {
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, unix.SIGURG)
	for range 10 {
		if s := Check(); s != (Support{}) {
			t.Fatalf("%+v", s)
		}
		select {
		case <-heard:
		case <-time.After(10 * time.Second):
			t.Fatal("the program has not heard a signal that a guest has had")
		}
	}
	signal.Reset(unix.SIGURG)
	if s := Check(); s != (Support{}) {
		t.Errorf("reset: %+v", s)
	}
}

// partTakeOver has somebody else handle a fault signal: that is left alone.
func partTakeOver(t *testing.T) {
	if s := Check(); s != (Support{}) {
		t.Fatalf("%+v", s)
	}
	action, err := currentAction(unix.SIGFPE)
	if err != nil {
		t.Fatal(err)
	}
	action.handler++ // never called
	if err := setAction(unix.SIGFPE, &action); err != nil {
		t.Fatal(err)
	}
	s := Check()
	if s.Run != nil || s.Faults == nil || s.Preempt != nil || !strings.Contains(s.Faults.Error(), "another library has taken SIGFPE over") {
		t.Errorf("%+v", s)
	}
}

// partUserFault is sent a fault signal by a process while a guest runs.
func partUserFault(t *testing.T) {
	s := testStack(t)
	time.AfterFunc(50*time.Millisecond, func() { _ = unix.Kill(unix.Getpid(), unix.SIGSEGV) })
	call(s, mapSnippet(t, spin), 0)
}

// partStrayFault reads unmapped memory from Go, with guests around.
func partStrayFault(t *testing.T) {
	testStack(t)
	slots, err := stackSlots()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(slots.bytes[len(slots.bytes)/2])
}
