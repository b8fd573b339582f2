package weft_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/fault"
)

// These tests have every system call fail in turn of all that happens in the life of an engine: a scene is played once to count the calls of each
// kind, and then again for each of them. Whatever fails is an error of a documented type or makes no difference; no result is wrong; the same engine plays
// the scene afterwards as if nothing had been; and no mapping, file or descriptor is left.

// sceneData is as many bytes as it takes for a memory to begin with an image that is mapped.
const sceneData = 80_000

var sceneText = `(module
  (import "host" "again" (func $again (param i32) (result i32)))
  (memory (export "memory") 4 64)
  (table (export "table") 8 funcref)
  (elem (i32.const 0) $double $triple)
  (global $counter (mut i32) (i32.const 7))
  (data (i32.const 1000) "` + strings.Repeat("0123456789abcdef", sceneData/16) + `")
  (func $double (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
  (func $triple (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))
  (func (export "through") (param i32) (result i32)
    (call_indirect (param i32) (result i32) (i32.const 14) (local.get 0)))
  (func (export "get") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "fill") (param i32 i32) (memory.fill (local.get 0) (i32.const 0xdb) (local.get 1)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "count") (result i32)
    (global.set $counter (i32.add (global.get $counter) (i32.const 1))) (global.get $counter))
  (func $deep (export "deep") (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1)))))
      (else (i32.const 0))))
  (func (export "again") (param i32) (result i32) (call $again (local.get 0))))`

var sceneModule = func() func(t testing.TB) []byte {
	var wasm []byte
	return func(t testing.TB) []byte {
		if wasm == nil {
			wasm = binary(t, sceneText)
		}
		return wasm
	}
}()

// scene is what an engine does in its life.
type scene struct {
	t       *testing.T
	dir     string // of a cache and files
	errs    []error
	refused int // memory.grow that returned -1
}

// try notes the error of a step, and reports whether it has gone well.
func (s *scene) try(what string, err error) bool {
	if err != nil {
		s.errs = append(s.errs, fmt.Errorf("%s: %w", what, err))
	}
	return err == nil
}

// want calls an export and compares the result.
func (s *scene) want(in *weft.Instance, name string, want int32, args ...any) {
	f, err := in.Func(name)
	if !s.try(name, err) {
		return
	}
	results, err := f.Call(bg, args...)
	if s.try(name, err) && results[0] != want {
		s.t.Errorf("%s%v is %v, want %d", name, args, results[0], want)
	}
}

func (s *scene) play(e *weft.Engine) {
	wasm := sceneModule(s.t)
	if m, err := e.Compile(bg, wasm); s.try("compile", err) {
		s.module(e, m)
		s.file(e, m)
		s.try("close module", m.Close())
	}
	if m, err := e.Compile(bg, wasm); s.try("compile again", err) { // which the cache may have
		s.module(e, m)
		s.try("close module", m.Close())
	}
}

// file goes by way of a file.
func (s *scene) file(e *weft.Engine, m *weft.Module) {
	if e.Info().Tier != weft.TierCompiled {
		return
	}
	name := filepath.Join(s.dir, "scene.cwasm")
	before, _ := os.ReadFile(name)
	if !s.try("serialize", m.SerializeFile(name)) {
		if after, _ := os.ReadFile(name); string(after) != string(before) {
			s.t.Error("a file that could not be written is not what it was")
		}
		return
	}
	if m, err := e.DeserializeFile(name); s.try("deserialize", err) {
		s.module(e, m)
		s.try("close module", m.Close())
	}
}

// module makes instances one after the other, so that slots are used again.
func (s *scene) module(e *weft.Engine, m *weft.Module) {
	linker := weft.NewLinker(e)
	again := func(ctx context.Context, in *weft.Instance, n int32) (int32, error) {
		f, err := in.Func("deep") // on another stack
		if err != nil {
			return 0, err
		}
		results, err := f.Call(ctx, n)
		if err != nil {
			return 0, err
		}
		return results[0].(int32), nil
	}
	if !s.try("define", linker.Define("host", "again", again)) {
		return
	}
	prepared, err := linker.Prepare(m)
	if !s.try("prepare", err) {
		return
	}
	for i := range 3 {
		if in, err := prepared.Instantiate(bg); s.try("instantiate", err) {
			s.instance(in, i == 1)
			s.try("close", in.Close())
		}
	}
}

func (s *scene) instance(in *weft.Instance, freeze bool) {
	before := len(s.errs)
	s.fresh(in)
	s.want(in, "through", 42, int32(1))
	s.want(in, "again", 100, int32(100))
	s.dirty(in)
	if freeze {
		if len(s.errs) == before { // else calls have failed, and there is no knowing what it is like
			s.freeze(in)
		}
		return
	}
	if memory := in.Memory(); s.try("reset", in.Reset(bg)) {
		s.fresh(in)
		s.dirty(in)
	} else if n := memory.Size(); n != 0 {
		s.t.Errorf("an instance that could not be reset has a memory of %d bytes", n)
	}
}

