package wat

import (
	"github.com/weft-wasm/weft/internal/wasm"
)

// Script is a parsed .wast file: the commands of the specification's test suite, in their order.
type Script struct {
	File     string
	Commands []Command
}

// Command is one of the commands of a script:
//
//	*Module                                 (module ...), in its many forms
//	*Register                               (register "name" $module?)
//	*Action                                 (invoke ...) or (get ...), for its effect
//	*AssertReturn                           (assert_return action result*)
//	*AssertTrap, *AssertExhaustion,         (assert_trap action "message"), and so on
//	*AssertException
//	*AssertInvalid, *AssertMalformed,       (assert_invalid module "message"), and so on
//	*AssertUnlinkable
type Command interface {
	// Pos returns where the opening parenthesis of the command is.
	Pos() Position
}

// Position is a place in a file; both count from 1, columns in characters.
type Position struct {
	Line, Col int
}

// Pos returns the position itself, so that whatever embeds one has the method.
func (p Position) Pos() Position { return p }

// ModuleForm says how a module is written in a script.
type ModuleForm uint8

// The forms of modules.
const (
	FormText     ModuleForm = iota // (module field*): Parsed or Err is set
	FormBinary                     // (module binary "bytes"*): Bytes is set
	FormQuote                      // (module quote "text"*): Bytes is the text
	FormInstance                   // (module instance $id? $definition?): nothing but names
)

// Module is a module in a script. As a command it asks to instantiate the module, unless Definition is set; then it only
// defines it, and later commands of FormInstance make instances of it.
type Module struct {
	Position
	Name       string // the identifier, without the dollar; "" if there is none
	Form       ModuleForm
	Definition bool   // (module definition ...)
	Of         string // for FormInstance: the definition to instantiate; "" is the last one

	Parsed *wasm.Module // for FormText
	Err    error        // for FormText: what is wrong with the text; an *Error
	Bytes  []byte       // for FormBinary and FormQuote
	file   string
}

// Load returns the module: what was parsed, what Bytes decodes to, or what the text in Bytes parses to. An error is an *Error
// about text, or a *wasm.Error about bytes. FormInstance has no module of its own and must not be loaded.
func (m *Module) Load() (*wasm.Module, error) {
	switch m.Form {
	case FormBinary:
		return wasm.Decode(m.Bytes, nil)
	case FormQuote:
		return Parse(m.file, m.Bytes)
	}
	return m.Parsed, m.Err
}

// Register makes the exports of an instance importable under a name.
type Register struct {
	Position
	As     string // the module name of imports
	Module string // the identifier of the instance; "" is the last one
}

// Action calls an exported function, or reads an exported global.
type Action struct {
	Position
	Module string // the identifier of the instance; "" is the last one
	Get    bool   // (get ...): read the global Field; otherwise call the function Field
	Field  string
	Args   []Value
}

// AssertReturn expects that an action ends well, with results that match.
type AssertReturn struct {
	Position
	Action  *Action
	Results []Pattern
}

// AssertTrap expects that an action traps, or that the start function of a module does or a segment of it is out of bounds.
type AssertTrap struct {
	Position
	Action  *Action // or nil, then
	Module  *Module
	Message string // the start of what the trap is about
}

// AssertExhaustion expects that an action exhausts the call stack.
type AssertExhaustion struct {
	Position
	Action  *Action
	Message string
}

// AssertException expects that an action throws an exception.
type AssertException struct {
	Position
	Action *Action
}

// AssertInvalid expects that a module can be read, but is not valid. With Custom set, the fault is in an annotation
// or custom section, and a reader that knows nothing of that one may accept the module.
type AssertInvalid struct {
	Position
	Module  *Module
	Custom  bool
	Message string
}

// AssertMalformed expects that a module cannot even be read. Custom is as for AssertInvalid.
type AssertMalformed struct {
	Position
	Module  *Module
	Custom  bool
	Message string
}

// AssertUnlinkable expects that a valid module cannot be linked: an import is missing or of the wrong type.
type AssertUnlinkable struct {
	Position
	Module  *Module
	Message string
}

// RefKind says what a reference in a script is.
type RefKind uint8

// The references of scripts. As arguments only those with a value make sense: RefNull, RefExtern and RefHost.
const (
	RefNull   RefKind = iota // (ref.null type?)
	RefExtern                // (ref.extern N): the host's reference number N, as externref; as a pattern, any without N
	RefHost                  // (ref.host N): the same internalised, as anyref
	RefFunc                  // (ref.func): any function
	RefAny                   // (ref.any), and so on: any reference that is not null to something of that heap type
	RefEq
	RefI31
	RefStruct
	RefArray
	RefExn
)

// Value is a constant in a script.
type Value struct {
	Type wasm.ValType // of references: the type that the spelling gives; Bottom for (ref.null) without a type

	// Bits holds i32 and f32 zero-extended, i64 and f64, and the low half of v128; High the high half of v128.
	Bits, High uint64

	Ref RefKind // for references
	ID  uint32  // the number of RefExtern and RefHost
}

// NaN says which NaNs match a pattern.
type NaN uint8

// The NaN patterns.
const (
	NotNaN        NaN = iota // only the very bits of the value
	NaNCanonical             // nan:canonical: the quiet NaN with an empty payload, of either sign
	NaNArithmetic            // nan:arithmetic: any quiet NaN
)

// Pattern is what the result of an action is compared with.
type Pattern struct {
	Value
	AnyID  bool      // (ref.extern), (ref.host): whatever the number
	NaN    NaN       // for f32 and f64
	Shape  Shape     // for v128: the shape it was written in; only its lanes of floats compare to NaN patterns
	NaNs   [4]NaN    // for v128 of F32x4 (four) and F64x2 (two), by lane
	Either []Pattern // (either pattern*): the alternatives; then all else is zero
}

// MatchBits reports whether the bits of a number or vector match the pattern, which is no reference and has no alternatives.
func (p *Pattern) MatchBits(bits, high uint64) bool {
	switch p.Type {
	case wasm.F32:
		return p.NaN.match(float32Format, bits, p.Bits)
	case wasm.F64:
		return p.NaN.match(float64Format, bits, p.Bits)
	case wasm.V128:
		return p.matchLanes(bits, high)
	}
	return bits == p.Bits
}

func (p *Pattern) matchLanes(low, high uint64) bool {
	if !p.Shape.IsFloat() {
		return low == p.Bits && high == p.High
	}
	f := float32Format
	if p.Shape == F64x2 {
		f = float64Format
	}
	for i := range p.Shape.Lanes() {
		if !p.NaNs[i].match(f, p.Shape.Lane(low, high, i), p.Shape.Lane(p.Bits, p.High, i)) {
			return false
		}
	}
	return true
}

// match reports whether bits match the pattern, where want are the bits for NotNaN.
func (n NaN) match(f floatFormat, bits, want uint64) bool {
	magnitude := bits &^ (1 << (f.bits - 1))
	quiet := f.infinity() | f.quietBit()
	switch n {
	case NaNCanonical:
		return magnitude == quiet
	case NaNArithmetic:
		return magnitude&quiet == quiet
	}
	return bits == want
}
