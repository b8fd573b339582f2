package fuzz

import (
	"encoding/gob"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"syscall"
	"time"

	"github.com/weft-wasm/weft"
)

// Outcome is all that can be seen of a trial. It crosses between processes.
type Outcome struct {
	// Crash says that there is no outcome: the executor's process ended, or had to be ended.
	Crash string
	// Refused says why the executor does not accept the module.
	Refused string
	// Instantiation says how instantiating ended, as Ends do.
	Instantiation string
	// Ends say how each probe ended, and the dump: "" if it returned, the specification's phrase for a trap, "host" if the
	// host's function failed, "exception" if one was not caught.
	Ends     []string
	Log      []byte
	Memories []Memory
	// Fuel is what the module has left at each end, if it is metered.
	Fuel []int64
	// CPU is the time that the executor's process took for the trial.
	CPU time.Duration
}

// Memory is the content of a memory in short.
type Memory struct {
	Bytes int
	Sum   uint32
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func memoryOf(b []byte) Memory { return Memory{len(b), crc32.Checksum(b, castagnoli)} }

// The ends that are no trap.
const (
	endHost      = "host"
	endException = "exception"
	endExhausted = "call stack exhausted"
)

// executor runs trials.
type executor interface {
	run(t *Trial) Outcome
}

// executors are all that there are.
var executors = []struct {
	name string
	open func() (executor, error)
}{
	{"weft-interpreter", openWeft(weft.Config{Tier: weft.TierInterpreter}, everySecond)},
	{"weft", openWeft(weft.Config{Tier: weft.TierCompiled}, nil)},
	{"weft-checked", openWeft(weft.Config{Tier: weft.TierCompiled, ExplicitChecks: true}, nil)},
	{"weft-fuel", openWeft(weft.Config{Tier: weft.TierCompiled}, all)},
	{"wasmtime", openWasmtime},
}

// Names returns the names of all executors.
func Names() []string {
	var names []string
	for _, e := range executors {
		names = append(names, e.name)
	}
	return names
}

// Serve runs the trials that it reads and writes their outcomes, until there are no more.
func Serve(name string, in io.Reader, out io.Writer) error {
	for _, e := range executors {
		if e.name != name {
			continue
		}
		x, err := e.open()
		if err != nil {
			return err
		}
		return serve(x, gob.NewDecoder(in), gob.NewEncoder(out))
	}
	return fmt.Errorf("fuzz: no executor %q (there are %s)", name, strings.Join(Names(), ", "))
}

func serve(x executor, in *gob.Decoder, out *gob.Encoder) error {
	before := cpuTime()
	for {
		var t Trial
		if err := in.Decode(&t); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		o := x.run(&t)
		after := cpuTime()
		o.CPU, before = after-before, after
		if err := out.Encode(o); err != nil {
			return err
		}
	}
}

// cpuTime is what this process has used so far.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
