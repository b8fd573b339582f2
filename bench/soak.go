package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/weft-wasm/weft"
)

// A soak runs guests of all kinds for a long time, so many a second for each core, in slots that are used again, and watches what the process has of
// the system, and how long the host and good guests take. It fails when a guest sees anything of another one or ends as it should not, when
// something grows that should not (soaksample.go says by how much it may), or when something is left in the end.

// soaking makes a soak of the arguments.
func soaking(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("soak", flag.ExitOnError)
	minutes := flags.Float64("minutes", 20, "how long")
	rate := flags.Int("rate", 200, "guests a second for each core")
	sample := flags.Duration("sample", 5*time.Second, "time between two samples")
	tier := flags.String("tier", "compiled", "what runs the guests: auto, compiled, explicit or interpreter")
	busy := flags.Bool("busy", false, "the machine does other things as well: report times, but do not judge them")
	seed := flags.Uint64("seed", 1, "of what guests do")
	jsonFile := flags.String("json", "", "write the rows to this file")
	if err := flags.Parse(args); err != nil {
		return err
	}
	config, ok := soakTiers[*tier]
	if !ok {
		return fmt.Errorf("soak: no tier %q", *tier)
	}
	s := &soak{
		rate: *rate * runtime.GOMAXPROCS(0), seed: *seed, time: time.Duration(*minutes * float64(time.Minute)), sample: *sample, relax: 1, idle: !*busy,
	}
	rows, err := s.run(ctx, config)
	return errors.Join(err, writeJSON(*jsonFile, rows))
}

var soakTiers = map[string]weft.Config{
	"auto":        {Limits: soakLimits},
	"compiled":    {Tier: weft.TierCompiled, Limits: soakLimits},
	"explicit":    {Tier: weft.TierCompiled, ExplicitChecks: true, Limits: soakLimits},
	"interpreter": {Tier: weft.TierInterpreter, Limits: soakLimits},
}

// soak is one under way.
type soak struct {
	rate   int // guests a second
	seed   uint64
	time   time.Duration
	sample time.Duration
	relax  float64 // what slack is multiplied with, for short runs
	idle   bool    // nothing else disturbs the machine: times count

	guests        *soakGuests
	counts        [10]atomic.Int64 // by kind
	missed        atomic.Int64     // guests that had no place
	late, latency window

	mu     sync.Mutex
	failed int
	errs   []error // the first of them
}

// soakPlaces is how many guests are there at a time, at most, for each guest a second.
const soakPlaces = 0.5

func (s *soak) run(ctx context.Context, config weft.Config) (rows []Row, err error) {
	before, err := readGauges(s.leftovers())
	if err != nil {
		return nil, err
	}
	if s.guests, err = newSoakGuests(ctx, weft.NewEngine(config)); err != nil {
		return nil, err
	}
	all, err := s.watch(ctx)
	if err != nil {
		return nil, err
	}
	rows, grown := printSeries(all, s.idle)
	total := int64(0)
	for i, k := range soakKinds {
		n := s.counts[i].Load()
		total += n
		rows = append(rows, Row{"soak/" + k.name, "weft", float64(n), "guests"})
		fmt.Printf("%s %d  ", k.name, n)
	}
	fmt.Printf("\n%d guests, %d missed, %d failed\n", total, s.missed.Load(), s.failed)
	rows = append(rows, Row{"soak/guests", "weft", float64(total), "guests"}, Row{"soak/failed", "weft", float64(s.failed), "guests"})
	if s.failed > 0 {
		err = fmt.Errorf("%d guests failed, such as: %w", s.failed, errors.Join(s.errs...))
	}
	if stats := s.guests.engine.Stats(); stats.InstancesLive != 0 || stats.SlotsInUse != 0 {
		err = errors.Join(err, fmt.Errorf("%d instances and %d slots are lost", stats.InstancesLive, stats.SlotsInUse))
	}
	err = errors.Join(err, grown, s.guests.close())
	s.guests = nil
	return rows, errors.Join(err, s.nothingLeft(before))
}

