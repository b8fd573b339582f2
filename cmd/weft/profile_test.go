package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/pprof/profile"

	"github.com/weft-wasm/weft"
)

// spinning is a program that spends its time in the function busy.
const spinning = `(module $spinning
	(func $busy (param i32) (result i32) (local i32)
		(loop (local.set 1 (i32.rotl (i32.add (local.get 1) (local.get 0)) (i32.const 5)))
			(br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
		(local.get 1))
	(func (export "_start") (local i32)
		(local.set 0 (i32.const ROUNDS))
		(loop (drop (call $busy (i32.const 100000)))
			(br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))`

// runWeft runs weft as a process of its own and returns what it has printed.
func runWeft(t *testing.T, args ...string) (output string, err error) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asWeft+"=1")
	b, err := cmd.CombinedOutput()
	return string(b), err
}

// TestProfile reads what weft run --profile writes.
func TestProfile(t *testing.T) {
	for tier, rounds := range map[string]string{"auto": "2000", "interpreter": "100"} {
		t.Run(tier, func(t *testing.T) {
			dir := t.TempDir()
			program, file := filepath.Join(dir, "spinning.wat"), filepath.Join(dir, "profile")
			if err := os.WriteFile(program, []byte(strings.Replace(spinning, "ROUNDS", rounds, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := runWeft(t, "run", "--tier", tier, "--profile", file, "--profile-rate", "500", program); err != nil || out != "" {
				t.Fatalf("%v: %s", err, out)
			}
			f, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			p, err := profile.Parse(f)
			if err != nil {
				t.Fatal(err)
			}
			busy, total := int64(0), int64(0)
			for _, s := range p.Sample {
				if total += s.Value[0]; s.Location[0].Line[0].Function.Name == "busy" {
					busy += s.Value[0]
				}
			}
			t.Logf("%d of %d samples", busy, total)
			if busy < 5 || busy < total*2/3 {
				t.Errorf("%d of %d samples are in the function that does nearly all the work", busy, total)
			}
		})
	}
	empty := filepath.Join(t.TempDir(), "empty.wat")
	if err := os.WriteFile(empty, []byte("(module)"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := runWeft(t, "run", "--profile", filepath.Join(empty, "profile"), empty)
	if err == nil || !strings.Contains(out, "not a directory") {
		t.Errorf("a profile that cannot be written: %v: %s", err, out)
	}
}

// TestStats finds what weft run --stats prints.
func TestStats(t *testing.T) {
	program := filepath.Join(t.TempDir(), "program.wat")
	if err := os.WriteFile(program, []byte(`(module (memory 1) (func (export "_start") unreachable))`), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := runWeft(t, "run", "--stats", program)
	for _, want := range []string{"             1  instances_made\n", "             1  traps_unreachable\n", "             0  instances_live\n"} {
		if err == nil || !strings.Contains(out, want) {
			t.Errorf("%v: have\n%s\nwant %q", err, out, want)
		}
	}
}

// TestJITDump finds a function in what WEFTDEBUG=jitdump has written down, where there is machine code.
func TestJITDump(t *testing.T) {
	if weft.NewEngine(weft.Config{}).Info().Tier != weft.TierCompiled {
		return
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "program.wat"), []byte(`(module (func $begin (export "_start")))`), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "run", "--tier=compiled", "program.wat")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), asWeft+"=1", "WEFTDEBUG=jitdump")
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("%v: %s", err, out)
	}
	b, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("jit-%d.dump", cmd.Process.Pid)))
	if err != nil || !strings.Contains(string(b), "wasm:begin\x00") {
		t.Errorf("%v: %q", err, b)
	}
}
