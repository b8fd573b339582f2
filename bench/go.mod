module github.com/weft-wasm/weft/bench

go 1.26.0

require (
	github.com/tetratelabs/wazero v1.12.0
	github.com/weft-wasm/weft v0.0.0-00010101000000-000000000000
)

require golang.org/x/sys v0.49.0 // indirect

replace github.com/weft-wasm/weft => ../
