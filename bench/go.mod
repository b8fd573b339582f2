module github.com/weft-wasm/weft/bench

go 1.26.0

require github.com/tetratelabs/wazero v1.12.0

replace github.com/weft-wasm/weft => ../
