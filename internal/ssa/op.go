package ssa

// Op is an operation: generic ones come from op.table and instr.table, those of a target from its own table, all in one number space.
type Op uint16

// The ranges of the number space.
const (
	OpAMD64 Op = 1 << 10 // the first operation of isa/amd64
	OpARM64 Op = 2 << 10 // the first operation of isa/arm64
	OpLimit Op = 3 << 10 // no operation is here or above
)

// Flags are the properties of an operation.
type Flags uint16

// The flags. An operation with none of the first four is pure: it depends on its arguments, Imm and Aux alone.
const (
	FlagRead   Flags = 1 << iota // reads state
	FlagWrite                    // writes state
	FlagTrap                     // may trap
	FlagCall                     // runs code that may do anything; registers that the callee need not save are lost
	FlagComm                     // its first two arguments commute
	FlagRemat                    // is cheaper to compute again than to keep
	FlagTerm                     // ends a block
	FlagPinned                   // never moves
	FlagCmp                      // yields 1 or 0

	flagEffects = FlagRead | FlagWrite | FlagTrap | FlagCall
)

// ImmKind says what the Imm of a value holds.
type ImmKind uint8

// The kinds of Imm.
const (
	ImmNone  ImmKind = iota
	ImmInt           // an integer; an i32 is kept sign-extended
	ImmF32           // the bits of a float
	ImmF64           // the bits of a float
	ImmV128          // the low half of a vector, see [Func.V128]
	ImmOff           // bytes added to an address
	ImmIndex         // the index of a result
	ImmSig           // an index into the signatures of the function, see [Func.Sig]
	ImmSlot          // a slot in the frame
	ImmLane          // a lane
	ImmLanes         // sixteen lanes in Imm and Aux, see [Func.Lanes]
)

// AuxKind says what the Aux of a value holds.
type AuxKind uint8

// The kinds of Aux.
const (
	AuxNone   AuxKind = iota
	AuxRegion         // a [Region]
	AuxTrap           // an abi.Trap
	AuxFunc           // the index of a function
	AuxHelper         // the number of a helper of the runtime
	AuxHint           // a [Hint]
	AuxInt            // a number whose meaning is the target's
)

// Hint says which way a branch is expected to go.
type Hint uint32

// The hints.
const (
	HintNone Hint = iota
	HintLikely
	HintUnlikely
)

// Info is what the tables say of an operation.
type Info struct {
	Name     string
	Params   []Type // the types of the arguments
	Results  []Type // of the results; two of them make the value a tuple
	Optional bool   // the argument with index 1 may be missing
	Variadic bool   // any arguments may follow Params
	Imm      ImmKind
	Aux      AuxKind
	Flags    Flags
}

var infos [OpLimit]Info

// flags repeats the flags of infos, densely.
var flags [OpLimit]Flags

var opsByName = map[string]Op{}

func init() { Define(OpInvalid, genericOps[:]) }

// Define enters the operations of a target, from its first one on, into the number space. Packages call it when they are initialised.
// It panics if a number or a name is taken.
func Define(first Op, ops []Info) {
	for i, info := range ops {
		o := first + Op(i)
		if infos[o].Name != "" {
			panic("ssa: operation " + info.Name + " has the number of " + infos[o].Name)
		}
		if _, ok := opsByName[info.Name]; ok {
			panic("ssa: two operations are called " + info.Name)
		}
		infos[o], flags[o], opsByName[info.Name] = info, info.Flags, o
	}
}

// OpByName returns the operation with a name, or OpInvalid.
func OpByName(name string) Op { return opsByName[name] }

// Info returns the row of o.
func (o Op) Info() *Info { return &infos[o] }

func (o Op) String() string { return infos[o].Name }

// Has reports whether o has any of the given flags.
func (o Op) Has(f Flags) bool { return flags[o]&f != 0 }

// IsPure reports whether o depends on its arguments, Imm and Aux alone and has no effect.
func (o Op) IsPure() bool { return flags[o]&(flagEffects|FlagTerm|FlagPinned) == 0 }

// IsTerm reports whether o ends a block.
func (o Op) IsTerm() bool { return flags[o]&FlagTerm != 0 }

// IsCall reports whether o is a call; a tail call is one.
func (o Op) IsCall() bool { return flags[o]&FlagCall != 0 }

// IsConst reports whether o is a constant of a numeric type.
func (o Op) IsConst() bool { return o-OpI32Const <= OpV128Const-OpI32Const }

// Polymorphic reports whether the type of a value is not determined by o.
func (o Op) Polymorphic() bool {
	r := infos[o].Results
	return len(r) == 1 && r[0] == TypeVar
}

// ResultType returns the type of a value with the operation o, which must not be polymorphic.
func (o Op) ResultType() Type {
	switch r := infos[o].Results; len(r) {
	case 0:
		return TypeNone
	case 1:
		return r[0]
	}
	return TypeTuple
}

// AccessBytes is how many bytes a generic load or store moves, 0 for all other operations.
func (o Op) AccessBytes() int {
	if o >= opCount {
		return 0
	}
	return int(accessBytes[o])
}

// ConstOp returns the operation of constants of a type.
func ConstOp(t Type) Op {
	switch t {
	case TypeI32:
		return OpI32Const
	case TypeI64:
		return OpI64Const
	case TypeF32:
		return OpF32Const
	case TypeF64:
		return OpF64Const
	case TypeV128:
		return OpV128Const
	case TypeRef:
		return OpRefNull
	}
	panic("ssa: no constants of type " + t.String())
}
