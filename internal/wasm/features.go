package wasm

import "github.com/weft-wasm/weft/internal/op"

// Features is a set of proposals, merged or not. The proposals that brought instructions are those of package op; the rest, which
// changed only what modules may say, are declared here.
type Features uint64

// The features without instructions of their own.
const (
	FeatureMultiValue    Features = 1 << (uint(op.FeatureCount) + iota) // blocks with parameters, several results
	FeatureMutableGlobal                                                // mutable globals imported and exported
	FeatureMultiMemory                                                  // more than one memory
	FeatureMemory64                                                     // memories and tables with 64-bit addresses
	FeatureExtendedConst                                                // additions and multiplications in constant expressions
	featureEnd

	// AllFeatures is everything this package knows.
	AllFeatures = featureEnd - 1
)

// FeatureSet returns the set of the given features of package op.
func FeatureSet(features ...op.Feature) Features {
	var set Features
	for _, f := range features {
		set |= 1 << f
	}
	return set
}

// Has reports whether all features of want are in the set.
func (f Features) Has(want Features) bool { return f&want == want }

// HasOp reports whether the proposal that brought an instruction is in the set, or it was there from the first release.
func (f Features) HasOp(o op.Op) bool { return (f|1<<op.FeatureMvp)>>o.Info().Feature&1 != 0 }