// freeze makes an instance that begins as this one is.
func (s *scene) freeze(in *weft.Instance) {
	frozen, err := in.Snapshot()
	if !s.try("snapshot", err) {
		return
	}
	if next, err := frozen.Instantiate(bg); s.try("instantiate snapshot", err) {
		s.want(next, "count", 9)
		s.want(next, "get", 0xdb, int32(1002))
		s.try("close snapshot", next.Close())
	}
}

// fresh sees that the instance begins as it should.
func (s *scene) fresh(in *weft.Instance) {
	for at, want := range map[int32]int32{0: 0, 999: 0, 1000: '0', 1015: 'f', 1000 + sceneData - 1: 'f', 1000 + sceneData: 0, 4<<16 - 1: 0} {
		s.want(in, "get", want, at)
	}
	s.want(in, "count", 8)
}

// dirty leaves something everywhere, and grows the memory.
func (s *scene) dirty(in *weft.Instance) {
	grow, err := in.Func("grow")
	if !s.try("grow", err) {
		return
	}
	size := int32(4 << 16)
	if results, err := grow.Call(bg, int32(3)); !s.try("grow", err) {
		return
	} else if results[0] == int32(4) {
		size = 7 << 16
	} else {
		s.refused++
	}
	if fill, err := in.Func("fill"); s.try("fill", err) {
		if _, err = fill.Call(bg, int32(1001), size-1001); s.try("fill", err) {
			s.want(in, "get", 0xdb, size-1)
		}
	}
}

// errnos are what the kinds of calls are refused with.
var errnos = map[fault.Call]syscall.Errno{
	fault.MemfdCreate: syscall.EMFILE, fault.Seal: syscall.EPERM, fault.Pread: syscall.EPERM, fault.Pwrite: syscall.ENOSPC,
	fault.PagemapScan: syscall.ENOTTY, fault.Sigaction: syscall.EINVAL, fault.Open: syscall.EMFILE, fault.Stat: syscall.EIO, fault.Create: syscall.ENOSPC,
	fault.Mkdir: syscall.EROFS, fault.Write: syscall.ENOSPC, fault.Sync: syscall.EIO, fault.Chmod: syscall.EPERM, fault.Close: syscall.ENOSPC,
	fault.Rename: syscall.EXDEV, fault.Remove: syscall.EACCES, fault.ReadDir: syscall.EIO,
}

func errnoOf(c fault.Call) syscall.Errno {
	if e, ok := errnos[c]; ok {
		return e
	}
	return syscall.ENOMEM
}

// refusing has the nth call of a kind fail, or none for 0, and counts them.
func refusing(call fault.Call, nth int64) (count *atomic.Int64, stop func()) {
	count = new(atomic.Int64)
	return count, fault.Inject(func(c fault.Call) error {
		if c == call && count.Add(1) == nth {
			return errnoOf(c)
		}
		return nil
	})
}

// allCalls are the kinds.
func allCalls(yield func(fault.Call) bool) {
	for c := range fault.ReadDir + 1 {
		if !yield(c) {
			return
		}
	}
}

// expectErrors fails unless the errors are such as the API's documentation has.
func (s *scene) expectErrors(refused error) {
	for _, err := range s.errs {
		var limit *weft.LimitError
		var trap *weft.Trap
		switch {
		case errors.Is(err, refused), errors.As(err, &limit), errors.Is(err, weft.ErrClosed):
		case errors.As(err, &trap) && (trap.Code == weft.TrapOutOfMemory || trap.Code == weft.TrapHostError):
		default:
			s.t.Errorf("the error is %v (%T)", err, err)
		}
	}
}

// holdings is what the process has of the system that engines take: reservations and texts, files that are mapped, and descriptors.
type holdings struct{ reservations, texts, files, descriptors int }

func holds(t *testing.T) (h holdings) {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(maps)) {
		var from, to uintptr
		var mode string
		if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &mode); err != nil {
			t.Fatal(err)
		}
		switch {
		case strings.Contains(line, "weft memory"), strings.Contains(line, ".cwasm"):
			h.files++
		case mode == "---p" && to-from >= 1<<31:
			h.reservations++
		case mode == "r-xp" && strings.HasSuffix(line, " 0 \n"):
			h.texts++
		}
	}
	descriptors, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	h.descriptors = len(descriptors)
	return h
}

func (h holdings) within(most holdings) bool {
	return h.reservations <= most.reservations && h.texts <= most.texts && h.files <= most.files && h.descriptors <= most.descriptors
}

// settle collects what nobody has any more until the process holds no more than it should, and returns what it holds.
func settle(t *testing.T, most holdings) (h holdings) {
	t.Helper()
	for range 50 {
		runtime.GC()
		if h = holds(t); h.within(most) {
			return h
		}
		time.Sleep(2 * time.Millisecond)
	}
	return h
}

func TestSystemCallsFail(t *testing.T) {
	f := &failures{T: t, dir: t.TempDir()}
	f.play(f.clean, f.clean)
	runtime.GC()
	f.held = settle(t, holdings{})
	for call := range allCalls {
		f.each(call)
	}
	t.Logf("%d system calls", f.total)
}