// watch lets guests in and takes samples until the time is over and all guests are gone.
func (s *soak) watch(ctx context.Context) (all []series, err error) {
	stop := make(chan struct{})
	var hosts sync.WaitGroup
	hosts.Go(func() { s.timers(stop) })
	hosts.Go(func() { s.let(ctx, stop) })
	for _, g := range s.gauges() {
		g.slack *= s.relax
		all = append(all, series{gauge: g})
	}
	tick := time.NewTicker(s.sample)
	defer tick.Stop()
	for end := time.Now().Add(s.time); err == nil && time.Now().Before(end) && ctx.Err() == nil; {
		<-tick.C
		for i := range all {
			var v float64
			if v, err = all[i].read(); err != nil {
				break
			}
			all[i].values = append(all[i].values, v)
		}
	}
	close(stop)
	hosts.Wait()
	if err == nil {
		err = context.Cause(ctx)
	}
	return all, err
}

// timers measures how late a goroutine of the host wakes up.
func (s *soak) timers(stop chan struct{}) {
	const sleep = time.Millisecond
	for !isClosed(stop) {
		before := time.Now()
		time.Sleep(sleep)
		s.late.add(time.Since(before) - sleep)
	}
}

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// let starts guests at their rate, as long as there are places, and waits for the last.
func (s *soak) let(ctx context.Context, stop chan struct{}) {
	r := rand.New(rand.NewPCG(s.seed, 0))
	places := make(chan struct{}, max(int(soakPlaces*float64(s.rate)), 4))
	var guests sync.WaitGroup
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	started := 0
	for begin := time.Now(); !isClosed(stop); <-tick.C {
		for due := int(time.Since(begin).Seconds() * float64(s.rate)); started < due; started++ {
			kind, seed := pickKind(r), r.Uint64()
			select {
			case places <- struct{}{}:
			default:
				s.missed.Add(1)
				continue
			}
			guests.Go(func() {
				s.guest(ctx, kind, seed)
				<-places
			})
		}
	}
	guests.Wait()
}

func pickKind(r *rand.Rand) int {
	n := r.IntN(100)
	for i, k := range soakKinds {
		if n -= k.weight; n < 0 {
			return i
		}
	}
	return 0
}

func (s *soak) guest(ctx context.Context, kind int, seed uint64) {
	begin := time.Now()
	err := soakKinds[kind].run(s.guests, ctx, rand.New(rand.NewPCG(seed, 1)))
	if kind == 0 {
		s.latency.add(time.Since(begin))
	}
	s.counts[kind].Add(1)
	if err == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed++; len(s.errs) < 10 {
		s.errs = append(s.errs, fmt.Errorf("%s: %w", soakKinds[kind].name, err))
	}
}

// leftovers are the gauges that are back where they were when everything is closed.
func (s *soak) leftovers() []gauge {
	var out []gauge
	for _, g := range s.gauges() {
		switch g.name {
		case "slots", "descriptors", "goroutines":
			out = append(out, g)
		}
	}
	return out
}

func readGauges(gauges []gauge) (values []float64, err error) {
	for _, g := range gauges {
		v, err := g.read()
		if err != nil {
			return nil, err
		}
		values = append(values, v)
	}
	return values, nil
}

// nothingLeft has all collected that nobody uses, and compares what the process has with what it had before.
func (s *soak) nothingLeft(before []float64) error {
	const settled = 5 * time.Second // for goroutines and cleanups
	var left []string
	for end := time.Now().Add(settled); ; time.Sleep(50 * time.Millisecond) {
		runtime.GC()
		now, err := readGauges(s.leftovers())
		if err != nil {
			return err
		}
		left = left[:0]
		for i, g := range s.leftovers() {
			if most := before[i] + 2; now[i] > most { // of Go's and WASI's own
				left = append(left, fmt.Sprintf("%g %s, before %g", now[i], g.name, before[i]))
			}
		}
		if len(left) == 0 {
			fmt.Fprintln(os.Stderr, "nothing is left")
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("left in the end: %v", left)
		}
	}
}
