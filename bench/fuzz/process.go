package fuzz

import (
	"encoding/gob"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// process is an executor in a process of its own, which is started when it is needed and again after it ended.
type process struct {
	name  string
	start func(executor string) (*exec.Cmd, error)

	child  *exec.Cmd
	in     *os.File // the parent's end
	out    *os.File
	trials *gob.Encoder
	ends   *gob.Decoder
	stderr *tail
}

// patience is how long an executor may take for a trial. Trials take milliseconds.
const patience = 30 * time.Second

// ask runs a trial. What goes wrong is in the outcome. A trial that takes too long gets a second chance, since the machine may have been
// the one that was slow.
func (p *process) ask(t *Trial) Outcome {
	o, late := p.try(t)
	if late {
		o, _ = p.try(t)
	}
	return o
}

func (p *process) try(t *Trial) (o Outcome, tooLate bool) {
	if p.child == nil {
		if err := p.open(); err != nil {
			return Outcome{Crash: "the process cannot be started: " + err.Error()}, false
		}
	}
	late := time.AfterFunc(patience, func() { p.child.Process.Kill() })
	err := p.trials.Encode(t)
	if err == nil {
		err = p.ends.Decode(&o)
	}
	inTime := late.Stop()
	if err == nil {
		return o, false
	}
	end := p.close()
	if !inTime {
		return Outcome{Crash: fmt.Sprintf("no outcome after %v", patience)}, true
	}
	return Outcome{Crash: fmt.Sprintf("the process ended (%v): %s", errors.Join(end, err), p.stderr)}, false
}

func (p *process) open() error {
	child, err := p.start(p.name)
	if err != nil {
		return err
	}
	childIn, in, err := os.Pipe()
	if err != nil {
		return err
	}
	out, childOut, err := os.Pipe()
	if err != nil {
		return errors.Join(err, childIn.Close(), in.Close())
	}
	p.stderr = &tail{}
	child.Stdin, child.Stdout, child.Stderr = childIn, p.stderr, p.stderr
	child.ExtraFiles = []*os.File{childOut}
	err = errors.Join(child.Start(), childIn.Close(), childOut.Close())
	if err != nil {
		return errors.Join(err, in.Close(), out.Close())
	}
	p.child, p.in, p.out = child, in, out
	p.trials, p.ends = gob.NewEncoder(in), gob.NewDecoder(out)
	return nil
}

// close ends the process and returns how it ended.
func (p *process) close() error {
	if p.child == nil {
		return nil
	}
	p.in.Close()
	err := p.child.Wait()
	p.out.Close()
	p.child = nil
	return err
}

// tail keeps the first bytes that are written to it, which say what is wrong with a Go program, and the last.
type tail struct {
	mu          sync.Mutex
	first, last []byte
}

const tailBytes = 4 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(b)
	take := min(n, tailBytes-len(t.first))
	t.first, b = append(t.first, b[:take]...), b[take:]
	t.last = append(t.last, b...)
	t.last = t.last[max(len(t.last)-tailBytes, 0):]
	return n, nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.first) + string(t.last))
}
