package weft_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
)

// assemble makes a binary module from the text format. Programs have their modules in files, or embedded.
func assemble(text string) []byte {
	m, err := wat.Parse("example.wat", []byte(text))
	if err != nil {
		log.Fatal(err)
	}
	return wasm.Encode(m)
}

// load compiles and instantiates a module with nothing but the names defined in the linker.
func load(linker *weft.Linker, text string) *weft.Instance {
	ctx := context.Background()
	module, err := linker.Engine().Compile(ctx, assemble(text))
	if err != nil {
		log.Fatal(err)
	}
	instance, err := linker.Instantiate(ctx, module)
	if err != nil {
		log.Fatal(err)
	}
	return instance
}

func Example() {
	ctx := context.Background()
	engine := weft.NewEngine(weft.Config{})
	defer engine.Close()
	module, err := engine.Compile(ctx, assemble(`(module
		(func (export "add") (param i32 i32) (result i32)
			(i32.add (local.get 0) (local.get 1))))`))
	if err != nil {
		log.Fatal(err)
	}
	instance, err := weft.NewLinker(engine).Instantiate(ctx, module)
	if err != nil {
		log.Fatal(err)
	}
	defer instance.Close()
	add, err := weft.Lookup2[int32, int32, int32](instance, "add")
	if err != nil {
		log.Fatal(err)
	}
	sum, err := add(ctx, 40, 2)
	fmt.Println(sum, err)
	// Output: 42 <nil>
}

func ExampleEngine() {
	engine := weft.NewEngine(weft.Config{Limits: weft.Limits{MemoryBytes: 1 << 20, CallDepth: 1000}})
	defer engine.Close()
	fmt.Println(engine.Info().Tier != weft.TierAuto, engine.Limits().MemoryBytes)
	_, err := engine.Compile(context.Background(), []byte("#!/bin/sh"))
	fmt.Println(err)
	// Output:
	// true 1048576
	// weft: module at 0x0: magic header not detected: have "#!/b", want "\x00asm"
}

