package main

import (
	"github.com/weft-wasm/weft"

	"github.com/weft-wasm/weft/internal/realworld"
)

// newWeftInterpreter returns Weft with its interpreter and all features.
func newWeftInterpreter() realworld.Engine {
	return realworld.Weft(weft.NewEngine(weft.Config{Tier: weft.TierInterpreter}))
}
