package profile_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/pprof/profile"

	"github.com/weft-wasm/weft"
	weftprofile "github.com/weft-wasm/weft/profile"

	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// program spends nine tenths of its time in $hot and one in $cold, both called by $main, until the host says that it is enough.
const program = `(module $program
	(import "env" "enough" (func $enough (result i32)))
	(func $hot (result i32) (local i32 i32)
		(local.set 0 (i32.const 90000))
		(loop (local.set 1 (i32.rotl (i32.add (local.get 1) (local.get 0)) (i32.const 5)))
			(br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
		(local.get 1))
	(func $cold (result i32) (local i32 i32)
		(local.set 0 (i32.const 10000))
		(loop (local.set 1 (i32.rotl (i32.add (local.get 1) (local.get 0)) (i32.const 7)))
			(br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
		(local.get 1))
	(func $main (export "main")
		(loop (drop (call $hot)) (drop (call $cold)) (br_if 0 (i32.eqz (call $enough)))))
	(func (export "trap") (drop (call $hot)) unreachable))`

func newEngine(t *testing.T, tier weft.Tier) *weft.Engine {
	t.Helper()
	e := weft.NewEngine(weft.Config{Tier: tier})
	if want := tier; e.Info().Tier != want {
		t.Skipf("no such tier here: %s", e.Info().Reason)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

// instantiate makes an instance of the program that runs until enough says so.
func instantiate(t *testing.T, engine *weft.Engine, enough func() bool) *weft.Instance {
	t.Helper()
	m, err := wat.Parse("program.wat", []byte(program))
	if err != nil {
		t.Fatal(err)
	}
	module, err := engine.Compile(t.Context(), wasm.Encode(m))
	if err != nil {
		t.Fatal(err)
	}
	linker := weft.NewLinker(engine)
	err = linker.Define("env", "enough", func() int32 {
		if enough() {
			return 1
		}
		return 0
	})
	if err != nil {
		t.Fatal(err)
	}
	in, err := linker.Instantiate(t.Context(), module)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func call(t *testing.T, ctx context.Context, in *weft.Instance, name string) error {
	t.Helper()
	f, err := in.Func(name)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Call(ctx)
	return err
}

// rounds returns a function that is true when the program has had some hundred milliseconds of processor time, however busy the machine is.
func rounds(engine *weft.Engine) func() bool {
	left := 3000
	if engine.Info().Tier == weft.TierInterpreter {
		left = 1000
	}
	return func() bool {
		left--
		return left <= 0
	}
}

// after returns a function that is true when it has taken long enough.
func after(d time.Duration) func() bool {
	start := time.Now()
	return func() bool { return time.Since(start) > d }
}

// sum adds the values of a type of samples that a predicate selects.
func sum(t *testing.T, p *profile.Profile, kind string, keep func(stack []string) bool) (n int64) {
	t.Helper()
	at := -1
	for i, v := range p.SampleType {
		if v.Type == kind {
			at = i
		}
	}
	if at < 0 {
		t.Fatalf("no %s in %v", kind, p.SampleType)
	}
	for _, s := range p.Sample {
		if keep(stackOf(s)) {
			n += s.Value[at]
		}
	}
	return n
}

func stackOf(s *profile.Sample) (names []string) {
	for _, l := range s.Location {
		for _, line := range l.Line {
			names = append(names, line.Function.Name)
		}
	}
	return names
}

func all([]string) bool { return true }

func leaf(name string) func([]string) bool { return func(s []string) bool { return s[0] == name } }

// parse reads a profile as a file, and checks it.
func parse(t *testing.T, p *weftprofile.Profiling) *profile.Profile {
	t.Helper()
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	out, err := profile.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	if err := out.CheckValid(); err != nil {
		t.Fatal(err)
	}
	return out
}

func eachTier(t *testing.T, test func(t *testing.T, engine *weft.Engine)) {
	for _, tier := range []weft.Tier{weft.TierCompiled, weft.TierInterpreter} {
		t.Run(tier.String(), func(t *testing.T) { test(t, newEngine(t, tier)) })
	}
}

// TestHot shows that samples are where the time goes.
func TestHot(t *testing.T) {
	eachTier(t, func(t *testing.T, engine *weft.Engine) {
		p, err := weftprofile.Start(engine, weftprofile.Config{})
		if err != nil {
			t.Fatal(err)
		}
		in := instantiate(t, engine, rounds(engine))
		if err := call(t, t.Context(), in, "main"); err != nil {
			t.Fatal(err)
		}
		prof := parse(t, p)
		checkHot(t, prof, 15)
		checkOffsets(t, prof)
		for _, s := range prof.Sample {
			l := s.Location[len(s.Location)-1]
			if name := l.Line[0].Function.Name; name != "main" || l.Mapping.File != "program" {
				t.Errorf("a stack ends with %s of %s", name, l.Mapping.File)
			}
		}
	})
}

// checkOffsets checks that samples of one function are in one range of the module.
func checkOffsets(t *testing.T, p *profile.Profile) {
	t.Helper()
	least, most := map[string]uint64{}, map[string]uint64{}
	for _, l := range p.Location {
		name := l.Line[0].Function.Name
		if have, ok := least[name]; !ok || l.Address < have {
			least[name] = l.Address
		}
		most[name] = max(most[name], l.Address)
	}
	if least["hot"] == 0 || most["hot"]-least["hot"] > 40 || least["main"] < most["hot"] {
		t.Errorf("from %v to %v", least, most)
	}
}

// checkHot checks that there are samples, at least some, and that most are in the function hot, called by main.
func checkHot(t *testing.T, p *profile.Profile, least int64) {
	t.Helper()
	n := sum(t, p, "samples", all)
	// Samples and not times: on a busy machine, that of the interpreter jumps.
	hot := sum(t, p, "samples", func(s []string) bool { return s[0] == "hot" && s[1] == "main" })
	cold := sum(t, p, "samples", leaf("cold"))
	t.Logf("%d samples, %v: hot %d, cold %d", n, time.Duration(sum(t, p, "guest", all)), hot, cold)
	if n < least {
		t.Errorf("%d samples, want at least %d", n, least)
	}
	if inGuests := sum(t, p, "samples", func(s []string) bool { return s[0] != "env.enough" }); hot < inGuests*7/10 || cold > inGuests*3/10 {
		t.Errorf("of %d samples in guests, %d are in hot and %d in cold, want 9 and 1 tenths", inGuests, hot, cold)
	}
}

// TestRunning profiles calls that began before the profile did, one that can be cancelled and one that cannot.
func TestRunning(t *testing.T) {
	eachTier(t, func(t *testing.T, engine *weft.Engine) {
		for name, ctx := range map[string]context.Context{"cancellable": t.Context(), "background": context.Background()} {
			t.Run(name, func(t *testing.T) {
				stop := make(chan struct{})
				running := make(chan struct{})
				in := instantiate(t, engine, func() bool {
					select {
					case running <- struct{}{}:
					case <-stop:
					}
					select {
					case <-stop:
						return true
					default:
						return false
					}
				})
				ended := make(chan error)
				go func() { ended <- call(t, ctx, in, "main") }()
				<-running
				p, err := weftprofile.Start(engine, weftprofile.Config{})
				if err != nil {
					t.Fatal(err)
				}
				for enough := rounds(engine); !enough(); {
					<-running
				}
				prof := parse(t, p)
				close(stop)
				if err := <-ended; err != nil {
					t.Fatal(err)
				}
				checkHot(t, prof, 5)
			})
		}
	})
}

// TestHost shows where time goes that functions of the host take.
func TestHost(t *testing.T) {
	eachTier(t, func(t *testing.T, engine *weft.Engine) {
		p, err := weftprofile.Start(engine, weftprofile.Config{Rate: 200})
		if err != nil {
			t.Fatal(err)
		}
		enough := after(600 * time.Millisecond)
		in := instantiate(t, engine, func() bool {
			time.Sleep(100 * time.Millisecond)
			return enough()
		})
		if err := call(t, t.Context(), in, "main"); err != nil {
			t.Fatal(err)
		}
		prof := parse(t, p)
		host := sum(t, prof, "host", func(s []string) bool { return s[0] == "env.enough" && s[1] == "main" && len(s) == 2 })
		if others := sum(t, prof, "host", all) - host; others != 0 || time.Duration(host) < 400*time.Millisecond {
			t.Errorf("%v in the host's function and %v elsewhere, want half a second", time.Duration(host), time.Duration(others))
		}
		if guest := sum(t, prof, "guest", all); time.Duration(guest) > 400*time.Millisecond {
			t.Errorf("%v in the guest, which hardly ran", time.Duration(guest))
		}
	})
}

// TestHandler asks for a profile as go tool pprof does.
func TestHandler(t *testing.T) {
	engine := newEngine(t, weft.TierInterpreter)
	in := instantiate(t, engine, after(1500*time.Millisecond))
	go func() { _ = call(t, context.Background(), in, "main") }()
	get := func(query string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		weftprofile.Handler(engine).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/?"+query, nil))
		return w
	}
	w := get("seconds=1&rate=100")
	prof, err := profile.Parse(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	checkHot(t, prof, 5)
	if prof.Period != int64(10*time.Millisecond) {
		t.Errorf("a period of %v", time.Duration(prof.Period))
	}
	for query, want := range map[string]string{"seconds=0": "seconds=\"0\": want a number from 1 to 600", "rate=x": `rate="x": want a number`} {
		if w := get(query); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
	}
	p, err := weftprofile.Start(engine, weftprofile.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if w := get("seconds=1"); w.Code != http.StatusConflict {
		t.Errorf("two profiles: %d %s", w.Code, w.Body)
	}
	p.Stop()
}

// TestErrors is what Start refuses.
func TestErrors(t *testing.T) {
	engine := newEngine(t, weft.TierInterpreter)
	for _, rate := range []int{-1, weft.MaxSamplingRate + 1} {
		if _, err := weftprofile.Start(engine, weftprofile.Config{Rate: rate}); err == nil || !strings.Contains(err.Error(), "samples a second: want 1 to 10000") {
			t.Errorf("rate %d: %v", rate, err)
		}
	}
	p, err := weftprofile.Start(engine, weftprofile.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := weftprofile.Start(engine, weftprofile.Config{}); !errors.Is(err, weft.ErrSampling) {
		t.Errorf("a second profile: %v", err)
	}
	if n := len(p.Stop().Sample); n != 0 {
		t.Errorf("%d samples of nothing", n)
	}
	if n := len(p.Stop().Sample); n != 0 {
		t.Errorf("%d samples after the end", n)
	}
	if p, err = weftprofile.Start(engine, weftprofile.Config{}); err != nil {
		t.Fatal(err)
	}
	p.Stop()
}