func ExampleEngine_CompileReader() {
	engine := weft.NewEngine(weft.Config{})
	// A response body, a file, or anything else that bytes come out of: functions are validated while others are on their way.
	body := bytes.NewReader(assemble(`(module (func (export "ready")))`))
	module, err := engine.CompileReader(context.Background(), body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(module.Exports())
	// Output: [{ready [] -> []}]
}

func ExampleModule() {
	engine := weft.NewEngine(weft.Config{})
	module, err := engine.Compile(context.Background(), assemble(`(module $greeter
		(import "env" "print" (func (param i32 i32)))
		(memory (export "memory") 1 16)
		(global (export "count") (mut i64) (i64.const 0))
		(func (export "greet") (param externref) (result i32) (i32.const 0)))`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("module", module.Name())
	for _, im := range module.Imports() {
		fmt.Printf("import %s.%s: %s %s\n", im.Module, im.Name, im.Type.Kind(), im.Type)
	}
	for _, ex := range module.Exports() {
		fmt.Printf("export %s: %s %s\n", ex.Name, ex.Type.Kind(), ex.Type)
	}
	// Output:
	// module greeter
	// import env.print: func [i32 i32] -> []
	// export memory: memory 1 16
	// export count: global (mut i64)
	// export greet: func [externref] -> [i32]
}

func ExampleLinker() {
	linker := weft.NewLinker(weft.NewEngine(weft.Config{}))
	// A Go function is called by guests as it is: its parameters and results say which WebAssembly types it has.
	err := linker.Define("env", "print", func(_ context.Context, caller *weft.Instance, at, length uint32) error {
		text, err := caller.Memory().ReadString(uint64(at), uint64(length))
		fmt.Println("guest:", text)
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	instance := load(linker, `(module
		(import "env" "print" (func $print (param i32 i32)))
		(memory 1) (data (i32.const 16) "hello")
		(func (export "run") (call $print (i32.const 16) (i32.const 5))))`)
	defer instance.Close()
	run, err := instance.Func("run")
	if err != nil {
		log.Fatal(err)
	}
	_, err = run.Call(context.Background())
	fmt.Println(err)
	// Output:
	// guest: hello
	// <nil>
}

func ExampleLinker_DefineInstance() {
	linker := weft.NewLinker(weft.NewEngine(weft.Config{}))
	library := load(linker, `(module (func (export "double") (param i32) (result i32) (i32.shl (local.get 0) (i32.const 1))))`)
	defer library.Close()
	if err := linker.DefineInstance("math", library); err != nil {
		log.Fatal(err)
	}
	program := load(linker, `(module
		(import "math" "double" (func $double (param i32) (result i32)))
		(func (export "quadruple") (param i32) (result i32) (call $double (call $double (local.get 0)))))`)
	defer program.Close()
	quadruple, err := weft.Lookup1[int32, int32](program, "quadruple")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(quadruple(context.Background(), 5))
	// Output: 20 <nil>
}

func ExampleInstance() {
	instance := load(weft.NewLinker(weft.NewEngine(weft.Config{})), `(module (func (export "start")))`)
	_, err := instance.Func("strat")
	fmt.Println(err)
	start, err := instance.Func("start")
	if err != nil {
		log.Fatal(err)
	}
	_ = instance.Close()
	_, err = start.Call(context.Background())
	fmt.Println(err, errors.Is(err, weft.ErrClosed))
	// Output:
	// weft: no export "strat" (did you mean "start"?)
	// weft: the instance is closed true
}

func ExampleFunc() {
	instance := load(weft.NewLinker(weft.NewEngine(weft.Config{})), `(module
		(func (export "divide") (param i64 i64) (result i64 i64)
			(i64.div_s (local.get 0) (local.get 1)) (i64.rem_s (local.get 0) (local.get 1))))`)
	defer instance.Close()
	divide, err := instance.Func("divide")
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	fmt.Println(divide.Type())
	fmt.Println(divide.Call(ctx, 17, 5))
	fmt.Println(divide.Call(ctx, 17))
	fmt.Println(divide.Call(ctx, 17, "5"))
	// Output:
	// [i64 i64] -> [i64 i64]
	// [3 2] <nil>
	// [] weft: call of divide: type mismatch: have 1 argument, want 2 for [i64 i64] -> [i64 i64]
	// [] weft: argument 2 of divide: type mismatch: have string, want int64 or uint64 (i64)
}

func ExampleLookup1() {
	instance := load(weft.NewLinker(weft.NewEngine(weft.Config{})), `(module
		(func (export "split") (param f64) (result f64 f64)
			(f64.trunc (local.get 0)) (f64.sub (local.get 0) (f64.trunc (local.get 0)))))`)
	defer instance.Close()
	// Several results make a tuple. Calls of split do not allocate.
	split, err := weft.Lookup1[float64, weft.Tuple2[float64, float64]](instance, "split")
	if err != nil {
		log.Fatal(err)
	}
	parts, err := split(context.Background(), 2.75)
	fmt.Println(parts.A, parts.B, err)
	_, err = weft.Lookup1[float32, float32](instance, "split")
	fmt.Println(err)
	// Output:
	// 2 0.75 <nil>
	// weft: function split: type mismatch: have [f64] -> [f64 f64], want [f32] -> [f32]
}

func ExampleMemory() {
	instance := load(weft.NewLinker(weft.NewEngine(weft.Config{})), `(module
		(memory (export "memory") 1 10)
		(func (export "sum") (param $at i32) (param $n i32) (result i32) (local i32)
			(loop $next
				(local.set 2 (i32.add (local.get 2) (i32.load8_u (local.get $at))))
				(local.set $at (i32.add (local.get $at) (i32.const 1)))
				(br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
			(local.get 2)))`)
	defer instance.Close()
	memory := instance.Memory()
	// The slice is the guest's memory, not a copy of it.
	pixels, err := memory.Slice(1024, 4)
	if err != nil {
		log.Fatal(err)
	}
	copy(pixels, []byte{1, 2, 3, 4})
	sum, err := weft.Lookup2[uint32, uint32, uint32](instance, "sum")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(sum(context.Background(), 1024, 4))
	fmt.Println(memory.Grow(2))
	fmt.Println(memory)
	_, err = memory.ReadUint64(1 << 20)
	fmt.Println(err)
	// Output:
	// 10 <nil>
	// 1 <nil>
	// memory of 3 pages
	// weft: memory access out of bounds: offset 1048576, length 8, size 196608
}

func ExampleTable() {
	engine := weft.NewEngine(weft.Config{})
	linker := weft.NewLinker(engine)
	table, err := weft.NewTable(engine, weft.TableType{Element: weft.FuncRef, Min: 2}, nil)
	if err != nil {
		log.Fatal(err)
	}
	if err := linker.Define("env", "callbacks", table); err != nil {
		log.Fatal(err)
	}
	instance := load(linker, `(module
		(type $callback (func (param i32) (result i32)))
		(import "env" "callbacks" (table 2 funcref))
		(func (export "run") (param i32) (result i32)
			(call_indirect (type $callback) (i32.const 21) (local.get 0))))`)
	defer instance.Close()
	double, err := weft.NewFunc(engine, func(n int32) int32 { return 2 * n })
	if err != nil {
		log.Fatal(err)
	}
	if err := table.Set(1, double); err != nil {
		log.Fatal(err)
	}
	run, err := weft.Lookup1[int32, int32](instance, "run")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(run(context.Background(), 1))
	_, err = run(context.Background(), 0)
	fmt.Println(err)
	// Output:
	// 42 <nil>
	// weft: uninitialized element in function 0 at 0x3b
}

func ExampleGlobal() {
	engine := weft.NewEngine(weft.Config{})
	linker := weft.NewLinker(engine)
	level, err := weft.NewGlobal(engine, weft.GlobalType{Value: weft.I32, Mutable: true}, 3)
	if err != nil {
		log.Fatal(err)
	}
	if err := linker.Define("env", "level", level); err != nil {
		log.Fatal(err)
	}
	instance := load(linker, `(module
		(import "env" "level" (global $level (mut i32)))
		(func (export "raise") (global.set $level (i32.add (global.get $level) (i32.const 1)))))`)
	defer instance.Close()
	raise, err := instance.Func("raise")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := raise.Call(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Println(level.Get())
	fmt.Println(level.Set(int64(9)))
	// Output:
	// 4
	// weft: value: type mismatch: have int64 (i64), want int32 or uint32 (i32)
}

func ExampleTag() {
	engine := weft.NewEngine(weft.Config{})
	linker := weft.NewLinker(engine)
	failure := weft.NewTag(engine, weft.TagType{Params: []weft.ValueType{weft.I32}})
	if err := linker.Define("env", "failure", failure); err != nil {
		log.Fatal(err)
	}
	// An exception that a host function returns is thrown in the guest.
	err := linker.Define("env", "open", func(file int32) error {
		return &weft.Exception{Tag: failure, Values: []any{file + 100}}
	})
	if err != nil {
		log.Fatal(err)
	}
	instance := load(linker, `(module
		(import "env" "failure" (tag $failure (param i32)))
		(import "env" "open" (func $open (param i32)))
		(func (export "try") (param i32) (result i32)
			(block $failed (result i32)
				(try_table (catch $failure $failed) (call $open (local.get 0)))
				(i32.const 0)))
		(func $fail (export "fail") (throw $failure (i32.const 7))))`)
	defer instance.Close()
	try, err := weft.Lookup1[int32, int32](instance, "try")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(try(context.Background(), 5))
	// One that no guest catches comes out of the call.
	fail, err := weft.Lookup0[weft.None](instance, "fail")
	if err != nil {
		log.Fatal(err)
	}
	_, err = fail(context.Background())
	var exception *weft.Exception
	fmt.Println(errors.As(err, &exception) && exception.Tag.Equal(failure), exception.Values, err)
	// Output:
	// 105 <nil>
	// true [7] weft: uncaught exception in function 2 (fail) at 0x63
}

func ExampleHost2() {
	engine := weft.NewEngine(weft.Config{})
	linker := weft.NewLinker(engine)
	// Called without reflection or allocation.
	power := weft.Host2(engine, func(_ context.Context, _ *weft.Instance, base float64, exponent int32) (float64, error) {
		if exponent < 0 {
			return 0, errors.New("negative exponent")
		}
		result := 1.0
		for range exponent {
			result *= base
		}
		return result, nil
	})
	if err := linker.Define("math", "power", power); err != nil {
		log.Fatal(err)
	}
	instance := load(linker, `(module
		(import "math" "power" (func $power (param f64 i32) (result f64)))
		(func $cube (export "cube") (param f64) (result f64) (call $power (local.get 0) (i32.const 3)))
		(func $bad (export "bad") (result f64) (call $power (f64.const 2) (i32.const -1))))`)
	defer instance.Close()
	cube, err := weft.Lookup1[float64, float64](instance, "cube")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(cube(context.Background(), 3))
	bad, err := instance.Func("bad")
	if err != nil {
		log.Fatal(err)
	}
	_, err = bad.Call(context.Background())
	fmt.Println(err)
	// Output:
	// 27 <nil>
	// weft: host function math.power failed: negative exponent
}

func ExampleNewHostFunc() {
	engine := weft.NewEngine(weft.Config{})
	linker := weft.NewLinker(engine)
	// The raw form, for bindings that are made at run time: parameters and results are slots.
	sum := weft.NewHostFunc(engine, weft.FuncType{
		Params:  []weft.ValueType{weft.I32, weft.I32, weft.I32},
		Results: []weft.ValueType{weft.I32},
	}, func(_ context.Context, _ *weft.Instance, stack []uint64) error {
		stack[0] += stack[1] + stack[2]
		return nil
	})
	if err := linker.Define("env", "sum", sum); err != nil {
		log.Fatal(err)
	}
	instance := load(linker, `(module
		(import "env" "sum" (func $sum (param i32 i32 i32) (result i32)))
		(func (export "run") (result i32) (call $sum (i32.const 1) (i32.const 2) (i32.const 3))))`)
	defer instance.Close()
	run, err := weft.Lookup0[int32](instance, "run")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(run(context.Background()))
	// Output: 6 <nil>
}

func ExampleExtern() {
	engine := weft.NewEngine(weft.Config{})
	linker := weft.NewLinker(engine)
	// Guests hold Go values that they cannot look into.
	err := linker.Define("text", "append", func(b weft.Extern, char int32) {
		b.Value.(*strings.Builder).WriteByte(byte(char))
	})
	if err != nil {
		log.Fatal(err)
	}
	instance := load(linker, `(module
		(import "text" "append" (func $append (param externref i32)))
		(func (export "fill") (param $text externref) (param $n i32)
			(loop $next
				(call $append (local.get $text) (i32.add (i32.const 64) (local.get $n)))
				(br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))`)
	defer instance.Close()
	fill, err := weft.Lookup2[weft.Extern, int32, weft.None](instance, "fill")
	if err != nil {
		log.Fatal(err)
	}
	var text strings.Builder
	_, err = fill(context.Background(), weft.Extern{Value: &text}, 5)
	fmt.Println(text.String(), err)
	// Output: EDCBA <nil>
}

func ExampleState() {
	linker := weft.NewLinker(weft.NewEngine(weft.Config{}))
	// Every instance counts for itself, though they share the linker and its functions.
	counters := weft.NewState(func(*weft.Instance) (*int, error) { return new(int), nil })
	err := linker.Define("env", "count", func(_ context.Context, caller *weft.Instance) error {
		n, err := counters.Of(caller)
		if err == nil {
			*n++
		}
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	const module = `(module (import "env" "count" (func $count)) (func (export "twice") (call $count) (call $count)))`
	a, b := load(linker, module), load(linker, module)
	defer a.Close()
	defer b.Close()
	for _, instance := range []*weft.Instance{a, a, b} {
		twice, err := instance.Func("twice")
		if err != nil {
			log.Fatal(err)
		}
		if _, err := twice.Call(context.Background()); err != nil {
			log.Fatal(err)
		}
	}
	first, _ := counters.Of(a)
	second, _ := counters.Of(b)
	fmt.Println(*first, *second)
	// Output: 4 2
}

func ExampleTrap() {
	instance := load(weft.NewLinker(weft.NewEngine(weft.Config{})), `(module
		(memory 1)
		(func $read (param i32) (result i32) (i32.load (local.get 0)))
		(func $parse (param i32) (result i32) (call $read (i32.add (local.get 0) (i32.const 65536))))
		(func $main (export "main") (result i32) (call $parse (i32.const 0))))`)
	defer instance.Close()
	main, err := instance.Func("main")
	if err != nil {
		log.Fatal(err)
	}
	_, err = main.Call(context.Background())
	fmt.Println(err)
	var trap *weft.Trap
	if errors.As(err, &trap) && trap.Code == weft.TrapMemoryOutOfBounds {
		fmt.Print(trap.Backtrace())
	}
	// Output:
	// weft: out of bounds memory access in function 0 (read) at 0x30
	//   0: function 0 (read) at 0x30
	//   1: function 1 (parse) at 0x3d
	//   2: function 2 (main) at 0x44
}

// Cancelling the context of a call stops the guest, whatever it is doing. The instance can be used again.
func ExampleFunc_Call_cancel() {
	instance := load(weft.NewLinker(weft.NewEngine(weft.Config{})), `(module
		(func (export "spin") (loop $forever (br $forever)))
		(func (export "answer") (result i32) (i32.const 42)))`)
	defer instance.Close()
	spin, err := instance.Func("spin")
	if err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	_, err = spin.Call(ctx)
	var trap *weft.Trap
	fmt.Println(errors.As(err, &trap) && trap.Code == weft.TrapInterrupted, errors.Is(err, context.DeadlineExceeded))
	answer, err := weft.Lookup0[int32](instance, "answer")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer(context.Background()))
	// Output:
	// true true
	// 42 <nil>
}

// A guest that spins has used up its fuel sooner or later, and the host decides whether it goes on.
func ExampleFuel() {
	engine := weft.NewEngine(weft.Config{Fuel: &weft.Fuel{
		Initial: 1000,
		Costs:   map[string]uint32{"call*": 5},
		OutOfFuel: func(ctx context.Context, in *weft.Instance) (more int64, err error) {
			return 0, errors.New("the month is over")
		},
	}})
	module, err := engine.Compile(context.Background(), assemble(`(module
		(func $one (result i32) (i32.const 1))
		(func (export "add") (result i32) (i32.add (call $one) (call $one)))
		(func (export "spin") (loop (br 0))))`))
	if err != nil {
		log.Fatal(err)
	}
	in, err := weft.NewLinker(engine).Instantiate(context.Background(), module)
	if err != nil {
		log.Fatal(err)
	}
	defer in.Close()
	for _, name := range []string{"add", "spin"} {
		f, err := in.Func(name)
		if err != nil {
			log.Fatal(err)
		}
		_, err = f.Call(context.Background())
		fmt.Println(in.Fuel(), err)
	}
	// Output:
	// 987 <nil>
	// -1 weft: out of fuel: the month is over in function 2 at 0x3a
}
