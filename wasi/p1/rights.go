package p1

import "github.com/weft-wasm/weft/wasi"

// rights are the specification's flags of what a descriptor may be used for.
type rights uint64

// The rights, in the order of the specification's type rights.
const (
	rightDatasync rights = 1 << iota
	rightRead
	rightSeek
	rightSetFlags
	rightSync
	rightTell
	rightWrite
	rightAdvise
	rightAllocate
	rightCreateDirectory
	rightCreateFile
	rightLinkSource
	rightLinkTarget
	rightOpen
	rightReaddir
	rightReadlink
	rightRenameSource
	rightRenameTarget
	rightPathFilestat
	rightPathSetSize
	rightPathSetTimes
	rightFilestat
	rightSetSize
	rightSetTimes
	rightSymlink
	rightRemoveDirectory
	rightUnlinkFile
	rightPoll
	rightShutdown
	rightAccept
)

// What each kind of object can be used for.
const (
	fileRights = rightDatasync | rightRead | rightSeek | rightSetFlags | rightSync | rightTell | rightWrite | rightAdvise |
		rightAllocate | rightFilestat | rightSetSize | rightSetTimes | rightPoll
	dirRights = rightDatasync | rightSetFlags | rightSync | rightCreateDirectory | rightCreateFile | rightLinkSource |
		rightLinkTarget | rightOpen | rightReaddir | rightReadlink | rightRenameSource | rightRenameTarget |
		rightPathFilestat | rightPathSetSize | rightPathSetTimes | rightFilestat | rightSetTimes | rightSymlink |
		rightRemoveDirectory | rightUnlinkFile | rightPoll
	readerRights   = rightRead | rightSetFlags | rightFilestat | rightPoll
	writerRights   = rightWrite | rightSetFlags | rightFilestat | rightPoll
	connRights     = readerRights | writerRights | rightShutdown
	listenerRights = rightSetFlags | rightFilestat | rightPoll | rightAccept

	// A mount passes on everything; what its Dir refuses, it refuses with a reason of its own.
	mountInherits = fileRights | dirRights | connRights
)

// changes are the rights that only a file open for writing has.
const changes = rightWrite | rightAllocate | rightSetSize

// opensForWriting reports whether a file must be opened for writing to have the rights that a guest asks for. Guests that
// only read ask for all sorts of rights (Go for setting the size), and must be able to on a read-only mount, so what
// else is asked for counts only when reading is not.
func opensForWriting(base rights) bool {
	return base&rightWrite != 0 || base&rightRead == 0 && base&changes != 0
}

// rightsOf returns all that an object can be used for.
func rightsOf(node wasi.Node) rights {
	switch node := node.(type) {
	case wasi.Dir:
		return dirRights
	case wasi.File:
		return fileRights
	case *wasi.Listener:
		return listenerRights
	case *wasi.Stream:
		var all rights
		if node.In != nil {
			all |= readerRights
		}
		if node.Out != nil {
			all |= writerRights
		}
		if isSocket(node) {
			all |= rightShutdown
		}
		return all
	}
	return 0
}

// isSocket reports whether the stream is a connection.
func isSocket(s *wasi.Stream) bool {
	return s.Type() == wasi.TypeSocketStream || s.Type() == wasi.TypeSocketDatagram
}
