package p1

import "github.com/weft-wasm/weft/wasi"

// followLink is the only flag of the specification's type lookupflags.
const followLink = 1

// The specification's type oflags.
const (
	openCreate = 1 << iota
	openDirectory
	openExclusive
	openTruncate
	openAll = 1<<iota - 1
)

func pathOpen(c call) error {
	out, err := c.result(8, 4)
	if err != nil {
		return err
	}
	path, err := c.path(2)
	if err != nil {
		return err
	}
	oflags, flags := c.u32(4), c.u32(7)
	if oflags > openAll || flags > flagsAll {
		return errnoInval
	}
	need := rightOpen
	if oflags&openCreate != 0 {
		need |= rightCreateFile
	}
	if oflags&openTruncate != 0 {
		need |= rightPathSetSize
	}
	d, dir, err := c.dir(0, need)
	if err != nil {
		return err
	}
	base := rights(c.u64(5)) & d.inheriting
	if !opensForWriting(base) {
		base &^= changes
	}
	if err := c.fds.room(); err != nil {
		return err
	}
	node, err := dir.Open(path, openFlags(c.u32(1), oflags, base, fdflags(flags)))
	if err != nil {
		return err
	}
	fd, err := c.fds.insert(&descriptor{
		node:       node,
		base:       base & rightsOf(node),
		inheriting: rights(c.u64(6)) & d.inheriting,
		flags:      fdflags(flags),
	})
	if err != nil {
		node.Close()
		return err
	}
	le.PutUint32(out, fd)
	return nil
}

// openFlags translates what path_open is given.
func openFlags(lookup, oflags uint32, base rights, flags fdflags) wasi.OpenFlags {
	var open wasi.OpenFlags
	if base&rightRead != 0 {
		open |= wasi.OpenRead
	}
	if opensForWriting(base) {
		open |= wasi.OpenWrite
	}
	if oflags&openDirectory != 0 {
		open |= wasi.OpenDirectory
	}
	if oflags&openCreate != 0 {
		open |= wasi.OpenCreate
	}
	if oflags&openExclusive != 0 {
		open |= wasi.OpenExclusive
	}
	if oflags&openTruncate != 0 {
		open |= wasi.OpenTruncate
	}
	if lookup&followLink != 0 {
		open |= wasi.OpenFollow
	}
	if flags&flagsSyncing != 0 {
		open |= wasi.OpenSync
	}
	return open
}

func pathCreateDirectory(c call) error {
	return c.onPath(rightCreateDirectory, func(dir wasi.Dir, path string) error { return dir.Mkdir(path) })
}

func pathRemoveDirectory(c call) error {
	return c.onPath(rightRemoveDirectory, func(dir wasi.Dir, path string) error { return dir.RemoveDir(path) })
}

func pathUnlinkFile(c call) error {
	return c.onPath(rightUnlinkFile, func(dir wasi.Dir, path string) error { return dir.RemoveFile(path) })
}

// onPath does something to the path in parameters 1 and 2 below the directory in parameter 0.
func (c call) onPath(need rights, do func(dir wasi.Dir, path string) error) error {
	path, err := c.path(1)
	if err != nil {
		return err
	}
	_, dir, err := c.dir(0, need)
	if err != nil {
		return err
	}
	return do(dir, path)
}

func pathFilestatGet(c call) error {
	out, err := c.result(4, c.abi.filestat.bytes)
	if err != nil {
		return err
	}
	path, err := c.path(2)
	if err != nil {
		return err
	}
	_, dir, err := c.dir(0, rightPathFilestat)
	if err != nil {
		return err
	}
	s, err := dir.StatAt(path, c.u32(1)&followLink != 0)
	if err != nil {
		return err
	}
	c.abi.filestat.putFilestat(out, s)
	return nil
}

func pathFilestatSetTimes(c call) error {
	path, err := c.path(2)
	if err != nil {
		return err
	}
	_, dir, err := c.dir(0, rightPathSetTimes)
	if err != nil {
		return err
	}
	accessed, modified, err := c.times(4)
	if err != nil {
		return err
	}
	return dir.SetTimesAt(path, c.u32(1)&followLink != 0, accessed, modified)
}

// pathLink does not follow: no host can do so without the risk of being led out between looking and linking.
func pathLink(c call) error {
	if c.u32(1)&followLink != 0 {
		return errnoInval
	}
	return c.onTwoPaths([4]int{0, 2, 4, 5}, rightLinkSource, rightLinkTarget,
		func(from wasi.Dir, path string, to wasi.Dir, newPath string) error {
			return from.Link(path, to, newPath)
		})
}

func pathRename(c call) error {
	return c.onTwoPaths([4]int{0, 1, 3, 4}, rightRenameSource, rightRenameTarget,
		func(from wasi.Dir, path string, to wasi.Dir, newPath string) error {
			return from.Rename(path, to, newPath)
		})
}

// onTwoPaths does something between two directories; at holds the parameters of the first directory and path and of the
// second.
func (c call) onTwoPaths(at [4]int, need, newNeed rights, do func(wasi.Dir, string, wasi.Dir, string) error) error {
	path, err := c.path(at[1])
	if err != nil {
		return err
	}
	newPath, err := c.path(at[3])
	if err != nil {
		return err
	}
	_, from, err := c.dir(at[0], need)
	if err != nil {
		return err
	}
	_, to, err := c.dir(at[2], newNeed)
	if err != nil {
		return err
	}
	return do(from, path, to, newPath)
}

func pathSymlink(c call) error {
	target, err := c.path(0)
	if err != nil {
		return err
	}
	path, err := c.path(3)
	if err != nil {
		return err
	}
	_, dir, err := c.dir(2, rightSymlink)
	if err != nil {
		return err
	}
	return dir.Symlink(target, path)
}

// pathReadlink cuts off what does not fit, as POSIX does.
func pathReadlink(c call) error {
	path, err := c.path(1)
	if err != nil {
		return err
	}
	buffer, err := c.bytes(c.u32(3), c.u32(4))
	if err != nil {
		return err
	}
	used, err := c.result(5, 4)
	if err != nil {
		return err
	}
	_, dir, err := c.dir(0, rightReadlink)
	if err != nil {
		return err
	}
	target, err := dir.Readlink(path)
	if err != nil {
		return err
	}
	le.PutUint32(used, uint32(copy(buffer, target)))
	return nil
}
