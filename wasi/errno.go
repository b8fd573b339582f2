package wasi

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"syscall"
)

// hostErrors maps what the host's system calls say. The names exist in package syscall on every system Go runs on;
// numbers that only one system knows are added by its own file (see errno_windows.go).
var hostErrors = map[syscall.Errno]Error{
	syscall.EACCES:       ErrAccess,
	syscall.EAGAIN:       ErrWouldBlock,
	syscall.EALREADY:     ErrAlready,
	syscall.EBADF:        ErrBadDescriptor,
	syscall.EBUSY:        ErrBusy,
	syscall.ECONNABORTED: ErrConnectionAborted,
	syscall.ECONNREFUSED: ErrConnectionRefused,
	syscall.ECONNRESET:   ErrConnectionReset,
	syscall.EDEADLK:      ErrDeadlock,
	syscall.EDQUOT:       ErrQuota,
	syscall.EEXIST:       ErrExist,
	syscall.EFBIG:        ErrFileTooLarge,
	syscall.EILSEQ:       ErrIllegalByteSequence,
	syscall.EINPROGRESS:  ErrInProgress,
	syscall.EINTR:        ErrInterrupted,
	syscall.EINVAL:       ErrInvalid,
	syscall.EIO:          ErrIO,
	syscall.EISDIR:       ErrIsDirectory,
	syscall.ELOOP:        ErrLoop,
	syscall.EMFILE:       ErrTooManyFiles,
	syscall.EMLINK:       ErrTooManyLinks,
	syscall.EMSGSIZE:     ErrMessageSize,
	syscall.ENAMETOOLONG: ErrNameTooLong,
	syscall.ENFILE:       ErrTooManyFiles,
	syscall.ENODEV:       ErrNoDevice,
	syscall.ENOENT:       ErrNoEntry,
	syscall.ENOLCK:       ErrNoLock,
	syscall.ENOMEM:       ErrInsufficientMemory,
	syscall.ENOSPC:       ErrInsufficientSpace,
	syscall.ENOSYS:       ErrUnsupported,
	syscall.ENOTCONN:     ErrNotConnected,
	syscall.ENOTDIR:      ErrNotDirectory,
	syscall.ENOTEMPTY:    ErrNotEmpty,
	syscall.ENOTSUP:      ErrUnsupported,
	syscall.ENOTTY:       ErrNoTTY,
	syscall.ENXIO:        ErrNoSuchDevice,
	syscall.EOVERFLOW:    ErrOverflow,
	syscall.EPERM:        ErrNotPermitted,
	syscall.EPIPE:        ErrPipe,
	syscall.EROFS:        ErrReadOnly,
	syscall.ESPIPE:       ErrInvalidSeek,
	syscall.ETIMEDOUT:    ErrTimeout,
	syscall.EXDEV:        ErrCrossDevice,
}

// ErrorOf classifies an error of this package, of the os, io/fs and net packages, or of a file system or stream that
// the embedder supplied. What nothing is known about is [ErrIO]. The result for a nil error is 0.
func ErrorOf(err error) Error {
	if err == nil {
		return 0
	}
	var own Error
	if errors.As(err, &own) {
		return own
	}
	var number syscall.Errno
	if errors.As(err, &number) {
		if known, ok := hostErrors[number]; ok {
			return known
		}
	}
	for _, row := range portableErrors {
		if errors.Is(err, row.host) {
			return row.own
		}
	}
	return ErrIO
}

// portableErrors are the values that Go's own packages return or match.
var portableErrors = []struct {
	host error
	own  Error
}{
	{fs.ErrNotExist, ErrNoEntry},
	{fs.ErrExist, ErrExist},
	{fs.ErrPermission, ErrAccess},
	{fs.ErrInvalid, ErrInvalid},
	{fs.ErrClosed, ErrBadDescriptor},
	{net.ErrClosed, ErrBadDescriptor},
	{os.ErrDeadlineExceeded, ErrTimeout},
	{errors.ErrUnsupported, ErrUnsupported},
}
