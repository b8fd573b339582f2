package main

import (
	"errors"
	"os"

	"github.com/spf13/pflag"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/profile"
)

// profileFlags are --profile and --profile-rate.
type profileFlags struct {
	file string // "" for no profile
	rate int
}

func (p *profileFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&p.file, "profile", "", "write to `FILE` what the program spends its time on, for go tool pprof")
	flags.IntVar(&p.rate, "profile-rate", profile.DefaultRate, "take `HZ` samples a second for --profile")
}

// start begins the profile, if there is to be one. The function that it returns writes it.
func (p *profileFlags) start(engine *weft.Engine) (write func() error, err error) {
	if p.file == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(p.file) // before the program takes its time
	if err != nil {
		return nil, err
	}
	profiling, err := profile.Start(engine, profile.Config{Rate: p.rate})
	if err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(p.file))
	}
	return func() error { return errors.Join(profiling.Write(f), f.Close()) }, nil
}
