package wasm

// Limits of this implementation (spec 7.3). A module beyond one of them is refused with [LimitExceeded]. They are at least those that the
// JavaScript interface to WebAssembly names for browsers (its section "implementation limits"), so whatever loads there
// loads here. What they protect is the memory of the decoded module, which is a multiple of its bytes: three bytes
// of an empty function type become a SubType of 120. No count is believed before that many bytes are there.
const (
	// MaxModuleSize bounds what a stream may make us read. It is that of browsers.
	MaxModuleSize = 1 << 30

	// MaxTypes keeps type indices within the 22 bits of a ValType. Recursion groups are bounded alike.
	MaxTypes = 1_000_000

	// The definitions: those of browsers, where browsers have one. Each memory reserves gigabytes of address space.
	MaxFuncs        = 1_000_000
	MaxImports      = 1_000_000
	MaxExports      = 1_000_000
	MaxGlobals      = 1_000_000
	MaxTags         = 1_000_000
	MaxTables       = 100_000
	MaxMemories     = 100
	MaxElemSegments = 100_000
	MaxDataSegments = 100_000

	// MaxSegmentElems bounds the elements of one segment, which take 1 byte in the module and 4 (a function index) to 32 (an
	// expression) here.
	MaxSegmentElems = 10_000_000

	// MaxSupers bounds the declared supertypes of one type; validation accepts but one.
	MaxSupers = 16

	// MaxSubtypeDepth bounds chains of supertypes, which are kept as an array for each type.
	MaxSubtypeDepth = 63

	// MaxParams and MaxResults bound function types, and block types with them.
	MaxParams  = 1_000
	MaxResults = 1_000

	// MaxFields bounds structs.
	MaxFields = 10_000

	// MaxBodySize bounds function bodies, for the sake of what compiles them.
	MaxBodySize = 7_654_321

	// MaxLocals bounds the locals of a function, which a handful of bytes can ask for by the thousand million.
	MaxLocals = 50_000

	// MaxNesting bounds the blocks that a function may nest. Browsers have none; it keeps what recurses over
	// blocks within its stack.
	MaxNesting = 100_000

	// MaxNameLength bounds names of imports, exports and custom sections, in bytes.
	MaxNameLength = 100_000

	// MaxBranchTable bounds the targets of a br_table, for they are checked against each other.
	MaxBranchTable = 1_000_000

	// MaxCatches bounds the catch clauses of a try_table.
	MaxCatches = 1_000_000
)
