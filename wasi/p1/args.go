package p1

// Arguments and environment: an array of pointers, and a buffer of strings that each end in NUL.

func argsGet(c call) error         { return c.putStrings(c.system.Args) }
func argsSizesGet(c call) error    { return c.putStringSizes(c.system.Args) }
func environGet(c call) error      { return c.putStrings(c.system.Env) }
func environSizesGet(c call) error { return c.putStringSizes(c.system.Env) }

// putStrings fills the arrays that parameters 0 (pointers) and 1 (strings) point to.
func (c call) putStrings(list []string) error {
	pointers, err := c.array(c.u32(0), uint32(len(list)), 4)
	if err != nil {
		return err
	}
	at := c.u32(1)
	buffer, err := c.bytes(at, stringsBytes(list))
	if err != nil {
		return err
	}
	for i, s := range list {
		le.PutUint32(pointers[4*i:], at)
		n := copy(buffer, s)
		buffer[n] = 0
		buffer = buffer[n+1:]
		at += uint32(n + 1)
	}
	return nil
}

// putStringSizes stores the number of strings and the bytes they take.
func (c call) putStringSizes(list []string) error {
	count, err := c.result(0, 4)
	if err != nil {
		return err
	}
	bytes, err := c.result(1, 4)
	if err != nil {
		return err
	}
	le.PutUint32(count, uint32(len(list)))
	le.PutUint32(bytes, stringsBytes(list))
	return nil
}

// stringsBytes is the length of all strings with their NULs.
func stringsBytes(list []string) uint32 {
	n := 0
	for _, s := range list {
		n += len(s) + 1
	}
	return uint32(n)
}
