package weft

import (
	"github.com/weft-wasm/weft/internal/op"
	"github.com/weft-wasm/weft/internal/wasm"
)

// Features is a set of WebAssembly features beyond the first release, which is always there. A module that uses a feature that its
// engine lacks is refused by Compile.
type Features uint64

// The features. Those that are not part of WebAssembly 3.0 are marked.
const (
	FeatureSignExtension      Features = 1 << op.FeatureSignext
	FeatureSaturatingFloat    Features = 1 << op.FeatureSatfloat
	FeatureBulkMemory         Features = 1 << op.FeatureBulk
	FeatureReferenceTypes     Features = 1 << op.FeatureReferences
	FeatureSIMD               Features = 1 << op.FeatureSimd
	FeatureRelaxedSIMD        Features = 1 << op.FeatureRelaxed
	FeatureTailCalls          Features = 1 << op.FeatureTailcalls
	FeatureExceptions         Features = 1 << op.FeatureExceptions
	FeatureFunctionReferences Features = 1 << op.FeatureFuncrefs
	FeatureGC                 Features = 1 << op.FeatureGc
	FeatureThreads            Features = 1 << op.FeatureThreads // a proposal
	FeatureWideArithmetic     Features = 1 << op.FeatureWide    // a proposal

	FeatureMultiValue    = Features(wasm.FeatureMultiValue)
	FeatureMutableGlobal = Features(wasm.FeatureMutableGlobal)
	FeatureMultiMemory   = Features(wasm.FeatureMultiMemory)
	FeatureMemory64      = Features(wasm.FeatureMemory64)
	FeatureExtendedConst = Features(wasm.FeatureExtendedConst)

	// AllFeatures is WebAssembly 3.0, threads and wide arithmetic. AllFeatures &^ FeatureSIMD, say, is all of it but one.
	AllFeatures = Features(wasm.AllFeatures)
	// Version1 is the first release of WebAssembly, without any of the features.
	Version1 Features = 1 << op.FeatureMvp
)
