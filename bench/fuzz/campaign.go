package fuzz

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// Campaign runs seeds one after the other on several executors and compares each with the first.
type Campaign struct {
	Source    *Source
	Executors []string
	// Start returns the command whose process calls [Serve] for an executor, with descriptor 3 for the outcomes.
	Start func(executor string) (*exec.Cmd, error)
	// Seed is the first. The campaign ends after Count seeds, after CPU time of all processes together, or after Findings
	// differences; zero is no limit.
	Seed, Count uint64
	CPU         time.Duration
	Findings    int
	Jobs        int
	// Folder is where what differs is written.
	Folder string
	// Log is told what was found, as it is found.
	Log func(line string)
	// Patience is how long one difference is made smaller.
	Patience time.Duration

	mu    sync.Mutex
	stats Stats
}

// Stats are what a campaign did.
type Stats struct {
	// Next is the seed to go on with.
	Next      uint64
	Trials    uint64
	CPU       time.Duration
	Findings  int
	Exhausted uint64            // trials in which a call went too deep for an executor, which were not compared any further
	Refused   map[string]uint64 // what executors said that did not accept a module
}

// Stats returns what the campaign has done so far.
func (c *Campaign) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.stats
	s.Refused = maps.Clone(s.Refused)
	return s
}

// Run runs the campaign.
func (c *Campaign) Run(ctx context.Context) error {
	c.stats = Stats{Next: c.Seed, Refused: map[string]uint64{}}
	errs := make(chan error, c.Jobs)
	for range c.Jobs {
		go func() { errs <- c.work(ctx) }()
	}
	var first error
	for range c.Jobs {
		if err := <-errs; err != nil && first == nil {
			first = err
		}
	}
	return first
}

// take returns the next seed, unless the campaign is over.
func (c *Campaign) take(ctx context.Context) (seed uint64, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &c.stats
	switch {
	case ctx.Err() != nil, c.Count > 0 && s.Next-c.Seed >= c.Count, c.CPU > 0 && s.CPU >= c.CPU, c.Findings > 0 && s.Findings >= c.Findings:
		return 0, false
	}
	s.Next++
	return s.Next - 1, true
}

// crew are the processes of one worker, one for each executor.
type crew []*process

func (c *Campaign) work(ctx context.Context) error {
	var all crew
	for _, name := range c.Executors {
		all = append(all, &process{name: name, start: c.Start})
	}
	defer func() {
		for _, p := range all {
			p.close()
		}
	}()
	for {
		seed, ok := c.take(ctx)
		if !ok {
			return nil
		}
		if err := c.one(all, seed); err != nil {
			return err
		}
	}
}

// one runs the trial of one seed.
func (c *Campaign) one(all crew, seed uint64) error {
	subject := c.Source.Subject(seed)
	trial := subject.Trial()
	outcomes := all.ask(&trial)
	c.mu.Lock()
	c.stats.Trials++
	for _, o := range outcomes {
		c.stats.CPU += o.CPU
	}
	c.mu.Unlock()
	for i := 1; i < len(outcomes); i++ {
		names := [2]string{all[0].name, all[i].name}
		v := compare(&trial, names, outcomes[0], outcomes[i])
		switch {
		case v.difference != "":
			return c.found(seed, subject, v, crew{all[0], all[i]})
		case v.refused != "" || v.exhausted:
			c.mu.Lock()
			if c.stats.Exhausted++; v.refused != "" {
				c.stats.Exhausted--
				c.stats.Refused[v.refused]++
			}
			c.mu.Unlock()
		}
	}
	return nil
}

// ask runs a trial in all processes at once.
func (all crew) ask(t *Trial) []Outcome {
	outcomes := make([]Outcome, len(all))
	var wait sync.WaitGroup
	for i, p := range all {
		wait.Go(func() { outcomes[i] = p.ask(t) })
	}
	wait.Wait()
	return outcomes
}

// found makes what differs smaller and writes it down.
func (c *Campaign) found(seed uint64, s *Subject, v verdict, pair crew) error {
	c.Log(fmt.Sprintf("seed %d (%s): %s", seed, s.Origin, v.difference))
	names := [2]string{pair[0].name, pair[1].name}
	small := minimise(s, c.Patience, func(s *Subject) bool {
		trial := s.Trial()
		outcomes := pair.ask(&trial)
		w := compare(&trial, names, outcomes[0], outcomes[1])
		if w.difference != "" {
			v = w
		}
		return w.difference != ""
	})
	c.mu.Lock()
	c.stats.Findings++
	c.mu.Unlock()
	path, err := write(c.Folder, seed, small, v.difference)
	if err == nil {
		c.Log(fmt.Sprintf("seed %d: %s (in %s)", seed, v.difference, path))
	}
	return err
}

// write writes a subject as text, and its trial for [Replay].
func write(folder string, seed uint64, s *Subject, difference string) (path string, err error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	trial := s.Trial()
	m, err := wasm.Decode(trial.Module, nil)
	if err != nil {
		return "", err
	}
	var text, data bytes.Buffer
	fmt.Fprintf(&text, ";; seed %d, %s\n;; %s\n", seed, s.Origin, difference)
	if err := wat.Print(&text, m, wat.PrintOptions{}); err != nil {
		return "", err
	}
	if err := gob.NewEncoder(&data).Encode(trial); err != nil {
		return "", err
	}
	stem := filepath.Join(folder, fmt.Sprintf("seed-%d", seed))
	for ext, content := range map[string][]byte{".wat": text.Bytes(), ".wasm": trial.Module, ".host.wasm": trial.Host, ".trial": data.Bytes()} {
		if err := os.WriteFile(stem+ext, content, 0o644); err != nil {
			return "", err
		}
	}
	return stem + ".wat", nil
}

// Replay runs a trial that a campaign wrote, and returns how each executor differs from the first, by name; "" if it does not.
func Replay(file string, names []string, start func(executor string) (*exec.Cmd, error)) (map[string]string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var trial Trial
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&trial); err != nil {
		return nil, fmt.Errorf("fuzz: %s: %w", file, err)
	}
	var all crew
	for _, name := range names {
		all = append(all, &process{name: name, start: start})
	}
	outcomes := all.ask(&trial)
	differences := map[string]string{}
	for i, p := range slices.All(all) {
		if i > 0 {
			differences[p.name] = compare(&trial, [2]string{names[0], p.name}, outcomes[0], outcomes[i]).difference
		}
		p.close()
	}
	return differences, nil
}
