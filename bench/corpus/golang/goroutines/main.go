// Goroutines sieves primes through a chain of goroutines, sums through a pool of workers, and calls through interfaces.
package main

import (
	"fmt"
	"math/big"
	"sync"

	"github.com/weft-wasm/weft/bench/corpus/golang/mark"
)

// sieve passes on what prime does not divide.
func sieve(in <-chan int, prime int) <-chan int {
	out := make(chan int, 64)
	go func() {
		defer close(out)
		for n := range in {
			if n%prime != 0 {
				out <- n
			}
		}
	}()
	return out
}

func primes(limit int) (last, count int) {
	first := make(chan int, 64)
	go func() {
		defer close(first)
		for n := 2; n < limit; n++ {
			first <- n
		}
	}()
	var in <-chan int = first
	for count < 300 {
		last, count = <-in, count+1
		in = sieve(in, last)
	}
	for prime := range in {
		last, count = prime, count+1
	}
	return last, count
}

type shape interface{ area() int }

type square struct{ side int }
type strip struct{ width, height int }

func (s square) area() int { return s.side * s.side }
func (s *strip) area() int { return s.width * s.height }

func areas(rounds int) int {
	random := mark.Random(99)
	shapes := make([]shape, 5000)
	for i := range shapes {
		n := int(random.Next() >> 24)
		if n&1 == 0 {
			shapes[i] = square{n}
			continue
		}
		shapes[i] = &strip{n, i}
	}
	var mutex sync.Mutex
	var group sync.WaitGroup
	sum := 0
	for range rounds {
		group.Go(func() {
			part := 0
			for _, s := range shapes {
				part += s.area()
			}
			mutex.Lock()
			defer mutex.Unlock()
			sum += part
		})
	}
	group.Wait()
	return sum
}

func main() {
	mark.Start()
	last, count := primes(12000)
	sum := areas(12000)
	factorial := new(big.Int).MulRange(1, 20000)
	digits := len(factorial.String())
	mark.End()
	fmt.Println(last, count, sum, digits)
}
