// Package spectest runs the scripts of the specification's test suite (.wast files) on a tier of the engine.
//
// In come scripts as package wat parses them, out come a count of the assertions that hold and a Failure, with file and line, for each
// command that does not do what it should. A script is a list of commands, executed in order by one runner, which has an
// engine, a linker with the host module "spectest", and the instances that the script has made so far. From
//
//	(module $m (func (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1))))
//	(assert_return (invoke $m "div" (i32.const 7) (i32.const 2)) (i32.const 3))
//	(assert_trap (invoke $m "div" (i32.const 7) (i32.const 0)) "integer divide by zero")
//
// comes a Result with 2 passed and no failure.
//
// Modules reach the engine in the binary format alone: a text is parsed, encoded, and compiled as any other bytes. With
// Options.RoundTrip each module is in addition encoded and decoded, and printed and parsed, and must come back the same.
//
// With Options.Reuse the instances that a script sees are not the first: they are in slots that were used, or reset, or begin as a snapshot; with
// Options.Engines they share an engine with those of other scripts.
//
// Messages are compared by the phrase that errors and traps carry: what the script expects, or what the engine says, must be the start of
// the other, since either may go on with particulars.
//
// A module that cannot be instantiated fails its own command and all that need it; the commands after that go on. Whether the
// reason is an instruction that no tier executes yet is noted in the Failure, because the test of the whole suite lists just those as
// expected (expected-failures.txt).
package spectest
