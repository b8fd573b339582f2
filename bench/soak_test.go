package main

import (
	"testing"
	"time"

	"github.com/weft-wasm/weft"
)

// TestSoak is a short soak: guests of all kinds find nothing of others, end as they should, and leave nothing.
func TestSoak(t *testing.T) {
	long := 20 * time.Second
	if testing.Short() {
		long = 3 * time.Second
	}
	tier := weft.NewEngine(weft.Config{}).Info().Tier.String()
	s := &soak{rate: 40, seed: 1, time: long, sample: long / 20, relax: 4}
	if _, err := s.run(t.Context(), soakTiers[tier]); err != nil {
		t.Error(err)
	}
	for i, k := range soakKinds {
		if s.counts[i].Load() == 0 && !testing.Short() {
			t.Errorf("there was no guest of the kind %s", k.name)
		}
	}
}

// TestSteady tells a leak from what varies.
func TestSteady(t *testing.T) {
	leak, noise := series{gauge: gauge{factor: 1.1, slack: 5}}, series{gauge: gauge{factor: 1.1, slack: 5}}
	for i := range 200 {
		leak.values = append(leak.values, float64(100+i/4))
		noise.values = append(noise.values, float64(100+i*37%50))
	}
	if leak.steady() || !noise.steady() {
		t.Errorf("a leak is steady: %t, noise is steady: %t", leak.steady(), noise.steady())
	}
}

func TestSoakWeights(t *testing.T) {
	sum := 0
	for _, k := range soakKinds {
		sum += k.weight
	}
	if sum != 100 || len(soakKinds) > len((&soak{}).counts) {
		t.Errorf("the weights of %d kinds make %d", len(soakKinds), sum)
	}
}
