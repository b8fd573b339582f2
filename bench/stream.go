package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/bench/engine"
	"github.com/weft-wasm/weft/internal/realworld"
)

// streamName is the row of compiling a module that arrives at streamRate, until all of it is machine code. Below it are how long it takes to arrive
// and, on each engine, to be compiled when it has.
const (
	streamName = "stream-ruby"
	streamRate = 10 << 20 // bytes a second
)

// stream measures the engines that compile whole modules.
func (s *startBench) stream(ctx context.Context) error {
	file, err := s.module(ctx, streamName, realworld.RubyModule)
	if err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	for range s.reps {
		for _, name := range s.names {
			if _, err := engine.Open(name); err != nil {
				continue // a process of its own
			}
			for row, rate := range map[string]int{streamName: streamRate, streamName + "/compile": 0} {
				cmd, err := self("stream-one", name, file, strconv.Itoa(rate))
				if err != nil {
					return err
				}
				s.child(ctx, row, name, cmd, true)
			}
			s.seconds(streamName+"/arrive", name, float64(info.Size())/streamRate, nil)
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
		}
	}
	return nil
}

// streamOne is the child's side: bench stream-one ENGINE FILE RATE. Weft compiles what has arrived, others wait for the end. Rate 0 is no wait.
func streamOne(ctx context.Context, args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("stream-one is how bench starts itself: have %d arguments, want an engine, a module and a rate", len(args))
	}
	wasm, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	rate, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	var compile func(r io.Reader) error
	if args[0] == "weft" {
		e := weft.NewEngine(weft.Config{Tier: weft.TierCompiled})
		compile = func(r io.Reader) error {
			_, err := e.CompileReader(ctx, r)
			return err
		}
	} else {
		e, err := engine.Open(args[0])
		if err != nil {
			return err
		}
		compile = func(r io.Reader) error {
			all, err := io.ReadAll(r)
			if err == nil {
				_, err = e.Compile(ctx, all)
			}
			return err
		}
	}
	var r io.Reader = bytes.NewReader(wasm)
	if rate > 0 {
		r = &arriving{r: r, rate: rate}
	}
	start := time.Now()
	if err := compile(r); err != nil {
		return err
	}
	return reportToParent(time.Since(start).Seconds())
}

// arriving is a reader whose bytes arrive at a rate, in packets.
type arriving struct {
	r     io.Reader
	rate  int // bytes a second
	begin time.Time
	read  int
}

const packetBytes = 16 << 10

func (a *arriving) Read(b []byte) (int, error) {
	if a.begin.IsZero() {
		a.begin = time.Now()
	}
	n, err := a.r.Read(b[:min(len(b), packetBytes)])
	a.read += n
	due := a.begin.Add(time.Duration(float64(a.read) / float64(a.rate) * float64(time.Second)))
	time.Sleep(time.Until(due))
	return n, err
}
