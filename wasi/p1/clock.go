package p1

// The specification's clock identifiers.
const (
	clockRealtime = iota
	clockMonotonic
	clockProcessCPU
	clockThreadCPU
)

func clockResGet(c call) error {
	out, err := c.result(1, 8)
	if err != nil {
		return err
	}
	if c.u32(0) > clockThreadCPU {
		return errnoInval
	}
	le.PutUint64(out, uint64(max(c.system.Clock.Resolution(), 1)))
	return nil
}

// clockTimeGet ignores the precision, parameter 1: reading the clock exactly costs no more.
func clockTimeGet(c call) error {
	out, err := c.result(2, 8)
	if err != nil {
		return err
	}
	now, err := c.clock(c.u32(0))
	if err != nil {
		return err
	}
	le.PutUint64(out, now)
	return nil
}

// clock reads a clock, in nanoseconds. A process has one thread, so their processor times are one.
func (p *process) clock(id uint32) (uint64, error) {
	switch id {
	case clockRealtime:
		return timestamp(p.system.Clock.Now()), nil
	case clockMonotonic:
		return uint64(p.system.Clock.Monotonic()), nil
	case clockProcessCPU, clockThreadCPU:
		return uint64(max(p.cpuTime(), 0)), nil
	}
	return 0, errnoInval
}
