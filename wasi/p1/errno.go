package p1

import (
	"fmt"

	"github.com/weft-wasm/weft/wasi"
)

// errno is the code that a function of WASI 0.1 returns.
type errno uint16

// The codes, in the order of the specification's type errno.
const (
	errnoSuccess errno = iota
	errno2Big
	errnoAcces
	errnoAddrInUse
	errnoAddrNotAvail
	errnoAFNoSupport
	errnoAgain
	errnoAlready
	errnoBadF
	errnoBadMsg
	errnoBusy
	errnoCanceled
	errnoChild
	errnoConnAborted
	errnoConnRefused
	errnoConnReset
	errnoDeadlk
	errnoDestAddrReq
	errnoDom
	errnoDQuot
	errnoExist
	errnoFault
	errnoFBig
	errnoHostUnreach
	errnoIDRm
	errnoIlSeq
	errnoInProgress
	errnoIntr
	errnoInval
	errnoIO
	errnoIsConn
	errnoIsDir
	errnoLoop
	errnoMFile
	errnoMLink
	errnoMsgSize
	errnoMultihop
	errnoNameTooLong
	errnoNetDown
	errnoNetReset
	errnoNetUnreach
	errnoNFile
	errnoNoBufs
	errnoNoDev
	errnoNoEnt
	errnoNoExec
	errnoNoLck
	errnoNoLink
	errnoNoMem
	errnoNoMsg
	errnoNoProtoOpt
	errnoNoSpc
	errnoNoSys
	errnoNotConn
	errnoNotDir
	errnoNotEmpty
	errnoNotRecoverable
	errnoNotSock
	errnoNotSup
	errnoNoTTY
	errnoNXIO
	errnoOverflow
	errnoOwnerDead
	errnoPerm
	errnoPipe
	errnoProto
	errnoProtoNoSupport
	errnoPrototype
	errnoRange
	errnoROFS
	errnoSPipe
	errnoSrch
	errnoStale
	errnoTimedOut
	errnoTxtBsy
	errnoXDev
	errnoNotCapable
	errnoCount
)

var errnoNames = [errnoCount]string{
	"success", "2big", "acces", "addrinuse", "addrnotavail", "afnosupport", "again", "already", "badf", "badmsg", "busy",
	"canceled", "child", "connaborted", "connrefused", "connreset", "deadlk", "destaddrreq", "dom", "dquot", "exist",
	"fault", "fbig", "hostunreach", "idrm", "ilseq", "inprogress", "intr", "inval", "io", "isconn", "isdir", "loop",
	"mfile", "mlink", "msgsize", "multihop", "nametoolong", "netdown", "netreset", "netunreach", "nfile", "nobufs",
	"nodev", "noent", "noexec", "nolck", "nolink", "nomem", "nomsg", "noprotoopt", "nospc", "nosys", "notconn", "notdir",
	"notempty", "notrecoverable", "notsock", "notsup", "notty", "nxio", "overflow", "ownerdead", "perm", "pipe", "proto",
	"protonosupport", "prototype", "range", "rofs", "spipe", "srch", "stale", "timedout", "txtbsy", "xdev", "notcapable",
}

// String returns the specification's name, such as "noent".
func (e errno) String() string {
	if e >= errnoCount {
		return fmt.Sprintf("errno %d", uint16(e))
	}
	return errnoNames[e]
}

// Error makes an errno usable as the error of a handler.
func (e errno) Error() string { return "wasi: " + e.String() }

// errnos maps the reasons of package wasi.
var errnos = [...]errno{
	wasi.ErrAccess:              errnoAcces,
	wasi.ErrWouldBlock:          errnoAgain,
	wasi.ErrAlready:             errnoAlready,
	wasi.ErrBadDescriptor:       errnoBadF,
	wasi.ErrBusy:                errnoBusy,
	wasi.ErrDeadlock:            errnoDeadlk,
	wasi.ErrQuota:               errnoDQuot,
	wasi.ErrExist:               errnoExist,
	wasi.ErrFileTooLarge:        errnoFBig,
	wasi.ErrIllegalByteSequence: errnoIlSeq,
	wasi.ErrInProgress:          errnoInProgress,
	wasi.ErrInterrupted:         errnoIntr,
	wasi.ErrInvalid:             errnoInval,
	wasi.ErrIO:                  errnoIO,
	wasi.ErrIsDirectory:         errnoIsDir,
	wasi.ErrLoop:                errnoLoop,
	wasi.ErrTooManyLinks:        errnoMLink,
	wasi.ErrMessageSize:         errnoMsgSize,
	wasi.ErrNameTooLong:         errnoNameTooLong,
	wasi.ErrNoDevice:            errnoNoDev,
	wasi.ErrNoEntry:             errnoNoEnt,
	wasi.ErrNoLock:              errnoNoLck,
	wasi.ErrInsufficientMemory:  errnoNoMem,
	wasi.ErrInsufficientSpace:   errnoNoSpc,
	wasi.ErrNotDirectory:        errnoNotDir,
	wasi.ErrNotEmpty:            errnoNotEmpty,
	wasi.ErrNotRecoverable:      errnoNotRecoverable,
	wasi.ErrUnsupported:         errnoNotSup,
	wasi.ErrNoTTY:               errnoNoTTY,
	wasi.ErrNoSuchDevice:        errnoNXIO,
	wasi.ErrOverflow:            errnoOverflow,
	wasi.ErrNotPermitted:        errnoPerm,
	wasi.ErrPipe:                errnoPipe,
	wasi.ErrReadOnly:            errnoROFS,
	wasi.ErrInvalidSeek:         errnoSPipe,
	wasi.ErrTextFileBusy:        errnoTxtBsy,
	wasi.ErrCrossDevice:         errnoXDev,
	wasi.ErrConnectionAborted:   errnoConnAborted,
	wasi.ErrConnectionRefused:   errnoConnRefused,
	wasi.ErrConnectionReset:     errnoConnReset,
	wasi.ErrNotConnected:        errnoNotConn,
	wasi.ErrTimeout:             errnoTimedOut,
	wasi.ErrTooManyFiles:        errnoNFile,
}

// errnoOf returns what the guest is told of a handler's error.
func errnoOf(err error) errno {
	if err == nil {
		return errnoSuccess
	}
	if e, ok := err.(errno); ok {
		return e
	}
	return errnos[wasi.ErrorOf(err)]
}
