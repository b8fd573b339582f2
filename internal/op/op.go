package op

// Op is an instruction: a dense number, in the order of the table. It is not the opcode of the binary format.
type Op uint16

// Info is what the table says of one instruction.
type Info struct {
	Name    string  // the name in the table, unique
	Text    string  // the spelling in the text format; three spellings stand for two instructions each
	Prefix  byte    // 0, or the prefix byte of the opcode
	Code    uint16  // the opcode, or the number after the prefix
	Imms    []Imm   // the immediates, in binary order
	Align   uint8   // log2 of the natural alignment, which is also the width, of a memory access
	ByHand  bool    // typed by hand: Params and Results say nothing
	Params  []Type  // the operands, the topmost last
	Results []Type  // the results, the topmost last
	Feature Feature // the proposal it came with
	Flags   Flags
}

// Info returns the row of o.
func (o Op) Info() *Info { return &infos[o] }

// String returns the spelling of o in the text format.
func (o Op) String() string { return infos[o].Text }

// Has reports whether all the given flags are set for o.
func (o Op) Has(f Flags) bool { return infos[o].Flags&f == f }

// ByCode returns the instruction with a single-byte opcode, or Invalid; a prefix byte is Invalid too.
func ByCode(code byte) Op { return single[code] }

// ByPrefixedCode returns the instruction with an opcode behind a prefix byte, or Invalid.
func ByPrefixedCode(prefix byte, code uint32) Op {
	var table []Op
	switch prefix {
	case PrefixGC:
		table = prefixFB[:]
	case PrefixMisc:
		table = prefixFC[:]
	case PrefixSIMD:
		table = prefixFD[:]
	case PrefixAtomic:
		table = prefixFE[:]
	}
	if code < uint32(len(table)) {
		return table[code]
	}
	return Invalid
}

// The prefix bytes.
const (
	PrefixGC     = 0xfb
	PrefixMisc   = 0xfc
	PrefixSIMD   = 0xfd
	PrefixAtomic = 0xfe
)

// ByText returns the first instruction with this spelling in the text format, or Invalid. The instruction that shares the
// spelling (select and select_t, ref.test and ref.test_null, ref.cast and ref.cast_null) is the next one.
func ByText(text string) Op { return byText[text] }

var byText = func() map[string]Op {
	m := make(map[string]Op, Count)
	for o := Count - 1; o > Invalid; o-- {
		m[infos[o].Text] = o
	}
	return m
}()

// Type is an operand type in a signature.
type Type uint8

// The operand types: the value types, the references that signatures in the table name, and two that depend on an
// immediate, namely the address type of the memory and that of the table.
const (
	I32 Type = iota + 1
	I64
	F32
	F64
	V128
	AM       // i32 or i64, the address type of the memory
	AT       // i32 or i64, the address type of the table
	EQREF    // (ref null eq)
	ARRAYREF // (ref null array)
	I31      // (ref i31)
	I31REF   // (ref null i31)
)

// Imm is a kind of immediate.
type Imm uint8

// The kinds of immediates.
const (
	ImmBlock   Imm = iota + 1 // block type
	ImmLabel                  // label index
	ImmLabels                 // br_table: vector of label indices, then the default
	ImmFunc                   // function index
	ImmType                   // type index
	ImmTable                  // table index
	ImmMem                    // memory index
	ImmGlobal                 // global index
	ImmLocal                  // local index
	ImmTag                    // tag index
	ImmElem                   // element segment index
	ImmData                   // data segment index
	ImmField                  // field index
	ImmCount                  // number of operands
	ImmMemarg                 // alignment, memory index, offset
	ImmLane                   // lane index, one byte
	ImmLanes                  // sixteen lane indices
	ImmI32                    // signed 32-bit constant
	ImmI64                    // signed 64-bit constant
	ImmF32                    // 4 bytes
	ImmF64                    // 8 bytes
	ImmV128                   // 16 bytes
	ImmHeap                   // heap type
	ImmTypes                  // vector of value types
	ImmCast                   // nullability flags, label index, two heap types
	ImmCatches                // vector of catch clauses
	ImmZero                   // a zero byte
)

// Flags are an instruction's properties.
type Flags uint16

// The flags.
const (
	FlagConst  Flags = 1 << iota // may stand in a constant expression
	FlagExt                      // may stand in an extended constant expression
	FlagTrap                     // may trap
	FlagComm                     // its first two operands commute
	FlagLoad                     // reads memory
	FlagStore                    // writes memory
	FlagAtomic                   // is sequentially consistent
	FlagCmp                      // its meaning is a condition: the result is 1 or 0
	FlagBits                     // moves floats as bit patterns
)

// Feature is a proposal, merged or not, that instructions came with.
type Feature uint8

// The features.
const (
	FeatureMvp Feature = iota
	FeatureSignext
	FeatureSatfloat
	FeatureBulk
	FeatureReferences
	FeatureSimd
	FeatureRelaxed
	FeatureTailcalls
	FeatureExceptions
	FeatureFuncrefs
	FeatureGc
	FeatureThreads
	FeatureWide

	FeatureCount
)

var featureNames = [FeatureCount]string{
	FeatureMvp:        "the first release",
	FeatureSignext:    "sign extension",
	FeatureSatfloat:   "saturating truncation",
	FeatureBulk:       "bulk memory",
	FeatureReferences: "reference types",
	FeatureSimd:       "SIMD",
	FeatureRelaxed:    "relaxed SIMD",
	FeatureTailcalls:  "tail calls",
	FeatureExceptions: "exceptions",
	FeatureFuncrefs:   "function references",
	FeatureGc:         "GC",
	FeatureThreads:    "threads",
	FeatureWide:       "wide arithmetic",
}

func (f Feature) String() string { return featureNames[f] }
