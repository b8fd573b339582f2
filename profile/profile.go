package profile

import (
	"io"
	"time"

	"github.com/google/pprof/profile"

	"github.com/weft-wasm/weft"
)

// DefaultRate is how many samples a second are taken if nothing else is asked for. It has no common divisor with what programs do at round
// rates.
const DefaultRate = 997

// Config says how a profile is to be taken. The zero value is a good one.
type Config struct {
	// Rate is how many samples a second to take of each guest that runs, 0 for DefaultRate, and at most weft.MaxSamplingRate.
	Rate int
}

// Profiling is a profile that is being taken.
type Profiling struct {
	sampling *weft.Sampling
	start    time.Time
}

// Start begins a profile of an engine's guests: those that run already, and those to come. The error is weft.ErrSampling while one is being taken, or says
// why there can be none.
func Start(engine *weft.Engine, c Config) (*Profiling, error) {
	if c.Rate == 0 {
		c.Rate = DefaultRate
	}
	s, err := engine.StartSampling(c.Rate)
	if err != nil {
		return nil, err
	}
	return &Profiling{s, time.Now()}, nil
}

// Stop ends the profile and returns it. After the first call, it is empty.
func (p *Profiling) Stop() *profile.Profile {
	samples := p.sampling.Stop()
	return Of(samples, p.sampling.Period(), p.start, time.Since(p.start))
}

// Write ends the profile and writes it, compressed, as go tool pprof reads it.
func (p *Profiling) Write(w io.Writer) error { return p.Stop().Write(w) }

// Of makes a profile of samples, taken once per period.
func Of(samples []weft.Sample, period time.Duration, start time.Time, duration time.Duration) *profile.Profile {
	b := newBuilder(&profile.Profile{
		SampleType:        []*profile.ValueType{{Type: "samples", Unit: "count"}, {Type: "host", Unit: "nanoseconds"}, {Type: "guest", Unit: "nanoseconds"}},
		DefaultSampleType: "guest",
		PeriodType:        &profile.ValueType{Type: "guest", Unit: "nanoseconds"},
		Period:            int64(period),
		TimeNanos:         start.UnixNano(),
		DurationNanos:     int64(duration),
	})
	for _, s := range samples {
		b.add(s)
	}
	return b.p
}
