// Package fuzz runs modules on several executors, Weft's tiers and wasmtime, and looks for differences in results, traps, exceptions,
// memories, globals and tables.
//
//	seed ─Source.Subject→ Subject ─Trial→ Trial ─processes→ Outcomes ─compare→ a difference ─minimise→ files
//
// # Subjects
//
// A seed makes a [Subject]: a module and calls to make in it. Two of three modules come from package smith. The third is a few functions of
// a real module with some instructions changed for others of the same signature, taken away, or doubled, as long as the module
// stays valid; guard.go sees that its calls end and that its NaNs have the same bits everywhere.
//
// # Trials
//
// Executors differ in what their interfaces to Go can express: wasmtime's knows no vectors and no exceptions. So a [Trial] is a module
// that makes the calls itself and writes what they return or throw to a log, a memory of its own, as in
//
//	(func (export "trial.probe0")
//	  (local i64)
//	  i64.const 300  global.set $fuel
//	  i32.const 7  call $f0  local.set 0
//	  i32.const 0  local.get 0  i64.store $log offset=16
//	  i32.const 0  i32.const 1  i32.store $log)
//
// Its imports come from a second module, which takes the place of the host and needs only one function of Go. An executor calls
// the probes, then trial.dump, which logs globals and tables, and hands back how each call ended, the log, and sums of all memories.
//
// # Executors
//
// Each executor is a process that reads trials and writes outcomes, so that a crash is an outcome too, and so that engines that
// handle the same signals do not meet. In some trials those of Weft collect garbage while calls run. A campaign has one of each for every job:
//
//	c := fuzz.Campaign{Source: &fuzz.Source{}, Executors: []string{"weft-interpreter", "wasmtime"}, Start: start, CPU: time.Hour, Jobs: 2}
//	err := c.Run(ctx)
//	fmt.Println(c.Stats())
//
// Half of the interpreter's trials are metered, and all of weft-fuel's: these compare what is left after each call too.
//
// What is not compared: states after a call that exhausted the stack of an executor, since stacks have different sizes; modules that
// wasmtime refuses. Both are counted. Traps that wasmtime does not tell apart are the same when it is one of two.
package fuzz
