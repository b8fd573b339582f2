package wasi

import "fmt"

// Error is the reason why an operation on a capability failed. The set is that of wasi:filesystem/types.error-code of
// WASI 0.2 with the few that sockets add, independent of any host's numbering; adapters map it to their own codes.
type Error uint8

// The reasons. Their names are those of WASI 0.2.
const (
	ErrAccess Error = iota + 1
	ErrWouldBlock
	ErrAlready
	ErrBadDescriptor
	ErrBusy
	ErrDeadlock
	ErrQuota
	ErrExist
	ErrFileTooLarge
	ErrIllegalByteSequence
	ErrInProgress
	ErrInterrupted
	ErrInvalid
	ErrIO
	ErrIsDirectory
	ErrLoop
	ErrTooManyLinks
	ErrMessageSize
	ErrNameTooLong
	ErrNoDevice
	ErrNoEntry
	ErrNoLock
	ErrInsufficientMemory
	ErrInsufficientSpace
	ErrNotDirectory
	ErrNotEmpty
	ErrNotRecoverable
	ErrUnsupported
	ErrNoTTY
	ErrNoSuchDevice
	ErrOverflow
	ErrNotPermitted
	ErrPipe
	ErrReadOnly
	ErrInvalidSeek
	ErrTextFileBusy
	ErrCrossDevice
	ErrConnectionAborted
	ErrConnectionRefused
	ErrConnectionReset
	ErrNotConnected
	ErrTimeout
	ErrTooManyFiles
	errorCount
)

var errorNames = [errorCount]string{
	ErrAccess:              "access",
	ErrWouldBlock:          "would-block",
	ErrAlready:             "already",
	ErrBadDescriptor:       "bad-descriptor",
	ErrBusy:                "busy",
	ErrDeadlock:            "deadlock",
	ErrQuota:               "quota",
	ErrExist:               "exist",
	ErrFileTooLarge:        "file-too-large",
	ErrIllegalByteSequence: "illegal-byte-sequence",
	ErrInProgress:          "in-progress",
	ErrInterrupted:         "interrupted",
	ErrInvalid:             "invalid",
	ErrIO:                  "io",
	ErrIsDirectory:         "is-directory",
	ErrLoop:                "loop",
	ErrTooManyLinks:        "too-many-links",
	ErrMessageSize:         "message-size",
	ErrNameTooLong:         "name-too-long",
	ErrNoDevice:            "no-device",
	ErrNoEntry:             "no-entry",
	ErrNoLock:              "no-lock",
	ErrInsufficientMemory:  "insufficient-memory",
	ErrInsufficientSpace:   "insufficient-space",
	ErrNotDirectory:        "not-directory",
	ErrNotEmpty:            "not-empty",
	ErrNotRecoverable:      "not-recoverable",
	ErrUnsupported:         "unsupported",
	ErrNoTTY:               "no-tty",
	ErrNoSuchDevice:        "no-such-device",
	ErrOverflow:            "overflow",
	ErrNotPermitted:        "not-permitted",
	ErrPipe:                "pipe",
	ErrReadOnly:            "read-only",
	ErrInvalidSeek:         "invalid-seek",
	ErrTextFileBusy:        "text-file-busy",
	ErrCrossDevice:         "cross-device",
	ErrConnectionAborted:   "connection-aborted",
	ErrConnectionRefused:   "connection-refused",
	ErrConnectionReset:     "connection-reset",
	ErrNotConnected:        "not-connected",
	ErrTimeout:             "timeout",
	ErrTooManyFiles:        "too-many-files",
}

// String returns the name that WASI 0.2 gives the reason, such as "no-entry".
func (e Error) String() string {
	if e == 0 || e >= errorCount {
		return fmt.Sprintf("error %d", uint8(e))
	}
	return errorNames[e]
}

// Error returns the reason with the package's prefix, such as "wasi: no-entry".
func (e Error) Error() string { return "wasi: " + e.String() }

// Errors returns every reason, so that an adapter's table can be tested for completeness.
func Errors() []Error {
	all := make([]Error, 0, errorCount-1)
	for e := Error(1); e < errorCount; e++ {
		all = append(all, e)
	}
	return all
}

// CanceledError says that the context ended while the host was being waited for. It is never shown to the guest: the
// guest is stopped. Cause is [context.Cause] of the context.
type CanceledError struct{ Cause error }

// Error says that a wait was canceled, and why.
func (e *CanceledError) Error() string { return "wasi: wait canceled: " + e.Cause.Error() }

// Unwrap returns the cause.
func (e *CanceledError) Unwrap() error { return e.Cause }
