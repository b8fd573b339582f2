package p1

import (
	"math"
	"time"

	"github.com/weft-wasm/weft/wasi"
)

// Functions on a descriptor as such: its table entry, its flags and rights, the attributes of what it names.

func fdClose(c call) error {
	d, err := c.fds.remove(c.u32(0))
	if err != nil {
		return err
	}
	if s, ok := d.node.(*wasi.Stream); ok && isSocket(s) {
		d.lent = false // the peer waits to be told, so a guest's own close counts
	}
	return d.close()
}

func fdRenumber(c call) error {
	replaced, err := c.fds.renumber(c.u32(0), c.u32(1))
	if err != nil || replaced == nil {
		return err
	}
	return replaced.close()
}

func fdFdstatGet(c call) error {
	out, err := c.result(1, fdstatBytes)
	if err != nil {
		return err
	}
	d, err := c.fd(0, 0)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(out)
	out[0] = fileTypes[typeOf(d.node)]
	le.PutUint16(out[2:], uint16(d.flags))
	le.PutUint64(out[8:], uint64(d.base))
	le.PutUint64(out[16:], uint64(d.inheriting))
	return nil
}

// typeOf returns the type of an open object, without asking the host.
func typeOf(node wasi.Node) wasi.FileType {
	switch node := node.(type) {
	case wasi.Dir:
		return wasi.TypeDirectory
	case wasi.File:
		return wasi.TypeRegularFile
	case *wasi.Listener:
		return wasi.TypeSocketStream
	case *wasi.Stream:
		return node.Type()
	}
	return wasi.TypeUnknown
}

// fdFdstatSetFlags switches appending and blocking. How writes reach the disk is settled when a file is opened.
func fdFdstatSetFlags(c call) error {
	d, err := c.fd(0, rightSetFlags)
	if err != nil {
		return err
	}
	flags := c.u32(1)
	d.mu.Lock()
	defer d.mu.Unlock()
	if flags > flagsAll || fdflags(flags)&flagsSyncing != d.flags&flagsSyncing {
		return errnoInval
	}
	d.flags = fdflags(flags)
	return nil
}

// fdFdstatSetRights only takes rights away.
func fdFdstatSetRights(c call) error {
	d, err := c.fd(0, 0)
	if err != nil {
		return err
	}
	base, inheriting := rights(c.u64(1)), rights(c.u64(2))
	d.mu.Lock()
	defer d.mu.Unlock()
	if base&^d.base != 0 || inheriting&^d.inheriting != 0 {
		return errnoNotCapable
	}
	d.base, d.inheriting = base, inheriting
	return nil
}

func fdFilestatGet(c call) error {
	out, err := c.result(1, c.abi.filestat.bytes)
	if err != nil {
		return err
	}
	d, err := c.fd(0, rightFilestat)
	if err != nil {
		return err
	}
	s, err := d.node.Stat()
	if err != nil {
		return err
	}
	c.abi.filestat.putFilestat(out, s)
	return nil
}

func fdFilestatSetSize(c call) error {
	_, file, err := c.file(0, rightSetSize)
	if err != nil {
		return err
	}
	if c.u64(1) > math.MaxInt64 {
		return errnoInval
	}
	return file.SetSize(c.u64(1))
}

func fdFilestatSetTimes(c call) error {
	d, err := c.fd(0, rightSetTimes)
	if err != nil {
		return err
	}
	accessed, modified, err := c.times(1)
	if err != nil {
		return err
	}
	return d.node.SetTimes(accessed, modified)
}

// The specification's type fstflags.
const (
	setAccessed = 1 << iota
	setAccessedNow
	setModified
	setModifiedNow
	setTimesAll = 1<<iota - 1
)

// times returns the two times that parameters i, i+1 and the flags in i+2 say; a zero time is to stay.
func (c call) times(i int) (accessed, modified time.Time, err error) {
	flags := c.u32(i + 2)
	const both, alsoBoth = setAccessed | setAccessedNow, setModified | setModifiedNow
	if flags > setTimesAll || flags&both == both || flags&alsoBoth == alsoBoth {
		return accessed, modified, errnoInval
	}
	switch {
	case flags&setAccessed != 0:
		accessed = timeOf(c.u64(i))
	case flags&setAccessedNow != 0:
		accessed = c.system.Clock.Now()
	}
	switch {
	case flags&setModified != 0:
		modified = timeOf(c.u64(i + 1))
	case flags&setModifiedNow != 0:
		modified = c.system.Clock.Now()
	}
	return accessed, modified, nil
}

func fdSync(c call) error     { return c.sync(rightSync, false) }
func fdDatasync(c call) error { return c.sync(rightDatasync, true) }

func (c call) sync(need rights, dataOnly bool) error {
	d, err := c.fd(0, need)
	if err != nil {
		return err
	}
	return d.node.Sync(dataOnly)
}

func fdAdvise(c call) error {
	_, file, err := c.file(0, rightAdvise)
	if err != nil {
		return err
	}
	advice := c.u32(3)
	if advice > uint32(wasi.AdviceNoReuse) {
		return errnoInval
	}
	return file.Advise(c.u64(1), c.u64(2), wasi.Advice(advice))
}

func fdAllocate(c call) error {
	_, file, err := c.file(0, rightAllocate)
	if err != nil {
		return err
	}
	return file.Allocate(c.u64(1), c.u64(2))
}

func fdPrestatGet(c call) error {
	out, err := c.result(1, prestatBytes)
	if err != nil {
		return err
	}
	d, err := c.preopen()
	if err != nil {
		return err
	}
	clear(out) // the tag of a directory is 0
	le.PutUint32(out[4:], uint32(len(d.preopen)))
	return nil
}

func fdPrestatDirName(c call) error {
	out, err := c.bytes(c.u32(1), c.u32(2))
	if err != nil {
		return err
	}
	d, err := c.preopen()
	if err != nil {
		return err
	}
	if len(out) < len(d.preopen) {
		return errnoNameTooLong
	}
	copy(out, d.preopen)
	return nil
}

// preopen returns the mount that parameter 0 names. C libraries look for mounts from 3 upwards until they get BADF, so
// that is the answer for sockets too, which come after them.
func (c call) preopen() (*descriptor, error) {
	d, err := c.fds.get(c.u32(0))
	if err == nil && d.preopen == "" {
		err = errnoBadF
	}
	return d, err
}
