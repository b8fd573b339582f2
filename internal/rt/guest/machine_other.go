//go:build !(linux && amd64)

package guest

import (
	"context"
	"os"
	"time"
	"unsafe"

	"github.com/weft-wasm/weft/internal/abi"
)

// alarm is of no use without guests.
type alarm struct{}

func newAlarm(*Stack) *alarm { return nil }

// Alarm makes guest code yield after a time.
func (s *Stack) Alarm(after time.Duration, here bool) {}

// Silence takes Alarm back.
func (s *Stack) Silence() {}

// What this package is on systems that it does not support: nothing can be mapped and no stack made, so nothing else is reached, and Check
// says why.

type region struct {
	bytes []byte
	base  uintptr
}

const (
	accessNone = iota
	accessWrite
	accessExecute
)

const defaultMXCSR = 0

var stubTable [StubCount]uintptr

func reserve(size, align int) (region, error) { return region{}, errPlatform }
func protect(part []byte, access int) error   { return errPlatform }
func discard(part []byte) error               { return errPlatform }
func vacate(part []byte) error                { return errPlatform }
func addressOf(part []byte) uintptr           { return uintptr(unsafe.Pointer(unsafe.SliceData(part))) }
func stateMask() uint64                       { return 0 }

func enter(s *Stack, code, target, instance, start uintptr) bool {
	panic("guest: a stack on a platform that has none")
}

func Call2(l *Lane, ctx context.Context, a, b uint64) (uint64, Outcome) { return 0, Refused }

func Call6(l *Lane, ctx context.Context, a, b, c, d, e, f uint64) (uint64, Outcome) {
	return 0, Refused
}

func nudge(thread int)                                             {}
func mapExecutable(part []byte, file *os.File, offset int64) error { return errPlatform }
func tryRun() error                                                { return errPlatform }
func tryFaults() error                                             { return errPlatform }
func tickSource(period time.Duration) (attachment, error)          { return nil, errPlatform }
func ticksOf(c *abi.Context) int                                   { return 0 }
func tryPreempt() error                                            { return errPlatform }