// failures plays scenes in which something fails.
type failures struct {
	*testing.T
	dir   string
	held  holdings // when nothing is in use
	total int
}

// play plays the scene on an engine whose folder is empty at first, as often as it is told.
func (f *failures) play(around ...func(scene func() *scene)) {
	f.Helper()
	forget(f.T, f.dir)
	c := testConfig()
	if c.Tier != weft.TierAuto { // with a cache, all of a module is compiled at once
		var err error
		if c.Cache, err = weft.OpenCache(filepath.Join(f.dir, "cache"), 0); err != nil {
			f.Fatal(err)
		}
	}
	e := weft.NewEngine(c)
	defer e.Close()
	for _, do := range around {
		do(func() *scene {
			s := &scene{t: f.T, dir: f.dir}
			s.play(e)
			f.nothingLost(e)
			return s
		})
	}
}

// nothingLost sees that all instances and slots have come back. Those of forgotten snapshots may be on their way to the system.
func (f *failures) nothingLost(e *weft.Engine) {
	var x weft.Stats
	for range 200 {
		if x = e.Stats(); x.InstancesLive == 0 && x.SlotsInUse == 0 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	f.Errorf("%d instances are left, %d slots are lost", x.InstancesLive, x.SlotsInUse)
}

// clean plays it with nothing failing.
func (f *failures) clean(scene func() *scene) {
	if s := scene(); len(s.errs) > 0 || s.refused > 0 {
		f.Errorf("nothing fails: %v, %d memories do not grow", s.errs, s.refused)
	}
}

// each has each call of a kind fail.
func (f *failures) each(call fault.Call) {
	var most int64
	f.play(func(scene func() *scene) {
		count, stop := refusing(call, 0)
		f.clean(scene)
		stop()
		most = count.Load()
	})
	step := int64(1)
	if testing.Short() {
		step = 3
	}
	for nth := int64(1); nth <= most; nth += step {
		f.play(func(scene func() *scene) {
			_, stop := refusing(call, nth)
			s := scene()
			stop()
			s.expectErrors(errnoOf(call))
		}, f.clean)
		if f.Failed() {
			f.Fatalf("when %v number %d of %d fails", call, nth, most)
		}
	}
	f.total += int(most)
	limit := f.held
	if call == fault.Munmap { // what the system does not take back is lost
		limit.reservations += int(most)
		limit.files += 4 * int(most)
	}
	f.play(f.clean) // what the system has not taken back before it is asked for again
	after := settle(f.T, limit)
	if !after.within(limit) {
		f.Fatalf("after each of %d %v has failed: have %+v, want no more than %+v", most, call, after, limit)
	}
	if call == fault.Munmap {
		f.held = after
	}
}

// forget empties the folder, so that each scene is played as the first.
func forget(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			err = os.Remove(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// faultVariable makes the test program a process in which a call fails that its first engine makes: its kind and which of them, by numbers.
const faultVariable = "WEFT_TEST_FAULT"

// TestSystemCallsFailAtFirst has those calls fail that are made once in a process.
func TestSystemCallsFailAtFirst(t *testing.T) {
	if plan := os.Getenv(faultVariable); plan != "" {
		firstEngine(t, plan)
		return
	}
	for _, call := range []fault.Call{fault.Mmap, fault.Mprotect, fault.Madvise, fault.Sigaction} {
		for nth := 1; ; nth++ {
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSystemCallsFailAtFirst$", "-test.v")
			cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d %d", faultVariable, call, nth))
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("when the first %v number %d fails: %v\n%s", call, nth, err, out)
			}
			if strings.Contains(string(out), "no such call") {
				t.Logf("%d %v", nth-1, call)
				break
			}
		}
	}
}

func firstEngine(t *testing.T, plan string) {
	kind, number, _ := strings.Cut(plan, " ")
	call, err := strconv.Atoi(kind)
	if err != nil {
		t.Fatal(err)
	}
	nth, err := strconv.Atoi(number)
	if err != nil {
		t.Fatal(err)
	}
	count, stop := refusing(fault.Call(call), int64(nth))
	config := testConfig()
	if config.Tier == weft.TierCompiled {
		config.Tier = weft.TierAuto // which does not insist
	}
	e := weft.NewEngine(config)
	stop()
	if count.Load() < int64(nth) {
		t.Log("no such call")
		return
	}
	if i := e.Info(); i.Tier == weft.TierCompiled && i.ExplicitChecks == "" {
		t.Logf("it makes no difference")
	} else {
		t.Logf("%+v", i)
	}
	for _, e := range []*weft.Engine{e, weft.NewEngine(config)} {
		s := &scene{t: t, dir: t.TempDir()}
		if s.play(e); len(s.errs) > 0 || s.refused > 0 {
			t.Errorf("an engine with %+v: %v", e.Info(), s.errs)
		}
	}
	if i := weft.NewEngine(config).Info(); os.Getenv(tierVariable) == "" && (i.Tier != weft.TierCompiled || i.ExplicitChecks != "") {
		t.Errorf("the next engine has %+v", i)
	}
}
