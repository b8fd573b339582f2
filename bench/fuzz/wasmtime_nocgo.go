//go:build !cgo

package fuzz

import "github.com/weft-wasm/weft/bench/engine"

func openWasmtime() (executor, error) {
	_, err := engine.Open("wasmtime")
	return nil, err
}
