package native_test

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/weft-wasm/weft"
)

// busy calls the host in the middle of computing with values of all types, as many as there are registers and more.
const busy = `(module
	(import "env" "host" (func $host (param i32) (result i32)))
	(func $mix (export "mix") (param $n i32) (result i64)
		(local $a i64) (local $b i64) (local $c i64) (local $d i64) (local $x f64) (local $y f32) (local $v v128) (local $w v128)
		(local.set $a (i64.extend_i32_u (local.get $n)))
		(local.set $b (i64.add (local.get $a) (i64.const 1)))
		(local.set $c (i64.mul (local.get $b) (i64.const 3)))
		(local.set $d (i64.xor (local.get $c) (local.get $a)))
		(local.set $x (f64.convert_i64_u (local.get $c)))
		(local.set $y (f32.convert_i32_u (local.get $n)))
		(local.set $v (i64x2.splat (local.get $d)))
		(local.set $w (f64x2.splat (local.get $x)))
		(i64.extend_i32_u (call $host (local.get $n)))
		(i64.add (i64.add (local.get $a) (i64.add (local.get $b) (i64.add (local.get $c) (local.get $d)))))
		(i64.add (i64.trunc_f64_u (local.get $x)))
		(i64.add (i64.trunc_f32_u (local.get $y)))
		(i64.add (i64x2.extract_lane 1 (local.get $v)))
		(i64.add (i64.trunc_f64_u (f64x2.extract_lane 1 (local.get $w)))))
	(func $down (export "down") (param $n i32) (param $depth i32) (result i64)
		(if (result i64) (local.get $depth)
			(then (call $down (local.get $n) (i32.sub (local.get $depth) (i32.const 1))))
			(else (call $mix (local.get $n))))
		(i64.add (i64.const 1))))`

// mixed is what down returns if host returns the given number.
func mixed(n, depth int32, host int64) int64 {
	a := int64(n)
	b := a + 1
	c := 3 * b
	d := a ^ c
	return host + a + b + c + d + c + a + d + c + int64(depth) + 1
}

// deep uses a kilobyte of the goroutine's stack and more for each level, and calls f at the last.
func deep(levels int, f func() int32) int32 {
	var room [128]int64
	if levels == 0 {
		return f()
	}
	room[levels%128] = int64(levels)
	return deep(levels-1, f) + int32(room[levels%128]-int64(levels))
}

// TestGrowth has the goroutine's stack move while guests wait on theirs: it grows in host functions, with guests called by hosts called by guests,
// and shrinks in collections of garbage.
func TestGrowth(t *testing.T) {
	eachTier(t, func(s *stage) {
		s.define("host", func(in *weft.Instance, n int32) int32 {
			result := deep(1000, func() int32 {
				if n > 0 {
					s.want(in, mixed(n-1, 5, int64(n-1)), "down", n-1, 5)
				}
				return n
			})
			for range 2 {
				runtime.GC() // each halves a stack that is mostly unused
			}
			return result
		})
		in := s.instantiate(busy)
		for _, n := range []int32{0, 1, 5} {
			done := make(chan bool)
			go func() { // on a stack that is small as yet
				defer close(done)
				s.want(in, mixed(n, 20, int64(n)), "down", n, 20)
			}()
			<-done
		}
	})
}

// TestManyGoroutines has 200 goroutines in guests at the same time, with garbage being collected all the while.
func TestManyGoroutines(t *testing.T) {
	eachTier(t, func(s *stage) {
		const goroutines = 200
		var inHost atomic.Int32
		all := make(chan bool)
		s.define("host", func(n int32) int32 {
			if inHost.Add(1) == goroutines {
				close(all)
			}
			<-all // once all of them have come here
			if n%16 == 0 {
				time.Sleep(time.Millisecond)
			}
			return deep(int(n)%64, func() int32 { return n })
		})
		m := s.compile(busy)
		var group sync.WaitGroup
		for i := range int32(goroutines) {
			group.Go(func() {
				in, err := s.linker.Instantiate(bg, m)
				if err != nil {
					s.Error(err)
					return
				}
				defer in.Close()
				r := rand.New(rand.NewPCG(uint64(i), 1))
				for range 20 {
					n, depth := r.Int32N(1000), r.Int32N(2000)
					s.want(in, mixed(n, depth, int64(n)), "down", n, depth)
				}
			})
		}
		stop := make(chan bool)
		collected := make(chan int)
		go func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					collected <- n
					return
				default:
					runtime.GC()
				}
			}
		}()
		group.Wait()
		close(stop)
		s.Logf("%d collections", <-collected)
	})
}
