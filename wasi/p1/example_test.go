package p1_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/weft-wasm/weft"
	"github.com/weft-wasm/weft/internal/wasm"
	"github.com/weft-wasm/weft/internal/wat"
	"github.com/weft-wasm/weft/wasi"
	"github.com/weft-wasm/weft/wasi/p1"
)

// A program gets what its Config lists: here an output, and neither input nor files.
func Example() {
	text, err := wat.Parse("hello.wat", []byte(hello))
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	engine := weft.NewEngine(weft.Config{})
	defer engine.Close()
	module, err := engine.Compile(ctx, wasm.Encode(text))
	if err != nil {
		log.Fatal(err)
	}
	linker := weft.NewLinker(engine)
	if err := p1.Add(linker, wasi.Config{Args: []string{"hello"}, Stdout: os.Stdout}); err != nil {
		log.Fatal(err)
	}
	instance, err := linker.Instantiate(ctx, module)
	if err != nil {
		log.Fatal(err)
	}
	defer instance.Close()
	code, err := p1.Run(ctx, instance)
	fmt.Println("exit code", code, err)
	// Output:
	// hello
	// exit code 0 <nil>
}
