//go:build !wasm

package mark

// Start does nothing outside WebAssembly.
func Start() {}

// End does nothing outside WebAssembly.
func End() {}
