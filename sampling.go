package weft

import (
	"errors"
	"fmt"
	"time"

	"github.com/weft-wasm/weft/internal/interp"
	"github.com/weft-wasm/weft/internal/native"
	"github.com/weft-wasm/weft/internal/rt"
	"github.com/weft-wasm/weft/internal/sample"
)

// Sampling is a profile of an engine's guests that is being taken. Package profile makes files for go tool pprof of it.
//
// Guests that are compiled are looked at each time that a thread has executed them for a period. The code is the same as without. A sample is where the
// guest was at that moment, to the instruction. The time of interpreted guests is that which has passed while they were executed, and they are
// looked at when they branch or call next; so is the time in functions of the host, whether these compute or wait.
type Sampling struct {
	session *sample.Session
	stop    func() // what ticks for compiled code, nil if nothing does
}

// Sample is how often guests were found in a place.
type Sample struct {
	// Stack is the calls that are open there, innermost first: at most 128 of them. It begins with a function of the host, or what the runtime does for an
	// instruction such as memory.grow, if the time was spent there. It ends where the host has called the guest.
	Stack []Frame
	Count int64         // how often
	Guest time.Duration // how long the innermost function, one of a guest, has run
	Host  time.Duration // how long the innermost function, one of the host, has taken
}

// MaxSamplingRate is the most samples a second: each one costs some microseconds.
const MaxSamplingRate = 10_000

// ErrSampling is returned by StartSampling while a profile is being taken: of the engine, or of compiled code anywhere in the process.
var ErrSampling = errors.New("weft: a profile is being taken already")

// StartSampling begins to look, so many times a second, at what the guests of the engine execute, until Stop. In a process one engine at a time can do so with
// compiled code. With Config.ExplicitChecks, or where Info says that there are no signals, compiled guests cannot be looked at, and it fails.
func (e *Engine) StartSampling(hz int) (*Sampling, error) {
	if hz < 1 || hz > MaxSamplingRate {
		return nil, fmt.Errorf("weft: %d samples a second: want 1 to %d", hz, MaxSamplingRate)
	}
	period := time.Second / time.Duration(hz)
	s := new(Sampling)
	if e.native != nil {
		var err error
		if s.stop, err = e.native.StartSampling(period); errors.Is(err, native.ErrSampling) {
			return nil, ErrSampling
		} else if err != nil {
			return nil, err
		}
	}
	if s.session = e.sampler.Start(period); s.session == nil {
		s.stopTicks()
		return nil, ErrSampling
	}
	interp.AskAll()
	return s, nil
}

func (s *Sampling) stopTicks() {
	if s.stop != nil {
		s.stop()
	}
}

// Period is the time between two looks.
func (s *Sampling) Period() time.Duration { return s.session.Period() }

// Stop ends the profile and returns it, in no order. A second call returns nothing.
func (s *Sampling) Stop() []Sample {
	all, ok := s.session.Stop()
	if !ok {
		return nil
	}
	s.stopTicks()
	r := resolver{}
	var out []Sample
	for _, stack := range all {
		frames := r.frames(stack.Points)
		if len(frames) == 0 {
			continue
		}
		out = append(out, Sample{
			Stack: frames,
			Count: stack.Samples[sample.Guest] + stack.Samples[sample.Host],
			Guest: time.Duration(stack.Ticks[sample.Guest]) * s.Period(),
			Host:  time.Duration(stack.Ticks[sample.Host]) * s.Period(),
		})
	}
	return out
}

// resolver finds the frames that places stand for, each once.
type resolver map[sample.Point][]Frame

func (r resolver) frames(points []sample.Point) []Frame {
	var all []Frame
	for _, p := range points {
		frames, ok := r[p]
		if !ok {
			frames = publicFrames(p.Source.(interface{ Frames(at uint32) []rt.Frame }).Frames(p.At))
			r[p] = frames
		}
		all = append(all, frames...)
	}
	return all
}
