package wasi

import "golang.org/x/sys/windows"

func init() {
	hostErrors[windows.ERROR_ACCESS_DENIED] = ErrAccess
	hostErrors[windows.ERROR_ALREADY_EXISTS] = ErrExist
	hostErrors[windows.ERROR_BROKEN_PIPE] = ErrPipe
	hostErrors[windows.ERROR_DIRECTORY] = ErrNotDirectory
	hostErrors[windows.ERROR_DIR_NOT_EMPTY] = ErrNotEmpty
	hostErrors[windows.ERROR_DISK_FULL] = ErrInsufficientSpace
	hostErrors[windows.ERROR_FILENAME_EXCED_RANGE] = ErrNameTooLong
	hostErrors[windows.ERROR_FILE_EXISTS] = ErrExist
	hostErrors[windows.ERROR_FILE_NOT_FOUND] = ErrNoEntry
	hostErrors[windows.ERROR_HANDLE_DISK_FULL] = ErrInsufficientSpace
	hostErrors[windows.ERROR_INVALID_HANDLE] = ErrBadDescriptor
	hostErrors[windows.ERROR_INVALID_NAME] = ErrInvalid
	hostErrors[windows.ERROR_INVALID_PARAMETER] = ErrInvalid
	hostErrors[windows.ERROR_NEGATIVE_SEEK] = ErrInvalid
	hostErrors[windows.ERROR_NOT_SAME_DEVICE] = ErrCrossDevice
	hostErrors[windows.ERROR_NOT_SUPPORTED] = ErrUnsupported
	hostErrors[windows.ERROR_NO_DATA] = ErrPipe
	hostErrors[windows.ERROR_PATH_NOT_FOUND] = ErrNoEntry
	hostErrors[windows.ERROR_PRIVILEGE_NOT_HELD] = ErrNotPermitted
	hostErrors[windows.ERROR_SHARING_VIOLATION] = ErrBusy
	hostErrors[windows.ERROR_TOO_MANY_OPEN_FILES] = ErrTooManyFiles
	hostErrors[windows.ERROR_WRITE_PROTECT] = ErrReadOnly
	hostErrors[windows.WSAECONNABORTED] = ErrConnectionAborted
	hostErrors[windows.WSAECONNREFUSED] = ErrConnectionRefused
	hostErrors[windows.WSAECONNRESET] = ErrConnectionReset
	hostErrors[windows.WSAENOTCONN] = ErrNotConnected
}
